"""Owners in the Beneficial Ownership Data Standard (BODS) 0.4: one row per interest.

A row is what one statement says about one interest of a relationship. Statements about entities
and persons are no rows: they say who the two sides are. Every statement of a record is kept with
its day, so that the history can be told; the newest counts as true on the file's own day.
"""

from collections.abc import Iterator

import polars as pl

from screening.sources.bods_statements import read_statements
from screening.sources.contracts import Contract
from screening.sources.delivery import QUARANTINE_SCHEMA, ReadWarning, UnreadableFileError
from screening.sources.json_records import JsonRecords
from screening.sources.text_table import TextChunk, TextTable

ORIGIN = "bods"
#: Parties and ties are held in memory: about a third of the file's size.
LARGEST_BYTES = 2 << 30
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
    told = _with_parties(_history(ties), parties)
    warnings = []
    is_ours = _leads_to_sweden(told) | pl.col("dangling")
    told = told.with_columns(is_ours=is_ours)
    if others := told.filter(~pl.col("is_ours")).height:
        warnings.append(ReadWarning("foreign_ties_left_out", {"rows": others}))
    told = told.filter("is_ours").with_row_index("row_no", 1).cast({"row_no": pl.Int64})
    rejects = pl.concat([_dangling(told), _numbered(broken, told.height)])
    frame = told.filter(~pl.col("dangling")).select(*COLUMNS, "row_no")

    def chunks() -> Iterator[TextChunk]:
        nothing = pl.DataFrame(schema=QUARANTINE_SCHEMA)
        yield TextChunk(frame.slice(0, _ROWS_TOGETHER), rejects)
        for start in range(_ROWS_TOGETHER, frame.height, _ROWS_TOGETHER):
            yield TextChunk(frame.slice(start, _ROWS_TOGETHER), nothing)

    return TextTable(
        ORIGIN, list(COLUMNS), chunks(), chunks, typed_columns=NUMBERS, warnings=warnings
    )


def _history(ties: pl.DataFrame) -> pl.DataFrame:
    """Interests by record and day, with those that a later statement no longer lists as ended."""
    steps = (
        ties.sort("record", "moment", "order", nulls_last=False)
        .unique(["record", "day"], keep="last", maintain_order=True)
        .with_columns(
            step=pl.int_range(pl.len()).over("record"),
            next_day=pl.col("day").shift(-1).over("record"),
            is_last=(pl.int_range(pl.len()) == pl.len() - 1).over("record"),
        )
    )
    is_closed = pl.col("status") == "closed"
    told = (
        steps.with_columns(interests=pl.when(pl.col("interests").list.len() > 0).then("interests"))
        .explode("interests")
        .unnest("interests")
        .unnest("share")
        .select(
            "record",
            "order",
            "step",
            "subject",
            "party",
            "next_day",
            "is_last",
            "is_component",
            interest=pl.col("type"),
            from_date=pl.col("startDate"),
            to_date=pl.coalesce("endDate", pl.when(is_closed).then("day")),
            direct=pl.col("directOrIndirect").replace_strict(
                {"direct": "true", "indirect": "false"}, default=None, return_dtype=pl.String
            ),
            is_beneficial_owner=pl.col("beneficialOwnershipOrControl"),
            share_percent=pl.col("exact"),
            share_min_percent=pl.coalesce("exact", "minimum", "exclusiveMinimum"),
            share_max_percent=pl.coalesce("exact", "maximum", "exclusiveMaximum"),
            # The newest statement still stands on the day of the file.
            as_of=pl.when(~pl.col("is_last")).then("day"),
        )
    )
    return pl.concat([told, _dropped(told)]).sort("order", "as_of", nulls_last=True)


def _dropped(told: pl.DataFrame) -> pl.DataFrame:
    """Interests that the record's next statement does not list: they ended on its day."""
    nexts = told.select(*_SAME_INTEREST, pl.col("step") - 1)
    gone = told.filter(~pl.col("is_last") & pl.col("to_date").is_null()).join(
        nexts, on=[*_SAME_INTEREST, "step"], how="anti", nulls_equal=True, maintain_order="left"
    )
    return gone.with_columns(to_date="next_day", as_of="next_day")


def _with_parties(told: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Both sides of each tie, as texts of the contract's columns; ``subject_node``, ``dangling``.

    ``subject_node`` and ``owner_node`` are the same text for the same entity.
    """
    node = pl.coalesce(orgnr_or_text(pl.col("number")), "official", "record:" + pl.col("record"))
    sides = parties.with_columns(node=node)
    subjects = sides.select(
        subject="record",
        subject_number="number",
        subject_node="node",
        subject_title="name",
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
    unspecified = pl.col("party").str.starts_with("{")
    reason = pl.coalesce(
        pl.col("party").str.json_path_match("$.description"),
        pl.col("party").str.json_path_match("$.reason"),
        pl.lit("unknown"),
    )
    joined = told.join(subjects, on="subject", how="left", maintain_order="left").join(
        owners, on="party", how="left", maintain_order="left"
    )
    is_foreign = pl.col("subject_number").is_null()
    return joined.with_columns(
        orgnr="subject_number",
        subject_ref=pl.when(is_foreign).then("subject_node"),
        subject_name=pl.when(is_foreign).then("subject_title"),
        owner_id="owner_number",
        owner_ref=pl.when(pl.col("owner_number").is_null()).then("owner_node"),
        owner_name=pl.when(unspecified).then(reason).otherwise("owner_name"),
        owner_type=pl.when(unspecified).then(pl.lit("unknown")).otherwise("owner_type"),
        record_id="record",
        dangling=pl.col("subject_node").is_null()
        & ~pl.col("subject").str.starts_with("{").fill_null(False)
        | (pl.col("owner_node").is_null() & ~unspecified.fill_null(False)),
    )


def orgnr_or_text(number: pl.Expr) -> pl.Expr:
    """A number as it is compared: digits alone."""
    return number.str.replace_all(r"[^0-9]", "").str.slice(-10).replace("", None)


def _leads_to_sweden(told: pl.DataFrame) -> pl.Expr:
    """Whether a tie is part of a chain that ends in an entity with a Swedish number."""
    swedish = pl.col("subject_number").is_not_null()
    ours = told.filter(swedish).select(node="owner_node").drop_nulls().unique()
    while True:
        owners = told.filter(pl.col("subject_node").is_in(ours["node"].implode()))
        reached = pl.concat([ours, owners.select(node="owner_node").drop_nulls()]).unique()
        if reached.height == ours.height:
            return swedish | pl.col("subject_node").is_in(ours["node"].implode()).fill_null(False)
        ours = reached


def _dangling(told: pl.DataFrame) -> pl.DataFrame:
    raw = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("record", "subject", "party", "interest")],
        separator=";",
    )
    column = pl.when(pl.col("subject_node").is_null()).then(pl.lit("subject"))
    return told.filter("dangling").select(
        "row_no",
        column.otherwise(pl.lit("interestedParty")).alias("column"),
        pl.lit("bods_unknown_record").alias("reason"),
        raw.alias("raw"),
    )


def _numbered(broken: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Broken statements come after the rows: what they would have told is not known."""
    return broken.with_columns(row_no=pl.int_range(rows + 1, rows + 1 + pl.len(), dtype=pl.Int64))
