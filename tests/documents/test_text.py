from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.documents.papers import Signatory
from portal.documents.text import one_line, passage


def test_it_keeps_a_name_on_one_line() -> None:
    assert one_line("  /srv/a\nb\tc\u2028d ") == "/srv/a b c d"


def test_it_keeps_the_lines_of_a_passage() -> None:
    assert passage("satu\r\ndua\r\r\r\rtiga  \n") == "satu\ndua\n\ntiga"


def test_it_shows_that_a_control_character_was_there() -> None:
    assert one_line("a\x00b\x1b[31m\udcff") == "a\ufffdb\ufffd[31m\ufffd"


def test_it_drops_what_makes_a_name_read_as_another() -> None:
    assert one_line("\u202egpj.exe\u200b") == "gpj.exe"


@given(st.text(st.characters(exclude_categories=[])))
def test_it_lets_nothing_invisible_through(value: str) -> None:
    for clean in (one_line, passage):
        result = clean(value)
        assert result == clean(result)
        assert all(
            character.isprintable() or character in "\n\u3000" or character.isspace() for character in result
        )
        result.encode()
    assert "\n" not in one_line(value)


def test_it_prints_a_nip_without_spaces() -> None:
    assert Signatory(nip="19870412 201012 2 003").nip == "198704122010122003"
