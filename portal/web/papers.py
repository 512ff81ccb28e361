"""The papers of a request as PDF, and the register of letters."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request

from portal.operations import letters as numbering
from portal.operations import opening, paper_preview, papers
from portal.store import db
from portal.store.queries import letters
from portal.web import messages, verification
from portal.web.access import PUBLIC
from portal.web.addresses import page_number
from portal.web.identity import person
from portal.web.register import KINDS, OFFICIALS, wanted
from portal.web.requests.door import READ

blueprint = Blueprint("papers", __name__)
blueprint.app_url_value_preprocessor(verification.small_uploads)
for address in ("/verifikasi", "/verifikasi/<code>"):
    blueprint.add_url_rule(address, "verification", verification.verification_page, methods=["GET", "POST"])
ACCESS = {
    "papers.paper": READ,
    "papers.register": OFFICIALS,
    "papers.verification": PUBLIC,
}
LIMITS = {"papers.verification": verification.rate}
NAMES = {
    "fm001": "fm001",
    "nota-dinas": "nota_dinas",
    "disposisi": "disposition",
    "laporan": "report",
    "balasan": "reply",
    "balasan-penundaan": "postponement",
    "tanda-terima": "receipt",
}


@blueprint.get(f"/permohonan/<int:request_id>/<any({','.join(map(repr, NAMES))}):name>.pdf")
def paper(request_id: int, name: str) -> Response:
    """One paper; 404 with the reason until the flow has made it. `konsep`: as whoever signs next will sign it."""
    settings = current_app.config["SETTINGS"]
    backup_request = opening.opened(request_id, person().user, at=db.now())
    shown = f"{name}-{backup_request.number or backup_request.id}.pdf"
    if request.args.get("konsep") == "1":
        document = paper_preview.preview(backup_request, NAMES[name], person().user, settings, at=db.now())
        shown = f"konsep-{shown}"
    else:
        document = papers.pdf(backup_request, NAMES[name], settings)
    return Response(document, content_type="application/pdf",
                    headers={"Content-Disposition": f'inline; filename="{shown}"'})  # fmt: skip


@blueprint.get("/arsip")
def register() -> str:
    """The register of letters, newest first, with search; and whether a number is missing."""
    asked, registers = wanted(), letters.registers()
    return render_template(
        "papers/register.html",
        found=letters.search(asked, page_number(request.args.get("halaman"))),
        wanted=asked,
        kinds=[(kind, messages.label("paper", kind)) for kind in KINDS],
        years=[(year, year) for year in sorted({row[0] for row in registers}, reverse=True)],
        classes=[(name, name) for name in sorted({row[1] for row in registers})],
        gaps=letters.gaps(),
    )


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """The papers' names in addresses, and the number that a letter would get now."""
    return {
        "paper_names": {kind: name for name, kind in NAMES.items()},
        "provisional_number": lambda row, kind: numbering.provisional(
            kind, row, current_app.config["SETTINGS"], at=db.now()
        ),
    }
