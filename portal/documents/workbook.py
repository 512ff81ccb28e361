"""Workbooks (XLSX): numbers are numbers, dates are dates, and text is text whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

import xlsxwriter

from portal.documents.formats import OFFICE_ZONE

Kind = Literal["text", "count", "percent", "mark", "hours", "bytes", "date", "instant", "link"]
Cell = str | int | float | date | datetime | None
FORMATS = {
    "text": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "percent": {"num_format": "0 %", "valign": "top"},
    "mark": {"num_format": "0.0", "valign": "top"},
    "hours": {"num_format": "#,##0.00", "valign": "top"},
    "bytes": {"num_format": "#,##0", "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"},
    "link": {"valign": "top", "font_color": "#0b5a94", "underline": 1},
    "instant": {"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"},
}
ROWS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what its cells hold (each of None stays empty), its width in characters."""

    title: str
    kind: Kind = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a name (31 characters at most), what stands above its table, and the table."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    heading: str = ""
    kinds: Sequence[Sequence[Kind]] = field(default=())
    """Where given, the kinds of each row's cells instead of their columns'."""


def workbook(sheets: Sequence[Sheet], *, title: str, at: datetime) -> bytes:
    """The sheets as one file. The same sheets give the same file."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": title, "created": _local(at)})
    styles = {kind: book.add_format(style) for kind, style in FORMATS.items()}
    bold = book.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#EEF2EF", "text_wrap": True, "valign": "top"}
    )
    head = book.add_format({"bold": True, "font_size": 13})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name[:31]), sheet, styles, bold, head)
    book.close()
    return made.getvalue()


def _write(page: Any, sheet: Sheet, styles: dict[str, Any], bold: Any, head: Any) -> None:
    first = 2 if sheet.heading else 0
    if sheet.heading:
        page.write_string(0, 0, sheet.heading, head)
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, column.width)
        page.write_string(first, position, column.title, bold)
    page.freeze_panes(first + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first)
    for number, row in enumerate(sheet.rows[:ROWS_MAX]):
        kinds = sheet.kinds[number] if sheet.kinds else [column.kind for column in sheet.columns]
        for position, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            if kind == "link":
                page.write_url(first + 1 + number, position, value, styles[kind])
            else:
                _cell(page, first + 1 + number, position, value, styles[kind])
    if sheet.rows:
        page.autofilter(first, 0, first + min(len(sheet.rows), ROWS_MAX), len(sheet.columns) - 1)


def _cell(page: Any, row: int, column: int, value: Cell, style: Any) -> None:
    if value is None:
        page.write_blank(row, column, None, style)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, _local(value), style)
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime.combine(value, time()), style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, value, style)


def _local(at: datetime) -> datetime:
    """An instant as the office's clock shows it: a workbook knows no zones."""
    return at.astimezone(OFFICE_ZONE).replace(tzinfo=None, microsecond=0)
