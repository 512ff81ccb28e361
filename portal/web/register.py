"""What the register of letters is asked for, and who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from portal.sop.table import Role
from portal.store.queries.letters import Wanted
from portal.web.access import roles
from portal.web.addresses import search_words

if TYPE_CHECKING:
    from portal.store.models import Letter

KINDS = ("nota_dinas", "disposition", "report", "reply", "postponement", "receipt")
OFFICIALS = roles(Role.CENTER_HEAD, Role.DIVISION_HEAD, Role.SUBDIVISION_HEAD, Role.ADMIN_AFFAIRS_HEAD,
                  Role.UNIT_HEAD, Role.AUDITOR)  # fmt: skip


def wanted() -> Wanted:
    """The filters of the page's address; what is no filter asks for everything."""
    kind, state = request.args.get("jenis", ""), request.args.get("keadaan", "")
    year = request.args.get("tahun", "")
    return Wanted(
        words=search_words(request.args.get("cari")),
        kind=kind if kind in KINDS else "",
        classification=request.args.get("kelas", "")[:16],
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        state=state if state in ("signed", "withdrawn", "void") else "",
    )


def state_of(letter: Letter) -> str:
    """How a letter of the register stands."""
    if letter.voided_at is not None:
        return "void"
    return "withdrawn" if letter.withdrawn_at is not None else "signed"
