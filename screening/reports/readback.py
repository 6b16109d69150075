"""Reading published lists back."""

from pathlib import Path

import polars as pl

from screening.messages import text
from screening.scoring import Evaluation, evaluate
from screening.warehouse.exchange import to_polars
from screening.warehouse.publishing import newest, open_published, published_file
from screening.warehouse.state import State


class NothingPublishedError(FileNotFoundError):
    """There is no published list to read."""


def published_path(folder: Path, week: str | None = None) -> Path:
    """The published file of a week, by default the newest.

    Raises:
        NothingPublishedError: there is none.
    """
    state = State(folder)
    try:
        path = published_file(state, week) if week else newest(state)
    except FileNotFoundError:
        path = None
    if path is None or not path.is_file():
        raise NothingPublishedError(text("cli.nothing_published", "sv", folder=folder))
    return path


def evaluate_published(folder: Path, labels: Path, week: str | None = None) -> Evaluation:
    """Hold a published list against a file of labels.

    ``labels``: CSV with supplier_id, supplier_no, orgnr, scheme, from_date; a scheme that is the
    id of a rule is one that the rule should find.

    Raises:
        NothingPublishedError: there is no published list.
        FileNotFoundError: there are no labels.
    """
    if not labels.is_file():
        raise FileNotFoundError(2, "no labels", str(labels))
    known = pl.read_csv(labels, infer_schema=False)
    with open_published(published_path(folder, week)) as connection:
        ((as_of,),) = connection.execute("SELECT as_of FROM run").fetchall()
        ranked = to_polars(connection.sql("SELECT * FROM ranked ORDER BY rank"))
        findings = to_polars(connection.sql("SELECT * FROM findings"))
    return evaluate(ranked, findings, known, as_of)
