"""The key of a form, so that a form sent twice acts once."""

from __future__ import annotations

import re

from flask import request

from portal.web.forms import new_key

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def form_key() -> str:
    """The key of the form that was sent; a new one where a bent form brings none."""
    key = request.form.get("key", "")
    return key if _KEY.fullmatch(key) else new_key()
