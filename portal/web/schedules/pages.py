"""The list of schedules with its calendar, one schedule, and what a server's page shows of them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from portal.operations import schedules as desk
from portal.store import db
from portal.store.queries import schedules as rows
from portal.web import messages
from portal.web.addresses import page_number, search_words
from portal.web.identity import person
from portal.web.schedules.door import blueprint
from portal.web.schedules.outlook import Outlook, month, month_asked, outlook


@blueprint.get("/jadwal")
def index() -> str:
    """The schedules, what each did last and does next; and a month of all of them."""
    at, words = db.now(), search_words(request.args.get("cari"))
    wanted = request.args.get("keadaan", "")
    state = wanted if wanted in messages.labels("schedule_state") else ""
    found = rows.search(words, state, page_number(request.args.get("halaman")))
    everything = rows.everything(words, state)
    ends = rows.grant_ends({schedule.backup_request_id for schedule in everything})
    return render_template(
        "schedules/index.html",
        found=found,
        words=words,
        state_wanted=state,
        counts=rows.counts(),
        last=rows.last_settled([schedule.id for schedule in found.rows]),
        outlooks={
            schedule.id: outlook(schedule, ends.get(schedule.backup_request_id), at)
            for schedule in found.rows
        },
        month=month(everything, ends, month_asked(request.args.get("bulan"), at), at),
        may_keep=desk.may_keep(person().user, at),
    )


@blueprint.get("/jadwal/<int:schedule_id>")
def show(schedule_id: int) -> str:
    """One schedule: its rule, what comes next, and its month."""
    schedule, at = desk.find(schedule_id), db.now()
    ends = rows.grant_ends((schedule.backup_request_id,))
    return render_template(
        "schedules/show.html",
        schedule=schedule,
        outlook=outlook(schedule, ends.get(schedule.backup_request_id), at),
        newest=rows.newest(schedule_id),
        month=month([schedule], ends, month_asked(request.args.get("bulan"), at), at),
        may_keep=desk.may_keep(person().user, at),
    )


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the server's page needs for its part about schedules."""
    return {"schedules_of": schedules_of, "scheduled_for": scheduled_for}


def scheduled_for(run: Any) -> Any:
    """The due time that a run was started for, or None."""
    return rows.of_run(run.id) if run.started_by_id is None else None


def schedules_of(server_id: int) -> list[tuple[object, Outlook]]:
    """The schedules of a server that have not ended, with what each does next."""
    found, at = rows.of_server(server_id), db.now()
    ends = rows.grant_ends({schedule.backup_request_id for schedule in found})
    return [(schedule, outlook(schedule, ends.get(schedule.backup_request_id), at)) for schedule in found]
