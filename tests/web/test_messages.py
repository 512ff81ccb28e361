from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from portal.sop.table import Action, Guard, Role, Step
from portal.web import messages
from portal.web.messages import values

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def raised_codes() -> set[str]:
    """Every code with which the desks, the papers and the border shapes refuse: the first text of a call or pair."""
    found = set()
    for folder in ("portal/operations", "portal/documents", "schemas"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
                first = parts[0].value if parts and isinstance(parts[0], ast.Constant) else None
                if (
                    isinstance(first, str)
                    and CODE.fullmatch(first)
                    and not first.endswith((".json", ".html"))
                ):
                    found.add(first)
    return found


def test_it_has_a_sentence_for_every_code_that_is_raised():
    assert {code for code in raised_codes() if "(kode:" in messages.text(code)} == set()


def test_the_trail_calls_everything_by_a_word():
    """What an entry is about, and the groups of events that one may choose from."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    known = set(messages.labels("subject"))
    assert set(re.findall(r'subject_type="([a-z_]+)"', source)) - known == set()
    groups = {tag.partition(":")[0] for tag in messages.labels("event")}
    assert groups - known - set(messages.labels("event_group")) == set()


def test_it_tells_no_code_twice():
    codes = [code for table in messages._tables("TEXTS") for code in table]
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_it_names_an_unknown_code():
    assert "tidak.dikenal" in messages.text("tidak.dikenal")


@pytest.mark.parametrize(("kind", "names"), [("role", Role), ("step", Step), ("action", Action)])
def test_it_has_a_label_for_every_identifier_of_the_rule_book(kind, names):
    assert {name for name in names if messages.label(kind, name.value) == name.value} == set()


def test_it_has_a_sentence_for_every_guard():
    for guard in Guard:
        if guard is not Guard.NONE:
            assert "(kode:" not in messages.text(f"guard.{guard.value}")


def test_it_makes_context_readable():
    assert "Kepala Satker" in messages.text("chain.role", role="unit_head")
    assert "–" in messages.text("chain.role")
    assert messages.text("account.password_changed", ended=1200).endswith("1.200.")


def test_it_says_what_a_number_is():
    assert "10,0 MiB" in messages.text("attachment.too_large", most=10 * 1024**2)


def test_it_leaves_braces_in_values_alone():
    assert "{role}" in messages.text("unit.unknown", value="{role}")


def test_it_writes_dates_as_the_office_does():
    assert values.day(date(2026, 11, 23)) == "23 November 2026"
    assert values.day(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == "23 November 2026"
    assert values.instant(AT) == "23 November 2026 14.05 WIB"
    assert values.instant(None) == "–"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1.023 B"),
        (1024, "1,0 KiB"),
        (1.5 * 1024**3, "1,5 GiB"),
        (5 * 1024**6, "5.120,0 PiB"),
    ],
)
def test_it_writes_sizes_with_a_comma(size, words):
    assert values.size(size) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "< 1 detik"),
        (59, "59 detik"),
        (3661, "1 jam 1 menit"),
        (90061, "1 hari 1 jam"),
        (timedelta(days=2), "2 hari"),
    ],
)
def test_it_writes_spans_in_two_parts(span, words):
    assert values.duration(span) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (30, "sekarang"),
        (-30, "sekarang"),
        (7530, "dalam 2 jam 5 menit"),
        (-86400, "lewat 1 hari"),
        (119, "dalam 1 menit"),
    ],
)
def test_it_says_how_far_a_deadline_is(seconds, words):
    assert values.relative(AT + timedelta(seconds=seconds), AT) == words


def test_it_finds_indonesian_only_where_it_belongs():
    words = re.compile(r"\b(permohonan|kata sandi|silakan|tidak dapat|pengguna)\b", re.IGNORECASE)
    strays = []
    for path in (
        path for folder in ("portal", "schemas", "workers") for path in (ROOT / folder).rglob("*.py")
    ):
        if "messages" not in path.parts and "documents" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                if words.search(said) and not said.startswith("/"):
                    strays.append(f"{path.relative_to(ROOT)}: {said}")
    assert strays == []
