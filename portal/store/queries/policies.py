"""Read side of the policy's versions, and of what is known of a request's size."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.store.db import database, is_sqlite
from portal.store.models import PolicyVersion, Source

# Any number that no other advisory lock of the portal uses.
_NUMBER_LOCK = 119_007


def in_force(at: datetime) -> PolicyVersion | None:
    """The version that holds at `at`, or None before the first."""
    return (
        PolicyVersion.select()
        .where(PolicyVersion.valid_from <= at)
        .order_by(PolicyVersion.number.desc())
        .first()
    )


def newest() -> PolicyVersion | None:
    """The version that was published last, also one that does not hold yet; None before the first."""
    return PolicyVersion.select().order_by(PolicyVersion.number.desc()).first()


def by_number(number: int) -> PolicyVersion | None:
    """One version, or None."""
    return PolicyVersion.get_or_none(PolicyVersion.number == number)


def all_versions() -> list[PolicyVersion]:
    """Every version, newest first."""
    return list(PolicyVersion.select().order_by(PolicyVersion.number.desc()))


def count_unseen() -> int:
    """How many versions the Kabid has not yet read."""
    return int(PolicyVersion.select().where(PolicyVersion.seen_at.is_null()).count())


def hold_numbers() -> None:
    """Let one transaction at a time publish, until its commit. SQLite's writers are one at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_NUMBER_LOCK,))


def sizes(server_id: int, paths: Iterable[str]) -> dict[str, int]:
    """The measured sizes in bytes of those folders and databases of a server that were chosen and measured."""
    wanted = (Source.server == server_id) & Source.path.in_(list(paths)) & Source.size_bytes.is_null(False)
    return {source.path: source.size_bytes or 0 for source in Source.select().where(wanted)}


def database_paths(server_id: int, source_ids: Iterable[int]) -> list[str]:
    """The names of those databases of a server."""
    wanted = (Source.server == server_id) & Source.id.in_(list(source_ids)) & (Source.kind == "database")
    return [source.path for source in Source.select().where(wanted)]
