"""Who signs, as papers name people: the post, and Plh. or Plt. in front of it where somebody stands for another."""

from __future__ import annotations

from datetime import date, datetime

from portal.documents.papers import Signatory
from portal.documents.papers.common import Prefix
from portal.operations import mandates
from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Role
from portal.store.models import Delegation, User
from portal.store.queries import delegations, people

NO_POST = "\u2013"
PREFIXES: dict[str, Prefix] = {"plh": "Plh.", "plt": "Plt."}
"""What stands in front of the post that somebody signs for."""


def signatory(user: User | None, at: datetime | None, mandate: Delegation | None = None) -> Signatory:
    """A person as papers name them, by a mandate with the post stood for; nobody gives an empty block."""
    if user is None:
        return Signatory(signed_at=at)
    if mandate is not None:
        holder = mandate.holder.name if mandate.holder else ""
        return Signatory(post=mandate.post, name=user.name, nip=user.nip, prefix=PREFIXES[mandate.kind],
                         acting_for=holder, signed_at=at)  # fmt: skip
    return Signatory(post=user.post, name=user.name, nip=user.nip, signed_at=at)


def in_post(user: User | None, role: Role, at: datetime | None) -> Signatory:
    """A person as they signed at `at` for the post of `role`: their own, or one that they stood for by a mandate."""
    return signatory(user, at, mandates.standing(user, role, at))


def in_charge(role: Role, at: datetime) -> Signatory:
    """Whoever has the post of `role` at `at`, with room for a pen: the deputy while one stands for the whole of it."""
    given = next((each for each in delegations.acting(role.value, None, at) if not each.steps), None)
    if given is not None:
        return signatory(given.deputy, None, given)
    return signatory(next(iter(people.owners(role.value, at=at)), None), None)


def local_day(at: datetime) -> date:
    """The office's date of an instant."""
    return at.astimezone(OFFICE_ZONE).date()


def post_of(role: Role, at: datetime | None = None) -> str:
    """The post of whose own `role` it was at `at` (now), as the archive has it: a letter goes to the post."""
    return next((owner.post for owner in people.owners(role.value, at=at) if owner.post), NO_POST)


def title(signed: Signatory) -> str:
    """The post as it signed: "Plh. Kepala Bidang"."""
    return f"{signed.prefix} {signed.post}" if signed.prefix else signed.post
