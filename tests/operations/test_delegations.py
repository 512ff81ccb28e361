"""Giving a mandate: by whom, to whom, for which days; ending it; who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents import mail
from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, delegations, delivery
from portal.sop import ladder
from portal.store.models import AuditEntry, Delegation, OutboxEvent, OutboxMessage, RoleHolding, User
from portal.store.queries import people as directory
from tests.support.mandates import MONDAY, TODAY, form, let

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def sound_trail(database):
    yield
    assert audit.verify().ok


def problem(cast, who="ratna", **changes):
    """The one field that is refused, and why."""
    with pytest.raises(InvalidInput) as refused:
        let(cast, who, **changes)
    ((name, (code, _context)),) = refused.value.fields.items()
    assert Delegation.select().count() == 0
    return name, code


def test_the_holder_names_a_deputy(cast):
    row = let(cast, "ratna")
    assert (row.kind, row.role, row.holder_id, row.deputy_id) == ("plh", "division_head", cast["ratna"].id,
                                                                  cast["wulan"].id)  # fmt: skip
    assert (row.post, row.letter_number, row.granted_by_id) == ("Kepala Bidang PJKKD", "ND-17/PPIKSN/2026",
                                                                cast["ratna"].id)  # fmt: skip
    assert (
        row.starts_at == MONDAY
    )  # not since midnight: what was decided before stays judged by what held then
    assert row.ends_at == datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    entry = AuditEntry.get(AuditEntry.tag == "mandate:granted")
    assert (entry.data["deputy"], entry.data["acting_for"]) == (
        "Wulan Kusumaningrum, S.T.",
        "Ratna Dewayani, M.Kom.",
    )


def test_deputy_and_holder_are_each_told_once_and_the_receiver_once(cast):
    let(cast, "ratna", key="satu")
    let(cast, "ratna", key="satu")
    assert Delegation.select().count() == 1
    assert OutboxEvent.select().count() == 1
    delivery.spread(MONDAY, ("mail", "webhook"))
    told = {(message.channel, message.recipient_id) for message in OutboxMessage.select()}
    assert told == {("mail", cast["ratna"].id), ("mail", cast["wulan"].id), ("webhook", None)}
    assert OutboxMessage.select().count() == 3


def test_each_reads_the_mail_as_theirs(cast):
    let(cast, "ratna")
    event = OutboxEvent.get()
    read = {
        who: mail.render("mandate", event.facts | {"reader": cast[who].id}, "/").text
        for who in ("wulan", "ratna")
    }
    assert "Anda ditetapkan sebagai Plh. Kepala Bidang PJKKD" in read["wulan"]
    assert "Wulan Kusumaningrum, S.T. ditetapkan" in read["ratna"]
    assert "menggantikan Anda" in read["ratna"]


LADDER = {
    "unit_head": {"hendro"},
    "center_head": {"sri"},
    "division_head": {"hendro"},
    "subdivision_head": {"ratna", "hendro"},
    "admin_affairs_head": {"ratna", "hendro"},
    "administrator": {"joko"},
}
HOLDER = {"unit_head": "bambang", "center_head": "hendro", "division_head": "ratna", "subdivision_head": "joko",
          "admin_affairs_head": "dewi", "administrator": "agus"}  # fmt: skip


@pytest.mark.parametrize("role", ladder.SUPERIORS)
@pytest.mark.parametrize(
    "who", ["sari", "bambang", "hendro", "ratna", "joko", "agus", "yusuf", "dewi", "sri", "tono"]
)
def test_only_the_holder_and_the_superiors_of_the_ladder_may(cast, role, who):
    allowed = LADDER[role] | {HOLDER[role]}
    if who in allowed:
        assert let(cast, who, role=role, holder=HOLDER[role]).granted_by_id == cast[who].id
        return
    with pytest.raises(Forbidden) as refused:
        let(cast, who, role=role, holder=HOLDER[role])
    assert refused.value.code == "mandate.not_yours"
    assert Delegation.select().count() == 0


def test_a_holder_names_no_deputy_for_another_holder_of_the_same_role(cast):
    with pytest.raises(Forbidden):
        let(cast, "agus", role="administrator", holder="yusuf")


def test_a_mandate_is_not_handed_on(cast):
    let(cast, "ratna", deputy="wulan")
    later = MONDAY + timedelta(hours=1)
    for role, holder in (("division_head", "ratna"), ("subdivision_head", "joko")):
        with pytest.raises(Forbidden) as refused:
            let(cast, "wulan", role=role, holder=holder, deputy="sari", at=later, key=f"lagi-{role}")
        assert refused.value.code == "mandate.redelegation"
    assert Delegation.select().count() == 1


@pytest.mark.parametrize(
    ("who", "changes", "field", "code"),
    [
        ("ratna", {"deputy": "ratna"}, "deputy_id", "mandate.deputy_is_holder"),
        ("hendro", {"deputy": "hendro"}, "deputy_id", "mandate.deputy_is_oneself"),
        ("ratna", {"deputy": "tono"}, "deputy_id", "mandate.deputy_audits"),
        ("agus", {"role": "administrator", "holder": "agus", "deputy": "yusuf"}, "deputy_id", "mandate.deputy_holds"),
        ("ratna", {"first_day": TODAY - DAY}, "first_day", "mandate.first_day"),
        ("ratna", {"first_day": TODAY + 400 * DAY, "last_day": TODAY + 401 * DAY}, "first_day", "mandate.first_day"),
        ("ratna", {"last_day": TODAY - DAY}, "last_day", "mandate.last_day"),
        ("ratna", {"last_day": TODAY + 366 * DAY}, "last_day", "mandate.too_long"),
        ("ratna", {"letter_date": TODAY + DAY}, "letter_date", "mandate.letter_date"),
        ("ratna", {"extent": "steps", "steps": ()}, "steps", "mandate.steps"),
        ("ratna", {"extent": "steps", "steps": ("policy_selection", "reply")}, "steps", "mandate.steps"),
        ("hendro", {"holder": None}, "post", "mandate.not_vacant"),
        ("ratna", {"role": "auditor", "holder": "tono"}, "post", "mandate.post_unknown"),
    ],
)  # fmt: skip
def test_what_no_letter_can_say(cast, who, changes, field, code):
    assert problem(cast, who, **changes) == (field, code)


def test_a_closed_account_is_no_deputy(cast):
    User.update(active=False).where(User.username == "wulan").execute()
    assert problem(cast) == ("deputy_id", "mandate.deputy_inactive")


def test_a_vacant_post_has_a_plt_and_a_title(cast):
    RoleHolding.update(until=MONDAY).where(RoleHolding.role == "division_head").execute()
    assert problem(cast, "hendro", holder=None) == ("post_title", "mandate.post_title")
    row = let(cast, "hendro", holder=None, post_title="Kepala Bidang PJKKD")
    assert (row.kind, row.holder_id, row.post) == ("plt", None, "Kepala Bidang PJKKD")
    assert "division_head" in directory.roles(cast["wulan"], MONDAY)
    # With a definitive holder the Plt.'s time is over, whatever day the letter says.
    RoleHolding.create(user=cast["dewi"], role="division_head", since=MONDAY + DAY)
    assert "division_head" in directory.roles(cast["wulan"], MONDAY + DAY - timedelta(seconds=1))
    assert "division_head" not in directory.roles(cast["wulan"], MONDAY + DAY)
    assert delegations.state_of(row, MONDAY + DAY) == "void"


def test_a_plh_counts_only_while_the_holder_has_the_post(cast):
    row = let(cast, "ratna")
    assert "division_head" in directory.roles(cast["wulan"], MONDAY)
    RoleHolding.update(until=MONDAY + DAY).where(RoleHolding.user == cast["ratna"]).execute()
    assert directory.roles(cast["wulan"], MONDAY + DAY) == {"requester"}
    assert delegations.state_of(row, MONDAY + DAY) == "void"
    RoleHolding.update(until=None).execute()
    User.update(active=False).where(User.username == "ratna").execute()
    assert directory.roles(cast["wulan"], MONDAY) == {"requester"}


def test_a_head_of_unit_is_stood_for_in_that_unit_alone(cast):
    let(cast, "bambang", role="unit_head", holder="bambang")
    unit = cast["bambang"].unit_id
    assert directory.roles_held(cast["wulan"], MONDAY) == {("requester", None), ("unit_head", unit)}
    assert cast["wulan"] in directory.holders("unit_head", unit, MONDAY)
    assert cast["wulan"] not in directory.holders("unit_head", cast["wulan"].unit_id, MONDAY)
    assert cast["wulan"] not in directory.owners("unit_head", unit, MONDAY)


def test_it_ends_at_once_by_whoever_may_and_says_why(cast):
    row = let(cast, "ratna")
    later = MONDAY + timedelta(hours=2)
    for who in ("joko", "sri", "tono"):
        with pytest.raises((Forbidden, NotFound)):
            delegations.end(row.id, "Sudah kembali.", cast[who], at=later)
    delegations.end(row.id, "Sudah kembali dari dinas.", cast["ratna"], at=later)
    assert "division_head" in directory.roles(cast["wulan"], later - timedelta(seconds=1))
    assert "division_head" not in directory.roles(cast["wulan"], later)
    assert directory.holders("division_head", at=later) == [cast["ratna"]]
    with pytest.raises(TransitionRefused):
        delegations.end(row.id, "Sekali lagi.", cast["ratna"], at=later)
    (ended,) = [event for event in OutboxEvent.select() if event.facts["what"] == "ended"]
    assert set(ended.facts["people"]) == {cast["ratna"].id, cast["wulan"].id}
    assert AuditEntry.get(AuditEntry.tag == "mandate:ended").data["note"] == "Sudah kembali dari dinas."
    # The days that were given back can be given to another.
    assert let(cast, "ratna", deputy="joko", at=later, key="baru").deputy_id == cast["joko"].id


def test_the_deputy_may_lay_it_down(cast):
    row = let(cast, "ratna")
    assert (
        delegations.end(row.id, "Saya ikut sakit.", cast["wulan"], at=MONDAY).ended_by_id == cast["wulan"].id
    )


def test_each_sees_what_concerns_them(cast):
    row = let(cast, "ratna")
    sees = [who for who in cast if _sees(row, cast[who])]
    assert sorted(sees) == ["hendro", "ratna", "sri", "tono", "wulan"]


def _sees(row, user):
    try:
        return delegations.find(row.id, user, at=MONDAY).id == row.id
    except NotFound:
        return False


def test_the_choices_are_the_own_post_and_those_below(cast):
    def names(who):
        found = delegations.choices(cast[who], MONDAY)
        return {(choice.post.role, choice.holder.username if choice.holder else None) for choice in found}

    assert names("ratna") == {
        ("division_head", "ratna"),
        ("subdivision_head", "joko"),
        ("admin_affairs_head", "dewi"),
    }
    assert names("joko") == {
        ("subdivision_head", "joko"),
        ("administrator", "agus"),
        ("administrator", "yusuf"),
    }
    assert names("sri") == {("center_head", "hendro")}
    assert names("sari") == names("tono") == set()


days = st.integers(0, 40).flatmap(lambda first: st.tuples(st.just(first), st.integers(first, 45)))


@given(wanted=st.lists(days, min_size=1, max_size=6), seconds=st.integers(-2, 2), day=st.integers(0, 46))
def test_a_post_has_one_deputy_at_a_time_and_changes_at_midnight(wanted, seconds, day, request):
    """Whatever letters are entered in whatever order: what overlaps is refused, what touches is not, and around each
    midnight of the office exactly the letter of that day counts."""
    cast = request.getfixturevalue("cast")
    Delegation.delete().execute()
    # One evening before all of it, so that each first day begins at its midnight.
    at, zero = MONDAY - DAY, TODAY
    taken: list[tuple[date, date]] = []
    problems = []
    for number, (first, last) in enumerate(wanted):
        span = (zero + first * DAY, zero + last * DAY)
        free = all(span[1] < other[0] or other[1] < span[0] for other in taken)
        try:
            let(
                cast,
                "ratna",
                first_day=span[0],
                last_day=span[1],
                at=at,
                key=f"surat-{number}",
                letter_date=TODAY - DAY,
            )
        except InvalidInput as refused:
            codes = {name: code for name, (code, _context) in refused.fields.items()}
            problems.append((free, codes))
        else:
            assert free
            taken.append(span)
    assert all(seen == (False, {"first_day": "mandate.overlap"}) for seen in problems)
    moment = ladder.term(zero + day * DAY, zero + day * DAY)[0] + timedelta(seconds=seconds)
    today = moment.astimezone(ladder.OFFICE_ZONE).date()
    wanted_now = any(first <= today <= last for first, last in taken)
    assert ("division_head" in directory.roles(cast["wulan"], moment)) is wanted_now
    assert len([user for user in directory.holders("division_head", at=moment) if user != cast["ratna"]]) <= 1


def test_the_form_of_the_tests_is_the_pages(cast):
    assert str(form(cast).post) == f"division_head.0.{cast['ratna'].id}"
