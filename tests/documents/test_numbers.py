from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.numbers import DEFAULT_PATTERN, MAX_LENGTH, check_pattern, format_number
from portal.errors import InvalidInput


def number(pattern: str = DEFAULT_PATTERN, **changes: object) -> str:
    values = {"seq": 7, "unit": "PPIKSN", "classification": "TI 00", "month": 11, "year": 2026} | changes
    return format_number(pattern, **values)


def test_it_writes_the_month_in_roman_numerals_and_pads_the_sequence() -> None:
    assert number() == "007/PPIKSN/TI 00/XI/2026"
    assert number(seq=1234, month=4) == "1234/PPIKSN/TI 00/IV/2026"


def test_it_follows_the_pattern_of_the_office() -> None:
    assert number("ND-{seq}.{class}-{year}") == "ND-007.TI 00-2026"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{seq}/{class}", "number.pattern_missing_place"),
        ("{unit}/{class}/{year}", "number.pattern_missing_place"),
        ("{seq}/{seq}/{class}/{year}", "number.pattern_missing_place"),
        ("{seq}/{class}/{year}/{day}", "number.pattern_unknown_place"),
        ("{seq.__class__}/{class}/{year}", "number.pattern_unknown_place"),
        ("{}/{class}/{year}", "number.pattern_unknown_place"),
        ("{seq}/{class}/{year", "number.pattern_malformed"),
        ("{seq:05}/{class}/{year}", "number.pattern_malformed"),
        ("{seq!r}/{class}/{year}", "number.pattern_malformed"),
        ("{seq}\n{class}/{year}", "number.pattern_character"),
        ("<{seq}>/{class}/{year}", "number.pattern_character"),
        ("{seq}{{x}}/{class}/{year}", "number.pattern_character"),
        ("{seq}/{class}/{year}" + "x" * 80, "number.pattern_too_long"),
    ],
)
def test_it_refuses_a_pattern_that_cannot_number_a_register(pattern: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_pattern(pattern)
    assert refusal.value.code == code


def test_it_refuses_a_number_longer_than_the_register_keeps() -> None:
    with pytest.raises(InvalidInput) as refusal:
        number(unit="U" * MAX_LENGTH)
    assert refusal.value.code == "number.too_long"


@pytest.mark.parametrize("changes", [{"seq": 0}, {"month": 0}, {"month": 13}])
def test_it_refuses_what_no_register_has(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"register|month"):
        number(**changes)


LETTER = st.tuples(st.integers(1, 5000), st.integers(2000, 2100))


@given(a=LETTER, b=LETTER)
def test_it_never_gives_two_letters_of_a_class_one_number(a: tuple[int, int], b: tuple[int, int]) -> None:
    assert (number(seq=a[0], year=a[1]) == number(seq=b[0], year=b[1])) == (a == b)
