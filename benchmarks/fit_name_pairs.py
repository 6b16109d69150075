"""Fit the weights of names compared with names.

    python -m benchmarks.fit_name_pairs [--write]

Invented pairs (``benchmarks/name_pair_world.py``) and pairs written by hand
(``benchmarks/name_pairs_by_hand.csv``) are fitted by logistic regression. Every weight is pulled
towards what was set by hand before, so that what the pairs seldom show stays as it was thought.
Reports how well the fitted weights tell other pairs of the same kind; ``--write`` writes
``data/reference/name_pair_evidence.yaml``.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.name_pair_world import make_name_pairs
from screening.identity.names.pairs import name_pair_features
from screening.places import REFERENCE_DIR

_BY_HAND = Path(__file__).with_name("name_pairs_by_hand.csv")
_PAIRS, _SEED, _OTHER_SEED = 8_000, 41, 42

#: How much a pair written by hand counts beside an invented one.
_HAND_WEIGHT = 15.0

#: How strongly a weight is held to the one set by hand.
_PULL = 6.0

#: Set by hand before fitting: log odds.
PRIOR: Mapping[str, float] = {
    "base": 0.5, "shared_weight": 0.8, "own_word_shared": 0.8, "nothing_shared": -4.0,
    "is_replaced": -0.5, "replaced_weight": -1.5, "replaced_share": -3.0,
    "own_words_replaced": -1.0, "is_missing": -0.2, "missing_weight": -0.8, "missing_share": -2.5,
    "own_word_missing": -1.0, "telling_words": -0.7, "other_place": -2.5, "place_missing": -1.0,
    "other_number": -3.0, "number_missing": -1.5, "error_rate": -4.0, "worst_error_rate": -3.0,
    "short_errors": -2.5, "abbreviated": -0.5, "initials": -0.5, "acronym": -0.5,
    "translated": -0.1,
    "compounds": -0.1, "moved": -0.2, "known_pairs": -1.0, "alike": 1.0, "same_letters": 1.5,
    "heard_alike": 0.5, "other_reading": -0.5, "dropped_brackets": -0.3, "same_form": 0.6,
    "translated_form": 0.4, "related_form": -0.6, "other_form": -1.5, "one_form": -0.1,
}  # fmt: skip


def _pairs_by_hand() -> pl.DataFrame:
    return pl.read_csv(_BY_HAND, separator=";", quote_char=None).select(
        "left", "right", pl.col("is_same").cast(pl.Boolean)
    )


def _invented(count: int, seed: int) -> pl.DataFrame:
    rows = make_name_pairs(count, seed)
    return pl.DataFrame(rows, schema=["left", "right", "is_same"], orient="row")


def _best(features: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    odds = pl.lit(weights["base"]) + pl.sum_horizontal(
        pl.col(name) * weight for name, weight in weights.items() if name != "base"
    )
    return (
        features.with_columns(odds=odds)
        .sort("row", "odds", descending=[False, True])
        .unique("row", keep="first", maintain_order=True)
    )


def _likelihood(
    x: np.ndarray, y: np.ndarray, counts: np.ndarray, prior: np.ndarray, weights: np.ndarray
) -> float:
    odds = x @ weights
    told = y * odds - np.logaddexp(0, odds)
    return float(counts @ told - _PULL / 2 * ((weights - prior) ** 2).sum())


def _fitted(x: np.ndarray, y: np.ndarray, counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method with halved steps, pulled towards ``prior``."""
    weights = prior.copy()
    reached = _likelihood(x, y, counts, prior, weights)
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (counts * (y - chance)) - _PULL * (weights - prior)
        spread = counts * chance * (1 - chance)
        curve = (x * spread[:, None]).T @ x + _PULL * np.eye(prior.size)
        step = np.linalg.solve(curve, gradient)
        while (got := _likelihood(x, y, counts, prior, weights + step)) < reached:
            step = step / 2
            if np.abs(step).max() < 1e-9:
                return weights
        weights, gained, reached = weights + step, got - reached, got
        if gained < 1e-6:
            break
    return weights


def fit(features: pl.DataFrame, truth: np.ndarray, counts: np.ndarray) -> dict[str, float]:
    """Weights from ``features`` (of ``name_pair_features``); pair n counts ``counts[n]``."""
    names = list(PRIOR)
    weights = dict(PRIOR)
    for _ in range(4):
        best = _best(features, weights)
        rows = best["row"].to_numpy()
        x = best.with_columns(base=pl.lit(1.0)).select(names).to_numpy()
        found = _fitted(x, truth[rows].astype(float), counts[rows], np.array(list(PRIOR.values())))
        weights = dict(zip(names, found.round(3).tolist(), strict=True))
    return weights


def scores(features: pl.DataFrame, weights: Mapping[str, float], count: int) -> np.ndarray:
    """The score of each of ``count`` pairs."""
    best = _best(features, weights)
    score = np.zeros(count)
    score[best["row"].to_numpy()] = 1 / (1 + np.exp(-best["odds"].to_numpy()))
    return score


def measures(score: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """F1 at 0.5, best F1 and its threshold, AUC, calibration error over ten bins."""

    def f1(at: float) -> float:
        said = score >= at
        right = (said & truth).sum()
        return float(2 * right / max(1, said.sum() + truth.sum()))

    order = pl.Series(score).rank("average").to_numpy()
    same, other = int(truth.sum()), int((~truth).sum())
    auc = (order[truth].sum() - same * (same + 1) / 2) / (same * other)
    at = max(np.unique(score), key=f1)
    bins = np.minimum((score * 10).astype(int), 9)
    error = sum(
        abs(score[bins == n].mean() - truth[bins == n].mean()) * (bins == n).mean()
        for n in range(10)
        if (bins == n).any()
    )
    return {
        "f1": f1(0.5), "best_f1": f1(at), "at": float(at), "auc": float(auc), "ece": float(error),
    }  # fmt: skip


def _shown(measured: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in measured.items())


def _across(features: pl.DataFrame, truth: np.ndarray, invented: int) -> np.ndarray:
    """Scores of the pairs by hand (from row ``invented`` on), each fitted without its block."""
    count = truth.size
    by_hand = count - invented
    score = np.zeros(by_hand)
    # Neighbours stand for the same company: whole blocks are left out together.
    blocks = np.arange(by_hand) * 5 // by_hand
    for left_out in range(5):
        hand = np.where(blocks == left_out, 0, _HAND_WEIGHT)
        counts = np.concatenate([np.ones(invented), hand])
        told = scores(features, fit(features, truth, counts), count)[invented:]
        score[blocks == left_out] = told[blocks == left_out]
    return score


def main() -> None:
    """Fit, report, and write where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--wrong", action="store_true", help="show what is told wrong")
    asked = parser.parse_args()
    by_hand, invented = _pairs_by_hand(), _invented(_PAIRS, _SEED)
    pairs = pl.concat([invented, by_hand])
    features = name_pair_features(pairs["left"], pairs["right"])
    truth = pairs["is_same"].to_numpy()
    counts = np.concatenate([np.ones(_PAIRS), np.full(by_hand.height, _HAND_WEIGHT)])
    weights = fit(features, truth, counts)
    other = _invented(_PAIRS // 2, _OTHER_SEED)
    unseen = name_pair_features(other["left"], other["right"])
    apart = _across(features, truth, _PAIRS)

    def show(what: str, score: np.ndarray, told: np.ndarray) -> None:
        print(f"{what:34}", ", ".join(f"{k} {v:.3f}" for k, v in measures(score, told).items()))

    hand = truth[_PAIRS:]
    show("by hand, set weights", scores(features, PRIOR, truth.size)[_PAIRS:], hand)
    show("by hand, fitted on the others", apart, hand)
    show("by hand, fitted on all", scores(features, weights, truth.size)[_PAIRS:], hand)
    other_truth = other["is_same"].to_numpy()
    show("other invented pairs, set", scores(unseen, PRIOR, other.height), other_truth)
    show("other invented pairs, fitted", scores(unseen, weights, other.height), other_truth)
    for name, weight in weights.items():
        print(f"  {name:22} {PRIOR[name]:6.2f} -> {weight:6.2f}")
    if asked.wrong:
        for frame, score in ((by_hand, apart), (other, scores(unseen, weights, other.height))):
            wrong = frame.with_columns(score=pl.Series(score)).filter(
                (pl.col("score") >= 0.5) != pl.col("is_same")
            )
            for row in wrong.head(60).iter_rows():
                print(f"{row[3]:.2f} {'same ' if row[2] else 'other'} {row[0]} | {row[1]}")
    if asked.write:
        lines = [
            "# What speaks for and against two names being one company, in log odds: written by",
            "#     python -m benchmarks.fit_name_pairs --write",
            "# from weights set by hand, invented pairs and pairs written by hand.",
            *(f"{name}: {weight}" for name, weight in weights.items()),
        ]
        path = REFERENCE_DIR / "name_pair_evidence.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
