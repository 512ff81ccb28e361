"""Every Indonesian sentence that Python needs: codes of `portal.errors` to text, identifiers to labels.

One file per page family beside this one. Each may hold `TEXTS` (code -> sentence with {context}) and `LABELS`
(kind -> identifier -> label); they are found here by themselves, and no code may be told twice (a test says so).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar

from flask import Flask

from portal.errors import PortalError
from portal.web.messages import values

UNKNOWN = "Permintaan ini tidak dapat diproses (kode: {code}). Tidak ada data yang berubah."


def text(code: str, /, **context: Any) -> str:
    """The sentence of an error or notice. Context values become readable ({role} its title, instants local time;
    `{most:bytes}` and `{left:duration}` say what a number is); what the sentence names and the context lacks
    becomes a dash. An unknown code gives a sentence naming it."""
    sentence = _texts().get(code)
    if sentence is None:
        return UNKNOWN.format(code=code)
    return sentence.format_map(_Dashes({name: _Readable(name, value) for name, value in context.items()}))


def knows(code: str) -> bool:
    """Whether there is a sentence for `code`."""
    return code in _texts()


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


class _Readable:
    """A context value on its way into a sentence."""

    forms: ClassVar[dict[str, Callable[[Any], str]]] = {
        "bytes": values.size,
        "duration": values.duration,
        "date": values.day,
        "": values.shown,
    }

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def __format__(self, form: str) -> str:
        if _known(self.name, self.value):
            return label(self.name, self.value)
        return str(self.forms[form](self.value))


class _Dashes(dict[str, "_Readable"]):
    def __missing__(self, key: str) -> _Readable:
        return _Readable(key, None)


def _known(kind: str, value: Any) -> bool:
    return isinstance(value, str) and value in _labels().get(kind, {})


@cache
def _texts() -> dict[str, str]:
    return {code: sentence for table in _tables("TEXTS") for code, sentence in table.items()}


@cache
def _labels() -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for table in _tables("LABELS"):
        for kind, titles in table.items():
            merged.setdefault(kind, {}).update(titles)
    return merged


def _tables(name: str) -> list[dict[str, Any]]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return [getattr(module, name, {}) for module in modules]
