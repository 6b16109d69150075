"""Suppliers as a municipality's ledger has them, with the company that each of them is."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.labelled.companies import (
    make_companies,
    name_key,
    register_of,
    word_draws,
)
from benchmarks.labelled.company_names import NameMaker
from benchmarks.labelled.places import addresses
from benchmarks.labelled.profiles import PROFILES, SupplierProfile
from benchmarks.labelled.typing_errors import typed_badly
from benchmarks.labelled.vocabulary import Vocabulary, WordDraws, glued
from benchmarks.labelled.written_names import Carelessness, Step, Writing, written
from screening.demo.draws import Draws, Ints

#: How probable a company of each legal form is among suppliers, beside a limited company.
_SUPPLIER_FORMS = {
    "AB": 1.0, "HB": 0.5, "KB": 0.8, "EK": 0.6, "BRF": 0.1, "I": 0.3, "S": 0.4, "E": 0.1,
}  # fmt: skip

#: How probable a deregistered company is, beside a living one.
_GONE = 0.25

#: Errors that might make a company's name into its sister's; nobody could tell them apart then.
_LOSSES = frozenset({
    "trade_name", "town_dropped", "word_missing", "first_word_only", "cut_at_20", "cut_at_24",
    "cut_at_30",
})  # fmt: skip

#: The hands that write down absent companies are others than those of the registered.
_OTHER_SEED = 1_000_003


@dataclass(frozen=True)
class Labelled:
    """A register, suppliers without a number, and the truth.

    Attributes:
        register: the columns of ``companies.REGISTER_COLUMNS``.
        suppliers: ``party_id`` (Int64), ``name``, ``street``, ``postal_code``, ``city``, ``truth``
            (orgnr, null where the company is not in the register), ``trouble`` (what is wrong with
            name and address, with "+" between).
    """

    register: pl.DataFrame
    suppliers: pl.DataFrame

    @property
    def parties(self) -> pl.DataFrame:
        """The suppliers without the truth, as the matching takes them."""
        return self.suppliers.select("party_id", "name", "street", "postal_code", "city")


def _short_street(_: Writing, text: pl.Series) -> pl.Series:
    return text.str.replace("gatan", "g.").str.replace("vägen", "v.")


def _floor(writing: Writing, text: pl.Series) -> pl.Series:
    return glued(text, writing.one_of("floor", [", 2 tr", " lgh 1101", " 3 tr", ", plan 4"]))


def _care_of(writing: Writing, text: pl.Series) -> pl.Series:
    who = writing.words.surname("written/street care of", writing.rows)
    return glued(text, ", c/o ", who).zip_with(
        writing.chance("care of last", 0.5), glued("c/o ", who, ", ", text)
    )


def _bad_street(writing: Writing, text: pl.Series) -> pl.Series:
    return typed_badly(writing.words.draws, "written/street", writing.rows, text)


_STREET_STEPS: dict[str, Step] = {
    "short_street": _short_street,
    "floor": _floor,
    "care_of": _care_of,
    "typed_badly": _bad_street,
    "upper_case": lambda _, text: text.str.to_uppercase(),
}


def _written_addresses(
    writing: Writing, there: pl.DataFrame, profile: SupplierProfile
) -> pl.DataFrame:
    draws, rows = writing.words.draws, writing.rows
    shares = profile.address_errors
    street = Carelessness(writing, shares).apply(_STREET_STEPS, there["street"])
    city = Carelessness(writing, {"city_upper": shares.get("upper_case", 0)}).apply(
        {"city_upper": lambda _, text: text.str.to_uppercase()}, there["city"]
    )
    wrong = pl.Series(draws.chance("address/wrong code", rows, shares.get("wrong_code", 0)))
    digit = pl.Series(draws.integers("address/digit", rows, 0, 9)).cast(pl.String)
    code = there["postal_code"]
    code = (code.str.head(4) + digit).zip_with(wrong, code)
    missing = pl.Series(draws.chance("address/no code", rows, shares.get("no_code", 0)))
    written_code = pl.DataFrame({"code": code, "missing": missing}).select(
        pl.when(~pl.col("missing")).then("code")
    )
    return pl.DataFrame({"street": street, "postal_code": written_code.to_series(), "city": city})


def _registered(
    words: WordDraws, companies: pl.DataFrame, count: int, profile: SupplierProfile
) -> pl.DataFrame:
    """Suppliers that are in the register; those by the likelier forms and the living more often."""
    weights = companies.select(
        pl.col("form").replace_strict(_SUPPLIER_FORMS, return_dtype=pl.Float64)
        * pl.when(pl.col("deregistered_on").is_null()).then(1.0).otherwise(_GONE)
    ).to_series()
    keys = -np.log1p(-words.draws.uniform("supplier/chosen", companies.height)) / weights.to_numpy()
    chosen = companies.gather(pl.Series(np.argsort(keys, kind="stable")[:count]))
    rows = chosen.get_column("row").to_numpy()
    writing = Writing(words, rows, chosen["form"], chosen["city"])
    name, trouble = written(writing, chosen["core"], profile)
    elsewhere = words.draws.chance("supplier/elsewhere", rows, profile.other_address)
    missing = words.draws.uniform("supplier/no address", rows) < (
        profile.no_address / max(1e-9, 1 - profile.other_address)
    )
    own = chosen.select("street", "postal_code", "city")
    there = _chosen_rows(elsewhere, _other_addresses(words, rows, own), own)
    where = _written_addresses(writing, there, profile)
    missing &= ~elsewhere
    gone = pl.Series("gone", missing)
    where = where.with_columns(gone).select(
        *(pl.when(~pl.col("gone")).then(name).alias(name) for name in own.columns)
    )
    told = pl.DataFrame({"t": trouble, "e": elsewhere, "m": missing}).select(
        pl.concat_str(
            "t",
            pl.when("e").then(pl.lit("+other_address")).otherwise(pl.lit("")),
            pl.when("m").then(pl.lit("+no_address")).otherwise(pl.lit("")),
        ).str.strip_prefix("+")
    )
    return where.with_columns(name=name, truth=chosen["orgnr"], trouble=told.to_series())


def _chosen_rows(which: np.ndarray, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    mask = pl.Series(which)
    return pl.DataFrame({name: left[name].zip_with(mask, right[name]) for name in right.columns})


def _other_addresses(words: WordDraws, rows: Ints, own: pl.DataFrame) -> pl.DataFrame:
    """Another address: mostly in another town; every third in the same."""
    other = addresses(words, "supplier/address", rows)
    same_town = words.draws.chance("supplier/same town", rows, 0.33)
    region = own["postal_code"].str.head(3) + other["postal_code"].str.tail(2)
    near = other.with_columns(postal_code=region, city=own["city"])
    return _chosen_rows(same_town, near, other)


def _absent(
    words: WordDraws, companies: pl.DataFrame, count: int, profile: SupplierProfile
) -> pl.DataFrame:
    """Suppliers that are not in the register: strangers, and sisters of companies there."""
    near_count = round(count * profile.near_miss)
    taken = companies.select(key=name_key(pl.col("core"))).unique()
    made = pl.concat(
        [
            _near_misses(words, companies, near_count, taken, profile),
            _strangers(words, count - near_count, taken),
        ]
    )
    rows = np.arange(made.height, dtype=np.int64)
    writing = Writing(
        WordDraws(Draws(words.draws.seed + _OTHER_SEED), words.words),
        rows,
        made["form"],
        made["city"],
    )
    name, trouble = written(writing, made["core"], profile, kept=_LOSSES)
    where = _written_addresses(writing, made.select("street", "postal_code", "city"), profile)
    told = glued(made["kind"], "+", trouble).str.strip_suffix("+")
    return where.with_columns(name=name, truth=pl.lit(None, pl.String), trouble=told)


def _near_misses(
    words: WordDraws,
    companies: pl.DataFrame,
    count: int,
    taken: pl.DataFrame,
    profile: SupplierProfile,
) -> pl.DataFrame:
    """Sisters of registered companies, some at the same address, that nobody registered."""
    bases = companies.filter(pl.col("form") == "AB")
    tries = np.arange(4 * count + 20, dtype=np.int64)
    base = bases.gather(pl.Series(words.draws.integers("near/base", tries, 0, bases.height - 1)))
    core = NameMaker(words).sisters("near", tries, base["core"])
    at_home = words.draws.chance("near/at home", tries, profile.near_miss_at_address)
    own = base.select("street", "postal_code", "city")
    where = _chosen_rows(at_home, own, addresses(words, "near/address", tries))
    made = where.with_columns(base["form"], core=core, kind=pl.lit("near_miss"))
    return _not_taken(made, taken, count)


def _strangers(words: WordDraws, count: int, taken: pl.DataFrame) -> pl.DataFrame:
    """Companies of the same kind as the register's that are not in it."""
    made = make_companies(words, 2 * count + 20, purpose="stranger").filter(pl.col("form") == "AB")
    return _not_taken(made.with_columns(kind=pl.lit("stranger")), taken, count)


def _not_taken(made: pl.DataFrame, taken: pl.DataFrame, count: int) -> pl.DataFrame:
    """The first ``count`` whose name nobody has."""
    return (
        made.select(
            "form", "core", "street", "postal_code", "city", "kind",
            key=name_key(pl.col("core")),
        )
        .unique("key", keep="first", maintain_order=True)
        .join(taken, on="key", how="anti", maintain_order="left")
        .head(count)
        .drop("key")
    )  # fmt: skip


def make_labelled(
    register_rows: int,
    suppliers: int,
    profile: str | SupplierProfile = "municipal",
    seed: int = 1,
    vocabulary: Vocabulary | None = None,
) -> Labelled:
    """A register, and suppliers with known truth.

    Args:
        register_rows: companies in the register (up to about three million).
        suppliers: suppliers, at most half as many as companies.
        profile: how much trouble there is: one of ``profiles.PROFILES`` by name, or another.
        seed: another seed gives another world of the same kind.
        vocabulary: other words.
    """
    chosen = PROFILES[profile] if isinstance(profile, str) else profile
    words = word_draws(seed, vocabulary)
    companies = make_companies(words, register_rows)
    present = round(suppliers * chosen.registered)
    made = pl.concat(
        [
            _registered(words, companies, present, chosen),
            _absent(words, companies, suppliers - present, chosen),
        ],
        how="diagonal",
    )
    order = pl.Series(words.draws.order("supplier/order", made.height))
    listed = made.gather(order).with_row_index("party_id").cast({"party_id": pl.Int64})
    columns = ["party_id", "name", "street", "postal_code", "city", "truth", "trouble"]
    return Labelled(register_of(companies), listed.select(columns))
