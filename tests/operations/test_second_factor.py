from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from portal.config import ConfigurationError, Settings, load
from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import entering, second_factor, tickets
from portal.operations.sessions import LOCK_AFTER, Origin, Terms
from portal.store import db
from portal.store.models import AuditEntry, RecoveryCode, SecondFactor, SignInTicket, User, UserSession
from portal.store.queries import second_factors
from tests.support.people import PASSWORD

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)
HERE, TERMS = Origin("10.1.2.3", "Firefox"), Terms(timedelta(hours=8), timedelta(days=7))


@pytest.fixture
def sari(cast, settings) -> User:
    return cast["sari"]


def enrolled(user: User, settings: Settings, at: datetime = AT) -> tuple[TOTP, list[str]]:
    second_factor.begin(user, PASSWORD, at=at, settings=settings)
    secret, _ = second_factor.invitation(user, settings)
    totp = TOTP(secret)
    codes = second_factor.confirm(user, totp.at(at), keep_session_id=None, at=at, settings=settings)
    return totp, codes


def asked(settings: Settings, at: datetime, username: str = "sari") -> str:
    entry = entering.enter(username, PASSWORD, HERE, TERMS, at, settings)
    assert entry.token == ""
    return entry.ticket


def redeemed(ticket: str, code: str, settings: Settings, at: datetime) -> str:
    try:
        return tickets.redeem(ticket, code, HERE, TERMS, at, settings)[0].username
    except Forbidden as error:
        return error.code


def test_the_secret_is_sealed_and_counts_only_once_confirmed(sari, settings):
    second_factor.begin(sari, PASSWORD, at=AT, settings=settings)
    secret, address = second_factor.invitation(sari, settings)
    assert address.startswith("otpauth://totp/Lumbung:sari?secret=" + secret)
    assert secret not in str([row.__data__ for row in SecondFactor.select()])
    assert entering.enter("sari", PASSWORD, HERE, TERMS, AT, settings).token
    second_factor.confirm(sari, TOTP(secret).at(AT), keep_session_id=None, at=AT, settings=settings)
    assert second_factor.invitation(sari, settings) is None
    assert asked(settings, AT)


def test_it_begins_only_against_the_password_and_never_over_one_that_counts(sari, settings):
    with pytest.raises(InvalidInput) as refused:
        second_factor.begin(sari, "salah", at=AT, settings=settings)
    assert refused.value.fields["password"][0] == "password.wrong"
    assert SecondFactor.select().count() == 0
    enrolled(sari, settings)
    with pytest.raises(TransitionRefused, match=r"factor\.exists"):
        second_factor.begin(sari, PASSWORD, at=AT, settings=settings)


def test_a_wrong_first_code_confirms_nothing(sari, settings):
    second_factor.begin(sari, PASSWORD, at=AT, settings=settings)
    for wrong in ("", "000000x", "ababab", "١٢٣٤٥٦"):
        with pytest.raises(InvalidInput):
            second_factor.confirm(sari, wrong, keep_session_id=None, at=AT, settings=settings)
    assert second_factors.of(sari.id) is None
    with pytest.raises(NotFound):
        second_factor.confirm(
            User.get(User.username == "wulan"), "1", keep_session_id=None, at=AT, settings=settings
        )


def test_enrolling_ends_the_sessions_that_were_opened_without_it(sari, settings):
    entering.enter("sari", PASSWORD, HERE, TERMS, AT, settings)
    enrolled(sari, settings)
    assert UserSession.get().revoked_at == AT


def test_the_password_alone_opens_no_session(sari, settings):
    enrolled(sari, settings)
    ticket = asked(settings, AT)
    assert UserSession.select().count() == 0
    assert ticket not in str([row.__data__ for row in SignInTicket.select()])
    assert AuditEntry.select().where(AuditEntry.tag == "session:code_asked").count() == 1


DRIFTS = [(-2, "sign_in.code"), (-1, "sari"), (0, "sari"), (1, "sari"), (2, "sign_in.code")]


@pytest.mark.parametrize(("drift", "expected"), DRIFTS)
def test_it_takes_the_code_of_now_and_one_step_either_way(sari, settings, drift, expected):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    assert redeemed(asked(settings, at), totp.at(at + drift * STEP), settings, at) == expected


def test_a_code_opens_once_and_no_older_one_after_it(sari, settings):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    assert redeemed(asked(settings, at), totp.at(at), settings, at) == "sari"
    for again in (totp.at(at), totp.at(at - STEP)):
        assert redeemed(asked(settings, at), again, settings, at) == "sign_in.code"
    assert redeemed(asked(settings, at), totp.at(at + STEP), settings, at) == "sari"


def test_the_code_that_confirmed_it_opens_nothing(sari, settings):
    totp, _ = enrolled(sari, settings)
    assert redeemed(asked(settings, AT), totp.at(AT), settings, AT) == "sign_in.code"


def test_of_many_who_send_one_code_at_once_one_comes_in(sari, settings):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    waiting, told = [asked(settings, at) for _ in range(6)], []

    def send(ticket: str) -> None:
        with db.connection():
            told.append(redeemed(ticket, totp.at(at), settings, at))

    threads = [threading.Thread(target=send, args=(ticket,)) for ticket in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["sari"] + ["sign_in.code"] * 5


def test_a_ticket_is_for_one_person_one_use_five_tries_and_five_minutes(sari, settings):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    ticket = asked(settings, at)
    assert redeemed(ticket, totp.at(at), settings, at) == "sari"
    assert redeemed(ticket, totp.at(at + STEP), settings, at) == "sign_in.ticket"
    ticket = asked(settings, at)
    late = at + tickets.LASTS
    assert redeemed(ticket, totp.at(late), settings, late) == "sign_in.ticket"
    ticket = asked(settings, late)
    for _ in range(tickets.TRIES):
        assert redeemed(ticket, "000000", settings, late) == "sign_in.code"
    assert redeemed(ticket, totp.at(late), settings, late) == "sign_in.ticket"
    assert redeemed("", totp.at(late), settings, late) == "sign_in.ticket"


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(sari, settings):
    enrolled(sari, settings)
    at = AT + 10 * STEP
    for _ in range(LOCK_AFTER // tickets.TRIES):
        ticket = asked(settings, at)
        for _ in range(tickets.TRIES):
            redeemed(ticket, "000000", settings, at)
    with pytest.raises(Forbidden, match=r"sign_in\.refused"):
        asked(settings, at)
    assert AuditEntry.select().where(AuditEntry.tag == "user:locked").count() == 1


def test_the_right_password_in_between_forgives_no_wrong_code(sari, settings):
    enrolled(sari, settings)
    redeemed(asked(settings, AT), "000000", settings, AT)
    asked(settings, AT)
    assert User.get_by_id(sari.id).failed_sign_ins == 1


def test_a_closed_account_redeems_nothing(sari, settings):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    ticket = asked(settings, at)
    User.update(active=False).where(User.id == sari.id).execute()
    assert redeemed(ticket, totp.at(at), settings, at) == "sign_in.ticket"


def test_each_recovery_code_stands_in_once(sari, settings):
    _, codes = enrolled(sari, settings)
    assert len(set(codes)) == second_factor.CODES
    assert codes[0] not in str([row.__data__ for row in RecoveryCode.select()])
    typed = codes[0].upper().replace("-", " ")
    assert redeemed(asked(settings, AT), typed, settings, AT) == "sari"
    assert redeemed(asked(settings, AT), codes[0], settings, AT) == "sign_in.code"
    assert AuditEntry.get(AuditEntry.tag == "factor:recovery_used").data == {"codes_left": 9}


def test_another_ones_code_is_nobodys(cast, sari, settings):
    _, codes = enrolled(sari, settings)
    enrolled(cast["wulan"], settings)
    assert redeemed(asked(settings, AT, "wulan"), codes[0], settings, AT) == "sign_in.code"


def test_new_recovery_codes_end_the_old(sari, settings):
    _, old = enrolled(sari, settings)
    with pytest.raises(InvalidInput):
        second_factor.renew_codes(sari, "salah", at=AT, settings=settings)
    new = second_factor.renew_codes(sari, PASSWORD, at=AT, settings=settings)
    assert redeemed(asked(settings, AT), old[0], settings, AT) == "sign_in.code"
    assert redeemed(asked(settings, AT), new[0], settings, AT) == "sari"


def test_taking_it_away_needs_the_password(sari, settings):
    enrolled(sari, settings)
    with pytest.raises(InvalidInput):
        second_factor.remove(sari, "salah", at=AT, settings=settings)
    second_factor.remove(sari, PASSWORD, at=AT, settings=settings)
    assert entering.enter("sari", PASSWORD, HERE, TERMS, AT, settings).token
    assert RecoveryCode.select().count() == 0
    with pytest.raises(NotFound):
        second_factor.remove(sari, PASSWORD, at=AT, settings=settings)


def test_an_administrator_takes_away_anothers_and_is_told_of(cast, sari, settings):
    totp, _ = enrolled(sari, settings)
    at = AT + 10 * STEP
    redeemed(asked(settings, at), totp.at(at), settings, at)
    second_factor.reset(sari.id, actor=cast["sri"], at=at)
    entry = AuditEntry.select().order_by(AuditEntry.sequence.desc()).first()
    assert (entry.tag, entry.actor_id, entry.data["sessions_ended"]) == ("factor:reset", cast["sri"].id, 1)
    enrolled(cast["sri"], settings)
    with pytest.raises(Forbidden, match=r"factor\.own"):
        second_factor.reset(cast["sri"].id, actor=cast["sri"], at=at)


def test_the_seal_of_one_is_no_secret_of_another(cast, sari, settings):
    enrolled(sari, settings)
    sealed = SecondFactor.get(SecondFactor.user == sari).secret
    second_factor.begin(cast["wulan"], PASSWORD, at=AT, settings=settings)
    SecondFactor.update(secret=sealed).where(SecondFactor.user == cast["wulan"]).execute()
    with pytest.raises(Forbidden, match=r"seal\.broken"):
        second_factor.invitation(cast["wulan"], settings)


def test_the_setting_names_roles_that_there_are():
    settings = load({"LUMBUNG_SECOND_FACTOR_ROLES": "system_admin, administrator"})
    assert settings.second_factor_roles == ("system_admin", "administrator")
    second_factor.check(settings)
    with pytest.raises(ConfigurationError, match="raja"):
        second_factor.check(load({"LUMBUNG_SECOND_FACTOR_ROLES": "raja"}))
