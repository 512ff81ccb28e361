"""Papers to PDF/A-3b: a template of templates/pdf, Liberation Sans embedded, the paper's data attached as JSON."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.documents import charts, qr
from portal.documents.formats import FILTERS
from portal.documents.papers import Paper, ReplyPaper
from portal.documents.text import one_line, passage

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
ASSETS = TEMPLATES / "assets"
LOGO = "logo.png"
"""The address of the letterhead's picture, which is no file but given with the paper."""
ROWS_MAX = 500
"""A list longer than this is cut on paper (layout time grows with it); the attached data has all of it."""

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(FILTERS, qr=qr.svg)
_environment.globals.update(ROWS_MAX=ROWS_MAX, charts=charts, Series=charts.Series)
# Values stay as they are here: they become HTML where the words are printed.
_plain = _environment.overlay(autoescape=False)
PARTING = "====="
"""The line in reply/prose.txt where the facts go."""


# WeasyPrint 70 breaks after the first word where a line fits only without the space that ends its block. Values are
# escaped, so a tag in the markup is always the template's.
_SPACE_AT_BLOCK_END = re.compile(r"\s+(?=</(?:td|th|div|p|li|h1|h2)>|<(?:br|div|table|ol)\b)")


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file carried inside the PDF."""

    name: str
    data: bytes
    description: str = ""


class AssetFetcher(URLFetcher):
    """Denies every URL but the files in templates/pdf/assets: what was typed into a form can name any URL, and a
    renderer that follows it reads the server's files or calls its neighbours. A refusal stops the rendering."""

    def __init__(self, logo: bytes = b"") -> None:
        self._logo = logo
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the bundled asset at `url`. Raises PermissionError for anything else."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if path == ASSETS / LOGO and self._logo:
            return URLFetcherResponse(url, self._logo, {"Content-Type": "image/png"})
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(ASSETS):
            raise PermissionError(f"not a bundled asset: {url}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def render(
    template: str, paper: Paper, *, attachments: Sequence[AttachedFile] = (), logo: bytes = b""
) -> bytes:
    """Print `paper` by templates/pdf/`template`/paper.html (usually `paper.template`) and return the PDF.

    The same paper gives the same bytes; `logo` is the PNG that its letterhead names. Raises jinja2.TemplateNotFound,
    jinja2.UndefinedError (an identifier without a word) and weasyprint.urls.FatalURLFetchingError.
    """
    markup = _SPACE_AT_BLOCK_END.sub(
        "", _environment.get_template(f"{template}/paper.html").render(paper=paper)
    )
    data = paper.model_dump_json(indent=2).encode()
    at = datetime.combine(paper.dated, time(), UTC)
    files = [AttachedFile("data.json", data, f"{paper.template} {paper.number}"), *attachments]
    html = HTML(string=markup, base_url=f"{ASSETS.as_uri()}/", url_fetcher=AssetFetcher(logo))
    return html.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_identifier=hashlib.sha256(data).digest()[:16],
        attachments=[_attachment(file, at) for file in files],
    )


def prose(paper: ReplyPaper) -> tuple[str, str]:
    """The drafted words of a reply as plain text: before the facts, and after them."""
    text = _plain.get_template("reply/prose.txt").render(paper=paper)
    opening, _, closing = text.partition(PARTING)
    return passage(opening), passage(closing)


def _attachment(file: AttachedFile, at: datetime) -> Attachment:
    relationship = "Data" if file.name.endswith(".json") else "Supplement"
    return Attachment(
        string=file.data,
        name=one_line(file.name),
        description=one_line(file.description),
        created=at,
        modified=at,
        relationship=relationship,
    )
