"""Read side of the checks of the trail's chain."""

from __future__ import annotations

from peewee import JOIN

from portal.store.models import AuditCheck, User


def going() -> AuditCheck | None:
    """The check that has not come to its end, or None; there is one at a time."""
    return AuditCheck.select().where(AuditCheck.finished_at.is_null()).order_by(AuditCheck.id).first()


def last(*, whole: bool) -> AuditCheck | None:
    """The newest check that came to its end, with who asked for it, or None."""
    ended = (AuditCheck.whole == whole) & AuditCheck.finished_at.is_null(False)
    query = AuditCheck.select(AuditCheck, User).join(
        User, JOIN.LEFT_OUTER, on=(AuditCheck.asked_by == User.id)
    )
    return query.where(ended).order_by(AuditCheck.id.desc()).first()
