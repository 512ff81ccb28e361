from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.config import Settings
from portal.operations import run_logs


@pytest.fixture
def log(settings):
    settings.ensure_folders()

    def write(data: bytes) -> None:
        run_logs.path_of(1, settings).write_bytes(data)

    return write


def test_it_has_nothing_before_the_worker_began(settings):
    assert run_logs.read(1, 0, settings, closed=False) == run_logs.Piece((), 0, 0, 0)
    assert run_logs.tail(1, settings, closed=True).lines == ()


def test_it_leaves_the_line_that_is_being_written(settings, log):
    log(b"satu\ndua\nti")
    piece = run_logs.read(1, 0, settings, closed=False)
    assert (piece.lines, piece.end) == (("satu", "dua"), 9)
    assert run_logs.read(1, 9, settings, closed=False).lines == ()
    assert run_logs.read(1, 9, settings, closed=True).lines == ("ti",)


def test_it_goes_on_where_the_last_piece_ended(settings, log):
    log(b"".join(b"%06d baris\n" % number for number in range(100_000)))
    seen, at, pieces = [], 0, 0
    while True:
        piece = run_logs.read(1, at, settings, closed=True)
        seen += piece.lines
        at, pieces = piece.end, pieces + 1
        assert piece.end - piece.start <= run_logs.CHUNK_BYTES
        if not piece.more:
            break
    assert len(seen) == 100_000
    assert seen[::99_999] == ["000000 baris", "099999 baris"]
    assert pieces == 5


def test_it_shows_whole_lines_at_the_end(settings, log):
    log(b"".join(b"%06d baris\n" % number for number in range(100_000)))
    piece = run_logs.tail(1, settings, closed=True)
    assert piece.lines[-1] == "099999 baris"
    assert all(len(line) == 12 for line in piece.lines)
    assert len(piece.lines) == run_logs.TAIL_BYTES // 13
    assert not piece.more


def test_it_cuts_a_line_that_never_ends(settings, log):
    log(b"x" * (3 * run_logs.CHUNK_BYTES))
    piece = run_logs.read(1, 0, settings, closed=False)
    assert piece.end == run_logs.CHUNK_BYTES


@pytest.mark.parametrize("after", [10**12, 9, -5])
def test_it_bears_any_offset(settings, log, after):
    log(b"satu\ndua\n")
    assert run_logs.read(1, after, settings, closed=True).end == 9


def test_it_keeps_strange_line_ends_inside_a_line(settings, log):
    log("a\u2028b\x0bc\x85d\n".encode() + b"\xff\xfe\n")
    lines = run_logs.read(1, 0, settings, closed=True).lines
    assert lines == ("a\u2028b\x0bc\x85d", "\ufffd\ufffd")


@given(
    lines=st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=40), max_size=60)
)
def test_it_loses_no_line_whatever_the_piece(tmp_path_factory, lines):
    settings = Settings(var=tmp_path_factory.mktemp("log"))
    settings.ensure_folders()
    run_logs.path_of(1, settings).write_text(
        "".join(f"{line}\n" for line in lines), encoding="utf-8", newline=""
    )
    seen, at = [], 0
    while True:
        piece = run_logs.read(1, at, settings, closed=True, most=256)
        seen += piece.lines
        at = piece.end
        if not piece.more:
            break
    assert seen == lines
