"""Mails in words: a template of templates/mail by the event's kind, printed once as text and once as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.documents.formats import FILTERS, clock_time, long_date
from portal.documents.text import one_line

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
LETTER = "_letter"
"""What every mail looks like, in both forms."""
PAGES = {
    "run": "/pekerjaan/{id}",
    "finding": "/temuan",
    "emergency": "/darurat/{id}",
    "mandate": "/mandat/{id}",
    "digest": "/",
    "bundle": "/",
    "request": "/permohonan/{id}",
    "test": "/pemberitahuan",
}
"""Where a mail's link leads, by the kind of its subject."""


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says: the subject on one line, and the body in both forms."""

    subject: str
    text: str
    html: str


def when(value: str) -> str:
    """A kept instant as `23 November 2026 10.12 WIB`."""
    instant = datetime.fromisoformat(value)
    return f"{long_date(instant)} {clock_time(instant)}"


def day(value: str) -> str:
    """A kept date as `23 November 2026`."""
    return long_date(date.fromisoformat(value))


# Values are put into plain words first and escaped once, where those words become HTML.
_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(("html",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_environment.filters.update(FILTERS, when=when, day=day)


def link(base_url: str, subject_type: str, subject_id: int | None) -> str:
    """The page that a mail leads to."""
    return base_url.rstrip("/") + PAGES[subject_type].format(id=subject_id)


def render(kind: str, facts: Mapping[str, Any], url: str) -> MailText:
    """Put an event into words. What was typed somewhere (a server's name) is one line of text, whatever it holds.

    Raises jinja2.TemplateNotFound for a kind without words, jinja2.UndefinedError for facts that lack something.
    """
    template = _environment.get_template(f"{kind}.txt")
    context = template.new_context({"f": _clean(dict(facts))})
    # Run the template's own statements (imports, set) before its blocks are asked for.
    list(template.root_render_func(context))
    block = {name: "".join(made(context)) for name, made in template.blocks.items()}
    lines = (one_line(line).partition(": ") for line in block["rows"].splitlines() if line.strip())
    parts = {
        "subject": one_line(block["subject"]),
        "lead": one_line(block["lead"]),
        "rows": [(name, value) for name, _, value in lines],
        "action": one_line(block["action"]),
        "link": url,
    }
    return MailText(
        str(parts["subject"]),
        _environment.get_template(f"{LETTER}.txt").render(parts),
        _environment.get_template(f"{LETTER}.html").render(parts),
    )


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return one_line(value) if isinstance(value, str) else value
