"""The letterhead and the texts of papers, in versions: a paper keeps the one that held when it was signed."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import datetime
from typing import Annotated

from PIL import Image
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from portal.config import Settings
from portal.documents import numbers
from portal.documents.papers import Letterhead
from portal.documents.text import Line, Passage
from portal.errors import Forbidden, InvalidInput, StaleStep
from portal.operations import audit
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import PaperStyle, User
from portal.store.queries import people
from portal.store.queries import styles as rows

MAY_SET = frozenset({Role.SYSTEM_ADMIN.value, Role.ADMIN_AFFAIRS_HEAD.value})
LOGO_BYTES = 256 * 1024
LOGO_SIDE = 2000
KINDS = ("nota_dinas", "disposition", "report", "reply", "receipt")
CLASSES = {"nota_dinas": "ND", "disposition": "AG", "report": "LAP", "reply": "TI 00", "receipt": "TT"}
_CODE = r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,15}"

Short = Annotated[Line, Field(max_length=160)]
Lines = Annotated[tuple[Short, ...], Field(max_length=6)]
Closing = Annotated[Passage, Field(max_length=1200)]


class Style(BaseModel):
    """What an office may set. `logo` is a PNG in base64, as it was cleaned; `classes` are the registers' codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Annotated[Short, Field(min_length=3)]
    center: Annotated[Short, Field(min_length=3)]
    address: Lines = ()
    city: Annotated[Short, Field(min_length=2)]
    suggestion_email: Short = ""
    form_download: Short = ""
    pattern: Annotated[str, AfterValidator(numbers.check_pattern)] = numbers.DEFAULT_PATTERN
    classes: dict[str, Annotated[str, Field(pattern=f"^{_CODE}$")]] = CLASSES
    closing_nota: Closing = ""
    closing_granted: Closing = ""
    closing_refused: Closing = ""
    closing_postponed: Closing = ""
    closing_report: Closing = ""
    copies_nota: Lines = ()
    copies_reply: Lines = ()
    logo: str = ""


def may_set(user: User, at: datetime) -> bool:
    """Whether `user` keeps the letterhead: the Kabag TU or the system administrator."""
    return any(role in MAY_SET for role, _ in people.roles_held(user, at))


def default(settings: Settings) -> Style:
    """What the installation's settings say, as long as nobody has set anything."""
    return Style(
        agency=settings.agency,
        center=settings.center,
        address=(settings.address,),
        city=settings.city,
        suggestion_email=settings.suggestion_email,
        form_download=settings.form_download,
        pattern=settings.letter_pattern,
    )


def current(settings: Settings) -> Style:
    """What holds now."""
    return newest() or default(settings)


def newest() -> Style | None:
    """What was set last, or None."""
    row = rows.newest()
    return Style.model_validate(row.content) if row else None


def letterhead(settings: Settings) -> Letterhead:
    """What papers are printed with from now on."""
    row = rows.newest()
    if row is None:
        return Letterhead.of(settings)
    return as_letterhead(Style.model_validate(row.content), settings, version=row.version)


def as_letterhead(style: Style, settings: Settings, *, version: int = 0) -> Letterhead:
    """A style as papers carry it: the picture by its digest alone."""
    named = style.model_dump(exclude={"pattern", "classes", "logo"})
    logo = hashlib.sha256(picture(style)).hexdigest() if style.logo else ""
    return Letterhead(**named, center_short=settings.center_short, logo=logo, version=version)


def picture(style: Style) -> bytes:
    """The picture of a style; empty for none."""
    return base64.b64decode(style.logo)


def picture_of(head: Letterhead) -> bytes:
    """The picture that a paper's letterhead names, from the version that brought it."""
    if not head.logo:
        return b""
    row = rows.version(head.version)
    return picture(Style.model_validate(row.content)) if row else b""


def save(style: Style, seen: int, user: User, *, at: datetime, settings: Settings) -> PaperStyle:
    """Set a new version. `seen` is the version that the page showed.

    Raises Forbidden('style.not_yours'), StaleStep('style.stale') when somebody set one meanwhile."""
    with transaction():
        if not may_set(user, at):
            raise Forbidden("style.not_yours")
        last = rows.newest()
        version = last.version if last else 0
        if version != seen:
            raise StaleStep("style.stale", by=last.made_by.name if last else audit.PORTAL)
        before, after = current(settings).model_dump(mode="json"), style.model_dump(mode="json")
        row = PaperStyle.create(version=version + 1, content=after, made_by=user, made_at=at)
        changed = {name: after[name] for name in after if after[name] != before[name] and name != "logo"}
        if after["logo"] != before["logo"]:
            changed["logo"] = hashlib.sha256(picture(style)).hexdigest() if style.logo else ""
        audit.record("style:set", actor=user, subject_type="style", subject_id=row.id, at=at,
                     data={"version": row.version, "changed": changed})  # fmt: skip
        return row


def cleaned(data: bytes) -> str:
    """A PNG as it may stand on papers, in base64: only its picture, on white, with nothing else that a file may carry.

    Raises InvalidInput (field `logo`): 'style.logo_kind', 'style.logo_size'."""
    if len(data) > LOGO_BYTES:
        raise _wrong("style.logo_size", bytes=LOGO_BYTES, side=LOGO_SIDE)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as found:
            if max(found.size) > LOGO_SIDE:
                raise _wrong("style.logo_size", bytes=LOGO_BYTES, side=LOGO_SIDE)
            drawn = found.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise _wrong("style.logo_kind") from error
    white = Image.new("RGB", drawn.size, "white")
    white.paste(drawn, mask=drawn.getchannel("A"))
    clean = io.BytesIO()
    white.save(clean, "PNG", optimize=True)
    return base64.b64encode(clean.getvalue()).decode("ascii")


def _wrong(code: str, **context: object) -> InvalidInput:
    return InvalidInput(fields={"logo": (code, context)})
