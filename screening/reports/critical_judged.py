"""What people decided about critical findings, for rules that build on them."""

from datetime import date

import polars as pl

from screening.reports.finding_states import finding_states
from screening.rules.critical_findings import Judging
from screening.scoring import read_policy
from screening.scoring.judgements import Judgements, decisions_hash, judged
from screening.warehouse.connection import open_warehouse
from screening.warehouse.state import State


def judging_by(state: State, decisions: pl.DataFrame, as_of: date) -> Judging | None:
    """Which critical findings are no ground for others, None where nobody decided anything.

    One that is explained, as long as that holds, and one that a person judged less grave. One
    that is snoozed stands: nobody has looked into it yet.

    Args:
        state: where the rows of evidence are, as known on the day.
        decisions: ``scoring.judgements.DECISIONS``.
        as_of: the run's day.
    """
    decided = decisions_hash(decisions, as_of)
    if not decided:
        return None

    def unexplained(critical: pl.DataFrame) -> pl.DataFrame:
        with open_warehouse(state, read_only=True) as connection:
            states = finding_states(connection, critical)
        casework = read_policy().casework
        told = judged(critical, Judgements(decisions, states), casework, as_of)
        explained = told.filter(
            (pl.col("case_status") == "explained") | (pl.col("severity") != "critical")
        )
        return critical.join(explained, on=["supplier_id", "rule_id"], how="anti")

    return Judging(unexplained, decided)
