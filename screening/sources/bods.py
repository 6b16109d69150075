"""Owners in the Beneficial Ownership Data Standard (BODS) 0.4: one row per interest.

A row is what one statement says about one interest of a relationship. Statements about entities
and persons are no rows: they say who the two sides are. Every statement of a record is kept with
its day, so that the history can be told; the newest counts as true on the file's own day.
"""

from collections.abc import Iterator

import polars as pl

from screening.sources.bods_statements import read_statements
from screening.sources.contracts import Contract
from screening.sources.delivery import ReadWarning, UnreadableFileError
from screening.sources.json_records import JsonRecords
from screening.sources.text_table import TextChunk, TextTable

ORIGIN = "bods"
#: Parties and ties are held in memory, without what is not used of them.
LARGEST_BYTES = 1 << 30
COLUMNS = (
    "orgnr",
    "subject_ref",
    "subject_name",
    "owner_id",
    "owner_ref",
    "owner_name",
    "owner_type",
    "other_names",
    "birth_date",
    "birth_year",
    "country",
    "share_percent",
    "share_min_percent",
    "share_max_percent",
    "interest",
    "from_date",
    "to_date",
    "direct",
    "is_beneficial_owner",
    "is_component",
    "record_id",
    "as_of",
)
NUMBERS = frozenset(("share_percent", "share_min_percent", "share_max_percent"))
_ROWS_TOGETHER = 50_000
#: A tie's identity over the statements of its record.
_SAME_INTEREST = ("record", "subject", "party", "interest", "from_date", "direct")


def bods_contract(contract: Contract) -> Contract:
    """The contract of ``owners`` as statements can keep it.

    What is owned may be a foreign company or an arrangement between an owner and a Swedish
    company: it has a ``subject_ref`` then, and no ``orgnr``.
    """
    orgnr = contract.columns["orgnr"].model_copy(update={"required": False})
    return contract.model_copy(
        update={
            "columns": contract.columns | {"orgnr": orgnr},
            "required_any": (*contract.required_any, ("orgnr", "subject_ref")),
        }
    )


def read_bods(records: JsonRecords, size: int) -> TextTable:
    """Read statements as a table of ``COLUMNS``, all text.

    Args:
        records: the file's statements.
        size: of the file, in bytes.

    Raises:
        UnreadableFileError: ``file_too_large``, ``bods_older_version``, or the file breaks off.
    """
    if size > LARGEST_BYTES:
        raise UnreadableFileError("file_too_large")
    parties, ties, broken = read_statements(records)
    sides = parties.with_columns(
        node=pl.coalesce(_digits("number"), "official", "record:" + pl.col("record"))
    )
    ties = _history(ties)
    ends = _ends(ties, sides)
    is_ours = _leads_to_sweden(ends) | ends["dangling"]
    warnings = []
    if others := int((~is_ours).sum()):
        warnings.append(ReadWarning("foreign_ties_left_out", {"rows": others}))
    ties = (
        ties.with_columns(ends.select("dangling", "no_subject"))
        .filter(is_ours)
        .with_row_index("row_no", 1)
        .cast({"row_no": pl.Int64})
    )
    rejects = pl.concat([_dangling(ties), _numbered(broken, ties.height)])
    ties = ties.filter(~pl.col("dangling"))

    def chunks() -> Iterator[TextChunk]:
        broken_here = rejects
        for start in range(0, max(ties.height, 1), _ROWS_TOGETHER):
            some = _with_parties(ties.slice(start, _ROWS_TOGETHER), sides)
            yield TextChunk(some.select(*COLUMNS, "row_no"), broken_here)
            broken_here = rejects.clear()

    return TextTable(
        ORIGIN, list(COLUMNS), chunks(), chunks, typed_columns=NUMBERS, warnings=warnings
    )


def _history(ties: pl.DataFrame) -> pl.DataFrame:
    """Interests by record and day, with those that a later statement no longer lists as ended.

    Of several statements of a record on one day the last holds. The newest of all still stands on
    the day of the file: it has no ``as_of``.
    """
    steps = (
        ties.select("order", "record", "moment", "day")
        .unique("order", maintain_order=True)
        .sort("record", "moment", "order", nulls_last=False)
        .unique(["record", "day"], keep="last", maintain_order=True)
        .select(
            "order",
            step=pl.int_range(pl.len(), dtype=pl.Int32).over("record"),
            next_day=pl.col("day").shift(-1).over("record"),
            is_last=(pl.int_range(pl.len()) == pl.len() - 1).over("record"),
        )
    )
    is_closed = pl.col("status") == "closed"
    told = ties.join(steps, on="order", how="inner", maintain_order="left").with_columns(
        to_date=pl.coalesce("to_date", pl.when(is_closed).then("day")),
        as_of=pl.when(~pl.col("is_last")).then("day"),
    )
    told = pl.concat([told, _dropped(told)])
    unused = ("moment", "day", "status", "step", "next_day", "is_last")
    return told.drop(unused).sort("order", "as_of", nulls_last=True, maintain_order=True)


def _dropped(told: pl.DataFrame) -> pl.DataFrame:
    """Interests that the record's next statement does not list: they ended on its day."""
    nexts = told.select(*_SAME_INTEREST, pl.col("step") - 1)
    gone = told.filter(~pl.col("is_last") & pl.col("to_date").is_null()).join(
        nexts, on=[*_SAME_INTEREST, "step"], how="anti", nulls_equal=True, maintain_order="left"
    )
    return gone.with_columns(to_date="next_day", as_of="next_day")


def _ends(ties: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """Both ends of each tie.

    ``subject_node`` and ``owner_node`` are the same text for the same entity; ``is_swedish``: the
    subject has a Swedish number; ``dangling``: an end is not in the file (``no_subject``: it is
    the subject). An end that the publisher does not tell is not dangling.
    """
    told = sides.select("record", "node", is_swedish=pl.col("number").is_not_null())
    ends = (
        ties.select("subject", "party")
        .join(told, left_on="subject", right_on="record", how="left", maintain_order="left")
        .join(
            told.select(party="record", owner_node="node"),
            on="party",
            how="left",
            maintain_order="left",
        )
        .rename({"node": "subject_node"})
    )
    no_subject = pl.col("subject_node").is_null() & ~_is_unspecified("subject")
    no_owner = pl.col("owner_node").is_null() & ~_is_unspecified("party")
    return ends.select(
        "subject_node",
        "owner_node",
        pl.col("is_swedish").fill_null(value=False),
        no_subject=no_subject,
        dangling=no_subject | no_owner,
    )


def _is_unspecified(end: str) -> pl.Expr:
    """Whether there is a reason in place of a record."""
    return pl.col(end).str.starts_with("{").fill_null(value=False)


def _with_parties(ties: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """Ties with both sides as texts of the contract's columns."""
    subjects = sides.select(
        subject="record", subject_number="number", subject_node="node", subject_title="name"
    )
    owners = sides.select(
        party="record",
        owner_number="number",
        owner_node="node",
        owner_name="name",
        owner_type="kind",
        other_names="other_names",
        birth_date="birth_date",
        birth_year="birth_year",
        country="country",
    )
    unspecified = _is_unspecified("party")
    reason = pl.coalesce(
        pl.col("party").str.json_path_match("$.description"),
        pl.col("party").str.json_path_match("$.reason"),
        pl.lit("unknown"),
    )
    joined = ties.join(subjects, on="subject", how="left", maintain_order="left").join(
        owners, on="party", how="left", maintain_order="left"
    )
    is_foreign = pl.col("subject_number").is_null()
    return joined.with_columns(
        pl.col("direct").cast(pl.String),
        orgnr="subject_number",
        subject_ref=pl.when(is_foreign).then("subject_node"),
        subject_name=pl.when(is_foreign).then("subject_title"),
        owner_id="owner_number",
        owner_ref=pl.when(pl.col("owner_number").is_null()).then("owner_node"),
        owner_name=pl.when(unspecified).then(reason).otherwise("owner_name"),
        owner_type=pl.when(unspecified).then(pl.lit("unknown")).otherwise("owner_type"),
        record_id="record",
    )


def _digits(number: str) -> pl.Expr:
    """A number as it is compared: its last ten digits."""
    digits = pl.col(number).str.replace_all(r"[^0-9]", "")
    return digits.str.slice(-10).replace("", None)


def _leads_to_sweden(ends: pl.DataFrame) -> pl.Series:
    """Whether a tie is part of a chain that ends in an entity with a Swedish number."""
    ours = ends.filter("is_swedish")["owner_node"].drop_nulls().unique()
    while True:
        is_ours = ends["subject_node"].is_in(ours.implode()).fill_null(False)
        reached = pl.concat([ours, ends.filter(is_ours)["owner_node"].drop_nulls()]).unique()
        if reached.len() == ours.len():
            return is_ours | ends["is_swedish"]
        ours = reached


def _dangling(ties: pl.DataFrame) -> pl.DataFrame:
    raw = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("record", "subject", "party", "interest")],
        separator=";",
    )
    column = pl.when("no_subject").then(pl.lit("subject")).otherwise(pl.lit("interestedParty"))
    return ties.filter("dangling").select(
        "row_no",
        column.alias("column"),
        pl.lit("bods_unknown_record").alias("reason"),
        raw.alias("raw"),
    )


def _numbered(broken: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Broken statements come after the rows: what they would have told is not known."""
    return broken.with_columns(row_no=pl.int_range(rows + 1, rows + 1 + pl.len(), dtype=pl.Int64))
