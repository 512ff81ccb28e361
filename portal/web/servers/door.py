"""The catalogue's blueprint, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("servers", __name__, url_prefix="/server")
READ = roles(Role.SUBDIVISION_HEAD, Role.ADMINISTRATOR, Role.DIVISION_HEAD)
KEEP = roles(Role.SUBDIVISION_HEAD, Role.ADMINISTRATOR)
# Who approves is decided at the desk: never an administrator, never whoever proposed.
APPROVE = roles(Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD)

ACCESS = {
    "servers.index": READ,
    "servers.show": READ,
    "servers.printed": READ,
    "servers.printed_csv": READ,
    "servers.printed_pdf": READ,
    "servers.steps": READ,
    "servers.public_key": READ,
    "servers.new": KEEP,
    "servers.create": KEEP,
    "servers.edit": KEEP,
    "servers.change": KEEP,
    "servers.set_active": KEEP,
    "servers.key": KEEP,
    "servers.choose_key": KEEP,
    "servers.ask": KEEP,
    "servers.folder": KEEP,
    "servers.databases": READ,
    "servers.choose_database": KEEP,
    "servers.access": KEEP,
    "servers.set_access": KEEP,
    "servers.commands": roles(Role.ADMINISTRATOR),
    "servers.write_commands": roles(Role.ADMINISTRATOR),
    "servers.add_source": KEEP,
    "servers.remove_source": KEEP,
    "servers.propose": KEEP,
    "servers.approve": APPROVE,
    "servers.refuse": APPROVE,
}
