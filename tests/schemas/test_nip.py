"""NIP: the numbers of PNS and PPPK, and mistyped ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from schemas.nip import Nip, nip_warnings, parse_nip


def test_it_takes_a_nip_apart() -> None:
    assert parse_nip("19850312 201001 1 002") == Nip(
        value="198503122010011002",
        birth=date(1985, 3, 12),
        appointed_year=2010,
        appointed=date(2010, 1, 1),
        sex="male",
        serial="002",
        kind="pns",
    )


@pytest.mark.parametrize("typed", ["199001012021212001", "199001012021002001", "199001012021132001"])
def test_it_takes_a_pppk_number_with_a_warning(typed: str) -> None:
    nip = parse_nip(typed)
    assert (nip.kind, nip.appointed, nip.appointed_year, nip.sex) == ("pppk", None, 2021, "female")
    assert nip.warnings == ("nip.pppk",)
    assert nip_warnings(typed) == ("nip.pppk",)


def test_it_does_not_warn_of_a_pns_number_or_of_none() -> None:
    assert nip_warnings("198503122010011002") == ()
    assert nip_warnings("1985") == ()
    assert nip_warnings(None) == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "field.required"),
        ("   ", "field.required"),
        ("19850312201001100", "nip.length"),
        ("1985031220100110021", "nip.length"),
        ("1985031220100110O2", "nip.digits"),
        ("19850312-201001-1-002", "nip.digits"),
        ("\uff11\uff1985031220100110", "nip.digits"),
        ("198503122010011002\0", "nip.digits"),
        ("19850312\n2010011002", "nip.digits"),
        ("198513122010011002", "nip.birth_date"),
        ("198502302010011002", "nip.birth_date"),
        ("000000002010011002", "nip.birth_date"),
        ("185003121870011002", "nip.birth_date"),
        ("198503121985011002", "nip.appointment"),
        ("198503121999011002", "nip.appointment"),
        ("198503122070011002", "nip.appointment"),
        ("198503122010013002", "nip.sex"),
        ("198503122010010002", "nip.sex"),
        (198503122010011002, "nip.digits"),
        (None, "nip.digits"),
    ],
)
def test_it_refuses(typed: Any, code: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        parse_nip(typed)
    assert refused.value.type == code


def test_it_refuses_an_appointment_yet_to_come_when_told_the_day() -> None:
    future = "198503122030011002"
    assert parse_nip(future).appointed_year == 2030
    with pytest.raises(PydanticCustomError) as refused:
        parse_nip(future, today=date(2026, 11, 23))
    assert refused.value.type == "nip.appointment"


@given(
    st.dates(date(1940, 1, 1), date(2005, 12, 31)),
    st.integers(18, 60),
    st.integers(0, 99),
    st.sampled_from(["1000", "1001", "2999"]),
    st.lists(st.integers(0, 18), max_size=6),
)
def test_it_reads_every_number_of_the_right_shape(
    birth: date, age: int, month: int, tail: str, spaces: list[int]
) -> None:
    digits = f"{birth:%Y%m%d}{birth.year + age}{month:02}{tail}"
    typed = list(digits)
    for place in spaces:
        typed.insert(place, " ")
    nip = parse_nip("".join(typed))
    assert nip.value == digits
    assert nip.birth == birth
    assert nip.serial == tail[1:]
    assert nip.sex == ("male" if tail[0] == "1" else "female")
    assert (nip.kind == "pns") == (1 <= month <= 12) == (not nip.warnings)


@given(st.text(st.characters(), max_size=30) | st.from_regex(r"[0-9]{18}") | st.integers() | st.none())
def test_it_raises_nothing_else(value: Any) -> None:
    try:
        nip = parse_nip(value)
    except PydanticCustomError:
        return
    assert nip.value.isascii()
    assert len(nip.value) == 18
    assert parse_nip(nip.value) == nip
