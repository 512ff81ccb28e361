from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from schemas.people_file import BYTES_MAX, FIELDS, FORMULA_STARTS, LINES_MAX, escaped, parse, plain

TITLES = {field: field for field in FIELDS} | {
    "Nama pengguna": "username",
    "Surel": "email",
    "Satker": "unit_code",
}
HEAD = ";".join(FIELDS)
LINE = "rini;Rini Puspita;199301122019022004;rini@example.go.id;;;PRTRN"


def code(raw: bytes) -> str:
    with pytest.raises(PydanticCustomError) as refused:
        parse(raw, TITLES)
    return refused.value.type


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_reads_each_separator_mark_and_line_end(mark, separator, end):
    text = mark + f"{HEAD}{end}{LINE}{end}".replace(";", separator)
    [row] = parse(text.encode(), TITLES)
    assert (row.line, row.problem) == (2, "")
    assert row.cells["name"] == "Rini Puspita"
    assert row.cells["unit_code"] == "PRTRN"


def test_it_knows_columns_by_title_in_any_order_and_leaves_out_optional_ones():
    raw = b"SATKER;NIP;nama_pengguna;Name;e mail\nA;1;b;c;d\n".replace(b"e mail", b"surel")
    [row] = parse(raw, TITLES)
    assert row.cells == {"unit_code": "A", "nip": "1", "username": "b", "name": "c", "email": "d"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "file.empty"),
        (b"\n\n;;;\n", "file.empty"),
        (HEAD.encode(), "file.empty"),
        (f"{HEAD}\n{LINE}\n\xff".encode("latin-1"), "file.encoding"),
        (f"{HEAD}\n{LINE}".encode("utf-16"), "file.encoding"),
        (f'{HEAD}\nrini;"Rini\n'.encode(), "file.broken"),
        (f'{HEAD}\nrini;"Rini" x;1\n'.encode(), "file.broken"),
        (b"username;name\na;b\n", "file.columns"),
        (f"{HEAD};gaji\n{LINE}\n".encode(), "file.column_unknown"),
        (f"{HEAD};name\n{LINE}\n".encode(), "file.column_twice"),
        (f"{HEAD}\n{LINE}\n".encode() + b"x" * BYTES_MAX, "file.too_large"),
        (f"{HEAD}\n".encode() + f"{LINE}\n".encode() * (LINES_MAX + 1), "file.too_many"),
    ],
)
def test_it_says_why_a_file_cannot_be_read(raw, expected):
    assert code(raw) == expected


def test_it_names_lines_as_an_editor_counts_them():
    raw = f'\n{HEAD}\n\n"dua\nbaris";b\n{LINE};lebih\n{LINE};;\n'.encode()
    assert [(row.line, row.problem) for row in parse(raw, TITLES)] == [(4, ""), (6, "file.cells"), (7, "")]


def test_it_takes_the_apostrophe_of_an_export_away_and_calculates_nothing():
    raw = f"{HEAD}\nrini;=1+1;'0;@a;'+6221;'Abdul;''=x\n".encode()
    [row] = parse(raw, TITLES)
    assert list(row.cells.values()) == ["rini", "=1+1", "'0", "@a", "+6221", "'Abdul", "'=x"]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=30)
CELLS = st.lists(TEXT, min_size=len(FIELDS), max_size=len(FIELDS))


@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from([";", ",", "\t"]), st.booleans())
def test_what_a_spreadsheet_writes_comes_back(people, separator, mark):
    table = io.StringIO()
    writer = csv.writer(table, delimiter=separator)
    writer.writerow(FIELDS)
    writer.writerows([[escaped(cell) for cell in cells] for cells in people])
    kept = [cells for cells in people if any(escaped(cell).strip() for cell in cells)]
    raw = (("\ufeff" if mark else "") + table.getvalue()).encode()
    if not kept:
        assert code(raw) == "file.empty"
        return
    found = parse(raw, TITLES)
    assert [list(row.cells.values()) for row in found] == [[cell.strip() for cell in cells] for cells in kept]
    assert [row.line for row in found] == sorted({row.line for row in found})


@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: HEAD.encode() + b"\n" + tail))
)
def test_any_bytes_give_rows_or_a_reason(raw):
    """Neither an answer of nothing nor any other exception."""
    told = ""
    try:
        rows = parse(raw, TITLES)
    except PydanticCustomError as error:
        rows, told = [], error.type
    assert bool(rows) != told.startswith("file.")


@given(TEXT)
def test_an_escaped_cell_never_begins_a_formula_and_comes_back(cell):
    assert plain(escaped(cell)) == cell
    assert not escaped(cell).startswith(FORMULA_STARTS)
