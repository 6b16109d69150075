"""Reading published lists back."""

from pathlib import Path

import polars as pl

from screening.messages import Language, text
from screening.scoring import Evaluation, evaluate, read_policy
from screening.scoring.evaluation import answers
from screening.scoring.weights import Proposal, propose_weights
from screening.warehouse.exchange import to_polars
from screening.warehouse.publishing import newest, open_published, published_file
from screening.warehouse.state import State


class NothingPublishedError(FileNotFoundError):
    """There is nothing to read yet; ``sentence`` says what and what to do."""

    def __init__(self, message: str, folder: Path, week: str | None = None) -> None:
        self.message = message
        self.values = {"folder": folder, "week": week}
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """What is missing, for the person who asked."""
        return text(self.message, language, **self.values)


class LabelsError(ValueError):
    """A file given as labels is none."""


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
        message = "cli.nothing_published_that_week" if week else "cli.nothing_published"
        raise NothingPublishedError(message, folder, week)
    return path


def evaluate_published(folder: Path, labels: Path, week: str | None = None) -> Evaluation:
    """Hold a published list against a file of labels.

    ``labels``: CSV with supplier_id, supplier_no, orgnr, scheme, from_date; a scheme that is the
    id of a rule is one that the rule should find.

    Raises:
        NothingPublishedError: there is no published list.
        FileNotFoundError: there are no labels.
        LabelsError: the file holds something else.
    """
    known = _read_labels(labels)
    with open_published(published_path(folder, week)) as connection:
        ((as_of,),) = connection.execute("SELECT as_of FROM run").fetchall()
        ranked = to_polars(connection.sql("SELECT * FROM ranked ORDER BY rank"))
        findings = to_polars(connection.sql("SELECT * FROM findings"))
    return evaluate(ranked, findings, known, as_of)


def proposed_weights(folder: Path, labels: Path, week: str | None = None) -> Proposal:
    """Points that would fit a file of labels better, for a published list; nothing is changed.

    ``labels`` as for :func:`evaluate_published`; a label without scheme says that somebody looked
    into the supplier and found nothing.

    Raises:
        NothingPublishedError: there is no published list.
        FileNotFoundError: there are no labels.
        LabelsError: the file holds something else.
        TooFewLabelsError: the labels are too few.
    """
    known = _read_labels(labels)
    with open_published(published_path(folder, week)) as connection:
        ((as_of,),) = connection.execute("SELECT as_of FROM run").fetchall()
        ranked = to_polars(connection.sql("SELECT * FROM ranked ORDER BY rank"))
        findings = to_polars(connection.sql("SELECT * FROM findings"))
    return propose_weights(ranked, findings, answers(ranked, known, as_of), read_policy())


def _read_labels(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise FileNotFoundError(2, "no labels", str(path))
    try:
        known = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise LabelsError(f"{path}: not a CSV file of labels") from error
    if missing := sorted({"supplier_id", "scheme"} - set(known.columns)):
        raise LabelsError(f"{path}: no column {', '.join(missing)}")
    return known
