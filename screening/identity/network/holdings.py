"""Direct ownership, one row per owner and owned: how much is held at least and at most.

Registers tell shares exactly, as ranges, or not at all; they tell shares and votes apart, one
holding several times, more than a whole, and companies that own themselves. What each of these
becomes is decided here, so that everything after it may rely on: an owner never is what it owns,
and the least shares in one company never exceed the whole.
"""

from dataclasses import dataclass

import polars as pl

#: Interests (BODS: ``votingRights``) that are about votes, not about the share of the company.
_ABOUT_VOTES = r"(?i)vot|r[oö]st"

#: Shares may add up to this much more than 100 % by rounding before anyone is told.
ROUNDING = 0.005

#: How a holding may be told: as a link between two, or as what is behind several links.
HOLDING_COLUMNS = ("owner", "owned", "least", "most", "votes", "confidence", "ref")

NOTE_SCHEMA = {"node": pl.String(), "note": pl.String(), "value": pl.Float64()}


@dataclass(frozen=True)
class Holdings:
    """Who directly holds how much of what.

    Attributes:
        links: owner, owned (nodes), least, most, votes (0-1; ``votes`` is the least share of
            votes), confidence (0-1), ref (a row that says so). One row per pair.
        told: the same for holdings that are said to go through others (``direct`` is false, or a
            beneficial owner where the direct owners are told too). They are no links.
        notes: node, note, value: ``own_shares`` (share of itself, 0-1), ``over_100`` (sum of the
            shares, 0-1 and more).
    """

    links: pl.DataFrame
    told: pl.DataFrame
    notes: pl.DataFrame


def _one_per_pair(rows: pl.DataFrame) -> pl.DataFrame:
    """The newest holding of each pair; shares from what is told of shares, else of votes."""
    several = pl.struct("owner", "owned").is_duplicated()
    told = rows.select(
        "owner",
        "owned",
        least=pl.coalesce("share_percent", "share_min_percent") / 100,
        most=pl.coalesce("share_percent", "share_max_percent") / 100,
        is_votes=pl.col("interest").fill_null("").str.contains(_ABOUT_VOTES),
        from_date="from_date",
        confidence=pl.col("confidence").fill_null(1.0),
        ref="ref",
        several=several,
    )
    # Hardly any pair is told twice: only those are put in order.
    single = told.filter(~pl.col("several")).with_columns(votes="least")
    both = pl.concat([single, _newest(told.filter("several")).select(single.columns)])
    return both.select(
        "owner",
        "owned",
        least=pl.col("least").fill_null(0.0).clip(0.0, 1.0),
        most=pl.col("most").fill_null(1.0).clip(0.0, 1.0),
        votes=pl.coalesce("votes", "least").fill_null(0.0).clip(0.0, 1.0),
        confidence="confidence",
        ref="ref",
    )


def _newest(told: pl.DataFrame) -> pl.DataFrame:
    """One row for each pair that is told several times, with its ``votes``.

    Of equally new rows the greatest holds, then the lowest reference: the order never matters.
    """
    pair = ["owner", "owned"]
    ordered = told.sort(
        *pair, "from_date", "least", "most", "ref",
        descending=[False, False, True, True, True, False],
        nulls_last=True,
    )  # fmt: skip
    shares = ordered.sort(
        [*pair, "is_votes", pl.col("least").is_null()], maintain_order=True
    ).unique(pair, keep="first", maintain_order=True)
    votes = (
        ordered.filter("is_votes", pl.col("least").is_not_null())
        .unique(pair, keep="first", maintain_order=True)
        .select(*pair, votes="least")
    )
    return shares.join(votes, on=pair, how="left", maintain_order="left")


def _without_own_shares(pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Nobody is its own parent: what a company holds of itself is spread over the others."""
    pairs = pairs.sort("owned", "owner")
    own = pairs.filter(pl.col("owner") == pl.col("owned")).select("owned", own="least")
    others = pairs.filter(pl.col("owner") != pl.col("owned"))
    notes = own.select(node="owned", note=pl.lit("own_shares"), value="own")
    return others.join(own, on="owned", how="left", maintain_order="left"), notes


def _within_the_whole(others: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Shares, and votes, that add up to more than a whole are scaled down to it.

    What a company holds of itself counts for nobody, so the rest is the whole.
    """
    own = pl.col("own").fill_null(0.0)
    total = pl.col("least").sum().over("owned")
    all_votes = pl.col("votes").sum().over("owned")
    summed = others.with_columns(total=total, all_votes=all_votes)
    notes = (
        summed.filter(pl.col("total") + own > 1 + ROUNDING)
        .group_by("owned")
        .agg(value=(pl.col("total") + own).first())
        .select(node="owned", note=pl.lit("over_100"), value="value")
    )
    # With 10 % own shares the others' 90 % are everything; with too much told, it is scaled.
    rest = pl.max_horizontal(1.0 - own, pl.col("total"))
    whole = pl.when(rest > 0).then(rest).otherwise(1.0)
    scaled = summed.with_columns(
        least=pl.col("least") / whole,
        most=pl.min_horizontal(pl.lit(1.0), pl.col("most") / whole),
        votes=(pl.col("votes") / pl.max_horizontal(1.0 - own, "all_votes")).fill_nan(0.0),
    )
    room = 1.0 - (pl.col("least").sum().over("owned") - pl.col("least"))
    bounded = scaled.with_columns(
        most=pl.max_horizontal("least", pl.min_horizontal("most", room)).clip(0.0, 1.0)
    )
    return bounded, notes


def _with_beneficial_owners(marked: pl.DataFrame) -> pl.DataFrame:
    """Where direct owners are told too, beneficial owners are taken to stand behind them."""
    is_beneficial = pl.col("is_beneficial_owner").fill_null(value=False)
    is_legal = ~is_beneficial & ~pl.col("is_told") & (pl.col("owner") != pl.col("owned"))
    return marked.with_columns(
        is_told=pl.col("is_told")
        | (is_beneficial & pl.col("is_direct").is_null() & is_legal.any().over("owned"))
    )


def direct_holdings(rows: pl.DataFrame) -> Holdings:
    """Direct ownership from what the sources say.

    Args:
        rows: owner, owned (nodes), share_percent, share_min_percent, share_max_percent, interest,
            is_direct (null where untold), is_beneficial_owner, from_date, confidence, ref. Only
            rows in force on the day.
    """
    marked = rows.with_columns(is_told=~pl.col("is_direct").fill_null(value=True))
    if rows["is_beneficial_owner"].any():
        marked = _with_beneficial_owners(marked)
    others, own = _without_own_shares(_one_per_pair(marked.filter(~pl.col("is_told"))))
    links, over = _within_the_whole(others)
    told = _one_per_pair(marked.filter(pl.col("is_told") & (pl.col("owner") != pl.col("owned"))))
    return Holdings(
        links=links.select(HOLDING_COLUMNS),
        told=told.select(HOLDING_COLUMNS).sort("owned", "owner"),
        notes=pl.concat([own.cast(NOTE_SCHEMA), over.cast(NOTE_SCHEMA)]).sort("node", "note"),  # type: ignore[arg-type]
    )
