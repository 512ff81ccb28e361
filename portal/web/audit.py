"""The trail: who did what, with filters, and whether its chain holds."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.operations import audit
from portal.sop.table import Role
from portal.store.queries import audit as trail
from portal.web.access import roles
from portal.web.addresses import page_number

blueprint = Blueprint("audit", __name__)
ACCESS = {"audit.index": roles(Role.AUDITOR, Role.SYSTEM_ADMIN, Role.CENTER_HEAD, Role.DIVISION_HEAD)}


@blueprint.get("/audit")
def index() -> str:
    """The trail, newest first. `periksa` recomputes the whole chain."""
    words = request.args.get("cari", "").strip()[:200]
    found = trail.search(words, page_number(request.args.get("halaman")))
    checked = audit.verify() if request.args.get("periksa") == "1" else None
    return render_template("audit/index.html", found=found, words=words, checked=checked)
