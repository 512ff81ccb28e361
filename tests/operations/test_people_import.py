from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.errors import InvalidInput, TransitionRefused
from portal.operations import passwords, people_import
from portal.store.models import AuditEntry, Unit, User
from schemas.people_file import FIELDS

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TITLES = {field: field for field in FIELDS}
HEAD = ";".join(FIELDS)
RINI = "rini.p;Rini Puspita;199301122019022004;rini@example.go.id;;Arsiparis;PRTRN"
WULAN = "wulan;Wulan Kusumaningrum, S.T.;199211052019022003;wulan@example.go.id;+62215554321;{post};PPIKSN"
SAME = WULAN.format(post="Pranata Komputer Ahli Pertama")


def sheet(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


def plan_of(*lines: str) -> people_import.Plan:
    return people_import.preview(sheet(*lines), TITLES)


def apply(cast, raw: bytes, digest: str):
    return people_import.apply(raw, digest, TITLES, actor=cast["sri"], at=AT)


def test_it_tells_new_changed_and_unchanged_apart(cast):
    plan = plan_of(RINI, WULAN.format(post="Muda"), SAME.replace("wulan;", "agus;"))
    plan = plan_of(RINI, WULAN.format(post="Muda"))
    assert [line.state for line in plan.lines] == ["new", "changed"]
    assert plan.lines[1].differences == (("post", "Pranata Komputer Ahli Pertama", "Muda"),)
    assert plan_of(SAME).lines[0].state == "unchanged"
    assert not plan_of(SAME).feasible
    assert plan.feasible


def test_a_preview_writes_nothing(cast):
    before = (User.select().count(), AuditEntry.select().count())
    plan_of(RINI, WULAN.format(post="Muda"))
    assert (User.select().count(), AuditEntry.select().count()) == before


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (RINI.replace("rini.p", "-oProxy"), "username", "username.shape"),
        (RINI.replace("199301122019022004", "123"), "nip", "nip.length"),
        (RINI.replace("199301122019022004", "1,99301E+17"), "nip", "import.nip_number"),
        (RINI.replace("rini@example.go.id", "rini"), "email", "email.invalid"),
        (RINI.replace("PRTRN", "XX"), "unit_code", "unit.unknown"),
        (RINI.replace("PRTRN", "TIDUR"), "unit_code", "unit.unknown"),
        (RINI.replace("Rini Puspita", ""), "name", "field.required"),
        (RINI.replace("Rini Puspita", '"Rini\nPuspita"'), "name", "text.newline"),
        (RINI + ";lebih", "", "file.cells"),
        ("maya" + RINI.removeprefix("rini.p"), "username", "import.directory"),
    ],
)
def test_it_refuses_a_line_and_names_the_column(cast, line, field, code):
    Unit.create(code="TIDUR", name="Satker lama", active=False)
    User.create(
        username="maya", source="ldap", name="Maya", nip="", email="", password_hash="", unit=cast["sri"].unit
    )
    plan = plan_of(line, SAME)
    assert [one.state for one in plan.lines] == ["refused", "unchanged"]
    assert plan.lines[0].problems[0][:2] == (field, code)


def test_it_refuses_both_lines_of_one_person(cast):
    plan = plan_of(RINI, RINI.replace("rini.p", "RINI.P"))
    assert [line.problems[0][1] for line in plan.lines] == ["import.twice", "import.twice"]


def test_it_warns_and_takes(cast):
    User.update(active=False).where(User.username == "wulan").execute()
    plan = plan_of(RINI.replace("199301122019022004", "199301122023212004"), WULAN.format(post="Muda"),
                   RINI.replace("rini.p", "lain").replace("199301122019022004", "199003122015042001"))  # fmt: skip
    assert [[code for _, code, _ in line.warnings] for line in plan.lines] == [
        ["nip.pppk"], ["import.closed"], ["import.nip_taken"],
    ]  # fmt: skip
    assert plan.feasible


def test_a_formula_is_a_text(cast):
    [line] = plan_of(RINI.replace("Rini Puspita", '"=HYPERLINK(""x"")"')).lines
    assert line.entry.name == '=HYPERLINK("x")'


def test_a_column_that_is_left_out_stays_as_it_is(cast):
    raw = b"username;name;nip;email;unit_code\nwulan;Wulan K.;199211052019022003;wulan@example.go.id;PPIKSN\n"
    plan = people_import.preview(raw, TITLES)
    assert plan.lines[0].differences == (("name", "Wulan Kusumaningrum, S.T.", "Wulan K."),)


def test_it_does_what_was_confirmed_and_tells_it(cast):
    raw = sheet(RINI, WULAN.format(post="Muda"), SAME.replace("wulan;", "wulan2;"))
    plan = people_import.preview(raw, TITLES)
    made = apply(cast, raw, plan.digest)
    assert [user.username for user, _ in made] == ["rini.p", "wulan2"]
    rini = User.get(User.username == "rini.p")
    assert passwords.matches(rini.password_hash, made[0][1])
    assert rini.must_change_password
    assert User.get(User.username == "wulan").post == "Muda"
    tags = [entry.tag for entry in AuditEntry.select().order_by(AuditEntry.sequence)]
    assert tags == ["user:created", "user:changed", "user:created", "user:imported"]
    last = AuditEntry.get(AuditEntry.tag == "user:imported").data
    assert (last["new_people"], last["changed_people"], last["unchanged"], last["digest"]) == (
        2,
        1,
        0,
        plan.digest,
    )
    assert made[0][1] not in str([entry.data for entry in AuditEntry.select()])


def test_it_does_nothing_but_what_was_looked_at(cast):
    raw = sheet(RINI, WULAN.format(post="Muda"))
    plan = people_import.preview(raw, TITLES)
    for other in (raw + b"\n", sheet(RINI), sheet(RINI, WULAN.format(post="Madya"))):
        with pytest.raises(TransitionRefused, match=r"import\.stale"):
            apply(cast, other, plan.digest)
    User.update(post="Utama").where(User.username == "wulan").execute()
    with pytest.raises(TransitionRefused, match=r"import\.stale"):
        apply(cast, raw, plan.digest)
    assert AuditEntry.select().count() == 0
    assert User.get_or_none(User.username == "rini.p") is None


def test_it_does_all_or_nothing(cast, monkeypatch):
    raw = sheet(RINI, WULAN.format(post="Muda"))
    plan = people_import.preview(raw, TITLES)

    def fails(*_args, **_kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(people_import.accounts, "change", fails)
    with pytest.raises(RuntimeError):
        apply(cast, raw, plan.digest)
    assert User.get_or_none(User.username == "rini.p") is None
    assert AuditEntry.select().count() == 0


def test_it_does_no_file_with_a_refused_line_or_nothing_to_do(cast):
    for raw in (sheet(RINI, RINI.replace("rini.p", "x")), sheet(SAME)):
        plan = people_import.preview(raw, TITLES)
        with pytest.raises(TransitionRefused, match=r"import\.not_feasible"):
            apply(cast, raw, plan.digest)
    assert User.get_or_none(User.username == "rini.p") is None


def test_it_says_why_a_file_cannot_be_read(cast):
    with pytest.raises(InvalidInput) as refused:
        people_import.preview(b"", TITLES)
    assert refused.value.fields["file"][0] == "file.empty"
