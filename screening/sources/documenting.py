"""A page per source and format, the index and the page of written values, from the contracts.

Rules come later than sources, so what they need is handed in.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from screening.messages import Language, text
from screening.sources.column_descriptions import (
    code_list,
    limits,
    row_reasons,
    say,
    written_forms,
)
from screening.sources.contracts import Column, Contract
from screening.sources.format_descriptions import Format, formats, value_types

_LANGUAGES: tuple[Language, ...] = ("sv", "en")
#: Codes that fit beside a column; longer lists have their place on the page of written values.
_CODES_SHOWN = 10
#: What may be wrong with any file, whatever its format.
_ANY_FILE = (
    "empty_file",
    "unreadable_binary",
    "not_a_known_format",
    "reader_failed",
    "zip_broken",
    "zip_path",
    "zip_too_large",
    "zip_nested",
)


@dataclass(frozen=True)
class Need:
    """A rule that needs a source: its id, number, title and how old the source may be.

    ``columns``: those that must say something; in each group one is enough.
    """

    rule_id: str
    number: int | None
    title: Mapping[Language, str]
    max_age_days: int
    columns: tuple[tuple[str, ...], ...] = ()


Needs = Mapping[str, Sequence[Need]]


def source_documents(contracts: Mapping[str, Contract], needs: Needs) -> dict[str, str]:
    """Every generated page by its path below ``docs/sources/``."""
    pages = {
        f"{name}.md": source_page(contract, needs.get(name, ()))
        for name, contract in contracts.items()
    }
    described = formats()
    pages |= {
        f"formats/{name}.md": format_page(each, _takers(name, contracts))
        for name, each in described.items()
    }
    schema = json.dumps(Contract.model_json_schema(), ensure_ascii=False, indent=2)
    return pages | {
        "README.md": index_page(contracts, needs),
        "values.md": values_page(contracts),
        "contract.schema.json": schema + "\n",
    }


def _takers(name: str, contracts: Mapping[str, Contract]) -> list[Contract]:
    return [contract for contract in contracts.values() if name in contract.formats]


def _cell(content: str) -> str:
    return " ".join(content.split()).replace("|", "\\|")


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    named = list(heads)
    lines = [f"| {' | '.join(named)} |", "|---" * len(named) + "|"]
    lines += [f"| {' | '.join(_cell(each) for each in row)} |" for row in rows]
    return [*lines, ""]


def _code(content: str) -> str:
    return f"`{content}`"


def index_page(contracts: Mapping[str, Contract], needs: Needs) -> str:
    """All sources at a glance."""
    lines: list[str] = []
    for language in _LANGUAGES:
        heads = ("source", "folder", "absence", "age", "formats", "rules", "template")
        lines += [
            f"{'#' if language == _LANGUAGES[0] else '##'} {say('index', language)}",
            "",
            say("index_intro", language),
            "",
            *_table(
                (say(f"index_{head}", language) for head in heads),
                (
                    _index_row(contract, needs.get(name, ()), language)
                    for name, contract in contracts.items()
                ),
            ),
            f"{say('index_more', language)}: [{say('index_values', language)}](values.md), "
            f"[{say('index_schema', language)}](contract.schema.json).",
            "",
            f"{say('index_formats_page', language)}: "
            + ", ".join(
                f"[{each.title[language]}](formats/{name}.md)" for name, each in formats().items()
            )
            + ".",
            "",
        ]
    return "\n".join(lines)


def _index_row(contract: Contract, needs: Sequence[Need], language: Language) -> Sequence[str]:
    name = contract.source
    return (
        f"[{contract.title[language]}]({name}.md)",
        f"`{name}/`",
        say(f"absence_{contract.absence}", language),
        str(contract.max_age_days),
        "; ".join(formats()[each].title[language] for each in contract.formats),
        ", ".join(f"[{need.number or need.rule_id}](../rules/{need.rule_id}.md)" for need in needs),
        f"[CSV](templates/{name}.csv), [Excel](templates/{name}.xlsx)",
    )


def source_page(contract: Contract, needs: Sequence[Need]) -> str:
    """The page of one source in Markdown, in both languages."""
    lines = [f"# {contract.source}", ""]
    for language in _LANGUAGES:
        lines += _half(contract, needs, language)
    return "\n".join(lines).rstrip("\n") + "\n"


def _half(contract: Contract, needs: Sequence[Need], language: Language) -> list[str]:
    name = contract.source
    templates = {"csv": f"templates/{name}.csv", "xlsx": f"templates/{name}.xlsx"}
    kinds = [
        f"- [{formats()[each].title[language]}](formats/{each}.md)" for each in contract.formats
    ]
    absent = f"{contract.absent[language]} " if contract.absent else ""
    age = say("age", language, days=contract.max_age_days)
    return [
        f"## {contract.title[language]}",
        "",
        *([contract.about[language], ""] if contract.about else []),
        *_part("obtained", [contract.obtained[language]] if contract.obtained else [], language),
        *_part("absent", [absent + say(f"absence_{contract.absence}", language)], language),
        *_part(
            "deliver",
            [f"{contract.deliver[language] if contract.deliver else ''} {age}".strip()],
            language,
        ),
        *_part(
            "formats",
            [*kinds, "", say("template", language, **templates), "", say("packed", language)],
            language,
        ),
        *_part("columns", _columns(contract, language), language),
        *_part("example", _example(contract, language), language),
        *_part("quarantine", _reasons(contract, language), language),
        *_part("rules", _rules(needs, language), language),
    ]


def _part(heading: str, lines: Sequence[str], language: Language) -> list[str]:
    if not lines:
        return []
    return [f"### {say(heading, language)}", "", *lines, *([""] if lines[-1] else [])]


def _columns(contract: Contract, language: Language) -> list[str]:
    heads = ("name", "aliases", "type", "doc", "error", "privacy")
    lines = [say("columns_intro", language)]
    if contract.formats != ("table",):
        lines.append(say("columns_for_table", language))
    for group in contract.required_any:
        named = ", ".join(map(_code, group))
        lines.append(say("required_any", language, columns=named))
    return [
        " ".join(lines),
        "",
        *_table(
            (say(f"col_{head}", language) for head in heads),
            (_column(name, column, language) for name, column in contract.columns.items()),
        ),
    ]


def _column(name: str, column: Column, language: Language) -> Sequence[str]:
    kind = value_types()[column.type]
    forms = ", ".join(map(_code, written_forms(column)))
    written = f"[{kind.title[language]}](values.md#{column.type})"
    never_wrong = column.type == "text" and not column.required
    said = [column.doc[language]] if column.doc else []
    error = "error_none" if never_wrong else f"error_{column.on_error}"
    return (
        f"**`{name}`**" if column.required else _code(name),
        ", ".join(column.aliases),
        f"{written}: {forms}" if forms and column.type != "code" else written,
        " ".join([*said, *_codes(column, language), *limits(column, language)]),
        say(error, language),
        say(f"privacy_{column.privacy}", language),
    )


def _codes(column: Column, language: Language) -> list[str]:
    known = code_list(column, language)
    if not known:
        return []
    if column.reference or len(known) > _CODES_SHOWN:
        return [say("codes_many", language, anchor=column.reference or "code")]
    written = ", ".join(
        f"{_code(code)} ({', '.join(aliases)})" if aliases else _code(code)
        for code, _, aliases in known
    )
    return [say("codes", language, codes=written)]


def _example(contract: Contract, language: Language) -> list[str]:
    if not contract.examples:
        return []
    names = [name for name in contract.columns if any(name in row for row in contract.examples)]
    rows = [";".join(row.get(name, "") for name in names) for row in contract.examples]
    return [say("example_note", language), "", "```csv", ";".join(names), *rows, "```"]


def file_reasons(contract: Contract) -> tuple[str, ...]:
    """Why a file of the source, or a record before it is a row, may go to quarantine."""
    of_formats = [reason for each in contract.formats for reason in formats()[each].reasons]
    return tuple(dict.fromkeys((*_ANY_FILE, *of_formats)))


def _reasons(contract: Contract, language: Language) -> list[str]:
    rows = [
        (_code(reason), ", ".join(map(_code, columns)), *_told(reason, language))
        for reason, columns in row_reasons(contract).items()
    ]
    rows += [
        (_code(reason), say("whole_file", language), *_told(reason, language))
        for reason in file_reasons(contract)
    ]
    heads = (say(f"reason{head}", language) for head in ("", "_where", "_what", "_do"))
    return [say("quarantine_intro", language), "", *_table(heads, rows)]


def _told(reason: str, language: Language) -> tuple[str, str]:
    """What a reason for quarantine means, and what to do."""
    return text(f"quarantine.{reason}", language), text(f"quarantine_actions.{reason}", language)


def _rules(needs: Sequence[Need], language: Language) -> list[str]:
    if not needs:
        return [say("rules_none", language)]
    return [
        "- "
        + (f"{need.number}. " if need.number else "")
        + say(
            "rule",
            language,
            title=need.title[language],
            id=need.rule_id,
            days=need.max_age_days,
        )
        + _needed_columns(need, language)
        for need in needs
    ]


def _needed_columns(need: Need, language: Language) -> str:
    if not need.columns:
        return ""
    named = ", ".join(" / ".join(f"`{name}`" for name in group) for group in need.columns)
    return say("rule_columns", language, columns=named)


def values_page(contracts: Mapping[str, Contract]) -> str:
    """How values of each type are written, and the codes of the reference tables."""
    references = {
        column.reference: column
        for contract in contracts.values()
        for column in contract.columns.values()
        if column.reference
    }
    lines: list[str] = []
    for language in _LANGUAGES:
        lines += [
            f"{'#' if language == _LANGUAGES[0] else '##'} {say('values', language)}",
            "",
            say("values_intro", language),
            "",
        ]
        for type_name, kind in value_types().items():
            anchor = [f'<a id="{type_name}"></a>', ""] if language == _LANGUAGES[0] else []
            lines += [*anchor, f"### {kind.title[language]} (`{type_name}`)", ""]
            lines += [kind.note[language], ""] if kind.note else []
            if kind.forms:
                forms = ", ".join(map(_code, kind.forms))
                lines += [f"- {say('values_forms', language, forms=forms)}"]
            if kind.wrong:
                wrong = ", ".join(f"`{each}` ({reason})" for reason, each in kind.wrong.items())
                lines += [f"- {say('values_wrong', language, forms=wrong)}"]
            lines += [""] if kind.forms or kind.wrong else []
        for name, column in references.items():
            anchor = [f'<a id="{name}"></a>', ""] if language == _LANGUAGES[0] else []
            heads = (say(head, language) for head in ("code", "code_title", "code_aliases"))
            rows = (
                (_code(code), title, ", ".join(aliases))
                for code, title, aliases in code_list(column, language)
            )
            lines += [*anchor, f"### {say('values_codes', language, name=f'`{name}`')}", ""]
            lines += _table(heads, rows)
    return "\n".join(lines).rstrip("\n") + "\n"


def format_page(described: Format, takers: Sequence[Contract]) -> str:
    """The page of one format: by what it is known, what comes from where, what is handled."""
    lines: list[str] = []
    for language in _LANGUAGES:
        used = ", ".join(f"[{each.title[language]}](../{each.source}.md)" for each in takers)
        lines += [
            f"{'#' if language == _LANGUAGES[0] else '##'} {described.title[language]}",
            "",
            f"**{say('publisher', language)}**: {described.publisher[language]}",
            "",
            f"**{say('used_for', language)}**: {used}",
            "",
            f"**{say('recognised', language)}**: {described.recognised[language]}",
            "",
            say("origin", language, origin=described.origin),
            "",
            *_part("fields", _fields(described, language), language),
            *_part("quirks", [f"- {quirk[language]}" for quirk in described.quirks], language),
            *_part("variants", _variants(described, language), language),
            *_part("quarantine", _format_reasons(described, language), language),
        ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _fields(described: Format, language: Language) -> list[str]:
    heads = (say(head, language) for head in ("field", "field_columns", "field_note"))
    rows = [
        (
            _code(each.field),
            ", ".join(map(_code, each.columns)),
            each.note[language] if each.note else "",
        )
        for each in described.fields
    ]
    return _table(heads, rows) if rows else []


def _variants(described: Format, language: Language) -> list[str]:
    heads = (say(head, language) for head in ("variants", "field_note"))
    rows = [(each.name, each.note[language]) for each in described.variants]
    return _table(heads, rows) if rows else []


def _format_reasons(described: Format, language: Language) -> list[str]:
    heads = (say(f"reason{head}", language) for head in ("", "_what", "_do"))
    rows = [(_code(reason), *_told(reason, language)) for reason in described.reasons]
    return _table(heads, rows) if rows else []
