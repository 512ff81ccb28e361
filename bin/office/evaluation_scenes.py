"""The scene of the demonstration about the monthly evaluation: the Kabid issues it, its figures are counted again."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import pikepdf
from openpyxl import load_workbook

from office.scenes import Stage
from portal.documents.signing import holds
from portal.operations import seals
from portal.sop.evaluation import Month
from portal.store import db
from portal.store.models import BackupRequest, Disposition, Grant, Run, ScheduledRun, Server
from portal.web.messages import label

COPYING = ("backup", "mirror", "mirror_to_server", "mirror_database")
ENDS = ("succeeded", "incomplete", "failed", "interrupted")
SHARES = ("coverage", "success", "sla")
Counted = dict[str, tuple[int, int]]


def evaluated(stage: Stage) -> None:
    """The report's figures agree with a plain count of the rows, its seal holds, the workbook has the same numbers."""
    with stage.checks.that("papers.evaluation") as check:
        kabid, month = stage.desks["kabid"], Month.of(db.now())
        kabid.open(f"/evaluasi?bulan={month.key}")
        kabid.send("/evaluasi/terbitkan", {"note": "Evaluasi peragaan."})
        links = kabid.page.xpath("//main//a/@href")
        path = next(link for link in links if re.fullmatch(r"/evaluasi/laporan/\d+\.pdf", link))
        pdf = stage.desks["kapusat"].download(path)
        (stage.out / "papers").mkdir(exist_ok=True)
        (stage.out / "papers" / "evaluation.pdf").write_bytes(pdf)
        check.demand(holds(pdf, seals.seal_of(stage.settings)), "the seal does not hold")
        told = _attached(pdf)
        own = _counted(month, datetime.fromisoformat(told["as_of"]))
        said = {name: (told[name]["part"], told[name]["whole"]) for name in SHARES}
        said["received"] = (told["flow"]["received"], 0)
        check.demand(said == own, f"the paper says {said}, the rows {own}")
        check.demand(all(whole for _, whole in (own[name] for name in SHARES)), f"nothing to count: {own}")
        sheet = _sheet(kabid.download(path.replace(".pdf", ".xlsx")))
        for name in SHARES:
            cells = sheet[label("evaluation_figure", name)]
            check.demand((cells[2], cells[3]) == own[name], f"the workbook's {name}: {cells}")
        check.demand(kabid.download(path) == pdf, "downloaded again it differs")
        check.detail = ", ".join(f"{name} {own[name][0]} of {own[name][1]}" for name in SHARES)


def _attached(pdf: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        data = json.loads(document.attachments["data.json"].get_file().read_bytes())
    figures: dict[str, Any] = data["figures"]
    return figures


def _sheet(data: bytes) -> dict[str, list[Any]]:
    book = load_workbook(io.BytesIO(data))
    rows = book[label("evaluation_sheet", "summary")].iter_rows(values_only=True)
    return {str(row[0]): list(row) for row in rows}


def _counted(month: Month, as_of: datetime) -> Counted:
    """The same by looking at every row, one after the other."""
    with db.connection():
        servers = {server.id for server in Server.select() if server.active and server.created_at < as_of}
        granted = {grant.server_id for grant in Grant.select() if _holds(grant, as_of)}
        states = [
            run.state
            for run in Run.select()
            if run.kind in COPYING and run.finished_at and month.begins <= run.finished_at < as_of
        ]
        unstarted = [
            row
            for row in ScheduledRun.select()
            if row.state in ("missed", "refused") and month.begins <= row.due_at < as_of
        ]
        moves = [
            row for row in Disposition.select() if _moved(row) and month.begins <= row.created_at < as_of
        ]
        sent = [
            row
            for row in BackupRequest.select()
            if row.submitted_at and month.begins <= row.submitted_at < as_of
        ]
    return {
        "coverage": (len(servers & granted), len(servers)),
        "success": (states.count("succeeded"), sum(map(states.count, ENDS)) + len(unstarted)),
        "sla": (sum(row.created_at <= row.due_at for row in moves), len(moves)),
        "received": (len(sent), 0),
    }


def _holds(grant: Grant, at: datetime) -> bool:
    request = grant.backup_request
    withdrawn = request.step == "withdrawn" and request.closed_at <= at
    revoked = grant.revoked_at is not None and grant.revoked_at <= at
    return bool(grant.starts_at <= at < grant.ends_at) and not revoked and not withdrawn


def _moved(row: Disposition) -> bool:
    kept = row.action not in ("withdraw", "undo") and row.undone_at is None
    return bool(kept and row.next_step != row.step and row.due_at is not None)
