"""What a proposal cannot know, as questions to the person who knows the system.

A guess that is wrong costs a supplier its name: where the file does not decide, nothing is decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from screening.sources.codes import vocabulary_of
from screening.sources.contracts import Contract
from screening.sources.dates import DateOrder
from screening.sources.folding import fold
from screening.sources.proposing.assigning import Assigned
from screening.sources.proposing.column_fit import MOSTLY
from screening.sources.proposing.column_profile import ColumnProfile
from screening.sources.proposing.header_words import concepts_of

_DAYS = ("date", "month", "datetime")
_NUMBERS = ("amount", "decimal", "integer")
#: Concept in an amount's header -> SEK per unit.
UNITS = {"thousand": "1000", "million": "1000000", "ore": "0.01"}
#: Country of the companies in a file -> the currency that its amounts are probably in.
CURRENCIES = {"GB": "GBP", "DE": "EUR", "FI": "EUR", "NO": "NOK", "DK": "DKK", "US": "USD"}
_FOREIGN = 0.15
_ALIKE = 82
_REDACTED_SHARE = 0.03
_REDACTED_WORDS = (
    "redacted",
    "masked",
    "maskad",
    "maskerad",
    "sekretess",
    "personuppgift",
    "withheld",
    "confidential",
    "skyddad",
    "anonymiserad",
    "borttagen",
)
_MOST_CODES_NAMED = 12


@dataclass(frozen=True)
class Question:
    """Something to decide. Text: ``mapping.question_<code>``; ``column`` is what it is about."""

    code: str
    column: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ValueMap:
    """Codes of a column: those that were guessed, and those that are open."""

    guessed: dict[str, str]
    open: tuple[str, ...]


def questions_about(
    contract: Contract,
    assigned: Sequence[Assigned],
    missing: Sequence[str],
    profiles: Mapping[str, ColumnProfile],
) -> list[Question]:
    """Every question about columns, in the contract's order, then what is missing."""
    found: list[Question] = []
    for each in assigned:
        profile = profiles[each.header]
        found += _about_choice(each, contract)
        found += _about_values(each, contract, profile)
        if contract.columns[each.column].type == "amount":
            found += _about_amount(each, contract, profiles)
    found += _about_order(contract, assigned, profiles)
    found += _about_currency(contract, assigned, profiles)
    found += _about_buyers(assigned, profiles)
    for name in missing:
        column = contract.columns.get(name)
        could_be_constant = column is not None and column.type in ("text", "code", "date")
        code = "missing_maybe_constant" if could_be_constant else "missing"
        found.append(Question(code, name, {"source": contract.source}))
    return found


def _about_choice(each: Assigned, contract: Contract) -> list[Question]:
    if each.resort is not None:
        return [Question(each.resort, each.column, {"header": each.header})]
    if each.rival is not None:
        return [Question("rival", each.column, {"header": each.header, "rival": each.rival})]
    if each.level == "unsure":
        groups = {name for group in contract.required_any for name in group}
        is_needed = contract.columns[each.column].required or each.column in groups
        code = "unsure_needed" if is_needed else "unsure"
        return [Question(code, each.column, {"header": each.header})]
    return []


def _about_values(each: Assigned, contract: Contract, profile: ColumnProfile) -> list[Question]:
    column = contract.columns[each.column]
    told = {"header": each.header}
    if column.type in _DAYS and profile.share("short_year") > 1 - MOSTLY:
        return [Question("short_year", each.column, told)]
    if column.type in _NUMBERS and profile.is_ambiguous and profile.decimals.decimal() is None:
        return [Question("decimal", each.column, told)]
    if profile.is_empty:
        return [Question("empty", each.column, told)]
    if column.type == "code":
        codes = value_map(each, contract, profile)
        unknown = len(codes.open) + len(codes.guessed)
        return [Question("codes", each.column, {**told, "count": unknown})] if unknown else []
    if column.type not in ("text", "code") and each.by_values < MOSTLY:
        percent = round(100 * (1 - each.by_values))
        return [Question("values_misfit", each.column, {**told, "percent": percent})]
    return []


def _about_amount(
    each: Assigned, contract: Contract, profiles: Mapping[str, ColumnProfile]
) -> list[Question]:
    about = concepts_of(each.header)
    told = {"header": each.header}
    found = []
    if unit := next((UNITS[concept] for concept in UNITS if concept in about), None):
        found.append(Question("unit", each.column, {**told, "factor": unit}))
    if contract.source == "invoices" and each.column == "amount_sek" and "net" not in about:
        code = "vat_included" if about & {"gross"} else "vat_unclear"
        others = [header for header in profiles if "net" in concepts_of(header)]
        found.append(Question(code, each.column, told | {"others": ", ".join(others) or "–"}))
    return found


def date_order(
    contract: Contract, assigned: Sequence[Assigned], profiles: Mapping[str, ColumnProfile]
) -> tuple[DateOrder | None, bool]:
    """The order of day, month and year that the values prove, and whether one is needed."""
    asked = [
        profiles[each.header] for each in assigned if contract.columns[each.column].type in _DAYS
    ]
    asked = [
        each
        for each in asked
        if max(each.share("date"), each.share("month"), each.share("datetime"))
        < max(each.share(f"date_{order}") for order in ("dmy", "mdy", "ymd"))
    ]
    if not asked:
        return None, False
    if all(
        each.share("date_ymd") > max(each.share("date_dmy"), each.share("date_mdy"))
        for each in asked
    ):
        return "ymd", True
    proofs = {order for each in asked for order in each.order_proofs}
    return (proofs.pop(), True) if len(proofs) == 1 else (None, True)


def _about_order(
    contract: Contract, assigned: Sequence[Assigned], profiles: Mapping[str, ColumnProfile]
) -> list[Question]:
    order, is_needed = date_order(contract, assigned, profiles)
    if not is_needed or order is not None:
        return []
    days = [each for each in assigned if contract.columns[each.column].type in _DAYS]
    proofs = {order for each in days for order in profiles[each.header].order_proofs}
    code = "order_mixed" if len(proofs) > 1 else "order"
    return [Question(code, "date_order", {"headers": ", ".join(each.header for each in days)})]


def _about_currency(
    contract: Contract, assigned: Sequence[Assigned], profiles: Mapping[str, ColumnProfile]
) -> list[Question]:
    amounts = [each for each in assigned if contract.columns[each.column].type == "amount"]
    if not amounts:
        return []
    for header, profile in profiles.items():
        if "currency" in concepts_of(header) and profile.codes:
            named = ", ".join(code for code, _ in profile.codes[:5])
            if fold(named) not in ("sek", "kr"):
                return [
                    Question(
                        "currency_column", amounts[0].column, {"header": header, "codes": named}
                    )
                ]
            return []
    forms: dict[str, float] = {}
    for profile in profiles.values():
        for country, share in profile.forms.items():
            forms[country] = max(forms.get(country, 0), share)
    foreign = max((c for c in CURRENCIES), key=lambda country: forms.get(country, 0))
    if forms.get(foreign, 0) < max(_FOREIGN, forms.get("SE", 0)):
        return []
    told = {"currency": CURRENCIES[foreign], "header": amounts[0].header}
    return [Question("currency", amounts[0].column, told)]


def _about_buyers(
    assigned: Sequence[Assigned], profiles: Mapping[str, ColumnProfile]
) -> list[Question]:
    """A file of many buyers: which rows are our own?"""
    used = {each.header for each in assigned}
    for header, profile in profiles.items():
        is_buyer = "buyer" in concepts_of(header) and "number" in concepts_of(header)
        if (
            is_buyer
            and header not in used
            and profile.distinct > 1
            and profile.share("orgnr") > MOSTLY
        ):
            return [
                Question(
                    "several_buyers", "filters", {"header": header, "buyers": profile.distinct}
                )
            ]
    return []


def redacted(profile: ColumnProfile) -> str | None:
    """A text that stands for what the publisher does not show, where it is not a sign but words."""
    if profile.commonest is None:
        return None
    text, share = profile.commonest
    is_one = any(word in fold(text) for word in _REDACTED_WORDS)
    return text if is_one and share >= _REDACTED_SHARE else None


def value_map(each: Assigned, contract: Contract, profile: ColumnProfile) -> ValueMap:
    """What to make of codes that a column's contract does not know."""
    column = contract.columns[each.column]
    vocabulary = vocabulary_of(column) if column.type == "code" else {}
    if not vocabulary:
        return ValueMap({}, ())
    guessed: dict[str, str] = {}
    still_open: list[str] = []
    for code, _ in profile.codes[:_MOST_CODES_NAMED]:
        if fold(code) in vocabulary:
            continue
        nearest = process.extractOne(
            fold(code), list(vocabulary), scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        if nearest is not None:
            guessed[code] = vocabulary[nearest[0]]
        else:
            still_open.append(code)
    return ValueMap(guessed, tuple(still_open))
