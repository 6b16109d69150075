"""What ``vaksam quarantine`` says on the terminal."""

from collections.abc import Sequence

from screening import terminal
from screening.messages import Language, text
from screening.reports.quarantine_export import Exported
from screening.reports.quarantine_list import Entry, Group
from screening.reports.quarantine_words import what_is_wrong, what_to_do

#: Characters of a raw row that are shown; ``--json`` has all of it.
_LONGEST_RAW = 300
_RULES_SHOWN = 6


def _said(key: str, language: Language, **values: object) -> str:
    return text(f"quarantine_work.{key}", language, **values)


def show_groups(groups: Sequence[Group], language: Language, *, is_all: bool) -> None:
    """Each file and reason with what it costs and what to do, then how to work it off."""
    if not groups:
        terminal.say(_said("empty" if is_all else "empty_chosen", language))
        return
    file = None
    for group in groups:
        if group.file != file:
            file = group.file
            terminal.heading(file)
            _show_suffering([each for each in groups if each.file == file], language)
        terminal.say(f"  {_size(group, language)}  {what_is_wrong(group.reason, language)}")
        terminal.say(f"     → {what_to_do(group.reason, language)}")
    terminal.say("")
    rows = sum(group.rows for group in groups)
    files = sum(group.rows == 0 for group in groups)
    terminal.say(_said("total", language, rows=rows, files=files))
    terminal.say("  – " + _said("how_rows", language))
    terminal.say("  – " + _said("how_retry", language))


def _size(group: Group, language: Language) -> str:
    """How many rows, in which columns, since when, and the reason's code."""
    if group.rows == 0:
        size = _said("whole_file", language)
    else:
        size = f"{group.rows} {_said('row' if group.rows == 1 else 'rows', language).lower()}"
        if group.columns:
            size += " " + _said("in_columns", language, columns=", ".join(group.columns))
        size += ", " + _said("from_row", language, row=group.first_row)
    since = _said("since", language).lower()
    return f"{size} ({group.reason}, {since} {group.since.isoformat()})"


def _show_suffering(groups: Sequence[Group], language: Language) -> None:
    rules = groups[0].rules
    if rules:
        listed = ", ".join(rules[:_RULES_SHOWN]) + (" …" if len(rules) > _RULES_SHOWN else "")
        terminal.say("  " + _said("suffer_rules", language, count=len(rules), rules=listed))
    suppliers = sum(group.suppliers_not_checked for group in groups)
    if suppliers:
        terminal.say("  " + _said("suffer_suppliers", language, count=suppliers))


def show_entries(
    entries: Sequence[Entry], language: Language, *, limit: int, is_masked: bool
) -> None:
    """Each row: where, what is wrong, what to do, its text."""
    for entry in entries[:limit]:
        where = (
            _said("whole_file", language)
            if entry.row is None
            else f"{_said('row', language)} {entry.row}"
        )
        if entry.column:
            where += f", {_said('column', language).lower()} {entry.column}"
        terminal.heading(f"{entry.file}  {where}")
        wrong, to_do = what_is_wrong(entry.reason, language), what_to_do(entry.reason, language)
        terminal.say(f"  {wrong} {to_do}")
        if entry.raw:
            raw = entry.raw if len(entry.raw) <= _LONGEST_RAW else entry.raw[:_LONGEST_RAW] + "…"
            terminal.say("  " + _said("raw", language, raw=raw))
    if len(entries) > limit:
        terminal.say(_said("more", language, more=len(entries) - limit))
    terminal.say(_said("masked" if is_masked else "unmasked", language))


def show_exported(exported: Exported, language: Language) -> None:
    """What was written, what to do with it, and that it is personal."""
    figures = {"rows": exported.rows, "files": exported.files, "path": exported.path}
    terminal.say(_said("exported", language, **figures))
    if exported.left_out:
        terminal.say(_said("exported_left_out", language, count=exported.left_out))
    for source in exported.sources:
        terminal.say(_said("exported_how", language, source=source))
    terminal.say(_said("exported_personal", language))
    if exported.path.suffix.lower() == ".csv":
        terminal.say(_said("exported_csv", language))
