"""The EU's consolidated list of financial sanctions, as its CSV version 1.1 ("full").

The file has a row for every combination of an entity's names, addresses, dates of birth, documents
and citizenships. Each row becomes the whole entity, so that rows of an entity say the same: the
first is loaded, the others are skipped as repeats, and the file's counts hold.
Columns: as the European Commission publishes them (financial sanctions files, FSF).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.text_table import TextChunk, TextTable

ORIGIN = "eu_sanctions"
#: The published file has some 30 MB; an entity's rows may lie anywhere in it.
LARGEST_BYTES = 512 << 20
COLUMNS = (
    "id",
    "schema",
    "name",
    "aliases",
    "birth_date",
    "countries",
    "addresses",
    "identifiers",
    "sanctions",
    "program_ids",
    "dataset",
    "first_seen",
    "last_seen",
    "as_of",
)
#: What the list is called in the data that others make of it.
DATASET = "EU Financial Sanctions Files (FSF)"
_NEEDED = frozenset(("fileGenerationDate", "Entity_LogicalId", "NameAlias_WholeName"))
#: Version 1.0 has other names and no whole names in some rows.
_OLDER = frozenset(("Entity_logical_id", "Naal_wholename"))
_SCHEMAS = {"p": "Person", "person": "Person", "e": "Organization", "enterprise": "Organization"}
#: Stands for a country that is not known.
_NO_COUNTRY = "00"
_JOIN = ";"


def is_eu_sanctions(columns: Sequence[str]) -> bool:
    """Whether a header is that of the list, in this version or the one before."""
    return set(columns) >= _NEEDED or set(columns) >= _OLDER


def is_eu_sanctions_xml(head: str) -> bool:
    """Whether a file begins like the list's XML."""
    return "fpi/fsd/export" in head or "<sanctionEntity" in head


def read_eu_sanctions(table: TextTable, path: Path) -> TextTable:
    """Merge the rows of each entity.

    Args:
        table: the file's rows as they are.
        path: the file.

    Raises:
        UnreadableFileError: ``eu_list_other_version``, ``file_too_large``.
    """
    if not set(table.columns) >= _NEEDED:
        raise UnreadableFileError("eu_list_other_version")
    if path.stat().st_size > LARGEST_BYTES:
        raise UnreadableFileError("file_too_large")
    read = list(table.chunks)
    if not read:  # a header alone
        return TextTable(ORIGIN, list(COLUMNS), iter(()), lambda: iter(()))
    columns = [name for name in table.columns if name in _used()]
    schema = {"row_no": pl.Int64(), **dict.fromkeys(columns, pl.String())}
    none = pl.DataFrame(schema=schema)
    lines = pl.concat([none, *(chunk.frame.select("row_no", *columns) for chunk in read)])
    lines = lines.with_columns(
        pl.lit(None, pl.String).alias(name) for name in _used() if name not in columns
    )
    rows = _entities(lines)
    broken = pl.concat([pl.DataFrame(schema=QUARANTINE_SCHEMA), *(chunk.broken for chunk in read)])

    def chunks() -> Iterator[TextChunk]:
        yield TextChunk(rows, broken)

    return TextTable(ORIGIN, list(COLUMNS), chunks(), chunks)


def _used() -> tuple[str, ...]:
    return (
        "fileGenerationDate",
        "Entity_LogicalId",
        "Entity_DesignationDate",
        "Entity_SubjectType",
        "Entity_SubjectType_ClassificationCode",
        "Entity_Regulation_NumberTitle",
        "Entity_Regulation_Programme",
        "Entity_Regulation_PublicationDate",
        "NameAlias_WholeName",
        "NameAlias_FirstName",
        "NameAlias_MiddleName",
        "NameAlias_LastName",
        "Address_Street",
        "Address_PoBox",
        "Address_ZipCode",
        "Address_City",
        "Address_Region",
        "Address_Place",
        "Address_CountryDescription",
        "Address_CountryIso2Code",
        "BirthDate_BirthDate",
        "BirthDate_Year",
        "BirthDate_CountryIso2Code",
        "Identification_Number",
        "Identification_LatinNumber",
        "Citizenship_CountryIso2Code",
    )


_NAME_PARTS = ("NameAlias_FirstName", "NameAlias_MiddleName", "NameAlias_LastName")
_ADDRESS_PARTS = (
    "Address_Street",
    "Address_PoBox",
    "Address_Place",
    "Address_ZipCode",
    "Address_City",
    "Address_Region",
    "Address_CountryDescription",
)
_COUNTRIES = tuple(f"{part}_CountryIso2Code" for part in ("Address", "Citizenship", "BirthDate"))


def _entities(lines: pl.DataFrame) -> pl.DataFrame:
    """Every line with the content of its entity."""
    parts = lines.with_columns(pl.col(pl.String).str.strip_chars().replace("", None)).with_columns(
        whole_name=pl.coalesce("NameAlias_WholeName", _joined(_NAME_PARTS, " ")),
        address=_joined(_ADDRESS_PARTS, ", "),
        sanction=_joined(("Entity_Regulation_NumberTitle", "Entity_Regulation_Programme"), " "),
        born=pl.coalesce(_iso("BirthDate_BirthDate"), "BirthDate_Year"),
        document=pl.coalesce("Identification_Number", "Identification_LatinNumber"),
        country=pl.concat_list(pl.col(_COUNTRIES).str.to_lowercase().replace(_NO_COUNTRY, None)),
        kind=pl.coalesce("Entity_SubjectType_ClassificationCode", "Entity_SubjectType"),
        as_of=_iso("fileGenerationDate"),
        listed=pl.coalesce(
            _iso("Entity_DesignationDate"), _iso("Entity_Regulation_PublicationDate")
        ),
    )
    schema = pl.col("kind").str.to_lowercase().drop_nulls().first()
    merged = parts.group_by("Entity_LogicalId", maintain_order=True).agg(
        schema.replace_strict(_SCHEMAS, default="LegalEntity", return_dtype=pl.String).alias(
            "schema"
        ),
        name=pl.col("whole_name").drop_nulls().first(),
        aliases=_several(pl.col("whole_name"), after_first=True),
        birth_date=_several(pl.col("born")),
        countries=_several(pl.col("country").explode()),
        addresses=_several(pl.col("address")),
        identifiers=_several(pl.col("document")),
        sanctions=_several(pl.col("sanction")),
        program_ids=_several(pl.col("Entity_Regulation_Programme")),
        first_seen=pl.col("listed").drop_nulls().min(),
        # So that an entry that a later list no longer has can be told from one that it still has.
        last_seen=pl.col("as_of").drop_nulls().first(),
        as_of=pl.col("as_of").drop_nulls().first(),
    )
    return (
        lines.select("row_no", pl.col("Entity_LogicalId").str.strip_chars().replace("", None))
        .join(merged, on="Entity_LogicalId", how="left", maintain_order="left")
        .with_columns(id="eu-fsf:" + pl.col("Entity_LogicalId"), dataset=pl.lit(DATASET))
        .select(*COLUMNS, "row_no")
    )


def _joined(parts: Sequence[str], separator: str) -> pl.Expr:
    return pl.concat_str(parts, separator=separator, ignore_nulls=True).replace("", None)


def _several(values: pl.Expr, *, after_first: bool = False) -> pl.Expr:
    """Distinct values of an entity in the order of the file."""
    apart = values.str.replace_all(_JOIN, ",", literal=True).drop_nulls()
    apart = apart.unique(maintain_order=True).slice(1 if after_first else 0)
    return apart.str.join(_JOIN).replace("", None)


def _iso(column: str) -> pl.Expr:
    """A day as the list writes it (``31/12/2026``, in older files ``2026-12-31``)."""
    day = pl.col(column)
    return (
        pl.when(day.str.contains(r"^\d\d/\d\d/\d{4}$"))
        .then(day.str.replace(r"^(\d\d)/(\d\d)/(\d{4})$", "$3-$2-$1"))
        .otherwise(day)
    )
