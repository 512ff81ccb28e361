"""The commands: `flask --app app …`. They speak English, as tools do; what they change stands in the trail."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from pydantic import ValidationError

from portal.config import Settings
from portal.errors import InvalidInput, PortalError
from portal.operations import (
    audit,
    audit_checks,
    calendar,
    directory_sync,
    passwords,
    people,
    second_copies,
    second_factor,
    vault_keys,
)
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import people as directory
from schemas.people import NewUnit, NewUser

if TYPE_CHECKING:
    from portal.store.models import User

database = AppGroup("db", help="The database.")
units = AppGroup("units", help="Units (Satker).")
users = AppGroup("users", help="People, their roles and first passwords.")
trail = AppGroup("audit", help="The trail.")
second = AppGroup("second-vault", help="The second vault: the way into it.")
repositories = AppGroup("repository-vault", help="Repositories on another machine: the way to it.")
office_calendar = AppGroup("calendar", help="The office calendar.")


def attach(app: Flask) -> None:
    """Add the commands to the application."""
    for group in (database, units, users, trail, office_calendar, second, repositories):
        app.cli.add_command(group)


def with_database(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command on an open database. A refusal ends it with a line for each reason
    and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            with db.connection():
                command(*args, **kwargs)
        except ValidationError as error:
            _refuse(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        except InvalidInput as error:
            _refuse(f"{field}: {code} {context or ''}" for field, (code, context) in error.fields.items())
        except PortalError as error:
            _refuse([str(error)])

    return run


@database.command("migrate")
def migrate() -> None:
    """Bring the database up to date, as every start of the web process and every command does."""
    click.echo("\n".join(db.migrate()) or "up to date")


@units.command("create")
@click.argument("code")
@click.argument("name")
@with_database
def create_unit(code: str, name: str) -> None:
    """Add the unit CODE with the full NAME."""
    unit = people.create_unit(NewUnit(code=code, name=name), actor=None, at=db.now())
    click.echo(f"unit {unit.code} created")


def password_options(command: Callable[..., None]) -> Callable[..., None]:
    """Where a command's password comes from: typed twice, standard input, or chance."""
    command = click.option("--generate", is_flag=True, help="Make a random password and print it once.")(
        command
    )
    return click.option("--stdin", is_flag=True, help="Read the password from standard input.")(command)


@users.command("create")
@click.option("--username", prompt=True)
@click.option("--name", prompt=True, help="With titles, as papers print it.")
@click.option("--nip", prompt="NIP")
@click.option("--email", prompt=True)
@click.option("--phone", default="")
@click.option("--post", default="", help="The post's title (jabatan).")
@click.option("--unit", prompt="Unit code", help="The code of an existing unit.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@password_options
@with_database
def create_user(unit: str, roles: tuple[str, ...], generate: bool, stdin: bool, **fields: str) -> None:
    """Add a person; --role may be given several times (a unit head's is that of --unit)."""
    new = NewUser(**fields, unit_code=unit)
    password = _password(generate, stdin)
    at = db.now()
    with db.transaction():  # a person without the roles asked for would be half a deed
        user = people.create_user(new, password, actor=None, at=at)
        for role in roles:
            people.grant_role(user, Role(role), unit=directory.unit_by_code(unit), actor=None, at=at)
    click.echo(f"user {user.username} created")
    _print_generated(password, generate)


@users.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--unit", help="The unit whose head it is.")
@with_database
def grant(username: str, role: str, unit: str | None) -> None:
    """Let USERNAME hold ROLE from now on."""
    user = _user(username)
    headed = directory.unit_by_code(unit) if unit else None
    if unit and headed is None:
        _refuse([f"unit: no unit {unit}"])
    people.grant_role(user, Role(role), unit=headed, actor=None, at=db.now())
    click.echo(f"{user.username} holds {role}")


@users.command("password")
@click.argument("username")
@password_options
@with_database
def set_password(username: str, generate: bool, stdin: bool) -> None:
    """Give USERNAME a new first password, to be changed at the next sign-in; open sessions end."""
    user = _user(username)
    password = _password(generate, stdin)
    ended = people.set_password(user, password, actor=None, at=db.now())
    click.echo(f"password of {user.username} set, {ended} sessions ended")
    _print_generated(password, generate)


@users.command("synchronise")
@with_database
def synchronise() -> None:
    """Bring every account of the directory (LDAP) up to date; who is not there any more loses what it gave."""
    outcome = directory_sync.synchronise(actor=None, at=db.now(), settings=current_app.config["SETTINGS"])
    click.echo(f"{outcome.found} up to date; gone: {' '.join(outcome.gone) or 'nobody'}")
    if outcome.refused:
        _refuse([f"the entry of {' '.join(outcome.refused)} cannot be taken"])


@users.command("reset-factor")
@click.argument("username")
@with_database
def reset_factor(username: str) -> None:
    """Take away the second factor of USERNAME, who lost it; open sessions end."""
    user = _user(username)
    second_factor.reset(user.id, actor=None, at=db.now())
    click.echo(f"second factor of {user.username} removed")


@trail.command("verify")
@with_database
def verify() -> None:
    """Check the chain, also against the head kept at the last check; exit code 1 when it is broken."""
    settings: Settings = current_app.config["SETTINGS"]
    kept = settings.var / audit_checks.HEAD_FILE
    try:
        found = audit.verify_against(kept)
    except audit.UnreadableHead:
        _refuse(
            [
                f"{kept} holds no head: compare the trail with a copy of the head from elsewhere, then remove the file"
            ]
        )
    audit_checks.note(found, at=db.now())
    if not found.ok:
        _refuse([f"the chain is broken at entry {found.broken_at} ({found.entries} read)"])
    click.echo(f"{found.entries} entries, the chain holds; head {found.head}")


@office_calendar.command("seed")
@click.argument("years", type=click.IntRange(2020, 2100), nargs=-1)
@with_database
def seed_calendar(years: tuple[int, ...]) -> None:
    """Add the holidays, cuti bersama and Ramadan of YEARS (this year and the next), keeping what is there."""
    at = db.now()
    days, periods = calendar.seed(years or (at.year, at.year + 1), actor=None, at=at)
    click.echo(f"{days} days and {periods} periods added")


@second.command("key")
@with_database
def second_key() -> None:
    """Print the line for authorized_keys on the second vault's machine; the key pair is made at first use."""
    click.echo(vault_keys.public_key(vault_keys.SECOND, at=db.now(), settings=current_app.config["SETTINGS"]))


@second.command("trust")
@click.argument("host_key")
@with_database
def second_trust(host_key: str) -> None:
    """Trust the machine that shows HOST_KEY ("ssh-ed25519 AAAA…"), as its administrator has read it out."""
    found = vault_keys.trust(
        vault_keys.SECOND, host_key, at=db.now(), settings=current_app.config["SETTINGS"]
    )
    click.echo(f"trusted: {found}")


@repositories.command("key")
@with_database
def repository_key() -> None:
    """Print the line for authorized_keys on the machine of the repositories; the pair is made at first use."""
    click.echo(vault_keys.public_key(vault_keys.FIRST, at=db.now(), settings=current_app.config["SETTINGS"]))


@repositories.command("trust")
@click.argument("host_key")
@with_database
def repository_trust(host_key: str) -> None:
    """Trust the machine that shows HOST_KEY ("ssh-ed25519 AAAA…"), as its administrator has read it out."""
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"trusted: {vault_keys.trust(vault_keys.FIRST, host_key, at=db.now(), settings=settings)}")


@second.command("renew")
@with_database
def second_renew() -> None:
    """Begin with an empty second vault, as after its disk was lost; the next copying brings everything again."""
    click.echo(f"{second_copies.renew(at=db.now())} copies will be copied again")


def _user(username: str) -> User:
    user = directory.user_by_username(username)
    if user is None:
        _refuse([f"no user {username}"])
    return user


def _password(generate: bool, stdin: bool) -> str:
    if generate:
        return passwords.generated()
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("Password: ")
    if typed != getpass.getpass("Again: "):
        _refuse(["the passwords differ"])
    return typed


def _print_generated(password: str, generate: bool) -> None:
    if generate:
        click.echo(f"password: {password}")


def _refuse(reasons: Iterable[str]) -> NoReturn:
    for reason in reasons:
        click.echo(f"refused: {reason}", err=True)
    raise SystemExit(1)
