from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents import formats


def test_it_writes_dates_and_times_as_the_office_does() -> None:
    assert formats.long_date(date(2026, 11, 3)) == "3 November 2026"
    evening = datetime(2026, 8, 31, 17, 30, tzinfo=UTC)
    assert formats.long_date(evening) == "1 September 2026"
    assert formats.clock_time(evening) == "00.30 WIB"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 byte"), (1023, "1.023 byte"), (1024, "1,0 KiB"), (1_610_612_736, "1,5 GiB"), (1024**2 - 1, "1,0 MiB"),
     (5 * 1024**5, "5,0 PiB")],
)  # fmt: skip
def test_it_writes_sizes(count: int, words: str) -> None:
    assert formats.size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 detik"), (0.4, "0 detik"), (59.6, "1 menit"), (125, "2 menit 5 detik"), (3600, "1 jam"),
     (3605, "1 jam"), (90061, "1 hari 1 jam"), (-3, "0 detik")],
)  # fmt: skip
def test_it_writes_durations_in_words(seconds: float, words: str) -> None:
    assert formats.duration(seconds) == words


def test_it_groups_thousands_and_names_days() -> None:
    assert formats.number(1234567) == "1.234.567"
    assert formats.days(90) == "90 hari"


def test_it_cuts_a_heading_into_even_lines() -> None:
    title = "PUSAT PENDAYAGUNAAN INFORMATIKA DAN KAWASAN STRATEGIS NUKLIR"
    assert formats.balanced(title) == ["PUSAT PENDAYAGUNAAN INFORMATIKA", "DAN KAWASAN STRATEGIS NUKLIR"]
    assert formats.balanced("BADAN TENAGA NUKLIR NASIONAL") == ["BADAN TENAGA NUKLIR NASIONAL"]


@given(st.lists(st.text("ABCDEFGH", min_size=1, max_size=20), max_size=20))
def test_it_loses_no_word_of_a_heading(words: list[str]) -> None:
    lines = formats.balanced(" ".join(words))
    assert " ".join(lines).split() == words
    assert all(len(line) <= 48 for line in lines)
