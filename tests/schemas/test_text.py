"""Typed text and names: what is taken, what is refused with which code, and what nothing hostile gets through."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.text import FolderPath, HostName, Line, Paragraph, Port, UnixUser

ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "line": TypeAdapter(Annotated[str, Line(20)]),
    "free line": TypeAdapter(Annotated[str, Line(20, min=0)]),
    "paragraph": TypeAdapter(Annotated[str, Paragraph(40)]),
    "reason": TypeAdapter(Annotated[str, Paragraph(40, min=10)]),
    "host": TypeAdapter(HostName),
    "user": TypeAdapter(UnixUser),
    "folder": TypeAdapter(FolderPath),
    "port": TypeAdapter(Port),
}


def take(kind: str, value: Any) -> Any:
    return ADAPTERS[kind].validate_python(value)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("line", "  Budi Santoso \n", "Budi Santoso"),
        ("line", "Rene\u0301", "Ren\u00e9"),
        ("line", "a\tb", "a b"),
        ("line", "zero\u200bwidth\ufeff", "zerowidth"),
        ("line", "x" * 20, "x" * 20),
        ("line", "<script>", "<script>"),
        ("line", "$(id) `id`", "$(id) `id`"),
        ("free line", "", ""),
        ("free line", " \u200b ", ""),
        ("paragraph", "", ""),
        ("paragraph", "one\r\ntwo\rthree  \nfour", "one\ntwo\nthree\nfour"),
        ("paragraph", "one\u2028two", "one\ntwo"),
        ("reason", "0123456789", "0123456789"),
        ("host", "Server-1.Batan.GO.ID.", "server-1.batan.go.id"),
        ("host", "localhost", "localhost"),
        ("host", " 10.0.0.7 ", "10.0.0.7"),
        ("host", "[2001:DB8:0::1]", "2001:db8::1"),
        ("host", "3com.example", "3com.example"),
        ("host", "a" * 63 + ".id", "a" * 63 + ".id"),
        ("user", "cadangan", "cadangan"),
        ("user", "_www-data2", "_www-data2"),
        ("user", "u" * 32, "u" * 32),
        ("folder", "/var//www/./html/", "/var/www/html"),
        ("folder", "//srv/data", "/srv/data"),
        ("folder", "/srv/with space ", "/srv/with space "),
        ("folder", "/srv/e\u0301", "/srv/e\u0301"),  # another folder than the composed one
        ("folder", "/srv/-rf", "/srv/-rf"),
        ("folder", "/srv/$(id)'\"", "/srv/$(id)'\""),
        ("folder", "/srv/..data", "/srv/..data"),
        ("port", "22", 22),
        ("port", 65535, 65535),
    ],
)
def test_it_keeps(kind: str, typed: Any, kept: Any) -> None:
    assert take(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("line", "", "field.required"),
        ("line", " \t ", "field.required"),
        ("line", "\u200d\u0301", "field.required"),
        ("line", "x" * 21, "text.too_long"),
        ("line", "a\nb", "text.newline"),
        ("line", "a\rb", "text.newline"),
        ("line", "a\u2028b", "text.newline"),
        ("line", "a\0b", "text.control_character"),
        ("line", "a\x1b[31mb", "text.control_character"),
        ("line", "a\x7fb", "text.control_character"),
        ("line", "a\x9bb", "text.control_character"),
        ("line", "a\ud800b", "text.control_character"),
        ("line", "a\u202eb", "text.control_character"),
        ("line", "a\uffffb", "text.control_character"),
        ("line", "\ufffd", "text.control_character"),  # what a draft makes of a NUL
        ("line", 5, "text.kind"),
        ("line", None, "text.kind"),
        ("line", ["a"], "text.kind"),
        ("line", b"a", "text.kind"),
        ("paragraph", "a\n\0b", "text.control_character"),
        ("paragraph", "x" * 41, "text.too_long"),
        ("reason", "", "field.required"),
        ("reason", "pendek", "text.too_short"),
        ("reason", "x" + " " * 30, "text.too_short"),
        ("host", "", "field.required"),
        ("host", "-oProxyCommand=id", "host.leading_dash"),
        ("host", " -v", "host.leading_dash"),
        ("host", "a" * 64 + ".id", "host.name"),
        ("host", ".".join(["a" * 60] * 5), "host.too_long"),
        ("host", "a..b", "host.name"),
        ("host", "a_b", "host.name"),
        ("host", "host-.id", "host.name"),
        ("host", "server;id", "host.name"),
        ("host", "$(id)", "host.name"),
        ("host", "user@host", "host.name"),
        ("host", "a b", "host.name"),
        ("host", "b\u00fccher.id", "host.name"),
        ("host", "ssh://host", "host.address"),
        ("host", "host:22", "host.address"),
        ("host", "256.1.1.1", "host.address"),
        ("host", "10.0.1", "host.address"),
        ("host", "010.0.0.1", "host.address"),
        ("host", "2130706433", "host.address"),  # 127.0.0.1 in disguise
        ("host", "0x7f.1", "host.address"),
        ("host", "0x7f000001", "host.address"),
        ("host", "fe80::1%eth0", "host.address"),
        ("host", "::g", "host.address"),
        ("host", "[", "host.address"),
        ("host", "a\nb", "text.control_character"),
        ("host", "a\0", "text.control_character"),
        ("host", 10, "text.kind"),
        ("user", "", "field.required"),
        ("user", "-l", "user.leading_dash"),
        ("user", "Root", "user.name"),
        ("user", "a b", "user.name"),
        ("user", "a;id", "user.name"),
        ("user", "u" * 33, "user.name"),
        ("user", "1a", "user.name"),
        ("user", "r\u00f6ot", "user.name"),
        ("user", "a\nb", "text.control_character"),
        ("folder", "", "field.required"),
        ("folder", "var/www", "path.relative"),
        ("folder", "~/www", "path.relative"),
        ("folder", "-rf", "path.relative"),
        ("folder", " /var", "path.relative"),
        ("folder", "C:\\data", "path.relative"),
        ("folder", "/", "path.root"),
        ("folder", "///.//", "path.root"),
        ("folder", "/var/../etc", "path.parent"),
        ("folder", "/..", "path.parent"),
        ("folder", "/a\nb", "text.control_character"),
        ("folder", "/a\0b", "text.control_character"),
        ("folder", "/a\udc80", "text.control_character"),
        ("folder", "/" + "a" * 256, "path.name_too_long"),
        ("folder", "/\u00e9" + "\u00e9" * 127, "path.name_too_long"),
        ("folder", "/a" * 2049, "path.too_long"),
        ("folder", None, "text.kind"),
        ("port", "", "field.required"),
        ("port", "0", "port.range"),
        ("port", "65536", "port.range"),
        ("port", -1, "port.range"),
        ("port", "22a", "port.kind"),
        ("port", "2_2", "port.kind"),
        ("port", "\uff12\uff12", "port.kind"),
        ("port", "9" * 5000, "port.kind"),
        ("port", 22.0, "port.kind"),
        ("port", True, "port.kind"),
        ("port", None, "port.kind"),
    ],
)
def test_it_refuses(kind: str, typed: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        take(kind, typed)
    assert [error["type"] for error in refused.value.errors()] == [code]


def test_it_says_how_long_a_text_may_be() -> None:
    with pytest.raises(ValidationError) as refused:
        take("line", "x" * 25)
    assert refused.value.errors()[0]["ctx"] == {"max": 20, "length": 25}


def test_it_works_in_a_model_with_a_default() -> None:
    class Note(BaseModel):
        text: Annotated[str, Paragraph(2000)] = ""

    assert Note().text == ""
    assert Note(text=" a\r\nb ").text == "a\nb"
    assert Note.model_validate_json('{"text": "a"}').model_dump() == {"text": "a"}


anything = (
    st.text(st.characters(), max_size=80)
    | st.text(st.sampled_from(list("/.-a0:%[]x\0\n\r\t \u202e\ud800\u00e9")), max_size=60)
    | st.none()
    | st.integers()
    | st.booleans()
    | st.floats()
    | st.binary(max_size=5)
    | st.lists(st.text(max_size=5), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2)
)


@given(st.sampled_from(sorted(ADAPTERS)), anything)
@example("host", "[")
@example("host", "::%")
@example("folder", "/\u0345/..")
def test_it_raises_nothing_else_and_keeps_nothing_unseen(kind: str, value: Any) -> None:
    try:
        kept = take(kind, value)
    except ValidationError:
        return
    if kind == "port":
        assert 1 <= kept <= 65535
        return
    allowed = "\n" if kind in ("paragraph", "reason") else ""
    unsafe = [c for c in kept if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in allowed]
    assert not unsafe
    kept.encode()
    assert take(kind, kept) == kept


@given(st.text(st.sampled_from(list("ab-.:0123456789x%[]fA ")), max_size=30))
def test_it_keeps_a_host_that_is_an_address_or_a_plain_name(typed: str) -> None:
    try:
        kept = take("host", typed)
    except ValidationError:
        return
    if ":" in kept or re.fullmatch(r"[0-9.]+", kept):
        assert str(ip_address(kept)) == kept
    else:
        assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", kept)
        assert not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", kept.rsplit(".", 1)[-1])


@given(st.lists(st.sampled_from(["", ".", "..", "a", "b c", "-rf", "..."]), max_size=8))
def test_it_never_keeps_a_path_that_climbs(names: list[str]) -> None:
    try:
        kept = take("folder", "/" + "/".join(names))
    except ValidationError:
        assert ".." in names or not set(names) - {"", "."}
        return
    assert kept.startswith("/")
    assert not set(kept[1:].split("/")) & {"", ".", ".."}
