"""A file of people (CSV) as a spreadsheet writes it: bytes to rows of named cells. Nothing in a cell is ever a formula.

UTF-8 with or without a mark at its beginning; `;`, `,` or a tab between cells, found by which of them makes the first
line a line of column titles.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from schemas.text import refuse

BYTES_MAX = 256 * 1024
LINES_MAX = 500
SEPARATORS = (";", ",", "\t")
FIELDS = ("username", "name", "nip", "email", "phone", "post", "unit_code")
OPTIONAL = frozenset({"phone", "post"})
# Signs at which spreadsheets begin to calculate; whoever exports puts an apostrophe before them (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SCIENTIFIC = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number as an editor counts lines, and its cells by field. `problem` is the code of what
    is wrong with the line itself, or nothing."""

    line: int
    cells: dict[str, str]
    problem: str = ""


def parse(raw: bytes, titles: Mapping[str, str]) -> list[Row]:
    """Given a file's bytes and the titles that columns may have (title -> field), return its rows, no empty ones.

    Raise PydanticCustomError: `file.too_large`, `file.encoding`, `file.broken` (the quotes), `file.empty`,
    `file.columns` (some are missing), `file.column_unknown`, `file.column_twice`, `file.too_many`.
    """
    lines = _lines(_text(raw))
    if not lines:
        refuse("file.empty", "no line of titles and at least one person")
    fields = _fields(lines[0][1], titles)
    if len(lines) == 1:
        refuse("file.empty", "no line of titles and at least one person")
    if len(lines) - 1 > LINES_MAX:
        refuse("file.too_many", "at most {max} lines", max=LINES_MAX)
    return [_row(number, cells, fields) for number, cells in lines[1:]]


def plain(cell: str) -> str:
    """The cell as it was before an export made it safe: without the apostrophe that stands before a formula's sign."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA_STARTS, "'")) else cell


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain` takes it back."""
    return f"'{cell}" if cell.startswith((*FORMULA_STARTS, "'")) else cell


def was_calculated(cell: str) -> bool:
    """Whether a spreadsheet has made a number of a NIP: 1,99211E+17. Its last digits are lost."""
    return _SCIENTIFIC.fullmatch(cell.strip()) is not None


def _text(raw: bytes) -> str:
    if len(raw) > BYTES_MAX:
        refuse("file.too_large", "at most {most} bytes", most=BYTES_MAX)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PydanticCustomError(
            "file.encoding", "UTF-8 expected in line {line}", {"line": raw[: error.start].count(b"\n") + 1}
        ) from None


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(number of the line's beginning, cells) of every line that is not empty."""
    separator = _separator(text)
    source = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, begins = [], 1
    try:
        for cells in source:
            if any(cell.strip() for cell in cells):
                found.append((begins, [plain(cell).strip() for cell in cells]))
            begins = source.line_num + 1
    except csv.Error:
        raise PydanticCustomError("file.broken", "quotes in line {line}", {"line": begins}) from None
    return found


def _separator(text: str) -> str:
    """The separator that stands most often in the first line that says something."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _fields(head: list[str], titles: Mapping[str, str]) -> list[str]:
    known = {_key(title): field for title, field in titles.items()}
    while head and not head[-1]:
        head = head[:-1]
    fields = [known.get(_key(title), "") for title in head]
    unknown = [title for title, field in zip(head, fields, strict=True) if not field]
    missing = [field for field in FIELDS if field not in fields and field not in OPTIONAL]
    if missing:
        refuse("file.columns", "columns are missing", missing=missing)
    if unknown:
        refuse("file.column_unknown", "no such column: {title}", title=unknown[0])
    if len(set(fields)) < len(fields):
        refuse(
            "file.column_twice", "a column stands twice", missing=[f for f in FIELDS if fields.count(f) > 1]
        )
    return fields


def _row(number: int, cells: list[str], fields: list[str]) -> Row:
    surplus = any(cells[len(fields) :])
    padded = cells[: len(fields)] + [""] * (len(fields) - len(cells))
    return Row(number, dict(zip(fields, padded, strict=True)), "file.cells" if surplus else "")


def _key(title: str) -> str:
    return re.sub(r"[\s_.-]+", "", title).casefold()
