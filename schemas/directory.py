"""How a directory (LDAP) is read: which attribute holds what, which group gives which role; as settings say it."""

from __future__ import annotations

import re

FIELDS = ("username", "name", "email", "nip", "phone", "post", "unit")
REQUIRED = ("username", "name", "email")
ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9;-]*")
_SEPARATOR = re.compile(r"(?<!\\)[;\n]")


def attributes(text: str) -> dict[str, str]:
    """Given `username=uid,name=cn,…`, return field -> attribute. Raises ValueError naming what is wrong.

    A field that is not named is not read from the directory; user name, name and e-mail must be.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, _, attribute = (word.strip() for word in part.partition("="))
        if field not in FIELDS or field in found:
            raise ValueError(f"{part}: one of {', '.join(FIELDS)} expected, each once")
        if not ATTRIBUTE.fullmatch(attribute):
            raise ValueError(f"{part}: an attribute's name expected")
        found[field] = attribute
    missing = [field for field in REQUIRED if field not in found]
    if missing:
        raise ValueError(f"{', '.join(missing)}: which attribute is it?")
    return found


def group_roles(text: str) -> tuple[tuple[str, str], ...]:
    """Given `role=group's DN; role=group's DN` (or one on each line), return the pairs (role, DN).

    Raises ValueError for a part without both. Whether such a role exists is the rule book's to say.
    """
    pairs = []
    for part in filter(None, (part.strip() for part in _SEPARATOR.split(text))):
        role, _, dn = (word.strip() for word in part.partition("="))
        if not role or "=" not in dn:
            raise ValueError(f"{part}: role=cn=group,dc=… expected")
        pairs.append((role, dn))
    return tuple(pairs)
