"""What SQLite's single writer hides: people, their doors and their codes on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyotp import TOTP

from portal.operations import accounts, entering, people, people_import, second_factor, tickets
from portal.operations.sessions import Origin, Terms
from portal.sop.table import CURRENT_VERSION, Role
from portal.store.models import BackupRequest, User
from portal.store.queries import accounts as rows
from schemas.people import NewUser
from schemas.people_file import FIELDS
from tests.support import people as support
from tests.support.people import PASSWORD
from tests.support.postgresql import at_once

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HERE, TERMS = Origin("10.1.2.3", "Firefox"), Terms(timedelta(hours=8), timedelta(days=7))
SHEET = (
    ";".join(FIELDS) + "\nrini;Rini;199301122019022004;rini@example.go.id;;;PRTRN\n"
    "wulan;Wulan;199211052019022003;wulan@example.go.id;;;PPIKSN\n"
).encode()


def test_people_on_postgresql(served):
    cast = support.gather()
    found = rows.search(rows.Filter(words="WULAN kusuma", role="requester", state="open"), AT)
    assert [user.username for user in found.rows] == ["wulan"]
    assert {line.unit.code: line.people for line in rows.unit_lines()} == {"PPIKSN": 9, "PRTRN": 2}

    # Two administrators are closed at the same moment while a request waits for one: one of them stays.
    BackupRequest.create(requester=cast["sari"], unit=cast["sari"].unit, step="execution", draft_key="k",
                         sop_version=CURRENT_VERSION, number="PB-1", submitted_at=AT)  # fmt: skip
    close = [
        lambda who=who: accounts.close(cast[who].id, actor=cast["sri"], at=AT) for who in ("agus", "yusuf")
    ]
    assert at_once(*close) == ["done", "role.last_holder"]
    assert User.select().where(User.active, User.username.in_(["agus", "yusuf"])).count() == 1

    # A role is given twice at the same moment: it is held once.
    grant = [lambda: people.grant_role(cast["wulan"], Role.AUDITOR, actor=cast["sri"], at=AT)] * 3
    assert at_once(*grant).count("done") == 1

    # A name is given to two people at the same moment.
    new = NewUser(
        username="maya", name="Maya", nip="199203142016022001", email="m@example.go.id", unit_code="PRTRN"
    )
    create = [lambda: people.create_user(new, "kata sandi pertama", actor=cast["sri"], at=AT)] * 2
    assert at_once(*create) == ["done", "input.invalid"]

    # A file is confirmed twice at the same moment.
    titles = {field: field for field in FIELDS}
    plan = people_import.preview(SHEET, titles)
    confirm = [lambda: people_import.apply(SHEET, plan.digest, titles, actor=cast["sri"], at=AT)] * 2
    assert at_once(*confirm) == ["done", "import.stale"]

    # A code is sent six times at the same moment, each with a ticket of its own.
    second_factor.begin(cast["sari"], PASSWORD, at=AT, settings=served)
    secret, _ = second_factor.invitation(cast["sari"], served)
    totp, at = TOTP(secret), AT + timedelta(minutes=5)
    second_factor.confirm(cast["sari"], totp.at(AT), keep_session_id=None, at=AT, settings=served)
    waiting = [entering.enter("sari", PASSWORD, HERE, TERMS, at, served).ticket for _ in range(6)]
    redeem = [
        lambda ticket=ticket: tickets.redeem(ticket, totp.at(at), HERE, TERMS, at, served)
        for ticket in waiting
    ]
    assert at_once(*redeem) == ["done"] + ["sign_in.code"] * 5
