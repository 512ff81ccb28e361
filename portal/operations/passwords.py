"""Passwords: argon2id, and the same time for a person who does not exist."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import InvalidInput

MIN_LENGTH = 12
MAX_LENGTH = 200
# Without characters that are read wrongly from paper (0/O, 1/l/I).
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

# OWASP password storage cheat sheet, argon2id: at least 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one behind the hash `kept`; None takes as long and is never a match."""
    try:
        found = _hasher.verify(kept or _nobody(), password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return found and kept is not None


def check(password: str, username: str, *, field: str = "password") -> None:
    """Raise InvalidInput on `field` for a password shorter than 12 or longer than 200 characters, of fewer than
    five different ones, or that contains the user name (ASVS 2.1: length, no rules of composition)."""
    code = None
    if len(password) < MIN_LENGTH:
        code = "password.too_short"
    elif len(password) > MAX_LENGTH:
        code = "password.too_long"
    elif len(set(password)) < 5 or username.lower() in password.lower():
        code = "password.too_simple"
    if code:
        raise InvalidInput(fields={field: (code, {"min": MIN_LENGTH, "max": MAX_LENGTH})})


def generated() -> str:
    """A random password of 20 characters, about 115 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))
