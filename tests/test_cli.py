from __future__ import annotations

import pytest

from portal.store import db
from portal.store.models import User
from portal.store.queries import people

NEW = ["users", "create", "--username", "budi", "--name", "Budi Utomo", "--nip", "198001012005011001",
       "--email", "budi@example.go.id", "--unit", "PPIKSN"]  # fmt: skip


@pytest.fixture
def run(app):
    def invoke(*args: str, text: str | None = None):
        answer = app.test_cli_runner().invoke(args=list(args), input=text)
        db.database.connect(reuse_if_open=True)
        return answer

    return invoke


def test_it_makes_the_first_system_administrator(run):
    answer = run(*NEW, "--role", "system_admin", "--generate")
    assert answer.exit_code == 0, answer.output
    password = answer.output.split("password: ")[1].strip()
    user = people.user_by_username("budi")
    assert user.must_change_password
    assert ("system_admin", None) in people.roles_held(user, db.now())
    assert len(password) == 20
    assert password not in user.password_hash


def test_it_reads_a_password_from_standard_input(run):
    assert run(*NEW, "--stdin", text="kata sandi dari berkas\n").exit_code == 0


def test_it_refuses_with_a_line_for_each_reason_and_changes_nothing(run):
    answer = run(*NEW[:-1], "TIDAK", "--generate")
    assert answer.exit_code == 1
    assert "unit_code: unit.unknown" in answer.output
    assert run(*NEW, "--stdin", text="pendek\n").exit_code == 1
    assert people.user_by_username("budi") is None


def test_it_makes_nobody_when_a_role_cannot_be_given(run):
    answer = run(*NEW, "--role", "auditor", "--role", "auditor", "--generate")
    assert answer.exit_code == 1
    assert people.user_by_username("budi") is None


def test_it_grants_roles_and_sets_passwords(run):
    assert run("users", "grant", "sari", "unit_head", "--unit", "PPIKSN").exit_code == 0
    assert run("users", "grant", "sari", "unit_head").exit_code == 1
    assert run("users", "grant", "siapa", "auditor").exit_code == 1
    answer = run("users", "password", "sari", "--generate")
    assert "password: " in answer.output
    assert User.get(User.username == "sari").must_change_password


def test_it_verifies_the_trail(run):
    run("units", "create", "BARU", "Satker Baru")
    assert "the chain holds" in run("audit", "verify").output
    db.database.execute_sql("UPDATE audit_entry SET tag = 'x'")
    answer = run("audit", "verify")
    assert answer.exit_code == 1
    assert "broken at entry 1" in answer.output


def test_it_migrates_a_database_that_is_up_to_date(run):
    assert run("db", "migrate").exit_code == 0


def test_it_fills_the_calendar_once(run):
    first = run("calendar", "seed", "2026")
    assert first.exit_code == 0, first.output
    assert not first.output.startswith("0 days")
    assert "0 days and 0 periods" in run("calendar", "seed", "2026").output
