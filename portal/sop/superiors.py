"""The ladder of the SOP as data: to whom a desk answers, and who is told when it is late."""

from __future__ import annotations

from collections.abc import Iterator

from portal.sop.table import Role

SUPERIOR_OF: dict[Role, Role] = {
    Role.REQUESTER: Role.UNIT_HEAD,
    Role.UNIT_HEAD: Role.CENTER_HEAD,
    Role.ADMINISTRATOR: Role.SUBDIVISION_HEAD,
    Role.SUBDIVISION_HEAD: Role.DIVISION_HEAD,
    Role.DIVISION_HEAD: Role.CENTER_HEAD,
    Role.ADMIN_AFFAIRS_HEAD: Role.CENTER_HEAD,
}
"""SOP, "Tanggung Jawab". Nobody in the portal stands above Ka. PPIKSN; the two roles of the portal act on no
request."""


def ladder(role: Role) -> Iterator[Role]:
    """The superiors of `role`, the nearest first."""
    while role in SUPERIOR_OF:
        role = SUPERIOR_OF[role]
        yield role
