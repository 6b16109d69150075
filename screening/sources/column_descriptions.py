"""What a contract says of its columns, in words: codes, limits, written forms, reasons."""

from screening.messages import Language, text
from screening.sources.codes import reference_titles
from screening.sources.contracts import Column, Contract
from screening.sources.format_descriptions import value_types

#: Days that every date must lie within; a contract says so only where it is stricter.
_PLAIN = Column(type="date")
#: Written forms that are shown beside a column; the page of written values has all of them.
_FORMS_SHOWN = 3


def say(key: str, language: Language, **values: object) -> str:
    """A text of the pages about sources."""
    return text(f"source_pages.{key}", language, **values)


def code_list(column: Column, language: Language) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each code of a column with its title (empty where it has none) and other spellings."""
    if column.reference:
        return [
            (code, titles.get(language, ""), aliases)
            for code, (titles, aliases) in reference_titles(column.reference).items()
        ]
    return [(code, "", aliases) for code, aliases in (column.values or {}).items()]


def written_forms(column: Column) -> tuple[str, ...]:
    """A few forms in which the column's values may be written."""
    if column.type == "code" and column.values:
        return tuple(column.values)[:_FORMS_SHOWN]
    return value_types()[column.type].forms[:_FORMS_SHOWN]


def limits(column: Column, language: Language) -> list[str]:
    """What is plausible, and what else holds for the column, a sentence each."""
    said: list[str] = []
    low, high = _number(column.minimum), _number(column.maximum)
    if low and high:
        said.append(say("limit_between", language, low=low, high=high))
    elif low:
        said.append(say("limit_least", language, low=low))
    elif high:
        said.append(say("limit_most", language, high=high))
    if column.maximum_abs is not None:
        said.append(say("limit_abs", language, high=_number(column.maximum_abs)))
    if column.earliest != _PLAIN.earliest:
        said.append(say("limit_earliest", language, day=column.earliest.isoformat()))
    if column.latest_after_received_days is not None:
        said.append(say("limit_ahead", language, days=column.latest_after_received_days))
    if column.not_before:
        said.append(say("limit_not_before", language, column=f"`{column.not_before}`"))
    flags = {
        "limit_precision": column.precision,
        "limit_masked": column.masked,
        "limit_zero": column.warn_zero,
        "limit_hash": column.accepts_hash,
    }
    return said + [say(key, language) for key, holds in flags.items() if holds]


def _number(limit: float | None) -> str:
    if limit is None:
        return ""
    return f"{limit:,.0f}".replace(",", " ") if float(limit).is_integer() else f"{limit}"


def reasons_of(column: Column) -> tuple[str, ...]:
    """Why a value of the column may send its row to quarantine, as keys of ``quarantine``."""
    found = ["missing_value"] if column.required else []
    if column.on_error == "quarantine":
        found += [
            reason
            for reason in value_types()[column.type].wrong
            if not (reason == "date_month_only" and column.precision)
        ]
        found += ["below_minimum"] if column.minimum is not None else []
        found += ["above_maximum"] if column.maximum is not None else []
        if column.maximum_abs is not None and "too_large" not in found:
            found.append("too_large")
    if column.not_before:
        found.append("ends_before_start")
    return tuple(found)


def row_reasons(contract: Contract) -> dict[str, tuple[str, ...]]:
    """Reasons for quarantine of a row -> the columns in which they occur, in their order."""
    where: dict[str, list[str]] = {}
    for name, column in contract.columns.items():
        for reason in reasons_of(column):
            where.setdefault(reason, []).append(name)
    for group in contract.required_any:
        where.setdefault("missing_party", []).extend(group)
    return {reason: tuple(dict.fromkeys(names)) for reason, names in where.items()}
