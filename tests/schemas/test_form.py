"""FM 001: what is complete, what is wrong by which field, and a draft that keeps whatever was typed."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.form import (
    Fm001,
    Fm001Draft,
    Frequency,
    Service,
    complete,
    errors_by_field,
    show_phone,
    validate_field,
)

TYPED: dict[str, Any] = {
    "date": "2026-11-23",
    "name": " Siti Rahayu ",
    "nip": "19900101 201503 2 004",
    "phone": "0812-3456-7890",
    "email": "Siti.Rahayu@BATAN.go.id",
    "has_server": "on",
    "server_name": "web-satker",
    "has_application": "",
    "application_name": "",
    "has_folder": "on",
    "folders": "/var/www/html/\r\n\r\n  folder unggahan situs \r\n/var/www//html\r\n",
    "services": ["mirror_files", "backup_files", "backup_files"],
    "frequency": "daily",
    "retention_days": " 90 ",
    "reason": "Situs satker belum\r\npernah dicadangkan.",
}


def form(**changes: Any) -> Fm001:
    return complete(Fm001Draft.model_validate(TYPED | changes))


def problems(**changes: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    with pytest.raises(ValidationError) as refused:
        form(**changes)
    return errors_by_field(refused.value)


def codes(**changes: Any) -> dict[str, str]:
    return {name: code for name, (code, _) in problems(**changes).items()}


def test_it_completes_what_was_typed() -> None:
    assert form() == Fm001.model_construct(
        date=date(2026, 11, 23),
        name="Siti Rahayu",
        nip="199001012015032004",
        phone="+6281234567890",
        email="Siti.Rahayu@batan.go.id",
        has_server=True,
        server_name="web-satker",
        has_application=False,
        application_name="",
        has_folder=True,
        folders=("/var/www/html", "folder unggahan situs"),
        services=(Service.BACKUP_FILES, Service.MIRROR_FILES),
        frequency=Frequency.DAILY,
        retention_days=90,
        reason="Situs satker belum\npernah dicadangkan.",
    )


def test_it_reads_back_what_it_kept() -> None:
    kept = json.loads(json.dumps(form().model_dump(mode="json")))
    assert Fm001.model_validate(kept) == form()
    assert complete(Fm001Draft.of(form())) == form()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"date": ""}, "date", "field.required"),
        ({"date": "2026-02-30"}, "date", "form.date"),
        ({"date": "besok"}, "date", "form.date"),
        ({"date": "20261123"}, "date", "form.date"),
        ({"date": "1026-11-23"}, "date", "form.date"),
        ({"date": "\uff12026-11-23"}, "date", "form.date"),
        ({"name": ""}, "name", "field.required"),
        ({"name": "x" * 121}, "name", "text.too_long"),
        ({"name": "Siti\nRahayu"}, "name", "text.newline"),
        ({"name": "Siti\x1bRahayu"}, "name", "text.control_character"),
        ({"nip": "123"}, "nip", "nip.length"),
        ({"phone": ""}, "phone", "field.required"),
        ({"phone": "12"}, "phone", "phone.invalid"),
        ({"phone": "abc"}, "phone", "phone.invalid"),
        ({"phone": "0812-3456-7890; id"}, "phone", "phone.invalid"),
        ({"phone": "0000000000"}, "phone", "phone.invalid"),
        ({"phone": "021-7560922 ext 12"}, "phone", "phone.extension"),
        ({"phone": "0" * 41}, "phone", "text.too_long"),
        ({"email": ""}, "email", "field.required"),
        ({"email": "siti"}, "email", "email.invalid"),
        ({"email": "siti@"}, "email", "email.invalid"),
        ({"email": "siti@localhost"}, "email", "email.invalid"),
        ({"email": "-oQ/tmp@batan.go.id"}, "email", "email.invalid"),
        ({"email": "Siti <siti@batan.go.id>"}, "email", "email.invalid"),
        ({"email": "siti@batan.go.id\nBcc: x@y.id"}, "email", "text.newline"),
        ({"has_server": "mungkin"}, "has_server", "form.tick"),
        ({"server_name": " "}, "server_name", "field.required"),
        ({"server_name": "x" * 121}, "server_name", "text.too_long"),
        ({"has_application": "on"}, "application_name", "field.required"),
        ({"application_name": "SIMPEG"}, "application_name", "form.box_not_ticked"),
        ({"folders": ""}, "folders", "field.required"),
        ({"has_folder": ""}, "folders", "form.box_not_ticked"),
        ({"folders": "/"}, "folders", "path.root"),
        ({"folders": "/etc/../root"}, "folders", "path.parent"),
        ({"folders": "/etc/\x1cfoo"}, "folders", "text.control_character"),
        ({"folders": "data\0"}, "folders", "text.control_character"),
        ({"folders": "\n".join(f"/f{n}" for n in range(41))}, "folders", "form.too_many_folders"),
        ({"folders": "\n".join("/" + "x" * 200 for _ in range(21))}, "folders", "form.folders_too_long"),
        ({"services": []}, "services", "form.no_service"),
        ({"services": ""}, "services", "form.no_service"),
        ({"services": ["backup_files", "format_disk"]}, "services", "form.choice"),
        ({"frequency": ""}, "frequency", "field.required"),
        ({"frequency": "hourly"}, "frequency", "form.choice"),
        ({"retention_days": ""}, "retention_days", "field.required"),
        ({"retention_days": "6"}, "retention_days", "retention.range"),
        ({"retention_days": "3651"}, "retention_days", "retention.range"),
        ({"retention_days": "-90"}, "retention_days", "retention.range"),
        ({"retention_days": "90 hari"}, "retention_days", "retention.kind"),
        ({"retention_days": "9e1"}, "retention_days", "retention.kind"),
        ({"reason": "pendek"}, "reason", "text.too_short"),
        ({"reason": "x" * 2001}, "reason", "text.too_long"),
        ({"reason": ""}, "reason", "field.required"),
    ],
)
def test_it_names_the_one_field_that_is_wrong(changes: dict[str, Any], field: str, code: str) -> None:
    assert codes(**changes) == {field: code}
    found = validate_field(field, TYPED | changes)
    assert found is not None
    assert found[0] == code


def test_it_asks_for_one_target_under_a_name_of_its_own() -> None:
    nothing = {"has_server": "", "server_name": "", "has_folder": "", "folders": ""}
    assert codes(**nothing) == {"targets": "form.no_target"}
    assert validate_field("targets", TYPED | nothing) == ("form.no_target", {})
    assert validate_field("targets", TYPED) is None


@pytest.mark.parametrize("box", ["server", "application", "folder"])
def test_one_target_is_enough(box: str) -> None:
    room = {"server": "server_name", "application": "application_name", "folder": "folders"}
    changes = dict.fromkeys([*(f"has_{name}" for name in room), *room.values()], "")
    done = form(**changes | {f"has_{box}": "1", room[box]: "satu"})
    assert [getattr(done, f"has_{name}") for name in room].count(True) == 1


def test_it_names_every_wrong_field_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        complete(Fm001Draft.model_validate({}))
    found = {name: code for name, (code, _) in errors_by_field(refused.value).items()}
    required = ("date", "name", "nip", "phone", "email", "frequency", "retention_days", "reason")
    assert found == {
        **dict.fromkeys(required, "field.required"),
        "services": "form.no_service",
        "targets": "form.no_target",
    }


def test_it_tells_the_limits_and_the_line() -> None:
    assert problems(retention_days="1")["retention_days"][1] == {"min": 7, "max": 3650}
    assert problems(folders="satu\n\n/dua/../x")["folders"] == ("path.parent", {"line": 2})


def test_it_takes_folders_as_a_list_too() -> None:
    assert form(folders=["/srv/a", "/srv/b\n/srv/c"]).folders == ("/srv/a", "/srv/b", "/srv/c")


@pytest.mark.parametrize(
    "typed", ["23-11-2026", "23/11/2026", "23.11.2026", "2026-11-23", date(2026, 11, 23)]
)
def test_it_reads_a_date_as_it_is_written_by_hand(typed: Any) -> None:
    assert form(date=typed).date == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("081234567890", "+6281234567890", "0812-3456-7890"),
        ("+62 812 3456 7890", "+6281234567890", "0812-3456-7890"),
        ("(021) 7560922", "+62217560922", "(021) 7560922"),
        ("+65 6123 4567", "+6561234567", "+65 6123 4567"),
    ],
)
def test_it_keeps_a_number_for_machines_and_shows_it_for_people(typed: str, kept: str, shown: str) -> None:
    assert form(phone=typed).phone == kept
    assert show_phone(kept) == shown


def test_it_shows_a_number_that_is_none_as_it_is() -> None:
    assert show_phone("tidak ada") == "tidak ada"


def test_a_draft_is_kept_as_typed() -> None:
    typed = TYPED | {"nip": "12x", "reason": "  belum\r\nselesai ", "csrf_token": "secret", "unit": "1"}
    kept = Fm001Draft.model_validate(typed).model_dump()
    assert kept == {name: typed[name] for name in TYPED}
    assert Fm001Draft.model_validate(kept).model_dump() == kept


def test_a_draft_is_cut_rather_than_refused() -> None:
    kept = Fm001Draft.model_validate(
        {"reason": "x" * 30_000, "services": ["y"] * 999, "name": "a\0\ud800b"}
    ).root
    assert len(kept["reason"]) == 20_000
    assert len(kept["services"]) == 200
    assert "\0" not in kept["name"]
    kept["name"].encode()


def test_it_survives_a_number_too_long_to_be_written() -> None:
    assert Fm001Draft.model_validate(TYPED | {"retention_days": 10**5000}).root["retention_days"] == ""
    with pytest.raises(ValidationError) as refused:
        Fm001.model_validate(TYPED | {"retention_days": 10**5000})
    assert errors_by_field(refused.value)["retention_days"][0] == "retention.range"


def test_a_field_sent_twice_counts_by_its_first_value() -> None:
    assert form(name=["Siti", "Budi"]).name == "Siti"


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.binary(max_size=4)
    | st.text(st.characters(), max_size=60)
    | st.text(st.sampled_from(list("/.-+@0189 \n\r\0\u202e\ud800")), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
changed = st.dictionaries(st.sampled_from([*TYPED, "targets", "x", ""]), junk, max_size=5)


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for entry in value for text in texts(entry)] if isinstance(value, list) else []


@given(changed | junk)
def test_a_draft_takes_anything_and_can_be_stored(raw: Any) -> None:
    kept = Fm001Draft.model_validate(raw).model_dump()
    assert set(kept) <= set(TYPED)
    json.dumps(kept).encode()
    for value in kept.values():
        assert all("\0" not in text and text.encode() is not None for text in texts(value))
    assert Fm001Draft.model_validate(kept).model_dump() == kept


@given(changed)
def test_it_raises_only_validation_errors_and_keeps_nothing_unseen(changes: dict[str, Any]) -> None:
    for take in (Fm001.model_validate, lambda raw: complete(Fm001Draft.model_validate(raw))):
        try:
            done = take(TYPED | changes)
        except ValidationError as error:
            found = errors_by_field(error)
            assert found
            json.dumps(found)
            continue
        kept = done.model_dump(mode="json")
        for text in [text for value in kept.values() for text in texts(value)]:
            assert not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
        assert all(
            "\n" not in text for name, value in kept.items() if name != "reason" for text in texts(value)
        )
        assert Fm001.model_validate(kept) == done


@given(st.sampled_from([*TYPED, "targets", "nonsense"]), changed)
def test_inline_validation_never_fails(name: str, raw: dict[str, Any]) -> None:
    found = validate_field(name, raw)
    assert found is None or isinstance(found[0], str)
