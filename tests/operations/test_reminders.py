"""What the clock and the desks write about requests: once, to whoever holds the desk, in office hours."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.operations import calendar, daily_mails, delivery, disposition, office, reminders
from portal.sop import worktime
from portal.store import db
from portal.store.models import BackupRequest, OutboxEvent, OutboxMessage, RoleHolding, User
from tests.support import desks


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast, at=wib(23, 9))


def told(*kinds: str) -> list[tuple[str, str]]:
    """Each message as (kind, to whom), in the order in which they were made."""
    query = OutboxMessage.select(OutboxMessage, OutboxEvent).join(OutboxEvent).order_by(OutboxMessage.id)
    found = [(row.event.kind, row.recipient.username) for row in query if row.channel == "mail"]
    return [each for each in found if not kinds or each[0] in kinds]


def spread(at: datetime) -> None:
    delivery.spread(at, ("mail",))


def tick(at: datetime) -> list[str]:
    found = reminders.send_due(at)
    spread(at)
    return found


def news() -> list[str]:
    return [event.facts["news"] for event in OutboxEvent.select().where(OutboxEvent.kind == "news")]


def test_each_desk_hears_of_a_request_once_and_the_requester_of_what_matters(file):
    file.walk("execution")
    spread(file.at)
    assert told() == [
        ("news", "sari"), ("desk", "bambang"), ("desk", "hendro"), ("desk", "ratna"), ("desk", "joko"),
        ("news", "sari"), ("desk", "agus"), ("desk", "yusuf"),
    ]  # fmt: skip
    assert news() == ["submitted", "approved"]


def test_only_the_head_of_the_requests_own_unit_hears_of_it(file, cast):
    spread(file.at)
    assert ("desk", "hendro") not in told(), "he is a unit head too, of another unit"


def test_nobody_is_told_of_a_request_of_their_own(cast, settings):
    file = desks.file(settings, cast, who="joko", at=wib(23, 9))
    file.act("hendro", "forward")
    file.act("hendro", "forward")
    file.act("ratna", "approve")
    spread(file.at)
    assert ("desk", "joko") not in told()
    assert told("desk")[-1] == ("desk", "sri"), "nobody else holds the desk: the portal's keeper hears of it"


def test_the_requester_hears_of_a_return_a_refusal_and_a_postponement(file):
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    assert news() == ["submitted", "returned"]
    spread(file.at)
    assert told("desk") == [("desk", "bambang")], "the requester's own desk gets the news and no second mail"


def test_a_postponed_request_gets_no_reminders(file):
    file.walk("execution")
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 30))
    assert news()[-1] == "postponed"
    assert tick(wib(23, 14)) == tick(wib(25, 9)) == []
    assert disposition.resume_postponed(wib(30, 7, 30)) == [file.request_id]
    assert [key.split(":")[0] for key in tick(wib(30, 8, 20))] == ["soon"]


def test_reminders_go_to_whoever_holds_the_desk_then_and_one_step_up(file, cast):
    file.walk("policy_selection")
    spread(file.at)
    assert tick(wib(23, 13)) == []
    tick(wib(23, 13, 50))
    RoleHolding.update(until=wib(23, 14)).where(RoleHolding.role == "division_head").execute()
    RoleHolding.create(user=cast["tono"], role="division_head", since=wib(23, 14))
    tick(wib(23, 15))
    tick(wib(24, 15))
    assert told("reminder", "escalation") == [
        ("reminder", "ratna"), ("reminder", "tono"), ("reminder", "tono"), ("escalation", "hendro"),
    ]  # fmt: skip


def test_a_late_receipt_is_the_requesters_and_goes_up_to_the_head_of_the_unit(file, cast):
    due = wib(24, 9)
    BackupRequest.update(step="receipt", due_at=due, step_entered_at=wib(23, 9)).execute()
    tick(wib(25, 9))
    assert told("reminder", "escalation") == [("reminder", "sari"), ("escalation", "bambang")]


def test_nobody_is_told_about_themselves(file, cast):
    RoleHolding.update(user=cast["hendro"]).where(RoleHolding.user == cast["bambang"]).execute()
    tick(wib(26, 9))
    assert told("reminder", "escalation") == [("reminder", "hendro")], "he is the superior of his own desk"


def test_a_clock_that_ticks_through_days_tells_everything_once_and_in_office_hours(file):
    calendar.seed([2026], actor=None, at=desks.MONDAY)
    file.walk("policy_selection")
    at, end = wib(23, 9), wib(27, 18)
    while at < end:
        reminders.send_due(at)
        reminders.send_due(at)
        at += timedelta(minutes=17)
    events = list(OutboxEvent.select().where(OutboxEvent.kind.in_(("reminder", "escalation"))))
    assert all(worktime.is_open(office.calendar(), event.created_at) for event in events)
    kinds = Counter(event.facts["reminder"] for event in events)
    assert kinds == {"soon": 1, "late": 5, "escalated": 1}


def test_two_clocks_at_once_tell_it_once(file, settings):
    file.walk("policy_selection")
    start, failures = threading.Barrier(2), []

    def clock() -> None:
        try:
            with db.connection():
                start.wait(20)
                for minute in range(0, 60, 10):
                    reminders.send_due(wib(23, 15, minute))
                    delivery.spread(wib(23, 15, minute), ("mail",))
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=clock) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert told("reminder") == [("reminder", "ratna")]


def test_what_has_left_the_desk_is_not_sent_any_more(file):
    file.walk("policy_selection")
    tick(wib(23, 15))
    message = OutboxMessage.select().join(OutboxEvent).where(OutboxEvent.kind == "reminder").get()
    assert delivery.address_of(message, wib(23, 15)) == "ratna@example.go.id"
    file.at = wib(23, 15, 5)
    file.act("ratna", "approve")
    assert delivery.address_of(message, wib(23, 15, 6)) is None


def test_a_reminder_that_could_not_be_sent_waits_for_the_office_to_open(file):
    file.walk("policy_selection")
    tick(wib(23, 15, 59))
    OutboxMessage.delete().where(
        OutboxMessage.event.not_in(OutboxEvent.select(OutboxEvent.id).where(OutboxEvent.kind == "reminder"))
    ).execute()
    assert delivery.claim("mail", wib(23, 16)) is None
    assert delivery.claim("mail", wib(23, 23)) is None
    assert delivery.claim("mail", wib(24, 7, 30)) is not None


def test_the_mail_of_a_decision_does_not_wait(file):
    assert delivery.spread(wib(23, 20), ("mail",))
    assert delivery.claim("mail", wib(23, 20)) is not None


def test_whoever_wants_one_mail_a_day_gets_one(file, cast):
    User.update(mail_rhythm="daily").where(User.username.in_(("sari", "bambang"))).execute()
    spread(wib(23, 9))
    assert delivery.claim("mail", wib(23, 9)) is None
    assert daily_mails.announce_due(wib(23, 20)) == []
    keys = daily_mails.announce_due(wib(24, 7, 30))
    assert len(keys) == 2
    assert daily_mails.announce_due(wib(24, 9)) == []
    spread(wib(24, 9))
    assert told("bundle") == [("bundle", "bambang"), ("bundle", "sari")]
    event = OutboxEvent.get(OutboxEvent.kind == "bundle", OutboxEvent.recipient == cast["sari"])
    assert [line["news"] for line in event.facts["lines"]] == ["submitted"]
    tick(wib(24, 9))
    assert daily_mails.announce_due(wib(24, 10)) == [], "one a day"
    assert len(daily_mails.announce_due(wib(25, 7, 30))) == 1


def test_a_bundle_says_once_what_holds(file, cast):
    """What was taken back before it went out is left out; what had gone out is said not to hold, in the next one."""
    User.update(mail_rhythm="daily").where(User.username == "sari").execute()
    file.walk("specification_selection")
    daily_mails.announce_due(wib(24, 7, 30))
    file.act("joko", "approve", scope=file.scope())
    spread(wib(23, 9))
    file.undo("joko")
    spread(wib(23, 9))
    assert ("undone", "sari") not in told(), "the mail of the day has not gone yet"
    assert len(daily_mails.announce_due(wib(24, 7, 30))) == 1
    file.act("joko", "approve", scope=file.scope())
    spread(wib(24, 9))
    daily_mails.announce_due(wib(25, 7, 30))
    file.undo("joko")
    spread(wib(25, 9))
    daily_mails.announce_due(wib(26, 7, 30))
    events = OutboxEvent.select().where(OutboxEvent.kind == "bundle").order_by(OutboxEvent.id)
    lines = [[line.get("news", line["kind"]) for line in event.facts["lines"]] for event in events]
    assert lines == [["submitted"], ["approved"], ["undone"]]


def test_a_bundle_leaves_out_what_has_left_the_desk(file, cast):
    User.update(mail_rhythm="daily").where(User.username == "bambang").execute()
    spread(wib(23, 9))
    file.act("bambang", "forward")
    assert daily_mails.announce_due(wib(24, 7, 30)) == []
    assert [row.state for row in OutboxMessage.select() if row.recipient_id == cast["bambang"].id] == [
        "dropped"
    ]
