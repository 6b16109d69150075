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
from screening.rules.problems import unknown
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
    CRITICAL_RULES_MISSING,
)

#: One row per rule and supplier that could not be checked. ``source`` is null for rule_failed
#: and critical_rules_missing.
NOT_CHECKED_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "supplier_id": pl.String(),
    "reason": pl.Enum(REASONS),
    "source": pl.String(),
}

_SET_ASIDE_SCHEMA: dict[str, pl.DataType] = {"supplier_id": pl.String(), "source": pl.String()}

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
    """

    suppliers: pl.DataFrame
    sources: pl.DataFrame
    answers: pl.DataFrame
    set_aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_SET_ASIDE_SCHEMA))


def check_needs(rule: Rule, contracts: Mapping[str, Contract]) -> None:
    """Raise RuleProblem where the rule needs a source that has no contract."""
    for source in sorted(rule.needs):
        if source not in contracts:
            raise unknown("need_unknown", source, contracts)


@dataclass(frozen=True)
class Missed:
    """What could not be checked.

    Attributes:
        pairs: ``NOT_CHECKED_SCHEMA``, by rule and supplier, one reason for each.
        unmet: rule_id, source, reason of needs that no supplier meets, for the source is missing
            or too old.
    """

    pairs: pl.DataFrame
    unmet: pl.DataFrame

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
    needs = _needs_of(rules, contracts)
    unmet = _unmet_by_all(needs, known.sources, as_of)
    for_all = unmet.join(known.suppliers.select("supplier_id"), how="cross")
    each = needs.join(unmet, on=["rule_id", "source"], how="anti")
    some = _unmet_by_some(each, known, as_of)
    return Missed(_first_reasons(pl.concat([for_all, some])), unmet)


def all_not_checked(rule_id: str, suppliers: pl.DataFrame) -> pl.DataFrame:
    """Every supplier as not checked by a rule that failed (``NOT_CHECKED_SCHEMA``)."""
    return suppliers.select(
        pl.lit(rule_id).alias("rule_id"),
        "supplier_id",
        pl.lit("rule_failed").alias("reason"),
        pl.lit(None).alias("source"),
    ).cast(NOT_CHECKED_SCHEMA)  # type: ignore[arg-type]


def reasons_of(missed: Missed) -> pl.DataFrame:
    """Why each rule was not checked, in words: rule_id, reasons_sv, reasons_en.

    Every reason and source once, in one order.
    """
    columns = ["rule_id", "reason", "source"]
    unmet = missed.unmet.with_columns(pl.col("reason").cast(pl.Enum(REASONS)))
    kinds = pl.concat([missed.pairs.select(columns), unmet.select(columns)]).unique().sort(columns)
    said = {
        language: [
            text(f"rules.{reason}", language, source=_title(source or "", language))
            for reason, source in kinds.select("reason", "source").iter_rows()
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


def _title(source: str, language: Language) -> str:
    contract = all_contracts().get(source)
    return contract.title[language] if contract else source


def _needs_of(rules: Iterable[Rule], contracts: Mapping[str, Contract]) -> pl.DataFrame:
    rows = [
        {
            "rule_id": rule.id,
            "source": source,
            "max_age_days": days,
            "is_asked": contracts[source].absence == "answers",
            "is_by_orgnr": contracts[source].keyed_by == "orgnr",
        }
        for rule in rules
        for source, days in rule.needs.items()
    ]
    return pl.DataFrame(rows, schema=_NEEDS_SCHEMA)


def _is_too_old(newest: str, as_of: date) -> pl.Expr:
    age_days = (pl.lit(as_of) - pl.col(newest)).dt.total_days()
    return age_days > pl.col("max_age_days")


def _unmet_by_all(needs: pl.DataFrame, sources: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Needs of sources that are missing or too old: rule_id, source, reason."""
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
        .select("rule_id", "source", "reason")
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
        .sort("rule_id", "supplier_id", "reason", "source")
        .unique(["rule_id", "supplier_id"], keep="first", maintain_order=True)
        .select(NOT_CHECKED_SCHEMA.keys())
    )
