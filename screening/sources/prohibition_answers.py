"""Trading prohibitions (näringsförbud) in answers of Företagsinformation about persons.

An answer without a prohibition is a row too, without dates: it shows that the person was asked
about, and that a prohibition of an earlier answer is gone.
"""

from datetime import date

import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import ReadWarning
from screening.sources.foretagsinformation import (
    answer_table,
    is_organisation,
    name_of,
    number_of,
    read_answers,
)
from screening.sources.json_records import JsonRecords
from screening.sources.packed_frames import PackedFrames
from screening.sources.text_table import TextTable

COLUMNS = (
    "person_id",
    "person_name",
    "from_date",
    "to_date",
    "provisional",
    "exemption_from",
    "exemption_to",
    "exemption_revoked_on",
    "answered_on",
    "winding_up_until",
)


def prohibition_contract(contract: Contract) -> Contract:
    """The contract of ``trading_prohibitions`` for answers, which may tell of none."""
    from_date = contract.columns["from_date"].model_copy(update={"required": False})
    return contract.model_copy(update={"columns": contract.columns | {"from_date": from_date}})


def read_prohibitions(records: JsonRecords, size: int, day: date) -> TextTable:
    """Read answers as a table of ``COLUMNS``, all text; ``day`` is that of the answers.

    A provisional prohibition that a final one has followed ends where the final one begins.

    Raises:
        UnreadableFileError: as for ``read_answers``.
    """
    rows, broken = PackedFrames(), []
    others = 0
    for answers, rejects in read_answers(records, size):
        persons = answers.filter(~is_organisation())
        rows.append(_rows(_told(persons), day))
        broken.append(rejects)
        others += answers.height - persons.height
    warnings = [ReadWarning("organisations_in_prohibitions", {"rows": others})] if others else []
    return answer_table(COLUMNS, rows, broken, warnings)


def _told(answers: pl.DataFrame) -> pl.DataFrame:
    held = pl.col("naringsforbud").struct
    final, provisional = held.field("slutligt").struct, held.field("tillfalligt").struct
    exempt = held.field("undantag").struct
    frame = answers.select(
        "answer",
        person_id=number_of(),
        person_name=name_of(),
        final_from=final.field("from"),
        final_to=final.field("tom"),
        provisional_from=provisional.field("from"),
        exemption_from=exempt.field("from"),
        exemption_to=exempt.field("tom"),
        exemption_revoked_on=exempt.field("aterkallatDatum"),
        winding_up_until=held.field("avveckling"),
    )
    dates = [name for name in frame.columns if name.endswith(("_from", "_to", "_on", "_until"))]
    return frame.with_columns(pl.col(dates).str.strip_chars().replace("", None)).with_columns(
        has_any=pl.any_horizontal(pl.col(dates).is_not_null())
    )


def _rows(told: pl.DataFrame, day: date) -> pl.DataFrame:
    is_final = pl.col("final_from").is_not_null() | pl.col("final_to").is_not_null()
    is_other = pl.col("provisional_from").is_null()
    final = told.filter(is_final | is_other).with_columns(
        from_date="final_from",
        to_date="final_to",
        provisional=pl.when(pl.col("has_any")).then(pl.lit("false")),
    )
    starts_before = (pl.col("provisional_from") < pl.col("final_from")).fill_null(True)
    provisional = told.filter(~is_other & starts_before).with_columns(
        from_date="provisional_from", to_date="final_from", provisional=pl.lit("true")
    )
    return (
        pl.concat([final, provisional])
        .with_columns(answered_on=pl.lit(day.isoformat()))
        .sort("answer", "provisional", maintain_order=True)
        .select(COLUMNS)
    )
