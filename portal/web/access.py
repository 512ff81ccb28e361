"""The door: which endpoint is for whom. What is not in the table is refused (deny by default)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from portal.errors import Forbidden, PortalError
from portal.web.identity import Person, person_or_none

Test = Callable[..., bool]
# Where somebody sets right what keeps them from every other page.
OWN_PAGES = ("account", "second_factor")


class SignInRequired(PortalError):
    """Nobody is signed in (any more); the answer is a sign-in that keeps what was typed."""

    status = 401


class SecondFactorRequired(PortalError):
    """A role of theirs demands a second factor that is not enrolled: nothing goes on before it is."""

    status = 403


class PasswordChangeRequired(PortalError):
    """The first password came from somebody else: nothing goes on before it is changed (ASVS 2.3.1)."""

    status = 403


@dataclass(frozen=True)
class Rule:
    """Who may pass: anybody signed in; with `roles` whoever holds one of them; with `test` whom it admits as
    `test(person, **view_args) -> bool`. Without `signed_in` visitors may too (for them `test` gets None)."""

    signed_in: bool = True
    roles: frozenset[str] = frozenset()
    test: Test | None = None

    def admits(self, person: Person | None, view_args: Mapping[str, Any]) -> bool:
        """Whether `person` may pass; a `test` may raise NotFound for what does not exist."""
        if self.signed_in and person is None:
            return False
        if self.roles and (person is None or not person.has(*self.roles)):
            return False
        return self.test is None or self.test(person, **view_args)


PUBLIC = Rule(signed_in=False)
SIGNED_IN = Rule()
Access = Mapping[str, Rule]


def roles(*names: str) -> Rule:
    """For those who hold any of these roles (whatever the unit)."""
    return Rule(roles=frozenset(names))


def when(test: Test) -> Rule:
    """For the signed-in whom `test(person, **view_args)` admits: participants of a request, say."""
    return Rule(test=test)


def collect(app: Flask, table: Access) -> None:
    """Add a page module's ACCESS (endpoint -> Rule) to the application's. Raises ValueError for a second rule."""
    known = _table(app)
    twice = known.keys() & table.keys()
    if twice:
        raise ValueError(f"two rules for {sorted(twice)}")
    known.update(table)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule of an endpoint, or None."""
    return _table(app).get(endpoint)


def may_visit(app: Flask, person: Person | None, endpoint: str) -> bool:
    """Whether a link to `endpoint` (without arguments) is worth showing to `person`."""
    rule = rule_of(app, endpoint)
    return endpoint in app.view_functions and rule is not None and rule.admits(person, {})


def guard(app: Flask) -> None:
    """Ask for every request. A path that leads nowhere goes on to Flask's 404 and 405."""
    collect(app, {"static": PUBLIC})

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return
        rule = rule_of(app, request.endpoint)
        if rule is None:
            raise Forbidden("access.no_rule")
        person = person_or_none() if rule.signed_in or rule.test else None
        if not rule.admits(person, request.view_args or {}):
            raise SignInRequired("access.sign_in") if person is None else Forbidden("access.denied")
        if rule.signed_in and person and request.blueprint not in OWN_PAGES:
            if person.user.must_change_password:
                raise PasswordChangeRequired("password.must_change")
            if person.must_enrol:
                raise SecondFactorRequired("factor.must_enrol")


def _table(app: Flask) -> dict[str, Rule]:
    table: dict[str, Rule] = app.extensions.setdefault("lumbung-access", {})
    return table
