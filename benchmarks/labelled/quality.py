"""How good matches are, held against the truth, and how far their probabilities can be believed."""

from dataclasses import dataclass

import duckdb
import polars as pl

from benchmarks.labelled.companies import AS_OF
from benchmarks.labelled.suppliers import Labelled
from screening.identity.companies.matching import candidate_rows
from screening.warehouse.exchange import to_polars

#: Bins of the reliability tables.
BINS = 10


@dataclass(frozen=True)
class Quality:
    """Figures of one run, all 0-1.

    Attributes:
        precision: of the matches, those that are right.
        recall: of the suppliers in the register, those that were matched rightly.
        f1: harmonic mean of these.
        blocking_recall: of the suppliers in the register, those that share a key with their
            company: what is not among these cannot be found.
        calibration_error: expected calibration error in bins of equal width: how far the mean
            probability of best candidates is from the share that is right, on average.
        calibration_error_by_mass: the same in bins of equally many.
    """

    precision: float
    recall: float
    f1: float
    blocking_recall: float
    calibration_error: float
    calibration_error_by_mass: float


def harmonic(precision: float, recall: float) -> float:
    """The harmonic mean of two shares."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def judged(labelled: Labelled, matches: pl.DataFrame) -> pl.DataFrame:
    """Suppliers with what was found for each: the columns of both, and ``is_right``.

    Args:
        labelled: the suppliers and their truth.
        matches: ``party_id``, ``orgnr``, ``probability``, ``is_match``.
    """
    found = matches.select("party_id", "orgnr", "probability", "is_match")
    return labelled.suppliers.join(found, on="party_id", how="left").with_columns(
        pl.col("is_match").fill_null(False),
        is_right=(pl.col("orgnr") == pl.col("truth")).fill_null(False),
    )


def reliability(judged: pl.DataFrame, by_mass: bool = False) -> pl.DataFrame:
    """Probabilities of best candidates beside how many of them are right.

    Returns:
        ``candidates``, ``probability`` (mean) and ``right`` (share) of each bin, lowest first.
    """
    told = judged.drop_nulls("probability").sort("probability", "party_id")
    bin_of = (
        pl.int_range(pl.len()) * BINS // pl.len()
        if by_mass
        else (pl.col("probability") * BINS).floor().clip(0, BINS - 1)
    )
    return (
        told.group_by(bin=bin_of.cast(pl.Int64))
        .agg(
            candidates=pl.len(),
            probability=pl.col("probability").mean(),
            right=pl.col("is_right").mean(),
        )
        .sort("bin")
        .drop("bin")
    )


def calibration_error(judged: pl.DataFrame, by_mass: bool = False) -> float:
    """Expected calibration error: the bins' distances from the truth, weighed by their sizes."""
    bins = reliability(judged, by_mass)
    if bins.is_empty():
        return 0.0
    apart = (pl.col("probability") - pl.col("right")).abs() * pl.col("candidates")
    return float(bins.select(apart.sum() / pl.col("candidates").sum()).item())


def blocking_recall(connection: duckdb.DuckDBPyConnection, labelled: Labelled) -> float:
    """Share of the registered suppliers that share a key with their company.

    Args:
        connection: the warehouse; what its index keeps is forgotten.
        labelled: the suppliers and their truth.
    """
    truth = labelled.suppliers.select("party_id", orgnr="truth").drop_nulls()
    if truth.is_empty():
        return 0.0
    refs = to_polars(connection.sql("SELECT ref, orgnr FROM known.companies"))
    rows = candidate_rows(connection, labelled.parties, AS_OF)
    found = rows.join(refs, on="ref").join(truth, on=["party_id", "orgnr"], how="semi")
    return found["party_id"].n_unique() / truth.height


def quality(labelled: Labelled, matches: pl.DataFrame, blocked: float) -> Quality:
    """All figures of one run; ``blocked`` is its blocking recall."""
    told = judged(labelled, matches)
    matched = told.filter("is_match")
    right = int(matched["is_right"].sum())
    precision = right / matched.height if matched.height else 0.0
    recall = right / max(1, int(told["truth"].is_not_null().sum()))
    return Quality(
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
        blocking_recall=blocked,
        calibration_error=calibration_error(told),
        calibration_error_by_mass=calibration_error(told, by_mass=True),
    )
