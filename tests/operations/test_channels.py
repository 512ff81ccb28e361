"""The alarm channel is watched: when it is tried, and when people are told that it fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import channels, delivery, outbox
from portal.store.db import transaction
from portal.store.models import OutboxMessage
from tests.support.machines import AT

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def event(cast):
    with transaction():
        outbox.announce("digest", "digest:x", subject=("digest", None), facts={}, at=AT)


def told(at=AT, names=("mail", "webhook")):
    return [
        trouble.code or ("stuck" if trouble.stuck else "given_up") for trouble in channels.troubles(names, at)
    ]


def test_a_channel_is_tried_once_a_day_and_soon_again_when_it_failed(database):
    assert channels.take_check("mail", AT)
    assert not channels.take_check("mail", AT + timedelta(hours=23))
    assert channels.take_check("webhook", AT), "each has its own turn"
    assert channels.take_check("mail", AT + DAY)
    channels.fails("mail", "mail.unreachable", {}, AT + DAY)
    assert not channels.take_check("mail", AT + DAY + 4 * MINUTE)
    assert channels.take_check("mail", AT + DAY + 5 * MINUTE)


def test_a_clock_set_back_does_not_stop_the_checks(database):
    assert channels.take_check("mail", AT + DAY)
    assert not channels.take_check("mail", AT + DAY - 5 * MINUTE), "two clocks are a little apart"
    assert channels.take_check("mail", AT)


def test_two_failures_in_a_row_are_told_until_it_works_again(database):
    channels.fails("mail", "mail.login", {"status": 535}, AT)
    assert told() == []
    channels.works("mail", AT)
    channels.fails("mail", "mail.login", {"status": 535}, AT)
    assert told() == []
    channels.fails("mail", "mail.tls", {}, AT)
    assert told() == ["mail.tls"]
    channels.works("mail", AT)
    assert told() == []


def test_what_is_not_set_is_no_trouble(database, event):
    for _ in range(2):
        channels.fails("mail", "mail.login", {}, AT)
    assert told(names=("webhook",)) == []
    assert told(AT + DAY, names=()) == []


def test_messages_that_lie_too_long_are_told(event):
    assert told(AT + 31 * MINUTE) == ["stuck"], "nobody made messages of it: the clock does not run"
    delivery.spread(AT + 31 * MINUTE, ["webhook"])
    assert told(AT + 61 * MINUTE) == []
    assert told(AT + 62 * MINUTE) == ["stuck"]
    delivery.claim("webhook", AT + 62 * MINUTE)
    assert told(AT + 62 * MINUTE) == ["stuck"], "a sender that was lost keeps nothing hidden"
    OutboxMessage.update(state="sent").execute()
    assert told(AT + 62 * MINUTE) == []


def test_messages_that_were_given_up_are_told_for_a_week(event):
    delivery.spread(AT, ["webhook"])
    OutboxMessage.update(state="failed").execute()
    assert told(AT + DAY) == ["given_up"]
    assert told(AT + 8 * DAY) == []
