"""Daftar Database/File: the catalogue as the SOP asks the head of the subdivision to keep it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AwareDatetime

from portal.documents.papers.common import Paper, Signatory
from portal.documents.text import Line
from schemas.catalogue import CatalogueLine


class CataloguePaper(Paper):
    """The list as it stood at `as_of`. `words`: it holds only what they were searched for. It is signed by pen."""

    template: ClassVar[str] = "catalogue"

    as_of: AwareDatetime
    words: Line = ""
    lines: tuple[CatalogueLine, ...]
    keeper: Signatory
