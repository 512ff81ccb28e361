"""From what was typed to a border shape, and from its complaints to a sentence by each field."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from portal.errors import InvalidInput

Shape = TypeVar("Shape", bound=BaseModel)


def parse(shape: type[Shape], values: dict[str, Any]) -> Shape:
    """Make `shape` from `values`. Raises InvalidInput naming each field that cannot be taken."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise InvalidInput(fields=field_errors(error)) from None


def field_errors(error: ValidationError) -> dict[str, tuple[str, dict[str, Any]]]:
    """The first complaint of each field as (code, context). The code is pydantic's `type` or the shape's own;
    nested fields are joined by a dot (`folders.0`)."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for complaint in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in complaint["loc"])
        context = {key: value for key, value in complaint.get("ctx", {}).items() if key != "error"}
        found.setdefault(name, (complaint["type"], context))
    return found


def typed(form: MultiDict[str, str], many: Iterable[str] = ()) -> dict[str, Any]:
    """The form as typed, without the token: text per name, a list for each name in `many`."""
    several = set(many)
    values: dict[str, Any] = {name: form.get(name, "") for name in form if name != "csrf_token"}
    return values | {name: form.getlist(name) for name in several}


def new_key() -> str:
    """A key for a hidden field, so that a form sent twice is one action."""
    return secrets.token_urlsafe(24)
