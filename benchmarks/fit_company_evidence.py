"""Fit what each piece of evidence weighs when suppliers are matched to the company register.

    python -m benchmarks.fit_company_evidence [--write]

Labelled suppliers of several worlds (``benchmarks/labelled``; their seeds and some of the worlds
are used nowhere else) are matched. Of a supplier's candidates at most one is right, or none is:
the weights are those that make the right outcome most likely (a conditional logit), each pulled
towards what was set by hand (``SET_BY_HAND``), so that what the worlds seldom show stays as it was
thought. Reports precision, recall and calibration on other worlds; ``--write`` moves the weights in
``data/reference/company_evidence.yaml`` half of the way (``--step``) to those fitted, so that no
single fit turns them; its comments stand.
"""

import argparse
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np
import polars as pl

from benchmarks.labelled.suppliers import Labelled, make_labelled
from screening.identity.companies import pair_evidence
from screening.identity.companies.evidence import HELD_AT_LOG_ODDS, weigh, with_features
from screening.identity.companies.evidence_weights import (
    WEIGHTS_FILE,
    cautious_weights,
    evidence_weights,
)
from screening.identity.companies.matching import match_parties
from screening.warehouse.exchange import as_table, to_polars

_DAY = date(2026, 11, 20)

#: Profile, rows of the register, suppliers, seed.
_FITTED_ON = [
    ("medium", 60_000, 8_000, 311), ("municipal", 60_000, 8_000, 312), ("hard", 60_000, 6_000, 313),
    ("easy", 30_000, 4_000, 314), ("municipal", 200_000, 8_000, 315),
]  # fmt: skip
_JUDGED_ON = [("medium", 80_000, 10_000, 321), ("municipal", 200_000, 10_000, 322)]

#: How strongly a weight is held to the one set by hand, in suppliers.
_PULL = 8.0

SET_BY_HAND: Mapping[str, float] = {
    "equal_names": 7.0, "shared_weight": 1.0, "first_error": -1.4, "next_errors": -1.0,
    "short_word_error": -1.0, "abbreviated": -1.4, "known_as_written": -2.5,
    "known_pairs": -2.5, "compounds": -0.2,
    "genitive": -2.2,
    "acronym": -2.0, "is_replaced": -2.5, "replaced_weight": -7.0, "lacks_words": -3.0,
    "lacking_weight": -8.0, "adds_words": -3.0, "added_weight": -8.0, "telling_words": -1.5,
    "other_number": -1.0, "other_spaces": -0.2, "nothing_shared": -12.0, "read_full": 0.0,
    "read_without_town": -0.8, "read_other": -1.5, "read_head_office": -0.5, "read_care_of": -7.0,
    "other_known_word": -7.5,
    "own_word_replaced": -7.5, "own_word_lacking": -1.8, "own_word_added": -1.0,
    "common_words_only": -2.5, "unlike_words": -9.5, "read_part": -4.0,
    "read_without_number": -2.5, "read_web": -1.0, "own_town_elsewhere": -3.5,
    "odd_error": -2.0, "error_share": 0.0,
    "cut_words": -2.0, "error_elsewhere": -0.7, "words_elsewhere": 0.0, "words_unplaced": -1.5,
    "form_agrees": 0.5, "form_conflicts": -11.5,
    "same_address": 3.0, "same_box": 2.5, "same_street": 2.0, "same_postal_code": 1.6,
    "same_town": 0.8, "elsewhere": -1.2, "elsewhere_in_county": -8.0, "sister_nearby": 0.0,
    "gone": -0.3, "gone_long": -1.0, "person_without_place": -12.0,
    "same_account": 5.0, "shared_account": 1.0, "same_vat_number": 7.0, "shared_vat_number": 3.0,
    "same_mail": 2.5, "shared_mail": 0.5, "same_phone": 2.5, "shared_phone": 0.5,
}  # fmt: skip

#: Weights that rest on law or on caution, not on what synthetic names show: they stay as they were
#: set. A known word more, or another, is a sister company until somebody has looked. Of accounts
#: and such the labelled worlds know nothing: fitted, they would say nothing.
_HELD = {"person_without_place", "form_conflicts", "elsewhere_in_county", "nothing_shared",
         "equal_names", "read_care_of", "own_word_replaced", "error_elsewhere",
         "other_known_word", "telling_words", "sister_nearby", "shared_weight",
         "read_full", "common_words_only", "unlike_words", "read_part",
         "read_without_number", "read_web", "own_town_elsewhere", "odd_error",
         "words_unplaced", "genitive", "cut_words", "own_word_lacking",
         "own_word_added", "same_account", "shared_account", "same_vat_number",
         "shared_vat_number", "same_mail", "shared_mail", "same_phone", "shared_phone"}  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """Candidates of suppliers, one row each, those of one supplier together.

    Attributes:
        features: one column per feature, in the order of ``evidence_weights()``.
        supplier: number of the supplier of each row, rising from 0.
        is_right: whether the row is the right company.
        suppliers: how many suppliers there are, those without a candidate included.
        registered: of them, those that are in the register.
    """

    features: np.ndarray
    supplier: np.ndarray
    is_right: np.ndarray
    suppliers: int
    registered: int


def _warehouse(register: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA known")
    rows = register.with_row_index("ref").cast({"ref": pl.Int64})
    with as_table(connection, "register_rows", rows):
        connection.execute("CREATE TABLE known.companies AS FROM register_rows")
    return connection


def candidates_of(labelled: Labelled, *, learning: bool) -> Candidates:
    """The candidates of labelled suppliers, with every feature of their evidence."""
    parts: list[pl.DataFrame] = []
    names = list(evidence_weights())

    def kept(pairs: pl.DataFrame, as_of: date) -> pl.DataFrame:
        featured = with_features(pairs, as_of).select("question", "ref", "orgnr", *names)
        parts.append(featured)
        return weigh(pairs, as_of)

    # Nobody can tell a company by a trade name that has nothing to do with its own.
    told = ~pl.col("trouble").str.contains("trade_name")
    labelled = Labelled(labelled.register, labelled.suppliers.filter(told | pl.lit(not learning)))
    connection = _warehouse(labelled.register)
    with patch.object(pair_evidence, "weigh", kept):
        match_parties(connection, labelled.parties, _DAY)
    asked = to_polars(connection.sql("SELECT party_id, question FROM questions_of"))
    truth = labelled.suppliers.select("party_id", "truth")
    rows = (
        pl.concat(parts)
        .join(asked, on="question")
        .join(truth, on="party_id")
        .with_columns(is_right=(pl.col("orgnr") == pl.col("truth")).fill_null(False))
        .sort("party_id", "ref")
        .unique(["party_id", "orgnr"], keep="first", maintain_order=True)
    )
    return Candidates(
        features=rows.select(names).to_numpy(),
        supplier=rows["party_id"].rle_id().to_numpy().astype(np.int64),
        is_right=rows["is_right"].to_numpy(),
        suppliers=truth.height,
        registered=truth.drop_nulls("truth").height,
    )


def probabilities(
    candidates: Candidates, weights: np.ndarray, held: np.ndarray | None = None
) -> np.ndarray:
    """Probability of each candidate: at most one of a supplier's is right, or none.

    Args:
        candidates: of suppliers.
        weights: of the features, caution included: what decides who is a match, and what is fitted.
        held: how much of each weight is caution, to tell the others as they are told.
    """
    evidence = candidates.features @ weights
    if held is not None:
        honest = evidence + candidates.features @ held
        evidence = np.maximum(evidence, np.minimum(honest, HELD_AT_LOG_ODDS))
    odds = np.exp(np.clip(evidence, -40, 40))
    sums = np.bincount(candidates.supplier, weights=odds)
    return np.asarray(odds / (1 + sums)[candidates.supplier])


def _likelihood(candidates: Candidates, weights: np.ndarray) -> float:
    odds = np.clip(candidates.features @ weights, -40, 40)
    sums = np.bincount(candidates.supplier, weights=np.exp(odds))
    return float(odds[candidates.is_right].sum() - np.log1p(sums).sum())


def fitted(worlds: list[Candidates]) -> np.ndarray:
    """The most likely weights; one that would speak the wrong way round does not speak at all."""
    names = list(evidence_weights())
    prior = np.array([SET_BY_HAND.get(name, 0.0) for name in names])
    free = np.array([name not in _HELD for name in names])
    while True:
        weights = _most_likely(worlds, prior, np.flatnonzero(free))
        turned = free & (weights * np.sign(prior) < 0)
        turned |= free & (prior == 0) & (weights > 0)
        if not turned.any():
            return weights.round(2)
        prior = np.where(turned, 0.0, prior)
        free &= ~turned


def _most_likely(worlds: list[Candidates], prior: np.ndarray, free: np.ndarray) -> np.ndarray:
    """By Newton's method with halved steps; only the weights ``free`` move."""
    weights = prior.copy()

    def reached(at: np.ndarray) -> float:
        told = sum(_likelihood(world, at) for world in worlds)
        return told - _PULL / 2 * float(((at - prior) ** 2).sum())

    now = reached(weights)
    for _ in range(60):
        gradient = -_PULL * (weights - prior)
        curve = _PULL * np.eye(prior.size)
        for world in worlds:
            x, chance = world.features, probabilities(world, weights)
            gradient += x.T @ (world.is_right - chance)
            weighted = x * chance[:, None]
            starts = np.flatnonzero(np.diff(world.supplier, prepend=-1))
            means = np.add.reduceat(weighted, starts, axis=0)
            curve += x.T @ weighted - means.T @ means
        step = np.zeros(prior.size)
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], gradient[free])
        while (then := reached(weights + step)) < now:
            step = step / 2
            if np.abs(step).max() < 1e-7:
                return weights
        weights, gained, now = weights + step, then - now, then
        if gained < 1e-4:
            break
    return weights


def judged(candidates: Candidates, weights: np.ndarray) -> list[dict[str, Any]]:
    """Precision, recall, F1 at thresholds, and calibration error of the best candidates."""
    held = np.array([cautious_weights().get(name, 0.0) for name in evidence_weights()])
    chance = probabilities(candidates, weights, held)
    rows = pl.DataFrame(
        {"supplier": candidates.supplier, "chance": chance, "right": candidates.is_right}
    )
    best = rows.sort("supplier", "chance", descending=[False, True]).unique(
        "supplier", keep="first", maintain_order=True
    )
    error = calibration_error(best["chance"].to_numpy(), best["right"].to_numpy())
    found = []
    for at in (0.5, 0.8, 0.9):
        said = best.filter(pl.col("chance") >= at)
        right = int(said["right"].sum())
        precision, recall = right / max(1, said.height), right / candidates.registered
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        found.append({"at": at, "precision": precision, "recall": recall, "f1": f1, "ece": error})
    return found


def calibration_error(chance: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """How far probabilities are from the share that is right, over equal bins of probability."""
    place = np.minimum((chance * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(chance[place == n].mean() - right[place == n].mean()) * (place == n).mean()
            for n in range(bins)
            if (place == n).any()
        )
    )


def _write(weights: Mapping[str, float]) -> None:
    text = WEIGHTS_FILE.read_text(encoding="utf-8")
    for name, weight in weights.items():
        # Where it stands first: the section of caution comes last, and stays.
        text = re.sub(rf"(?m)^(  {name}:) *-?[0-9.]+", rf"\1 {weight}", text, count=1)
    WEIGHTS_FILE.write_text(text, encoding="utf-8")


def _show(what: str, candidates: Candidates, weights: np.ndarray) -> None:
    reachable = candidates.is_right.sum() / candidates.registered
    print(f"{what}: {candidates.suppliers} suppliers, blocking recall {reachable:.4f}")
    for row in judged(candidates, weights):
        print("   ", ", ".join(f"{name} {value:.4f}" for name, value in row.items()))


def main() -> None:
    """Fit, report, and write where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--share", type=float, default=1.0, help="of each world (for a quick try)")
    parser.add_argument("--step", type=float, default=0.5, help="how far weights move, 0-1")
    asked = parser.parse_args()
    names = list(evidence_weights())

    def made(worlds: list[tuple[str, int, int, int]], *, learning: bool) -> list[Candidates]:
        started = time.perf_counter()
        found = [
            candidates_of(
                make_labelled(int(rows * asked.share), int(n * asked.share), profile, seed),
                learning=learning,
            )
            for profile, rows, n, seed in worlds
        ]
        print(f"{len(worlds)} worlds in {time.perf_counter() - started:.0f} s")
        return found

    fitted_on, judged_on = made(_FITTED_ON, learning=True), made(_JUDGED_ON, learning=False)
    prior = np.array([SET_BY_HAND.get(name, 0.0) for name in names])
    now = np.array(list(evidence_weights().values()))
    found = fitted(fitted_on)
    for (profile, rows, *_), world in zip(_JUDGED_ON, judged_on, strict=True):
        _show(f"{profile}, {rows} rows, set by hand", world, prior)
        _show(f"{profile}, {rows} rows, as they stand", world, now)
        _show(f"{profile}, {rows} rows, fitted", world, found)
    for name, before, after in zip(names, prior, found, strict=True):
        print(f"  {name:22} {before:6.2f} -> {after:6.2f}")
    if asked.write:
        moved = (now + asked.step * (found - now)).round(2)
        _write(dict(zip(names, moved.tolist(), strict=True)))


if __name__ == "__main__":
    main()
