"""Officers in answers of Företagsinformation: one row per officer, company and kind of role.

Officers may be organisations, such as a firm of auditors or a general partner; whoever acts for
one is a row too, in its role. A role that is not in ``data/reference/officer_roles.yaml`` is kept
as ``annan``, with its published name, and pointed out.
"""

from datetime import date

import polars as pl

from screening.sources.codes import reference_spellings
from screening.sources.delivery import ReadWarning
from screening.sources.folding import folded
from screening.sources.foretagsinformation import (
    answer_table,
    is_organisation,
    name_of,
    number_of,
    read_answers,
)
from screening.sources.json_records import JsonRecords
from screening.sources.packed_frames import PackedFrames
from screening.sources.text_table import TextTable

COLUMNS = (
    "orgnr",
    "person_id",
    "person_name",
    "birth_date",
    "role",
    "role_text",
    "officer_type",
    "officer_orgnr",
    "answered_on",
    "is_whole_answer",
    "street",
    "postal_code",
    "city",
    "country",
)
_SWEDEN = r"^(?i:SE|Sverige)$"
#: Characters of role names that are shown in a warning.
_MOST_LISTED = 400


def read_officers(records: JsonRecords, size: int, day: date) -> TextTable:
    """Read answers as a table of ``COLUMNS``, all text; ``day`` is that of the answers.

    Answers have no dates of posts. ``answered_on`` and ``is_whole_answer`` are there to tell from
    a company's next answer who has left and who has come.

    Raises:
        UnreadableFileError: as for ``read_answers``.
    """
    rows, broken = PackedFrames(), []
    unknown: dict[str, int] = {}
    empty = banned = 0
    for answers, rejects in read_answers(records, size):
        posts = pl.concat(
            [
                _of_organisations(answers).with_columns(is_whole_answer=pl.lit("true")),
                _of_engagements(answers).with_columns(is_whole_answer=pl.lit("false")),
            ]
        ).with_columns(answered_on=pl.lit(day.isoformat()))
        told, unknown_roles = _by_role(_with_representatives(posts))
        rows.append(told)
        broken.append(rejects)
        for role in unknown_roles:
            unknown[role] = unknown.get(role, 0) + 1
        empty += answers.join(posts, on="answer", how="anti").height
        banned += answers.filter(_has_prohibition()).height
    warnings = [
        ReadWarning(code, {"rows": count})
        for code, count in (("answers_without_rows", empty), ("prohibitions_in_officers", banned))
        if count
    ]
    if unknown:
        names = ", ".join(sorted(unknown))[:_MOST_LISTED]
        warnings.append(
            ReadWarning("unknown_roles", {"roles": names, "rows": sum(unknown.values())})
        )
    return answer_table(COLUMNS, rows, broken, warnings)


def _of_organisations(answers: pl.DataFrame) -> pl.DataFrame:
    """Posts told by the organisation: ``answer``, ``orgnr``, ``officer``."""
    return (
        answers.select("answer", orgnr=number_of(), officer="funktionarer")
        .explode("officer")
        .drop_nulls("officer")
    )


def _of_engagements(answers: pl.DataFrame) -> pl.DataFrame:
    """Posts told by the officer. Who that is stands in the answer, if not in the post."""
    own = answers.select(
        "answer",
        pl.struct("personnamn", "organisationsnamn", "identitet").alias("own"),
        engagement="organisationsengagemang",
    )
    posts = (
        own.explode("engagement")
        .drop_nulls("engagement")
        .with_columns(
            orgnr=pl.col("engagement")
            .struct.field("organisation")
            .struct.field("identitet")
            .struct.field("identitetsbeteckning"),
            officer=pl.col("engagement").struct.field("funktionar"),
        )
    )
    identity = pl.col("officer").struct.field("identitet")
    is_named = identity.struct.field("identitetsbeteckning").is_not_null()
    officer = pl.col("officer").struct.with_fields(
        *(
            pl.when(is_named)
            .then(pl.field(name))
            .otherwise(pl.col("own").struct.field(name))
            .alias(name)
            for name in ("personnamn", "organisationsnamn", "identitet")
        )
    )
    return posts.with_columns(officer=officer).select("answer", "orgnr", "officer")


def _with_representatives(posts: pl.DataFrame) -> pl.DataFrame:
    """Officers, and the persons who act for officers that are organisations."""
    officers = posts.unnest("officer")
    acts = pl.col("representerasAv").struct
    is_known = pl.any_horizontal(
        acts.field("personnamn").struct.field("efternamn").is_not_null(),
        acts.field("identitet").struct.field("identitetsbeteckning").is_not_null(),
    )
    acting = officers.filter(is_organisation() & is_known).with_columns(
        through=name_of(),
        personnamn=acts.field("personnamn"),
        identitet=acts.field("identitet"),
        # The address is the organisation's.
        postadress=pl.lit(None, officers.schema["postadress"]),
        organisationsnamn=pl.lit(None, officers.schema["organisationsnamn"]),
    )
    return pl.concat([officers.with_columns(through=pl.lit(None, pl.String)), acting])


def _by_role(told: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """One row per officer and kind of role; and the roles that are not known, as published."""
    roles = reference_spellings("officer_roles")
    number, is_company = number_of(), is_organisation()
    country = pl.col("postadress").struct.field("land").struct
    land = pl.coalesce(
        country.field("klartext").replace("", None),
        country.field("kod").str.strip_suffix("-LAND").replace("", None),
    )
    is_swedish = land.is_null() | land.str.contains(_SWEDEN)
    address = pl.col("postadress").struct
    lines = pl.concat_str(
        [address.field("adressrad1"), address.field("adressrad2")],
        separator=", ",
        ignore_nulls=True,
    ).replace("", None)
    exploded = (
        told.with_columns(
            pl.when(pl.col("funktionarsroller").list.len() > 0).then("funktionarsroller")
        )
        .explode("funktionarsroller")
        .with_columns(
            kod=pl.col("funktionarsroller").struct.field("kod"),
            klartext=pl.col("funktionarsroller").struct.field("klartext"),
        )
        .with_columns(role_text=pl.coalesce("klartext", "kod"))
    )
    mapped = exploded.with_columns(
        folded(exploded["kod"]).alias("by_code"), folded(exploded["klartext"]).alias("by_name")
    ).with_columns(
        role=pl.coalesce(
            pl.col(name).replace_strict(roles, default=None, return_dtype=pl.String)
            for name in ("by_code", "by_name")
        )
    )
    unknown = mapped.filter(pl.col("role").is_null())["role_text"].fill_null("-").to_list()
    rows = mapped.with_columns(
        person_id=pl.when(~is_company & _is_swedish_number()).then(number),
        birth_date=pl.when(~is_company).then(number.str.extract(r"^(\d{8})$")),
        person_name=name_of(),
        officer_type=pl.when(is_company).then(pl.lit("company")).otherwise(pl.lit("person")),
        officer_orgnr=pl.when(is_company).then(number),
        role=pl.col("role").fill_null("annan"),
        role_text=pl.when(pl.col("through").is_null())
        .then("role_text")
        .otherwise(pl.format("{} ({})", pl.col("role_text").fill_null("-"), "through")),
        street=pl.coalesce(address.field("adress").replace("", None), lines),
        postal_code=pl.when(is_swedish).then(address.field("postnummer")),
        city=address.field("postort"),
        country=land,
    )
    one = ["answer", "orgnr", "person_id", "officer_orgnr", "person_name", "birth_date", "role"]
    others = [name for name in COLUMNS if name not in (*one, "role_text")]
    grouped = rows.group_by(one, maintain_order=True).agg(
        pl.col("role_text").drop_nulls().unique(maintain_order=True).str.join("; "),
        *(pl.col(name).first() for name in others),
    )
    return grouped.with_columns(pl.col("role_text").replace("", None)).select(COLUMNS), unknown


def _is_swedish_number() -> pl.Expr:
    """Whether an identity is a number of a person: by its kind, else by its form.

    Of some persons there is a date of birth instead, or a foreign number.
    """
    kind = pl.col("identitet").struct.field("typ").str.to_uppercase()
    shaped = number_of().str.contains(r"^(?:\d\d)?\d{6}[-+]?\d{4}$")
    return pl.when(kind.is_null()).then(shaped).otherwise(kind.str.contains("PERSONN|SAMORDN|GD"))


def _has_prohibition() -> pl.Expr:
    held = pl.col("naringsforbud").struct
    return pl.any_horizontal(
        held.field(kind).struct.field("from").is_not_null() for kind in ("slutligt", "tillfalligt")
    )
