"""Read side of second factors."""

from __future__ import annotations

from portal.store.models import RecoveryCode, SecondFactor


def of(user_id: int) -> SecondFactor | None:
    """The confirmed factor of a person, or None."""
    return SecondFactor.get_or_none(SecondFactor.user == user_id, SecondFactor.confirmed_at.is_null(False))


def waiting(user_id: int) -> SecondFactor | None:
    """The factor that a person has begun to enrol and not confirmed, or None."""
    return SecondFactor.get_or_none(SecondFactor.user == user_id, SecondFactor.confirmed_at.is_null())


def codes_left(user_id: int) -> int:
    """How many recovery codes were not used."""
    query = RecoveryCode.select().where(RecoveryCode.user == user_id, RecoveryCode.used_at.is_null())
    return int(query.count())
