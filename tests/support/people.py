"""The cast: the same people in every test, two units, one holder for each role (two administrators)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from portal.operations import passwords
from portal.sop.table import Role
from portal.store.models import RoleHolding, Unit, User

PASSWORD = "lumbung padi tahun 2026"
SINCE = datetime(2026, 1, 2, 1, 0, tzinfo=UTC)

UNITS = {
    "PRTRN": "Pusat Riset Teknologi Reaktor Nuklir",
    "PPIKSN": "Pusat Pendayagunaan Informatika dan Kawasan Strategis Nuklir",
}


@dataclass(frozen=True)
class Member:
    """One of the cast, before it is written into a database."""

    name: str
    nip: str
    post: str
    unit: str
    roles: tuple[Role, ...]


CAST = {
    "sari": Member("Sari Wulandari, S.Kom.", "199003122015042001", "Pranata Komputer Ahli Muda",
        "PRTRN", (Role.REQUESTER,)),
    "bambang": Member("Dr. Bambang Prasetyo, M.Eng.", "197205171998031002", "Kepala PRTRN",
        "PRTRN", (Role.UNIT_HEAD, Role.REQUESTER)),
    "wulan": Member("Wulan Kusumaningrum, S.T.", "199211052019022003", "Pranata Komputer Ahli Pertama",
        "PPIKSN", (Role.REQUESTER,)),
    "hendro": Member("Ir. Hendro Santoso, M.T.", "196811231994031001", "Kepala PPIKSN",
        "PPIKSN", (Role.CENTER_HEAD, Role.UNIT_HEAD)),
    "ratna": Member("Ratna Dewayani, M.Kom.", "197509092002122001", "Kepala Bidang PJKKD",
        "PPIKSN", (Role.DIVISION_HEAD,)),
    "joko": Member("Joko Widagdo, S.Kom., M.T.", "198007212006041003", "Kepala Subbidang Komunikasi Data",
        "PPIKSN", (Role.SUBDIVISION_HEAD, Role.REQUESTER)),
    "agus": Member("Agus Riyadi, A.Md.", "198808172012121004", "Administrator server",
        "PPIKSN", (Role.ADMINISTRATOR,)),
    "yusuf": Member("Yusuf Maulana, S.Kom.", "199404142018011002", "Administrator server",
        "PPIKSN", (Role.ADMINISTRATOR,)),
    "dewi": Member("Dewi Anggraini, S.E.", "197912302005012002", "Kepala Bagian Tata Usaha",
        "PPIKSN", (Role.ADMIN_AFFAIRS_HEAD,)),
    "sri": Member("Sri Hartati, S.Si.", "198502022010122001", "Administrator sistem",
        "PPIKSN", (Role.SYSTEM_ADMIN,)),
    "tono": Member("Tono Subagyo, S.E., Ak.", "197704042003121001", "Auditor Ahli Madya",
        "PPIKSN", (Role.AUDITOR,)),
}  # fmt: skip


def gather() -> dict[str, User]:
    """Write the whole cast into the open database and return it by user name. Everybody's password is PASSWORD."""
    units = {code: Unit.create(code=code, name=name) for code, name in UNITS.items()}
    return {username: _write(username, member, units[member.unit]) for username, member in CAST.items()}


def _write(username: str, member: Member, unit: Unit) -> User:
    user = User.create(
        username=username,
        password_hash=_hash(),
        name=member.name,
        nip=member.nip,
        email=f"{username}@example.go.id",
        phone="+62215554321",
        post=member.post,
        unit=unit,
        created_at=SINCE,
        welcomed_at=SINCE,
    )
    for role in member.roles:
        RoleHolding.create(
            user=user, role=role.value, unit=unit if role is Role.UNIT_HEAD else None, since=SINCE
        )
    return user


@cache
def _hash() -> str:
    # argon2 is slow on purpose; one hash serves the cast of every test.
    return passwords.hashed(PASSWORD)
