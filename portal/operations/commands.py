"""The commands that run on a server around its backups: written down here, allowed by the grant that has seen them."""

from __future__ import annotations

from datetime import datetime

from portal.operations.runs import require
from portal.operations.servers import find, record
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Server, User
from schemas.commands import CommandsForm


def write(server_id: int, form: CommandsForm, user: User, *, at: datetime) -> Server:
    """Write the commands of a server down. Grants that were given before keep those that they have sealed.

    Raises NotFound, Forbidden('run.role').
    """
    require(user, at, Role.ADMINISTRATOR)
    with transaction():
        server = find(server_id)
        before, after = "\n".join(form.before), "\n".join(form.after)
        if (server.before, server.after) != (before, after):
            Server.update(before=before, after=after).where(Server.id == server_id).execute()
            record("commands", server_id, user, at, {"before": list(form.before), "after": list(form.after)})
        return find(server_id)
