"""Bolagsverket's bulk file of all registered organisations, one row per registered name.

Fields hold parts separated by ``$`` and repeats separated by ``|``. Data are quoted, quotes inside
are not doubled, and descriptions may hold line ends; so a record is cut at ``";"`` and starts at a
line that begins with a quote and a digit.

An organisation has one row per ``namnskyddslopnummer`` (a sole trader may run several businesses).
Rows of one organisation that follow each other in the file are told alike: all get the content of
the row that is not deregistered, among these of the lowest number. The warehouse keeps the first
of rows that are the same and counts the others as skipped, so the sum of rows still holds.

Codes are those of Bolagsverket's published list for the file (kodlista). It names ``GROM`` a
conversion across borders (gränsöverskridande ombildning), so it is not taken for a
reconstruction.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
import polars.selectors as cs

from screening.sources.block_reading import lines_of
from screening.sources.delimited import lay_out, lines_below, read_rows, sample
from screening.sources.delivery import QUARANTINE_SCHEMA
from screening.sources.encoding import BLOCK_BYTES, MARK_PREFIX, TextEncoding, text_blocks
from screening.sources.known_lines import KnownLines
from screening.sources.parallel import in_parallel
from screening.sources.records import rejected, unreadable
from screening.sources.text_table import TextChunk, TextTable, put_together

ORIGIN = "bolagsverket"
HEADER = (
    "organisationsidentitet",
    "namnskyddslopnummer",
    "registreringsland",
    "organisationsnamn",
    "organisationsform",
    "avregistreringsdatum",
    "avregistreringsorsak",
    "pagandeAvvecklingsEllerOmstruktureringsforfarande",
    "registreringsdatum",
    "verksamhetsbeskrivning",
    "postadress",
)
#: What the file says, in the words of the contract of ``companies``.
COLUMNS = (
    "orgnr",
    "name",
    "legal_form",
    "registered_on",
    "deregistered_on",
    "deregistration_reason",
    "status",
    "proceeding",
    "proceeding_from",
    "street",
    "care_of",
    "postal_code",
    "city",
)
#: Why an organisation was deregistered (codes ``-AVORG``); every other code is ``other``.
DEREGISTRATION_REASONS = {
    "KKAV": "bankruptcy",
    "LIAV": "liquidation",
    "FUAV": "merger",
    "DELAV": "division",
    "DEAV": "division",
}
#: Ongoing proceedings (codes ``-AVOMFO``); every other code is ``other``.
PROCEEDINGS = {
    "KK": "bankruptcy",
    "LI": "liquidation",
    "FR": "reconstruction",
    "DEOL": "division",
    "DEOT": "division",
    "FUOL": "merger",
    "FUOT": "merger",
}
#: The most serious first: of several proceedings, it is the one that is told.
_SERIOUS = ("bankruptcy", "liquidation", "reconstruction", "division", "merger", "other")

#: So many characters of an identity tell it from others: ten digits and more, or twelve.
_IDENTITY = 12
_FIELD_END = '";"'
#: How a line starts whose record began on a line above, in a description that ends in a line end.
_AFTER_LINE_END = b'";'
_USED = frozenset(HEADER) - {"registreringsland", "verksamhetsbeskrivning"}


def is_bolagsverket(columns: Sequence[str]) -> bool:
    """Whether a header is the bulk file's."""
    return set(columns) >= _USED


def read_bolagsverket(
    path: Path,
    encoding: TextEncoding,
    block_bytes: int = BLOCK_BYTES,
    known: KnownLines | None = None,
) -> TextTable:
    """Read the bulk file as a table of ``COLUMNS``, all text, without organisations that are known.

    Dates are as in the file (``YYYY-MM-DD``), ``status`` is ``active``, ``deregistered`` or the
    proceeding under way. Postal codes are given for Swedish addresses of five digits only.
    """
    head = sample(path, encoding)
    layout, header = lay_out(head)
    is_quoted = re.search(r'\n"', head) is not None

    def rows() -> Iterator[TextChunk]:
        blocks = lines_below(text_blocks(path, encoding, block_bytes), header)
        first = header.row_no + 1
        if is_quoted:
            read = partial(_chunk, columns=layout.columns, known=known)
            chunks = in_parallel(read, _numbered_records(_whole_organisations(blocks), first))
            return in_parallel(_told, put_together(chunks))
        # Saved again by a program that leaves out quotes that are not needed.
        return map(_told, read_rows(blocks, layout, first))

    return TextTable(ORIGIN, list(COLUMNS), rows(), reopen=rows)


@dataclass(frozen=True)
class _Records:
    """Records of a block (``text``, ``row_no``); whether some may have bytes that are no text."""

    frame: pl.DataFrame
    may_have_marks: bool


def _numbered_records(blocks: Iterator[bytes], row_no: int) -> Iterator[_Records]:
    for block in blocks:
        records = _records(lines_of(block)).select(
            "text", row_no=pl.int_range(row_no, row_no + pl.len(), dtype=pl.Int64)
        )
        row_no += records.height
        yield _Records(records, MARK_PREFIX in block)


def _told(chunk: TextChunk) -> TextChunk:
    return replace(chunk, frame=organisations(chunk.frame))


def _chunk(part: _Records, columns: Sequence[str], known: KnownLines | None) -> TextChunk:
    """Rows of whole records, in the file's columns."""
    records = part.frame
    rejects = []
    if part.may_have_marks:
        marked = unreadable(records)
        records = records.join(marked, on="row_no", how="anti", maintain_order="left")
        rejects.append(marked)
    is_row = records.select(
        pl.col("text").str.starts_with('"')
        & (pl.col("text").str.count_matches(_FIELD_END, literal=True) == len(columns) - 1)
    ).to_series()
    if not is_row.all():
        reason = pl.lit("wrong_field_count")
        rejects.append(records.filter(~is_row).with_columns(reason=reason))
        records = records.filter(is_row)
    broken = rejected(pl.concat(rejects)) if rejects else pl.DataFrame(schema=QUARANTINE_SCHEMA)
    read = records.height
    if known is not None:
        records = records.with_columns(line_hash=_organisation_hashes(records, known))
        records = records.filter(~known.holds(records["line_hash"]))
    return TextChunk(_fields(records, columns), broken, known=read - records.height)


def _organisation_hashes(records: pl.DataFrame, known: KnownLines) -> pl.Series:
    """For each record the hash of all records of its organisation that follow each other."""
    # After the quote: what `_told_alike` goes by.
    runs = records["text"].str.slice(1, _IDENTITY).rle_id()
    hashes = known.of(records["text"])
    same = (runs == runs.shift(1)).fill_null(value=False)
    several = same | same.shift(-1, fill_value=False)
    if not several.any():
        return hashes
    joined = (
        pl.DataFrame({"run": runs, "text": records["text"]})
        .filter(several)
        .select("run", pl.col("text").str.join("\n").over("run"))
    )
    return hashes.scatter(several.arg_true(), known.of(joined["text"]))


def _records(lines: pl.DataFrame) -> pl.DataFrame:
    """One line for each record. Only descriptions go over several lines, and they are not kept."""
    is_after = lines["text"].str.starts_with(_AFTER_LINE_END.decode())
    starts = lines["text"].str.starts_with('"') & ~is_after
    if starts.all():
        return lines
    joined = lines.group_by(starts.cum_sum().alias("record"), maintain_order=True).agg(
        pl.col("text").str.join(" ")
    )
    return joined.select("text")


def _fields(records: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    parts = pl.col("text").str.split_exact(_FIELD_END, len(columns) - 1)
    fields = [parts.struct.field(f"field_{i}") for i in range(len(columns))]
    fields[0] = fields[0].str.strip_prefix('"')
    fields[-1] = fields[-1].str.strip_suffix('"')
    used = [
        field.replace("", None).alias(name)
        for field, name in zip(fields, columns, strict=True)
        if name in _USED
    ]
    return records.select(cs.by_name("row_no", "line_hash", require_all=False), *used)


def _whole_organisations(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks in which no record and no organisation is cut in two."""
    rest = b""
    for block in blocks:
        text = rest + block
        start = _last_organisation(text)
        rest = text[start:]
        if start:
            yield text[:start]
    if rest:
        yield rest


def _last_organisation(text: bytes) -> int:
    """Where the first record of the last organisation starts."""
    start = _record_before(text, len(text))
    identity = text[start : text.find(b"$", start) + 1]
    while start:
        before = _record_before(text, start - 1)
        if not identity or not text.startswith(identity, before):
            break
        start = before
    return start


def _record_before(text: bytes, end: int) -> int:
    place = text.rfind(b'\n"', 0, end)
    while text.startswith(_AFTER_LINE_END, place + 1):
        place = text.rfind(b'\n"', 0, place)
    return place + 1


def organisations(frame: pl.DataFrame) -> pl.DataFrame:
    """The file's columns to ``COLUMNS`` and ``row_no``, rows of one organisation alike."""
    proceedings = _proceedings(frame.select("row_no", text=pl.col(HEADER[7])))
    street, care_of, city, postal_code, country = (
        pl.col(HEADER[10]).str.split_exact("$", 4).struct.field(f"field_{i}") for i in range(5)
    )
    is_swedish = country.fill_null("SE-LAND").str.starts_with("SE-LAND")
    table = (
        frame.with_columns(_names(frame[HEADER[3]]))
        .join(proceedings, on="row_no", how="left", maintain_order="left")
        .select(
            "row_no",
            # A personal identity number comes with its century.
            _first_part(HEADER[0]).str.slice(-10).alias("orgnr"),
            "name",
            pl.col(HEADER[4]).str.strip_suffix("-ORGFO").alias("legal_form"),
            _first_part(HEADER[8]).alias("registered_on"),
            _first_part(HEADER[5]).alias("deregistered_on"),
            pl.when(pl.col(HEADER[6]).is_not_null())
            .then(
                pl.col(HEADER[6])
                .str.strip_suffix("-AVORG")
                .replace_strict(DEREGISTRATION_REASONS, default="other", return_dtype=pl.String)
            )
            .alias("deregistration_reason"),
            pl.when(pl.col(HEADER[5]).is_not_null())
            .then(pl.lit("deregistered"))
            .otherwise(pl.col("proceeding").fill_null("active"))
            .alias("status"),
            "proceeding",
            "proceeding_from",
            street.replace("", None).alias("street"),
            care_of.replace("", None).alias("care_of"),
            pl.when(is_swedish & postal_code.str.contains(r"^\d{3} ?\d\d$"))
            .then(postal_code)
            .alias("postal_code"),
            city.replace("", None).alias("city"),
            pl.col(HEADER[1]).alias("name_no"),
            pl.col(HEADER[0]).str.slice(0, _IDENTITY).alias("identity"),
        )
    )
    alike = _told_alike(table).select(*COLUMNS, "row_no")
    return alike.with_columns(frame["line_hash"]) if "line_hash" in frame.columns else alike


def _first_part(column: str) -> pl.Expr:
    return pl.col(column).str.splitn("$", 2).struct.field("field_0").replace("", None)


def _names(texts: pl.Series) -> pl.Series:
    """The registered company name of each, before names in other languages and secondary ones."""
    parts = texts.str.splitn("$", 2).struct.unnest()
    names, kinds = parts["field_0"], parts["field_1"]
    is_first = kinds.str.contains("^(?:FORETAGSNAMN|NAMN)-ORGNAM").fill_null(value=False)
    others = (~is_first & texts.is_not_null()).arg_true()
    if others.len():
        chosen = (
            texts.gather(others)
            .to_frame("text")
            .select(
                pl.coalesce(
                    pl.col("text").str.extract(r"(?:^|\|)([^|]+?)\$(?:FORETAGSNAMN|NAMN)-ORGNAM"),
                    pl.col("text").str.extract(r"^\|?([^|]+?)\$[A-Z_]+-ORGNAM"),
                    pl.col("text").str.extract(r"^\|?([^|$]+)"),
                )
            )
        )
        names = names.scatter(others, chosen.to_series())
    return names.alias("name")


def _proceedings(rows: pl.DataFrame) -> pl.DataFrame:
    """The most serious proceeding under way: ``row_no``, ``proceeding``, ``proceeding_from``.

    A proceeding is over where the same row tells its end (``-AVSLAVOMFO``, same first two letters)
    on its day or later.
    """
    told = (
        rows.drop_nulls()
        .with_columns(pl.col("text").str.split("|"))
        .explode("text")
        .select(
            "row_no",
            code=pl.col("text").str.extract(r"^([A-ZÅÄÖ]+)-"),
            is_end=pl.col("text").str.contains("-AVSLAVOMFO", literal=True),
            day=pl.col("text").str.extract(r"\$([\d-]+)"),
        )
        .drop_nulls("code")
        .with_columns(base=pl.col("code").str.slice(0, 2))
    )
    ends = told.filter("is_end").group_by("row_no", "base").agg(ended=pl.col("day").max())
    open_ones = (
        told.filter(~pl.col("is_end"))
        .join(ends, on=["row_no", "base"], how="left")
        .filter((pl.col("ended") < pl.col("day")).fill_null(pl.col("ended").is_null()))
        .with_columns(
            proceeding=pl.col("code").replace_strict(
                PROCEEDINGS, default="other", return_dtype=pl.String
            )
        )
        .with_columns(
            rank=pl.col("proceeding").replace_strict(
                {kind: rank for rank, kind in enumerate(_SERIOUS)}, return_dtype=pl.Int64
            )
        )
        .sort("row_no", "rank", "day", nulls_last=True)
    )
    return open_ones.unique("row_no", keep="first", maintain_order=True).select(
        "row_no", "proceeding", proceeding_from="day"
    )


def _told_alike(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of one organisation that follow each other, all with the content of the best one."""
    same = (table["identity"] == table["identity"].shift(1)).fill_null(value=False)
    if not same.any():
        return table
    is_first = (
        pl.col("deregistered_on").is_not_null(),
        pl.col("name_no").cast(pl.Int64, strict=False).fill_null(0),
        pl.col("row_no"),
    )
    several = same | same.shift(-1, fill_value=False)
    alike = (
        table.filter(several)
        .with_columns(run=pl.col("identity").rle_id())
        .with_columns(pl.col(COLUMNS).sort_by(*is_first).first().over("run"))
        .drop("run")
    )
    return pl.concat([table.filter(~several), alike]).sort("row_no")
