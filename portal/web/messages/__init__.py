"""Every Indonesian sentence that Python needs: codes of `portal.errors` to text, identifiers to labels.

One file per page family beside this one. Each may hold `TEXTS` (code -> sentence with {context}) and `LABELS`
(kind -> identifier -> label); they are found here by themselves, and a code told twice stops the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from flask import Flask

from portal.errors import PortalError
from portal.web.messages.values import shown

UNKNOWN = "Permintaan ini tidak dapat diproses (kode: {code}). Tidak ada data yang berubah."


def text(code: str, /, **context: Any) -> str:
    """The sentence of an error or notice. Context values become readable ({role} its title, instants local time);
    what the sentence names and the context lacks becomes a dash. An unknown code gives a sentence naming it."""
    sentence = _texts().get(code)
    if sentence is None:
        return UNKNOWN.format(code=code)
    readable = {
        name: label(name, value) if _known(name, value) else shown(value) for name, value in context.items()
    }
    return sentence.format_map(_Dashes(readable))


def label(kind: str, value: Any) -> str:
    """The title of an identifier: `label("role", "unit_head")`; the identifier itself where there is none."""
    return _labels().get(kind, {}).get(str(value), str(value))


def labels(kind: str) -> Mapping[str, str]:
    """All titles of a kind, in the order in which they are shown."""
    return _labels()[kind]


def problem(error: PortalError) -> str:
    """The sentence of a PortalError."""
    return text(error.code, **error.context)


def field_problems(fields: Mapping[str, tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """InvalidInput.fields as sentences, for the `field` macros."""
    return {name: text(code, **context) for name, (code, context) in fields.items()}


def attach(app: Flask) -> None:
    """Give templates `text()`, `label()` and `labels()`; `value|label("step")` reads better in a table."""
    app.jinja_env.globals.update(text=text, label=label, labels=labels)
    app.jinja_env.filters["label"] = lambda value, kind: label(kind, value)


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def _known(kind: str, value: Any) -> bool:
    return isinstance(value, str) and value in _labels().get(kind, {})


@cache
def _texts() -> dict[str, str]:
    return _merged("TEXTS", {})


@cache
def _labels() -> dict[str, dict[str, str]]:
    return _merged("LABELS", {})


def _merged(name: str, into: dict[str, Any]) -> dict[str, Any]:
    for module in iter_modules(__path__):
        table: dict[str, Any] = getattr(import_module(f"{__name__}.{module.name}"), name, {})
        twice = into.keys() & table.keys()
        if twice:
            raise ValueError(f"{name} told twice: {sorted(twice)}")
        into.update(table)
    return into
