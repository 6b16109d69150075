"""Empty files to fill in, one per source: CSV, and a workbook with notes and lists of codes."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from screening.messages import Language
from screening.sources.column_descriptions import code_list, limits, say, written_forms
from screening.sources.contracts import Column, Contract
from screening.sources.format_descriptions import value_types

Row = dict[str, str]

#: Nothing of the clock goes into a template: the same contract gives the same bytes.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: Rows that are formatted and checked while somebody types.
_ROWS = 5_000
_CODES_SHEET = {"sv": "Koder", "en": "Codes"}
_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "amount": "#,##0.00"}
#: The number of Excel's own format for text.
_AS_TEXT = 49
#: Types that a spreadsheet reads as numbers: of all others it would cut zeros or make dates.
_NUMBERS = ("decimal", "integer")
_WIDTHS = {"text": 24, "date": 12, "month": 10, "datetime": 17, "integer": 10, "boolean": 10}
_YES_NO = ("ja", "nej")


def csv_template(contract: Contract, rows: Sequence[Row] = ()) -> bytes:
    """The header of a source as CSV: UTF-8 with BOM, ``;``, CRLF. ``rows`` are put below it."""
    names = list(contract.columns)
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    text = "".join(";".join(map(_csv_cell, line)) + "\r\n" for line in lines)
    return ("\ufeff" + text).encode("utf-8")


def _csv_cell(value: str) -> str:
    if any(character in value for character in ';"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def workbook_template(
    contract: Contract, language: Language = "sv", rows: Sequence[Row] = ()
) -> bytes:
    """The header of a source as a workbook.

    Every column's heading has a note on what it holds; identity numbers are text, so that no zero
    is lost; columns with codes have a list to choose from. ``rows`` are put below the header.
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    workbook.set_properties({"title": contract.title[language], "created": _CREATED})
    sheet = workbook.add_worksheet(say("template_sheet", language))
    about = workbook.add_worksheet(say("template_about", language))
    codes = workbook.add_worksheet(_CODES_SHEET[language])
    _fill_rows_sheet(workbook, sheet, contract, language, rows)
    _fill_about(workbook, about, contract, language)
    _fill_codes(workbook, (sheet, codes), contract, language)
    workbook.close()
    return stream.getvalue()


def _fill_rows_sheet(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    contract: Contract,
    language: Language,
    rows: Sequence[Row],
) -> None:
    looks = {
        is_required: workbook.add_format(
            {"bold": is_required, "bg_color": "#E6ECF1", "bottom": 1, "valign": "vcenter"}
        )
        for is_required in (True, False)
    }
    formats = {kind: workbook.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    as_text = workbook.add_format({"num_format": _AS_TEXT})
    for place, (name, column) in enumerate(contract.columns.items()):
        plain = None if column.type in _NUMBERS else as_text
        width = max(_WIDTHS.get(column.type, 16), len(name) + 2)
        sheet.set_column(place, place, width, formats.get(column.type, plain))
        sheet.write_string(0, place, name, looks[column.required])
        note = "\n".join(column_note(column, language))
        sheet.write_comment(
            0, place, note, {"author": "vaksam", "x_scale": 2.2, "y_scale": 0.4 + len(note) / 110}
        )
        for number, row in enumerate(rows, start=1):
            if row.get(name):
                sheet.write_string(number, place, row[name], as_text)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)


def column_note(column: Column, language: Language) -> list[str]:
    """What somebody who fills in a column wants to know, a line each."""
    kind = value_types()[column.type]
    forms = ", ".join(written_forms(column))
    lines = [column.doc[language]] if column.doc else []
    lines.append(kind.title[language].capitalize() + ".")
    if forms:
        lines.append(say("template_forms", language, forms=forms))
    lines += limits(column, language)
    lines.append(say("template_required" if column.required else "template_optional", language))
    return lines


def _fill_about(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, contract: Contract, language: Language
) -> None:
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    bold = workbook.add_format({"bold": True, "font_size": 14})
    sheet.set_column(0, 0, 100, wrapped)
    sheet.write_string(0, 0, contract.title[language], bold)
    told = [
        each[language] for each in (contract.about, contract.obtained, contract.deliver) if each
    ]
    told.append(
        say(
            "template_fill",
            language,
            sheet=say("template_sheet", language),
            folder=contract.source,
        )
    )
    told += [
        say("required_any", language, columns=", ".join(group)) for group in contract.required_any
    ]
    for place, line in enumerate(told, start=2):
        sheet.write_string(place, 0, line, wrapped)


def _fill_codes(
    workbook: xlsxwriter.Workbook,
    sheets: tuple[Worksheet, Worksheet],
    contract: Contract,
    language: Language,
) -> None:
    """A column of codes for each column that has some, and the lists to choose from."""
    rows_sheet, codes_sheet = sheets
    bold = workbook.add_format({"bold": True})
    place = 0
    for number, (name, column) in enumerate(contract.columns.items()):
        known = _choices(column, language)
        if not known:
            continue
        codes_sheet.set_column(place, place, 28)
        codes_sheet.write_string(0, place, name, bold)
        for line, choice in enumerate(known, start=1):
            codes_sheet.write_string(line, place, choice)
        letter = _letters(place)
        choices = f"={_CODES_SHEET[language]}!${letter}$2:${letter}${len(known) + 1}"
        check: dict[str, Any] = {
            "validate": "list",
            "source": choices,
            "error_type": "warning",
            "error_title": say("template_bad_title", language),
            "error_message": say("template_bad", language),
        }
        rows_sheet.data_validation(1, number, _ROWS, number, check)
        place += 1


def _choices(column: Column, language: Language) -> tuple[str, ...]:
    if column.type == "boolean":
        return _YES_NO
    return tuple(code for code, _, _ in code_list(column, language))


def _letters(place: int) -> str:
    """The name of a column in a spreadsheet, counted from 0."""
    name = ""
    while place >= 0:
        name = chr(ord("A") + place % 26) + name
        place = place // 26 - 1
    return name
