from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.commands import LINES_MAX, OPERATORS, CommandsForm, lines, seen, words_of

PLAIN = st.text(
    st.characters(blacklist_categories=("C", "Z"), blacklist_characters="`$"), min_size=1, max_size=20
)


def test_it_takes_one_command_a_line():
    form = CommandsForm(before=" sudo systemctl stop 'Aplikasi Surat' \n\n/usr/bin/sync\r\n", after="")
    assert form.before == ("sudo systemctl stop 'Aplikasi Surat'", "/usr/bin/sync")
    assert words_of(form.before[0]) == ["sudo", "systemctl", "stop", "Aplikasi Surat"]
    assert form.after == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("echo 'tanpa akhir", "commands.quotes"),
        ("-rf /", "commands.program"),
        ("'' x", "commands.program"),
        ("PATH=/x systemctl stop a", "commands.program"),
        ("systemctl stop a && sync", "commands.shell"),
        ("systemctl stop a; sync", "commands.shell"),
        ("cat a > b", "commands.shell"),
        ("cat a | tee b", "commands.shell"),
        ("echo $(id)", "commands.shell"),
        ("echo `id`", "commands.shell"),
        ("echo a\x00b", "commands.unreadable"),
        ("echo " + "x" * 500, "commands.unreadable"),
        ("echo \u202egro", "commands.unreadable"),
    ],
)
def test_it_refuses_what_would_not_do_what_it_looks_like(line, code):
    with pytest.raises(ValidationError) as refused:
        CommandsForm(before=line)
    assert refused.value.errors()[0]["type"] == code


def test_it_takes_only_a_few():
    with pytest.raises(ValidationError) as refused:
        CommandsForm(after="sync\n" * (LINES_MAX + 1))
    assert refused.value.errors()[0]["type"] == "commands.too_many"


@given(st.lists(PLAIN.filter(lambda word: word not in OPERATORS and not word.endswith(";")), max_size=5))
def test_the_words_that_were_typed_are_the_words_that_run(arguments):
    line = shlex.join(["/usr/bin/printf", *arguments])
    assert words_of(lines(line)[0]) == ["/usr/bin/printf", *arguments]
    assert lines("\n".join(lines(line))) == lines(line)


def test_it_tells_apart_what_was_shown():
    told = {seen(1, ("a",), ()), seen(1, (), ("a",)), seen(2, ("a",), ()), seen(1, ("a", "b"), ())}
    assert len(told) == 4
