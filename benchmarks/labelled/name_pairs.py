"""Pairs of company names, the same company or two, for measuring how names alone are told apart."""

from pathlib import Path

import polars as pl

from benchmarks.labelled.suppliers import make_labelled

_INTERNATIONAL = Path(__file__).parent / "international_pairs.csv"

#: Errors after which nobody could know the company by its name.
_HOPELESS = "trade_name|word_missing"


def swedish_pairs(count: int = 600, seed: int = 61, profile: str = "municipal") -> pl.DataFrame:
    """Names as suppliers have them beside names of the register; half of the pairs are the same.

    The others are hard: companies that share the first word of their name.

    Returns:
        ``left``, ``right``, ``is_same``.
    """
    labelled = make_labelled(40 * count, 4 * count, profile, seed)
    known = labelled.register.select(
        "orgnr", right="name", first=pl.col("name").str.extract(r"^(?:AB |Aktiebolaget )?(\S+)")
    )
    asked = labelled.suppliers.drop_nulls("truth").filter(
        ~pl.col("trouble").str.contains(_HOPELESS)
    )
    same = (
        asked.join(known, left_on="truth", right_on="orgnr", maintain_order="left")
        .filter(pl.col("name") != pl.col("right"))
        .sort("party_id")
    )
    others = (
        same.select("party_id", "name", "truth", "first")
        .join(known, on="first")
        .filter(pl.col("orgnr") != pl.col("truth"))
        .sort("party_id", "orgnr")
        .unique("party_id", keep="first", maintain_order=True)
    )
    half = count // 2
    return pl.concat(
        [
            same.head(half).select(left="name", right="right", is_same=pl.lit(True)),
            others.tail(half).select(left="name", right="right", is_same=pl.lit(False)),
        ]
    )


def international_pairs() -> pl.DataFrame:
    """Invented companies of many countries and scripts: ``left``, ``right``, ``is_same``."""
    return _read(_INTERNATIONAL)


def _read(path: Path) -> pl.DataFrame:
    pairs = pl.read_csv(path, separator=";", quote_char=None, infer_schema=False)
    return pairs.select("left", "right", is_same=pl.col("is_same") == "1")


def read_pairs(path: Path) -> pl.DataFrame:
    """Pairs of somebody else's file: ours, or ``schema,name1,name2,is_match`` with commas.

    Of the latter only companies and organisations are taken.
    """
    if ";" in path.read_text("utf-8").splitlines()[0]:
        return _read(path)
    pairs = pl.read_csv(path, infer_schema=False)
    return pairs.filter(pl.col("schema").is_in(["Company", "Organization"])).select(
        left="name1", right="name2", is_same=pl.col("is_match") == "true"
    )


def area_under_curve(scores: pl.Series, same: pl.Series) -> float:
    """How often a pair of the same company scores above one of two (ties count half)."""
    ranks = pl.DataFrame({"same": same, "rank": scores.rank("average")})
    positives = int(same.sum())
    negatives = same.len() - positives
    if not positives or not negatives:
        return float("nan")
    total = float(ranks.filter("same")["rank"].sum())
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def pair_f1(scores: pl.Series, same: pl.Series, threshold: float) -> float:
    """F1 of the pairs that score at least ``threshold``."""
    said = scores >= threshold
    right = int((said & same).sum())
    return 2 * right / max(1, int(said.sum()) + int(same.sum()))


def best_f1(scores: pl.Series, same: pl.Series) -> float:
    """F1 at the threshold that suits these very labels best: an upper bound."""
    return max((pair_f1(scores, same, value) for value in scores.unique().to_list()), default=0.0)
