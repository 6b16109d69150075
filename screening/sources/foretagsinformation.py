"""Answers of Bolagsverket's Företagsinformation v4 (JSON) as tables.

``/organisationer`` answers with a list of organisations and their officers, ``/personer`` with a
person, the person's posts and trading prohibition. A file holds one answer, a list of them, one a
line, or such a list inside an object. Names of fields: the service's published description.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA, ReadWarning, UnreadableFileError
from screening.sources.json_records import JsonChunk, JsonRecords
from screening.sources.json_values import JsonParser, Structure, json_parser
from screening.sources.packed_frames import PackedFrames
from screening.sources.text_table import TextChunk, TextTable

ORIGIN = "foretagsinformation"
#: Rows are held in memory, without what is not used of the answers.
LARGEST_BYTES = 1 << 30
_ROWS_TOGETHER = 50_000
#: Where a list of answers may stand inside an object.
WRAPPERS = ("organisationer", "personer", "svar", "results", "data", "value", "items")
#: Keys of which an answer has at least one.
KEYS = frozenset(
    ("identitet", "funktionarer", "organisationsengagemang", "naringsforbud", "requestId")
) | frozenset(WRAPPERS[:3])

_TEXT = "VARCHAR"
_WHO = {
    "personnamn": {"fornamn": _TEXT, "efternamn": _TEXT},
    "organisationsnamn": {"namn": _TEXT},
    "identitet": {"typ": _TEXT, "identitetsbeteckning": _TEXT},
}
_OFFICER = _WHO | {
    "funktionarsroller": [{"kod": _TEXT, "klartext": _TEXT}],
    "postadress": {
        "adress": _TEXT,
        "adressrad1": _TEXT,
        "adressrad2": _TEXT,
        "postnummer": _TEXT,
        "postort": _TEXT,
        "land": {"kod": _TEXT, "klartext": _TEXT},
    },
    "representerasAv": {name: _WHO[name] for name in ("personnamn", "identitet")},
}
_ANSWER: Structure = _WHO | {
    "funktionarer": [_OFFICER],
    "organisationsengagemang": [{"organisation": _WHO, "funktionar": _OFFICER}],
    "naringsforbud": {
        "slutligt": {"from": _TEXT, "tom": _TEXT},
        "tillfalligt": {"from": _TEXT},
        "undantag": {"from": _TEXT, "tom": _TEXT, "aterkallatDatum": _TEXT},
        "avveckling": _TEXT,
    },
    "type": _TEXT,
    "requestId": _TEXT,
}


def read_answers(records: JsonRecords, size: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The answers in a file, and what is none, block by block.

    Args:
        records: of the file.
        size: of the file, in bytes.

    Returns:
        Answers: ``answer`` (ordinal), ``personnamn``, ``organisationsnamn``, ``identitet``,
        ``funktionarer``, ``organisationsengagemang``, ``naringsforbud`` as structs. Broken: the
        quarantine schema, with ``error_answer`` for what the service could not answer.

    Raises:
        UnreadableFileError: ``file_too_large``, or the file breaks off.
    """
    if size > LARGEST_BYTES:
        raise UnreadableFileError("file_too_large")
    with json_parser() as parser:
        for chunk in _flattened(records, parser):
            told, rejects = parser.records(chunk, _ANSWER)
            is_error = pl.col("requestId").is_not_null() | pl.col("type").str.starts_with(
                "urn:bolagsverket:error"
            ).fill_null(value=False)
            number = pl.col("identitet").struct.field("identitetsbeteckning")
            is_answer = ~is_error & number.is_not_null()
            reason = pl.when(is_error).then(pl.lit("error_answer"))
            others = told.filter(~is_answer).select(
                "row_no",
                pl.when(~is_error).then(pl.lit("identitet")).alias("column"),
                reason.otherwise(pl.lit("bad_record")).alias("reason"),
                pl.col("text").str.slice(0, 1000).alias("raw"),
            )
            answers = told.filter(is_answer).drop("text", "type", "requestId")
            yield answers.rename({"row_no": "answer"}), pl.concat([rejects, others])


def answer_table(
    columns: Sequence[str],
    rows: PackedFrames,
    broken: list[pl.DataFrame],
    warnings: list[ReadWarning],
) -> TextTable:
    """Rows of all answers as a table; what is no answer is numbered after them."""
    frame = rows.all().with_row_index("row_no", 1).cast({"row_no": pl.Int64})
    after = frame.height + 1
    rejects = pl.concat(broken).with_columns(
        row_no=pl.int_range(after, after + pl.len(), dtype=pl.Int64)
    )

    def chunks() -> Iterator[TextChunk]:
        broken_here = rejects.select(list(QUARANTINE_SCHEMA))
        for start in range(0, max(frame.height, 1), _ROWS_TOGETHER):
            yield TextChunk(frame.slice(start, _ROWS_TOGETHER), broken_here)
            broken_here = broken_here.clear()

    return TextTable(ORIGIN, list(columns), chunks(), chunks, warnings=warnings)


def _flattened(records: JsonRecords, parser: JsonParser) -> Iterator[JsonChunk]:
    """Answers one by one, however they are wrapped, numbered in order."""
    text = pl.col("text")
    names = "|".join(WRAPPERS)
    may_be_wrapped = text.str.starts_with("[") | text.str.contains(rf'"(?:{names})"\s*:\s*\[')
    before = 0
    for chunk in records.chunks():
        wrapped = chunk.records.filter(may_be_wrapped)
        flat = chunk.records
        if wrapped.height:
            bare = flat.filter(~may_be_wrapped)
            unwrapped = parser.ask(wrapped, _UNWRAPPED).explode("text").drop_nulls("text")
            flat = pl.concat([bare, unwrapped])
            flat = flat.sort("row_no", maintain_order=True)
        flat = flat.with_columns(
            row_no=pl.int_range(before + 1, before + 1 + pl.len(), dtype=pl.Int64)
        )
        before += flat.height
        yield JsonChunk(flat.select("row_no", "text"), chunk.broken)


_LISTS = " ".join(
    f"WHEN json_type(told, '$.{name}') = 'ARRAY' THEN json_extract(told, '$.{name}[*]')"
    for name in WRAPPERS
)
_UNWRAPPED = f"""
    SELECT row_no, CASE WHEN told IS NULL THEN [text]
        WHEN json_type(told) = 'ARRAY' THEN json_extract(told, '$[*]')::VARCHAR[]
        WHEN json_type(told) <> 'OBJECT' THEN [text]
        ELSE (CASE {_LISTS} ELSE [told] END)::VARCHAR[] END AS text
    FROM (SELECT row_no, text, CASE WHEN json_valid(text) THEN text::JSON END AS told FROM texts)
    ORDER BY row_no
"""


def name_of(person: str = "personnamn", organisation: str = "organisationsnamn") -> pl.Expr:
    """A person's or an organisation's name."""
    parts = [
        pl.col(person).struct.field(part).str.strip_chars().replace("", None)
        for part in ("fornamn", "efternamn")
    ]
    full = pl.concat_str(parts, separator=" ", ignore_nulls=True).replace("", None)
    return pl.coalesce(full, pl.col(organisation).struct.field("namn").str.strip_chars())


def number_of(identity: str = "identitet") -> pl.Expr:
    """An identity's number, as written."""
    return pl.col(identity).struct.field("identitetsbeteckning").str.strip_chars()


def is_organisation(identity: str = "identitet", person: str = "personnamn") -> pl.Expr:
    """Whether a party is an organisation: by its kind of number, else by its lack of a name."""
    kind = pl.col(identity).struct.field("typ").str.to_uppercase()
    named = pl.any_horizontal(
        pl.col(person).struct.field(part).is_not_null() for part in ("fornamn", "efternamn")
    )
    return (
        pl.when(kind.str.contains("ORGANISATIONSNUMMER", literal=True))
        .then(True)
        .when(kind.str.contains("PERSONNUMMER|SAMORDNING"))
        .then(False)
        .otherwise(~named)
    )
