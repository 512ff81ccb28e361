"""How much waits, asked by the pages themselves once a minute. It is nobody's visit (portal.web.identity)."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request

from portal.store.queries import waiting
from portal.web import inbox, navigation
from portal.web.desk.door import blueprint
from portal.web.identity import person


@blueprint.get("/jumlah")
def counts() -> str:
    """The menu's counts, and how many requests came since the list was shown (`sejak`)."""
    who, since = person(), _instant(request.args.get("sejak"))
    return render_template(
        "inbox/counts.html",
        fresh=navigation.counts(who),
        arrived=waiting.arrived(navigation.desk_of_person(who), who.id, since) if since else None,
        address=inbox.address(),
    )


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
