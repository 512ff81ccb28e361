"""Read side of the letterhead's versions."""

from __future__ import annotations

from portal.store.models import PaperStyle, User


def newest() -> PaperStyle | None:
    """The version that holds, with who set it, or None."""
    query = PaperStyle.select(PaperStyle, User).join(User)
    return query.order_by(PaperStyle.version.desc()).first()


def version(number: int) -> PaperStyle | None:
    """One version, or None."""
    return PaperStyle.get_or_none(PaperStyle.version == number)


def last(most: int = 20) -> list[PaperStyle]:
    """The newest versions with who set them."""
    query = PaperStyle.select(PaperStyle, User).join(User)
    return list(query.order_by(PaperStyle.version.desc()).limit(most))
