"""The record of disposal: what an approved cut took out of the vault, for the office's files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Response, current_app

from portal.errors import NotFound
from portal.operations import cuts, disposal
from portal.store.queries import keeping as rows
from portal.store.queries import runs
from portal.web import messages
from portal.web.messages import values
from portal.web.requests.listing import escaped
from portal.web.retention.cuts import CUT
from portal.web.retention.door import blueprint

if TYPE_CHECKING:
    from portal.store.models import RetentionCut, Snapshot


@blueprint.get(f"{CUT}/berita-acara.csv")
def record(server_id: int, cut_id: int) -> Response:
    """The list of what went, one copy a line. Raises NotFound('cut.no_record') until the removal has ended well."""
    found = cuts.find(server_id, cut_id)
    if found.state != "done" or found.run_id is None:
        raise NotFound("cut.no_record")
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(messages.labels("record_column").values())
    for number, copy in enumerate(rows.listed(found), start=1):
        writer.writerow([escaped(str(value)) for value in _line(number, copy, found)])
    name = f"{messages.label('export_name', 'disposal')}-{found.id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get(f"{CUT}/berita-acara.pdf")
def paper(server_id: int, cut_id: int) -> Response:
    """The same as a paper. Raises NotFound('cut.no_record')."""
    found = cuts.find(server_id, cut_id)
    document = disposal.pdf(found, current_app.config["SETTINGS"])
    name = f"{messages.label('export_name', 'disposal')}-{found.id}.pdf"
    return Response(document, content_type="application/pdf",
                    headers={"Content-Disposition": f'inline; filename="{name}"'})  # fmt: skip


def _line(number: int, copy: Snapshot, cut: RetentionCut) -> list[object]:
    run = runs.get(cut.run_id or 0)
    return [
        number,
        cut.server.name,
        copy.snapshot_id,
        values.instant(copy.created_at),
        " ".join(copy.sources),
        copy.file_count,
        copy.total_bytes,
        copy.manifest_sha256,
        values.instant(copy.removed_at),
        cut.run_id,
        cut.requested_by.name,
        cut.decided_by.name if cut.decided_by else "",
        cut.digest,
        (run.evidence or {}).get("digest", "") if run else "",
    ]
