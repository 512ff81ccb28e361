"""The second factor: enrol, confirm, ask, take away.

The secret is sealed with a key that lies outside the database. A code counts once: the step of time it belongs to is
noted by a conditional UPDATE, so that of two who send the same code at once one is refused (RFC 6238, 5.2). Recovery
codes have nearly 80 bits of chance, so a plain SHA-256 of them is as good as a slow one.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP, random_base32

from portal import directory
from portal.config import ConfigurationError, Settings
from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, passwords, sealing, sessions
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import RecoveryCode, SecondFactor, User
from portal.store.queries import audit as trail
from portal.store.queries import people as rows
from portal.store.queries import second_factors

ISSUER = "Lumbung"
CODES = 10
# One step of thirty seconds either way: watches go wrong, and typing takes its time.
DRIFT = (0, -1, 1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def check(settings: Settings) -> None:
    """Raise ConfigurationError when a role that must have a second factor is none."""
    wrong = set(settings.second_factor_roles) - {role.value for role in Role}
    if wrong:
        raise ConfigurationError(f"LUMBUNG_SECOND_FACTOR_ROLES: no such role: {', '.join(sorted(wrong))}")


def is_missing(user: User, roles: frozenset[str], settings: Settings) -> bool:
    """Whether one of the person's roles demands a factor that they have not enrolled."""
    return not roles.isdisjoint(settings.second_factor_roles) and second_factors.of(user.id) is None


def begin(user: User, password: str, *, at: datetime, settings: Settings) -> None:
    """Make a secret to be confirmed; an unconfirmed one before it is forgotten.

    Raises InvalidInput on `password` (whoever finds an open browser must not lock its owner out), and
    TransitionRefused('factor.exists').
    """
    _demand_password(user, password, settings)
    with transaction():
        trail.hold_chain()  # a button pressed twice
        if second_factors.of(user.id):
            raise TransitionRefused("factor.exists")
        SecondFactor.delete().where(SecondFactor.user == user.id).execute()
        sealed = sealing.seal(random_base32(), _purpose(user), settings)
        SecondFactor.create(user=user, secret=sealed, created_at=at)


def invitation(user: User, settings: Settings) -> tuple[str, str] | None:
    """The secret to be confirmed, and the address that an authenticator reads from the QR code, or None."""
    row = second_factors.waiting(user.id)
    if row is None:
        return None
    secret = sealing.unseal(row.secret, _purpose(user), settings)
    return secret, TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm(
    user: User, code: str, *, keep_session_id: int | None, at: datetime, settings: Settings
) -> list[str]:
    """Let the factor count from now on; return the recovery codes, to be shown once. The person's other sessions end:
    they were opened without it. Raises NotFound('factor.none_waiting'), InvalidInput on `code`."""
    with transaction():
        trail.hold_chain()
        row = second_factors.waiting(user.id)
        if row is None:
            raise NotFound("factor.none_waiting")
        step = _step_of(row, user, code, at, settings)
        if step is None:
            raise InvalidInput(fields={"code": ("factor.code_wrong", {})})
        SecondFactor.update(confirmed_at=at, last_step=step).where(SecondFactor.id == row.id).execute()
        codes = _new_codes(user)
        ended = sessions.revoke_others(user, keep_session_id, at)
        _record("factor:enrolled", user, user, at, sessions_ended=ended)
    return codes


def passes(user: User, code: str, *, at: datetime, settings: Settings) -> bool:
    """Whether `code` is the authenticator's of now, or an unused recovery code; inside the caller's transaction, which
    uses it up."""
    row = second_factors.of(user.id)
    if row is None:
        return False
    step = _step_of(row, user, code, at, settings)
    if step is not None:
        taken = SecondFactor.update(last_step=step).where(
            SecondFactor.id == row.id, SecondFactor.last_step < step
        )
        return bool(taken.execute() == 1)
    used = RecoveryCode.update(used_at=at).where(
        RecoveryCode.user == user.id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_null()
    )
    if used.execute() != 1:
        return False
    _record("factor:recovery_used", user, user, at, codes_left=second_factors.codes_left(user.id))
    return True


def renew_codes(user: User, password: str, *, at: datetime, settings: Settings) -> list[str]:
    """New recovery codes instead of those before. Raises as `remove` does."""
    _demand_password(user, password, settings)
    with transaction():
        trail.hold_chain()
        if second_factors.of(user.id) is None:
            raise NotFound("factor.none")
        codes = _new_codes(user)
        _record("factor:codes_renewed", user, user, at)
    return codes


def remove(user: User, password: str, *, at: datetime, settings: Settings) -> None:
    """Take one's own factor away. Raises InvalidInput on `password`, NotFound('factor.none')."""
    _demand_password(user, password, settings)
    with transaction():
        _take_away(user)
        _record("factor:removed", user, user, at)


def reset(user_id: int, *, actor: User | None, at: datetime) -> None:
    """The system administrator takes away the factor of somebody who lost it, and ends their sessions.

    Raises Forbidden('factor.own') for one's own, NotFound.
    """
    with transaction():
        user = rows.user(user_id)
        if user is None:
            raise NotFound("user.unknown")
        if actor is not None and actor.id == user.id:
            raise Forbidden("factor.own")
        _take_away(user)
        ended = sessions.revoke_others(user, None, at)
        _record("factor:reset", user, actor, at, username=user.username, sessions_ended=ended)


def _take_away(user: User) -> None:
    if second_factors.of(user.id) is None:
        raise NotFound("factor.none")
    SecondFactor.delete().where(SecondFactor.user == user.id).execute()
    RecoveryCode.delete().where(RecoveryCode.user == user.id).execute()


def _demand_password(user: User, password: str, settings: Settings) -> None:
    if user.source == "local":
        right = passwords.matches(user.password_hash, password)
    else:
        entry = directory.authenticate(user.username, password, settings) if settings.ldap_url else None
        right = entry is not None and entry.fields["username"].lower() == user.username
    if not right:
        raise InvalidInput(fields={"password": ("password.wrong", {})})


def _step_of(row: SecondFactor, user: User, code: str, at: datetime, settings: Settings) -> int | None:
    """The step of time whose code this is, or None; every step is compared, whichever it is."""
    totp = TOTP(sealing.unseal(row.secret, _purpose(user), settings))
    typed, now = "".join(code.split()).encode(), totp.timecode(at)
    found = [now + drift for drift in DRIFT if compare_digest(totp.generate_otp(now + drift).encode(), typed)]
    return found[0] if found else None


def _new_codes(user: User) -> list[str]:
    RecoveryCode.delete().where(RecoveryCode.user == user.id).execute()
    codes = ["-".join(_letters() for _ in range(4)) for _ in range(CODES)]
    for code in codes:
        RecoveryCode.create(user=user, code_hash=_hash(code))
    return codes


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _hash(code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _purpose(user: User) -> str:
    return f"second-factor:{user.id}"


def _record(tag: str, user: User, actor: User | None, at: datetime, **data: object) -> None:
    audit.record(tag, actor=actor, subject_type="user", subject_id=user.id, data=data, at=at)
