"""Which rule could be checked for which supplier, and why not.

A rule states the sources that it needs and how old they may be. A source's contract says what a
missing row means: in a complete register or in our own records no row is an answer; where answers
are asked for, no row means that nobody asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from screening.messages import Language, text
from screening.rules.model import Rule
from screening.rules.problems import RuleProblem, unknown
from screening.rules.untold_columns import named
from screening.sources.contracts import Contract, all_contracts

LANGUAGES: tuple[Language, ...] = ("sv", "en")

#: The rules whose findings the rule rests on could not all be asked; see ``critical_findings``.
CRITICAL_RULES_MISSING = "critical_rules_missing"

#: Why a rule is not checked for a supplier, in the order in which one reason is picked: first what
#: holds for everyone (it is the municipality's to mend), then what holds for the supplier.
REASONS = (
    "rule_failed",
    "source_missing",
    "source_too_old",
    "no_orgnr",
    "no_answer",
    "answer_too_old",
    "row_set_aside",
    "column_untold",
    "column_untold_here",
    CRITICAL_RULES_MISSING,
)

#: One row per rule and supplier that could not be checked. ``source`` is null for rule_failed
#: and critical_rules_missing; ``column_names`` tells which columns have no value, for the reasons
#: column_untold (in no row) and column_untold_here (in no row about the supplier).
NOT_CHECKED_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "supplier_id": pl.String(),
    "reason": pl.Enum(REASONS),
    "source": pl.String(),
    "column_names": pl.String(),
}

_SET_ASIDE_SCHEMA: dict[str, pl.DataType] = {"supplier_id": pl.String(), "source": pl.String()}
_UNTOLD_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "column_names": pl.String(),
    "supplier_id": pl.String(),
}

_NEEDS_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "source": pl.String(),
    "max_age_days": pl.Int64(),
    "is_asked": pl.Boolean(),
    "is_by_orgnr": pl.Boolean(),
}


@dataclass(frozen=True)
class Known:
    """What is known on the run's day.

    Attributes:
        suppliers: supplier_id, orgnr (null where unknown).
        sources: source, newest_as_of; one row for each source that is present at all.
        answers: supplier_id, source, as_of; the newest answer per supplier, only for sources with
            ``absence: answers``.
        set_aside: supplier_id, source; suppliers named in a row that is in quarantine. What is
            not in a register is then no answer for them.
        untold: source, column_names, supplier_id as ``untold_columns.fill_untold`` tells.
    """

    suppliers: pl.DataFrame
    sources: pl.DataFrame
    answers: pl.DataFrame
    set_aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_SET_ASIDE_SCHEMA))
    untold: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_UNTOLD_SCHEMA))


def check_needs(rule: Rule, contracts: Mapping[str, Contract]) -> None:
    """Raise RuleProblem where the rule needs a source, or a column, that has no contract."""
    for source, need in sorted(rule.needs.items()):
        if source not in contracts:
            raise unknown("need_unknown", source, contracts)
        contract = contracts[source]
        for name in (name for group in need.groups for name in group):
            if name not in contract.columns:
                raise unknown("need_column_unknown", name, contract.columns, source=source)
        if need.columns_per_supplier and contract.keyed_by == "none":
            raise RuleProblem("need_column_of_none", source=source)


@dataclass(frozen=True)
class Missed:
    """What could not be checked.

    Attributes:
        pairs: ``NOT_CHECKED_SCHEMA``, by rule and supplier, one reason for each.
        unmet: rule_id, source, reason, column_names of needs that no supplier meets: the source is
            missing or too old, or a column has no value in any row.
        silent: ``NOT_CHECKED_SCHEMA`` of rules and suppliers that are in no pair, and for which a
            rule's silence says nothing, for a column has no value in their rows. What is found
            all the same stands.
    """

    pairs: pl.DataFrame
    unmet: pl.DataFrame
    silent: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NOT_CHECKED_SCHEMA))

    def unasked(self, suppliers: int) -> frozenset[str]:
        """Rules that cannot be checked for any of so many suppliers: no point in running them."""
        counted = self.pairs.group_by("rule_id").len().filter(pl.col("len") == suppliers)
        return frozenset(self.unmet["rule_id"]) | frozenset(counted["rule_id"])


def not_checked(
    rules: Iterable[Rule], known: Known, as_of: date, contracts: Mapping[str, Contract]
) -> Missed:
    """The suppliers for which each rule cannot be checked, and why.

    One reason for each, the first of :data:`REASONS` (then of the sources in the alphabet). A
    source is too old where its newest ``as_of`` lies more than the rule's days before ``as_of``.
    """
    asked = tuple(rules)
    needs = _needs_of(asked, contracts)
    untold = _columns_of(asked).join(known.untold, on=["source", "column_names"])
    unmet = pl.concat([_unmet_by_all(needs, known.sources, as_of), _untold_for_all(untold)])
    for_all = unmet.join(known.suppliers.select("supplier_id"), how="cross")
    each = needs.join(unmet, on=["rule_id", "source"], how="anti")
    some = _unmet_by_some(each, known, as_of)
    pairs = _first_reasons(pl.concat([for_all, some], how="diagonal"))
    silent = _first_reasons(_untold_for_some(untold, known.suppliers))
    return Missed(pairs, unmet, silent.join(pairs, on=["rule_id", "supplier_id"], how="anti"))


def all_not_checked(rule_id: str, suppliers: pl.DataFrame) -> pl.DataFrame:
    """Every supplier as not checked by a rule that failed (``NOT_CHECKED_SCHEMA``)."""
    return suppliers.select(
        pl.lit(rule_id).alias("rule_id"),
        "supplier_id",
        pl.lit("rule_failed").alias("reason"),
        pl.lit(None).alias("source"),
        pl.lit(None).alias("column_names"),
    ).cast(NOT_CHECKED_SCHEMA)  # type: ignore[arg-type]


def reasons_of(missed: Missed) -> pl.DataFrame:
    """Why each rule was not checked, in words: rule_id, reasons_sv, reasons_en.

    Every reason and source once, in one order.
    """
    columns = ["rule_id", "reason", "source", "column_names"]
    unmet = missed.unmet.with_columns(pl.col("reason").cast(pl.Enum(REASONS)))
    told = [missed.pairs, missed.silent, unmet]
    kinds = pl.concat([frame.select(columns) for frame in told]).unique().sort(columns)
    said = {
        language: [
            reason_in_words(*row, language=language)
            for row in kinds.select(columns[1:]).iter_rows()
        ]
        for language in LANGUAGES
    }
    return (
        kinds.with_columns(
            pl.Series(f"reasons_{language}", said[language], dtype=pl.String)
            for language in LANGUAGES
        )
        .group_by("rule_id", maintain_order=True)
        .agg(pl.col("reasons_sv", "reasons_en").str.join(" "))
    )


def reason_in_words(
    reason: str, source: str | None, column_names: str | None, *, language: Language
) -> str:
    """Why a rule was not checked, in a sentence."""
    title = _title(source or "", language)
    return text(f"rules.{reason}", language, source=title, columns=column_names or "")


def _title(source: str, language: Language) -> str:
    contract = all_contracts().get(source)
    return contract.title[language] if contract else source


def _needs_of(rules: Iterable[Rule], contracts: Mapping[str, Contract]) -> pl.DataFrame:
    rows = [
        {
            "rule_id": rule.id,
            "source": source,
            "max_age_days": need.max_age_days,
            "is_asked": contracts[source].absence == "answers",
            "is_by_orgnr": contracts[source].keyed_by == "orgnr",
        }
        for rule in rules
        for source, need in rule.needs.items()
    ]
    return pl.DataFrame(rows, schema=_NEEDS_SCHEMA)


def _columns_of(rules: Iterable[Rule]) -> pl.DataFrame:
    """The columns that rules need: rule_id, source, column_names, is_each."""
    rows = [
        (rule.id, source, named(columns), columns in need.columns_per_supplier)
        for rule in rules
        for source, need in rule.needs.items()
        for columns in need.groups
    ]
    schema = {
        "rule_id": pl.String,
        "source": pl.String,
        "column_names": pl.String,
        "is_each": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _untold_for_all(untold: pl.DataFrame) -> pl.DataFrame:
    """Columns without which a rule cannot be asked: rule_id, source, reason, column_names."""
    return untold.filter(~pl.col("is_each"), pl.col("supplier_id").is_null()).select(
        "rule_id", "source", pl.lit("column_untold").alias("reason"), "column_names"
    )


def _untold_for_some(untold: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    """Suppliers whose own rows do not tell: rule_id, source, reason, column_names, supplier_id."""
    here = untold.filter("is_each")
    by_all = here.filter(pl.col("supplier_id").is_null()).drop("supplier_id")
    everybody = by_all.join(suppliers.select("supplier_id"), how="cross")
    one_by_one = here.join(suppliers, on="supplier_id", how="semi")
    return pl.concat(
        [
            frame.select(
                "rule_id", "source", pl.lit(reason).alias("reason"), "column_names", "supplier_id"
            )
            for reason, frame in (
                ("column_untold", everybody),
                ("column_untold_here", one_by_one),
            )
        ]
    )


def _is_too_old(newest: str, as_of: date) -> pl.Expr:
    age_days = (pl.lit(as_of) - pl.col(newest)).dt.total_days()
    return age_days > pl.col("max_age_days")


def _unmet_by_all(needs: pl.DataFrame, sources: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Needs of sources that are missing or too old: rule_id, source, reason, column_names."""
    reason = (
        pl.when(pl.col("newest_as_of").is_null())
        .then(pl.lit("source_missing"))
        .when(_is_too_old("newest_as_of", as_of))
        .then(pl.lit("source_too_old"))
    )
    return (
        needs.join(sources.select("source", "newest_as_of"), on="source", how="left")
        .with_columns(reason=reason)
        .filter(pl.col("reason").is_not_null())
        .select("rule_id", "source", "reason", pl.lit(None, pl.String).alias("column_names"))
    )


def _unmet_by_some(needs: pl.DataFrame, known: Known, as_of: date) -> pl.DataFrame:
    """Needs that some suppliers do not meet: rule_id, source, reason, supplier_id.

    Worked out once per source and age, however many rules ask for it.
    """
    asks = ["source", "max_age_days", "is_asked", "is_by_orgnr"]
    hanging_on_supplier = needs.filter(pl.col("is_asked") | pl.col("is_by_orgnr"))
    reason = (
        pl.when(pl.col("is_by_orgnr") & pl.col("orgnr").is_null())
        .then(pl.lit("no_orgnr"))
        .when(pl.col("is_asked") & pl.col("as_of").is_null())
        .then(pl.lit("no_answer"))
        .when(pl.col("is_asked") & _is_too_old("as_of", as_of))
        .then(pl.lit("answer_too_old"))
        .when(pl.col("is_set_aside"))
        .then(pl.lit("row_set_aside"))
    )
    set_aside = known.set_aside.select("supplier_id", "source").unique()
    unmet = (
        hanging_on_supplier.select(asks)
        .unique()
        .join(known.suppliers.select("supplier_id", "orgnr"), how="cross")
        .join(
            known.answers.select("supplier_id", "source", "as_of"),
            on=["supplier_id", "source"],
            how="left",
        )
        .join(
            set_aside.with_columns(is_set_aside=pl.lit(value=True)),
            on=["supplier_id", "source"],
            how="left",
        )
        .with_columns(reason=reason)
        .filter(pl.col("reason").is_not_null())
    )
    return hanging_on_supplier.join(unmet, on=asks).select(
        "rule_id", "source", "reason", "supplier_id"
    )


def _first_reasons(unmet: pl.DataFrame) -> pl.DataFrame:
    return (
        unmet.with_columns(pl.col("reason").cast(pl.Enum(REASONS)))
        .sort("rule_id", "supplier_id", "reason", "source", "column_names")
        .unique(["rule_id", "supplier_id"], keep="first", maintain_order=True)
        .select(NOT_CHECKED_SCHEMA.keys())
    )
