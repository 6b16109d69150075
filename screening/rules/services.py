"""Which permit an invoiced service needs, told from account, contract and invoice texts."""

from typing import Literal

import polars as pl

from screening.rules.service_reference import ServiceReference, plain_text, shipped_reference

__all__ = ["classify", "shipped_reference"]

#: The texts in the order in which they decide.
_TEXTS_IN_TURN = ("account_text", "service_area", "description")
_LABOUR_HEAVY = "labour_heavy"
_VETO = "veto"

Role = Literal["word", "not_word"]


def classify(texts: pl.DataFrame, reference: ServiceReference | None = None) -> pl.DataFrame:
    """Tell for each row which permit the service needs and whether its cost is mostly pay.

    A mapped account number decides alone. Else the account text decides, else the contract's
    service area, else the description; a text that fits no type, or two, leaves it to the next.
    A word of the veto list (a system, rent, staff on hire ...) in any of the texts means that the
    line is not the service itself.

    Args:
        texts: has at least ``account_no, account_text, description, service_area`` (String).
        reference: the shipped one if not given.

    Returns:
        The same rows in the same order, with ``permit_type`` (String, null where no permit is
        needed or the texts do not tell) and ``is_labour_heavy`` (Boolean) added.
    """
    reference = reference or shipped_reference()
    lexicon = _lexicon(reference)
    rows = texts
    for column in _TEXTS_IN_TURN:
        found = _read_texts(texts.get_column(column), column, lexicon)
        rows = rows.join(found, on=column, how="left", maintain_order="left")
    accounts = _read_accounts(texts.get_column("account_no"), reference)
    rows = rows.join(accounts, on="account_no", how="left", maintain_order="left")

    vetoed = _any_true([f"{column}_vetoed" for column in _TEXTS_IN_TURN])
    told = pl.coalesce([f"{column}_type" for column in _TEXTS_IN_TURN])
    labour = _any_true([f"{column}_labour" for column in _TEXTS_IN_TURN])
    not_labour = _any_true([f"{column}_not_labour" for column in _TEXTS_IN_TURN])
    judged = rows.with_columns(
        permit_type=pl.coalesce("mapped_type", pl.when(~vetoed).then(told))
    ).with_columns(
        is_labour_heavy=pl.col("permit_type").is_not_null()
        | pl.col("mapped_labour").fill_null(value=False)
        | (labour & ~not_labour)
    )
    return judged.select(*texts.columns, "permit_type", "is_labour_heavy")


def _any_true(columns: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column).fill_null(value=False) for column in columns)


def _parts(entry: str) -> list[str]:
    """The words of an entry, all of which must be in a text."""
    return list(dict.fromkeys(word.strip() for word in entry.split("+")))


def _literal(word: pl.Expr) -> pl.Expr:
    """The plain string that a word with its marks (``*`` first, ``$`` last) looks for."""
    bare = plain_text(word).str.strip_chars(" ")
    before = pl.when(word.str.starts_with("*")).then(pl.lit("")).otherwise(pl.lit(" "))
    after = pl.when(word.str.ends_with("$")).then(pl.lit(" ")).otherwise(pl.lit(""))
    return pl.concat_str(before, bare, after)


def _lexicon(reference: ServiceReference) -> pl.DataFrame:
    """One row per literal of each entry: ``entry, subject, role, word, literal, parts``.

    ``subject`` is a permit type's code, ``labour_heavy`` or ``veto``; ``parts`` is how many
    literals of the entry must be found.
    """
    entries: list[tuple[str, Role, str]] = [
        *((code, "word", entry) for code, kind in reference.types.items() for entry in kind.words),
        *(
            (code, "not_word", entry)
            for code, kind in reference.types.items()
            for entry in kind.not_words
        ),
        *((_VETO, "word", entry) for entry in reference.not_words),
        *((_LABOUR_HEAVY, "word", entry) for entry in reference.labour_heavy.words),
        *((_LABOUR_HEAVY, "not_word", entry) for entry in reference.labour_heavy.not_words),
    ]
    rows = [
        (number, subject, role, word, len(_parts(entry)))
        for number, (subject, role, entry) in enumerate(entries)
        for word in _parts(entry)
    ]
    schema = {
        "entry": pl.Int64,
        "subject": pl.String,
        "role": pl.String,
        "word": pl.String,
        "parts": pl.Int64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(literal=_literal(pl.col("word")))


def _read_texts(texts: pl.Series, column: str, lexicon: pl.DataFrame) -> pl.DataFrame:
    """What each distinct text says by itself.

    Returns:
        ``<column>`` and ``<column>_type, _vetoed, _labour, _not_labour``, for texts with a hit.
    """
    literals = lexicon.get_column("literal").unique().sort().to_list()
    distinct = (
        texts.drop_nulls().unique().to_frame(column).with_columns(plain=plain_text(pl.col(column)))
    )
    hits = (
        distinct.lazy()
        .filter(pl.col("plain").str.contains_any(literals))
        .select(column, literal=pl.col("plain").str.extract_many(literals, overlapping=True))
        .explode("literal")
        .unique()
        .join(lexicon.lazy(), on="literal")
        .group_by(column, "subject", "role", "entry")
        .agg(is_whole=pl.len() == pl.col("parts").first())
        .filter("is_whole")
        .group_by(column, "subject")
        .agg(
            is_named=(pl.col("role") == "word").any(),
            is_denied=(pl.col("role") == "not_word").any(),
        )
    )
    is_type = ~pl.col("subject").is_in([_VETO, _LABOUR_HEAVY])
    types = pl.col("subject").filter(is_type & pl.col("is_named") & ~pl.col("is_denied"))
    labour = pl.col("subject") == _LABOUR_HEAVY
    return (
        hits.group_by(column)
        .agg(
            pl.when(types.len() == 1).then(types.first()).alias(f"{column}_type"),
            (pl.col("subject") == _VETO).any().alias(f"{column}_vetoed"),
            (labour & pl.col("is_named")).any().alias(f"{column}_labour"),
            (labour & pl.col("is_denied")).any().alias(f"{column}_not_labour"),
        )
        .collect(engine="in-memory")
    )


def _read_accounts(accounts: pl.Series, reference: ServiceReference) -> pl.DataFrame:
    """What mapped account numbers say: ``account_no, mapped_type, mapped_labour``.

    The longest mapped beginning of an account number wins.
    """
    mapped = [
        *(
            (prefix, code, True)
            for code, kind in reference.types.items()
            for prefix in kind.accounts
        ),
        *((prefix, None, True) for prefix in reference.labour_heavy.accounts),
    ]
    schema = {"prefix": pl.String, "mapped_type": pl.String, "mapped_labour": pl.Boolean}
    prefixes = pl.DataFrame(mapped, schema=schema, orient="row")
    lengths = prefixes.select(pl.col("prefix").str.len_chars().unique()).to_series().to_list()
    distinct = accounts.drop_nulls().unique().to_frame("account_no")
    found = [
        distinct.with_columns(
            prefix=pl.col("account_no").str.strip_chars().str.slice(0, length)
        ).join(prefixes, on="prefix")
        for length in lengths
    ]
    empty = distinct.clear().with_columns(
        prefix=pl.lit(None, pl.String),
        mapped_type=pl.lit(None, pl.String),
        mapped_labour=pl.lit(None, pl.Boolean),
    )
    longest = pl.concat([empty, *found]).sort(
        "account_no",
        pl.col("prefix").str.len_chars(),
        "mapped_type",
        descending=[False, True, False],
        nulls_last=True,
    )
    return longest.unique("account_no", keep="first", maintain_order=True).drop("prefix")
