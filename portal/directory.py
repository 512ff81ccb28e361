"""The port to the office's directory (LDAP): who is found by a user name, and whether a password is theirs.

The one room that knows ldap3. Nothing is written there, and no answer is waited for longer than the settings say.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ldap3 import BASE, NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

from portal.config import Settings
from portal.errors import Busy
from schemas.directory import attributes

USER_MAX = 256
PASSWORD_MAX = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the directory knows them: the DN, what the attributes of the settings hold (a field that is not there
    is empty), and the DNs of the groups."""

    dn: str
    fields: dict[str, str]
    groups: tuple[str, ...]


def find(username: str, settings: Settings) -> Entry | None:
    """Who is found by this user name, or None. Raises Busy('directory.…') as every function here does: unreachable,
    certificate, bind_refused, search_refused, ambiguous."""
    with _bound(settings) as connection:
        return _find(connection, username, settings)


def authenticate(username: str, password: str, settings: Settings) -> Entry | None:
    """Who is found by this user name, if `password` is theirs; None alike for nobody and a wrong password.

    An empty password is refused here: to a directory it is an unauthenticated bind, which succeeds (RFC 4513, 5.1.2).
    The name is looked for all the same: what is answered must not depend on the password's form.
    """
    entry = find(username, settings)
    if entry is None or not entry.dn or not password or len(password) > PASSWORD_MAX or "\0" in password:
        return None
    with _opened(settings, entry.dn, password) as connection:
        return entry if connection.bind() else None


def probe(settings: Settings) -> None:
    """Ask whether the directory answers, takes the portal's own account, and has the place to search in."""
    with _bound(settings) as connection:
        connection.search(settings.ldap_base, "(objectClass=*)", search_scope=BASE, attributes=["1.1"])
        if not connection.entries:
            raise Busy("directory.search_refused", told=connection.result["description"])


def same_dn(one: str, other: str) -> bool:
    """Whether two DNs name the same thing, however they are written."""
    return _plain(one) == _plain(other)


@contextmanager
def _opened(settings: Settings, user: str, password: str) -> Iterator[Connection]:
    """A connection, encrypted as the settings say, not yet bound."""
    verified = Tls(
        validate=ssl.CERT_REQUIRED,
        ca_certs_file=str(settings.ca_bundle) if settings.ca_bundle else None,
    )
    seconds, encrypted = settings.ldap_seconds, settings.ldap_url.startswith("ldaps://")
    try:
        server = Server(settings.ldap_url, tls=verified, get_info=NONE, connect_timeout=seconds)
        how: dict[str, Any] = {"user": user, "password": password, "authentication": SIMPLE} if user else {}
        connection = Connection(
            server, **how, read_only=True, auto_referrals=False, check_names=False, receive_timeout=seconds
        )
        try:
            connection.open()
            if settings.ldap_starttls and not encrypted:
                connection.start_tls()
            yield connection
        finally:
            with contextlib.suppress(LDAPException, OSError):
                connection.unbind()  # of a connection that broke off: what broke it is what to tell
    except (LDAPException, OSError) as error:
        code = "certificate" if "certificate" in str(error).lower() else "unreachable"
        raise Busy(f"directory.{code}", told=str(error)[:200]) from error


@contextmanager
def _bound(settings: Settings) -> Iterator[Connection]:
    """A connection bound as the portal's own account (anonymous where none is set)."""
    password = settings.ldap_bind_password.get_secret_value()
    with _opened(settings, settings.ldap_bind_dn, password) as connection:
        if not connection.bind():
            raise Busy("directory.bind_refused", told=connection.result["description"])
        yield connection


def _find(connection: Connection, username: str, settings: Settings) -> Entry | None:
    wanted = attributes(settings.ldap_attributes)
    if not username or len(username) > USER_MAX:
        return None
    asked = settings.ldap_user_filter.replace("{username}", escape_filter_chars(username))
    rows = _search(connection, settings.ldap_base, asked, [*wanted.values(), "memberOf"], limit=2)
    if len(rows) > 1:
        raise Busy("directory.ambiguous", username=username)
    if not rows:
        return None
    dn, held = rows[0]
    fields = {field: _first(held.get(attribute.lower())) for field, attribute in wanted.items()}
    asked = settings.ldap_group_filter.replace("{dn}", escape_filter_chars(dn))
    asked = asked.replace("{username}", escape_filter_chars(fields["username"]))
    groups = [
        name
        for name, _ in _search(connection, settings.ldap_group_base or settings.ldap_base, asked, ["1.1"])
    ]
    return Entry(dn, fields, tuple(dict.fromkeys([*groups, *map(str, held.get("memberof", []))])))


def _search(
    connection: Connection, base: str, asked: str, wanted: list[str], limit: int = 0
) -> list[tuple[str, dict[str, list[Any]]]]:
    """(DN, attribute in lower case -> values) of what is found; a referral is nothing that was found."""
    connection.search(base, asked, search_scope=SUBTREE, attributes=wanted, size_limit=limit)
    told = connection.result["description"]
    if told not in ("success", "sizeLimitExceeded", "noSuchObject"):
        raise Busy("directory.search_refused", told=told)
    rows = [row for row in connection.response or [] if row["type"] == "searchResEntry"]
    return [
        (row["dn"], {name.lower(): _listed(value) for name, value in row["attributes"].items()})
        for row in rows
    ]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _first(values: list[Any] | None) -> str:
    """The first value that is text; a photograph is none."""
    found = next((value for value in values or [] if isinstance(value, str | int)), "")
    return str(found).strip()


def _plain(dn: str) -> tuple[tuple[str, str], ...]:
    """A DN in parts, in small letters; one that cannot be read is like nothing but itself."""
    try:
        return tuple((name.lower(), value.lower()) for name, value, _ in parse_dn(dn, strip=True))
    except LDAPException:
        return (("", dn),)
