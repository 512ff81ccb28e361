"""What can go wrong, as codes: pages turn a code and its context into an Indonesian sentence (`web.messages`)."""

from __future__ import annotations

from typing import Any


class PortalError(Exception):
    """A refusal that a person can understand: a stable `code` and the values its sentence needs."""

    status = 400

    def __init__(self, code: str, **context: Any) -> None:
        super().__init__(code)
        self.code = code
        self.context = context

    def __str__(self) -> str:
        return f"{self.code} {self.context}" if self.context else self.code


class InvalidInput(PortalError):
    """What was typed cannot be taken; `fields` maps a field's name to (code, context)."""

    status = 422

    def __init__(
        self,
        code: str = "input.invalid",
        *,
        fields: dict[str, tuple[str, dict[str, Any]]] | None = None,
        **context: Any,
    ) -> None:
        super().__init__(code, **context)
        self.fields = fields or {}


class Forbidden(PortalError):
    """The person may not do this, now or ever."""

    status = 403


class NotFound(PortalError):
    """There is no such thing, or this person may not know of it."""

    status = 404


class TransitionRefused(PortalError):
    """The rule book does not allow this action at this step, or a guard does not hold (SOP, table.py)."""

    status = 409


class StaleStep(PortalError):
    """The request moved on after the page was shown: somebody decided first."""

    status = 409


class Busy(PortalError):
    """Something else holds what is needed; trying again later can succeed."""

    status = 503
