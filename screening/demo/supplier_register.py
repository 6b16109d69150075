"""The municipality's own supplier register, kept by hand: right on the whole, and untidy."""

import numpy as np
import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.draws import Flags, Ints
from screening.demo.numbers import dashed, dates, written_bankgiro, written_plusgiro
from screening.demo.own_faults import wrong_bankgiro
from screening.demo.world import World

_NO_NUMBER = 0.06
#: ... and of these, whom nobody noted more of than the first word of the name: a person has to say.
_HARDLY_NAMED = 0.03
_WRONG_NUMBER = 0.008
_FIRST_WORD = r"^((?:Föreningen |Stiftelsen )?[^ ]+) .*?( AB| HB)?$"
#: How the register writes an organisationsnummer, and how often.
_WRITTEN = {"dashed": 62, "plain": 24, "with 16": 7, "vat": 4, "scheme": 3}
#: Telephone numbers that the Post and Telecom Authority has set aside for books and films.
_PHONES = ("070-174061{}", "08-4650041{}", "040-628041{}", "031-390061{}")


def make_register(world: World) -> World:
    """Add to ``suppliers`` how the register writes name and number.

    ``written_name``; ``written_orgnr`` (null where nobody noted it; now and then with a wrong check
    digit); ``is_hardly_named`` (neither number nor address, and half the name); ``is_masked`` (the
    ledger hides the name, since it is a person's). Only suppliers that nothing is the matter with
    lack a right number: what a scheme is found by is in the files.
    """
    draws, suppliers = world.draws, world.suppliers
    count = suppliers.height
    is_sole = (suppliers.get_column("form") == "E").to_numpy()
    owned = _with_persons_names(world)
    plain = (suppliers.get_column("part") == ORDINARY).to_numpy() & ~is_sole
    drawn = draws.uniform("register/number", count)
    lacks = plain & (drawn < _NO_NUMBER)
    wrong = plain & (drawn >= _NO_NUMBER) & (drawn < _NO_NUMBER + _WRONG_NUMBER)
    half = plain & (drawn < _HARDLY_NAMED)
    written = suppliers.with_columns(
        name=owned,
        is_hardly_named=pl.Series(half),
        written_orgnr=_written_numbers(world, is_sole, lacks, wrong),
    )
    return world.but(
        suppliers=written.with_columns(
            written_name=pl.when("is_hardly_named")
            .then(pl.Series(owned).str.replace(_FIRST_WORD, "${1}${2}"))
            .otherwise(_written_names(world, owned, lacks | wrong)),
            is_masked=pl.Series(is_sole) & (pl.Series(owned) != suppliers.get_column("name")),
        )
    )


def _with_persons_names(world: World) -> pl.Series:
    """Company names; half of the sole traders trade under their own."""
    people = world.people.select("person", own_name="name")
    joined = world.suppliers.join(people, on="person", how="left", maintain_order="left")
    own = pl.col("own_name").is_not_null() & (pl.col("supplier") % 2 == 0)
    return joined.select(pl.when(own).then("own_name").otherwise("name").alias("name")).to_series()


def _written_numbers(world: World, is_sole: Flags, lacks: Flags, wrong: Flags) -> pl.Series:
    draws, count = world.draws, world.suppliers.height
    styles = list(_WRITTEN)
    style = pl.Series(styles).gather(
        pl.Series(draws.pick("register/style", count, list(_WRITTEN.values())))
    )
    frame = world.suppliers.select("orgnr", "person").join(
        world.people.select("person", "number"), on="person", how="left", maintain_order="left"
    )
    number = pl.col("orgnr")
    slipped = number.str.head(9) + ((number.str.tail(1).cast(pl.Int64) + 3) % 10).cast(pl.String)
    return (
        frame.with_columns(
            style=style, is_sole=pl.Series(is_sole), lacks=pl.Series(lacks), wrong=pl.Series(wrong)
        )
        .with_columns(orgnr=pl.when("wrong").then(slipped).otherwise("orgnr"))
        .select(
            pl.when("lacks")
            .then(None)
            .when("is_sole")
            .then(pl.when(pl.col("style") == "dashed").then(dashed(number)).otherwise("number"))
            .when(pl.col("wrong") | (pl.col("style") == "dashed"))
            .then(dashed(number))
            .when(pl.col("style") == "with 16")
            .then(pl.lit("16") + number)
            .when(pl.col("style") == "vat")
            .then(pl.lit("SE") + number + pl.lit("01"))
            .when(pl.col("style") == "scheme")
            .then(pl.lit("0007:") + number)
            .otherwise(number)
        )
        .to_series()
    )


def _written_names(world: World, names: pl.Series, careful: Flags) -> pl.Series:
    """Names as clerks typed them; without typing errors where the number is missing."""
    draws, count = world.draws, world.suppliers.height
    drawn = draws.uniform("register/name", count)
    drawn = np.where(careful & (drawn > 0.9), 0.0, drawn)
    place = draws.integers("register/typo", count, 2, 6)
    frame = pl.DataFrame({"name": names, "drawn": drawn, "place": place})
    name, at = pl.col("name"), pl.col("place")
    # Two letters that change places.
    typo = pl.concat_str(
        name.str.slice(0, at),
        name.str.slice(at + 1, 1),
        name.str.slice(at, 1),
        name.str.slice(at + 2),
    )
    bare = name.str.replace(r" (AB|HB|ek\. för\.)$", "")
    return frame.select(
        pl.when(pl.col("drawn") < 0.60)
        .then(name)
        .when(pl.col("drawn") < 0.75)
        .then(name.str.to_uppercase())
        .when(pl.col("drawn") < 0.86)
        .then(bare)
        .when(pl.col("drawn") < 0.90)
        .then(name.str.replace(r" AB$", " Aktiebolag"))
        .when(pl.col("drawn") < 0.95)
        .then(typo)
        .otherwise(pl.concat_str(name.str.replace(" ", "  "), pl.lit(" ")))
    ).to_series()


def register_table(world: World, day: int) -> pl.DataFrame:
    """The register as delivered on a day: the canonical columns of ``suppliers``, all text."""
    draws = world.draws
    known = world.suppliers.filter(pl.col("created") <= day)
    row = known.get_column("supplier").to_numpy()
    is_new = pl.col("account_changed").is_null() | (pl.col("account_changed") <= day)
    changed = pl.when(pl.col("account_changed") <= day).then("account_changed").otherwise("changed")
    phones = [pattern.format(number) for pattern in _PHONES for number in range(1, 10)]
    frame = known.with_columns(
        bankgiro=pl.when(is_new).then("bankgiro").otherwise("old_bankgiro"),
        changed=pl.Series(_last_touched(world, row)),
        phone=pl.Series(phones).gather(pl.Series(draws.pick("phone", row, len(phones)))),
        is_mistyped=pl.Series(wrong_bankgiro(world)[row]),
        moved=pl.Series(draws.chance("register/old address", row, 0.1))
        & (pl.col("part") == ORDINARY),
        number_known=pl.col("written_orgnr").is_not_null(),
        blocked=pl.Series(draws.chance("blocked", row, 0.01)) & (pl.col("part") == ORDINARY),
    ).with_columns(changed=pl.max_horizontal("created", changed))
    # An address that was right once: only where the number tells who it is.
    old_street = pl.col("street").str.replace(r"\d+$", "7")
    has_address = pl.when(~pl.col("is_hardly_named"))
    told = frame.select(
        "supplier_no",
        "second_no",
        name="written_name",
        orgnr="written_orgnr",
        vat_no=pl.when(
            pl.col("number_known") & (pl.col("supplier") % 3 == 0) & (pl.col("person") < 0)
        ).then(pl.lit("SE") + pl.col("orgnr") + pl.lit("01")),
        bankgiro=pl.when("is_mistyped")
        .then(_slipped(written_bankgiro(pl.col("bankgiro"))))
        .otherwise(written_bankgiro(pl.col("bankgiro"))),
        plusgiro=written_plusgiro(pl.col("plusgiro")),
        street=has_address.then(
            pl.when(pl.col("moved") & pl.col("number_known")).then(old_street).otherwise("street")
        ),
        postal_code=has_address.then(
            pl.col("postal_code").str.head(3) + " " + pl.col("postal_code").str.tail(2)
        ),
        city=has_address.then("city"),
        email=pl.lit("faktura@") + _plain(pl.col("stem")) + pl.lit(".example"),
        phone="phone",
        created_on=_day_text(frame.get_column("created")),
        changed_on=_day_text(frame.get_column("changed")),
        blocked=pl.when("blocked").then(pl.lit("ja")).otherwise(pl.lit("nej")),
    )
    # The vat column tells the right number even where the other is wrong: leave it out there.
    wrong = known.get_column("written_orgnr").str.replace_all(r"\D", "").str.slice(0, 12)
    told = told.with_columns(
        vat_no=pl.when(_ends_alike(wrong, known.get_column("orgnr"))).then("vat_no")
    )
    again = told.filter(pl.col("second_no").is_not_null()).with_columns(
        supplier_no="second_no", name=pl.col("name").str.to_uppercase()
    )
    return pl.concat([told, again]).drop("second_no").sort(pl.col("supplier_no").cast(pl.Int64))


def _slipped(number: pl.Expr) -> pl.Expr:
    """A number whose last digit is another one."""
    last = (number.str.tail(1).cast(pl.Int64, strict=False) + 3) % 10
    return number.str.head(-1) + last.cast(pl.String)


def _ends_alike(written: pl.Series, orgnr: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"written": written, "orgnr": orgnr})
    return frame.select(pl.col("written").str.contains(pl.col("orgnr"), literal=True)).to_series()


def _last_touched(world: World, row: Ints) -> Ints:
    """When somebody last changed the row, the same in every delivery."""
    touched: Ints = world.calendar.today - world.draws.integers("register/touched", row, 200, 900)
    return touched


def _day_text(days: pl.Series) -> pl.Series:
    return dates(days.to_numpy()).cast(pl.String)


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_many(["å", "ä", "ö"], ["a", "a", "o"])
