"""The cast of the practice office: two units, one account for each role, made up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from portal.operations import people
from portal.sop.table import Role
from portal.store.models import Unit, User
from schemas.people import NewUnit, NewUser

CENTER, LABORATORY = "PPIKSN", "LUB"
UNITS = (
    (CENTER, "Pusat Pendayagunaan Informatika dan Kawasan Strategis Nuklir"),
    (LABORATORY, "Laboratorium Uji Bahan"),
)


@dataclass(frozen=True)
class Part:
    """One account: who it is, and the role it holds (a requester needs none)."""

    username: str
    name: str
    nip: str
    post: str
    unit: str
    role: Role | None = None


CAST = (
    Part("pegawai", "Sari Wulandari", "199203142016022001", "Analis Data", LABORATORY),
    Part("kasatker", "Bambang Hermawan", "197505101999031002", "Kepala Laboratorium Uji Bahan", LABORATORY,
         Role.UNIT_HEAD),
    Part("kapusat", "Retno Kusumaningrum", "196808121993032001", "Kepala PPIKSN", CENTER, Role.CENTER_HEAD),
    Part("kabid", "Agus Prasetyo", "197211052000031001", "Kepala Bidang Pengelolaan Jaringan dan Komunikasi Data",
         CENTER, Role.DIVISION_HEAD),
    Part("kasubbid", "Dewi Anggraini", "198004222005012003", "Kepala Subbidang Komunikasi Data", CENTER,
         Role.SUBDIVISION_HEAD),
    Part("administrator", "Rizky Maulana", "199007302014021004", "Administrator Server", CENTER, Role.ADMINISTRATOR),
    Part("kabagtu", "Siti Nurhayati", "197709182003122002", "Kepala Bagian Tata Usaha", CENTER,
         Role.ADMIN_AFFAIRS_HEAD),
    Part("sistem", "Yusuf Ramadhan", "198812012012011005", "Pengelola Sistem", CENTER, Role.SYSTEM_ADMIN),
    Part("auditor", "Maria Simanjuntak", "198306152008012004", "Auditor Internal", CENTER, Role.AUDITOR),
)  # fmt: skip


def make(at: datetime) -> dict[str, str]:
    """Create units, people and roles; return each user name's random password (nothing else keeps it in the clear)."""
    units = {
        code: people.create_unit(NewUnit(code=code, name=name), actor=None, at=at) for code, name in UNITS
    }
    passwords = {}
    for part in CAST:
        passwords[part.username] = secrets.token_urlsafe(12)
        _create(part, passwords[part.username], units, at)
    return passwords


def _create(part: Part, password: str, units: dict[str, Unit], at: datetime) -> User:
    new = NewUser(username=part.username, name=part.name, nip=part.nip, email=f"{part.username}@lumbung.example",
                  phone="021-7560562", post=part.post, unit_code=part.unit)  # fmt: skip
    user = people.create_user(new, password, actor=None, at=at, must_change_password=False)
    if part.role is not None:
        people.grant_role(user, part.role, unit=units[part.unit], actor=None, at=at)
    if part.role is Role.CENTER_HEAD:
        people.grant_role(user, Role.UNIT_HEAD, unit=units[CENTER], actor=None, at=at)
    return user
