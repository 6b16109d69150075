"""A list that was published and read back is compared with as if it had never left memory."""

import duckdb
import polars as pl
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from screening.scoring import PreviousWeek
from screening.warehouse.exchange import as_table, to_polars
from tests.scoring.scoring_tables import NEXT, findings_of_a_week, published, week


def stored(frame: pl.DataFrame) -> pl.DataFrame:
    with duckdb.connect() as connection:
        with as_table(connection, "given", frame):
            connection.execute("CREATE TABLE kept AS SELECT * FROM given")
        return to_polars(connection.sql("SELECT * FROM kept"))


@settings(max_examples=10, deadline=None)
@given(findings_of_a_week(), findings_of_a_week())
def test_the_next_list_is_the_same_after_a_round_trip(before, now):
    kept = published(week(before))
    read = PreviousWeek(
        as_of=kept.as_of,
        week=kept.week,
        ranked=stored(kept.ranked),
        findings=stored(kept.findings),
        supplier_history=stored(kept.supplier_history),
    )
    one, other = week(now, kept, NEXT), week(now, read, NEXT)
    for name in ("ranked", "findings", "supplier_history", "left"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
