"""What is announced, to whom, once, and that a message has one sender at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import delivery, findings, leases, outbox, runs, sweep
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import OutboxEvent, OutboxMessage, RoleHolding, Run, User
from portal.store.queries import outbox as rows
from schemas.run import RunKind
from tests.support import machines
from tests.support.machines import AT


@pytest.fixture
def request_row(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def failed(cast, settings, request_row):
    run = machines.started(request_row, cast["agus"], settings)
    return machines.finished(
        run, state="failed", code="server.unreachable", context={"files": ["rahasia.txt"]}
    )


def messages(channel="mail"):
    found = OutboxMessage.select().where(OutboxMessage.channel == channel).order_by(OutboxMessage.id)
    return [message.recipient.username if message.recipient else "" for message in found]


@pytest.mark.parametrize(
    ("state", "kind"),
    [("failed", "run_failed"), ("incomplete", "run_incomplete"), ("succeeded", None), ("cancelled", None)],
)
def test_the_end_of_a_run_is_announced_with_it(cast, settings, request_row, state, kind):
    run = machines.finished(machines.started(request_row, cast["agus"], settings), state=state)
    told = [(event.kind, event.subject_id, event.audience) for event in OutboxEvent.select()]
    assert told == ([(kind, run.id, "administrator")] if kind else [])


def test_what_the_portal_tries_by_itself_again_and_again_is_told_once_a_night(cast, settings, request_row):
    def fails(hour, code="second.unreachable", by_itself=True):
        at = AT + timedelta(hours=hour)
        run = machines.started(request_row, cast["agus"], settings, at=at)
        if by_itself:
            Run.update(started_by=None).where(Run.id == run.id).execute()
        machines.finished(run, state="failed", code=code, at=at)
        return OutboxEvent.select().count()

    assert [fails(hour) for hour in (0, 1, 2, 19)] == [1, 1, 1, 1]
    assert fails(3, code="second.full") == 2, "another reason is news"
    assert fails(4, by_itself=False) == 3, "whoever started it by hand is told"
    assert fails(25) == 4, "and so is the next night"
    machines.backed_up(request_row, cast["agus"], settings, at=AT + timedelta(hours=26))
    assert fails(27) == 5, "it had gone well in between"


def test_a_failure_of_other_work_on_the_same_server_is_news(cast, settings, request_row):
    made = []
    for hour, path in ((0, "/srv/www"), (1, "/srv/www"), (2, "/srv/www/html"), (3, "/srv/www/html")):
        at = AT + timedelta(hours=hour)
        run = machines.started(request_row, cast["agus"], settings, at=at)
        spec = {**run.spec, "sources": [{"kind": "folder", "path": path}]}
        Run.update(started_by=None, spec=spec).where(Run.id == run.id).execute()
        made.append(machines.finished(run, state="failed", code="mirror.stopped", at=at).id)
    told = [event.facts["run"] for event in OutboxEvent.select().order_by(OutboxEvent.id)]
    assert told == [made[0], made[2]]


def test_a_run_that_broke_off_is_announced(cast, settings, request_row):
    run = machines.started(request_row, cast["agus"], settings)
    leases.claim(run.id, "w", at=AT, seconds=60)
    steady = [0.0]
    watch = sweep.Watch(lambda: steady[0])
    for steady[0] in (0.0, 61.0):
        sweep.interrupt_silent(watch, at=AT, seconds=60)
    assert OutboxEvent.get().facts["state"] == "interrupted"


def test_an_answer_that_did_not_come_is_seen_on_the_page_by_whoever_asked(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    key = "scan-0000000000000000"
    run = runs.start_inquiry(RunKind.HOST_KEY_SCAN, server.id, cast["agus"], key, at=AT, settings=settings)
    machines.finished(run, state="failed")
    assert OutboxEvent.select().count() == 0


def test_it_is_written_with_the_change_or_not_at_all(cast, settings, request_row, monkeypatch):
    run = machines.started(request_row, cast["agus"], settings)

    def broken(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(leases.audit, "record", broken)
    with pytest.raises(OSError, match="full"):
        machines.finished(run, state="failed")
    assert OutboxEvent.select().count() == 0


def test_it_belongs_in_a_transaction():
    with pytest.raises(RuntimeError):
        outbox.announce("finding", "finding:1", subject=("finding", 1), facts={}, at=AT)


def test_facts_hold_no_names_of_files(failed):
    assert "rahasia" not in str(OutboxEvent.get().facts)


def test_a_finding_is_for_the_subdivision_head(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    for _ in range(2):
        with transaction():
            findings.raise_once(server.id, "integrity", "restic.damaged", at=AT)
    [event] = OutboxEvent.select()
    assert (event.kind, event.audience, event.facts["server"]) == ("finding", "subdivision_head", server.name)
    delivery.spread(AT, ["mail", "webhook"])
    assert (messages(), messages("webhook")) == (["joko"], [""])


def test_everybody_who_holds_the_role_today_gets_one(cast, failed):
    RoleHolding.update(until=AT).where(RoleHolding.user == cast["yusuf"]).execute()
    for role in (Role.ADMINISTRATOR, Role.ADMINISTRATOR):
        RoleHolding.create(user=cast["wulan"], role=role.value, since=AT - timedelta(days=1))
    for _ in range(2):
        delivery.spread(AT + timedelta(minutes=5), ["mail"])
    assert messages() == ["agus", "wulan"]


def test_where_nobody_holds_the_role_the_system_administrator_hears_of_it(cast, failed):
    RoleHolding.delete().where(RoleHolding.role == "administrator").execute()
    delivery.spread(AT, ["mail"])
    assert messages() == ["sri"]
    assert delivery.address_of(OutboxMessage.get(), AT) == cast["sri"].email


def test_without_a_channel_nothing_piles_up(failed):
    assert len(delivery.spread(AT, [])) == 1
    assert delivery.spread(AT, ["mail"]) == []
    assert messages() == []


def test_whoever_has_left_meanwhile_gets_nothing(cast, failed):
    delivery.spread(AT, ["mail"])
    agus, yusuf = OutboxMessage.select().order_by(OutboxMessage.id)
    assert delivery.address_of(agus, AT) == cast["agus"].email
    User.update(active=False).where(User.id == cast["agus"].id).execute()
    RoleHolding.update(until=AT).where(RoleHolding.user == cast["yusuf"]).execute()
    assert (delivery.address_of(agus, AT), delivery.address_of(yusuf, AT)) == (None, None)


def test_a_message_is_claimed_once(failed):
    delivery.spread(AT, ["webhook"])
    first = delivery.claim("webhook", AT)
    assert first is not None
    assert delivery.claim("webhook", AT) is None
    assert delivery.sent(first, AT)
    assert delivery.claim("webhook", AT + timedelta(days=9)) is None


def test_two_senders_that_saw_the_same_message_do_not_both_get_it(failed, monkeypatch):
    delivery.spread(AT, ["webhook"])
    seen = rows.due("webhook", AT)
    monkeypatch.setattr(delivery.rows, "due", lambda *_: seen)
    assert delivery.claim("webhook", AT) is not None
    assert delivery.claim("webhook", AT) is None


def test_two_postmen_that_saw_the_same_event_do_not_both_spread_it(failed, monkeypatch):
    seen = rows.unspread()
    monkeypatch.setattr(delivery.rows, "unspread", lambda: seen)
    assert delivery.spread(AT, ["webhook"]) == [seen[0].id]
    assert delivery.spread(AT, ["mail", "webhook"]) == []
    assert messages() == []


def test_a_sender_whose_clock_is_a_little_behind_takes_nothing_from_another(failed):
    delivery.spread(AT, ["webhook"])
    first = delivery.claim("webhook", AT)
    assert delivery.claim("webhook", AT - timedelta(seconds=5)) is None
    delivery.not_sent(first, "webhook.status", {}, AT, permanent=False)
    OutboxMessage.update(next_try_at=AT + timedelta(hours=1)).execute()
    assert delivery.claim("webhook", AT - timedelta(seconds=5)) is None


def test_a_sender_that_was_lost_is_fenced_off(failed):
    delivery.spread(AT, ["webhook"])
    first = delivery.claim("webhook", AT)
    assert delivery.claim("webhook", AT + timedelta(minutes=9)) is None
    second = delivery.claim("webhook", AT + timedelta(minutes=11))
    assert second is not None
    assert not delivery.sent(first, AT)
    assert not delivery.not_sent(first, "mail.unreachable", {}, AT, permanent=False)
    assert OutboxMessage.get().state == "sending"
    assert delivery.sent(second, AT)


def test_it_waits_longer_each_time_and_gives_up_late(failed):
    delivery.spread(AT, ["webhook"])
    at, waits = AT, []
    while (message := delivery.claim("webhook", at)) is not None:
        delivery.not_sent(message, "webhook.unreachable", {}, at, permanent=False)
        row = OutboxMessage.get()
        if row.state == "failed":
            break
        assert delivery.claim("webhook", row.next_try_at - timedelta(seconds=1)) is None
        waits.append(row.next_try_at - at)
        at = row.next_try_at
    assert row.state == "failed"
    assert waits[:6] == [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60)]
    assert timedelta(days=3) < at - AT < timedelta(days=3, hours=2)


def test_what_cannot_arrive_is_given_up_at_once(failed):
    delivery.spread(AT, ["webhook"])
    delivery.not_sent(delivery.claim("webhook", AT), "mail.recipient", {"status": 550}, AT, permanent=True)
    assert (OutboxMessage.get().state, OutboxMessage.get().code) == ("failed", "mail.recipient")


def test_a_clock_that_jumps_gives_nothing_up_and_forgets_nothing(failed):
    delivery.spread(AT, ["webhook"])
    day = timedelta(days=30)
    delivery.not_sent(
        delivery.claim("webhook", AT + day), "webhook.unreachable", {}, AT + day, permanent=False
    )
    assert OutboxMessage.get().state == "pending"
    assert delivery.claim("webhook", AT) is not None, "its next turn would be in a month"


def test_a_channel_that_is_away_is_left_in_peace(failed):
    delivery.spread(AT, ["mail"])
    delivery.hold_back("mail", AT)
    assert delivery.claim("mail", AT + timedelta(seconds=59)) is None
    assert delivery.claim("mail", AT + timedelta(seconds=60)).attempts == 1
