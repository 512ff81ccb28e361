"""A database of a server: how it is named as a source, and how the server's own programs reach it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

FOLDER = "/.lumbung/databases"
"""Where the dumps of a run lie in the server's copy, beside its folders."""


class Engine(StrEnum):
    """The engines that can be dumped; MySQL is spoken to as MariaDB is."""

    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"


DEFAULT_ACCOUNTS = {Engine.POSTGRESQL: "postgres", Engine.MARIADB: "root"}


class Method(StrEnum):
    """How the portal's commands sign in to a database: as the account of the operating system, or by password."""

    PEER = "peer"
    PASSWORD = "password"  # nosec B105 # the name of a way, not a word


class AccessSpec(BaseModel):
    """The way to an engine of a server. `host` is an address or a socket's folder (MariaDB: the socket), empty and 0
    for the engine's own default. The password is never part of it."""

    model_config = ConfigDict(frozen=True)

    engine: Engine
    method: Method = Method.PEER
    username: str
    host: str = ""
    port: int = 0


class DatabaseName(NamedTuple):
    """A database as a source names it: "postgresql:arsip"."""

    engine: Engine
    name: str

    @property
    def path(self) -> str:
        """What `Source.path` and the approved scope hold."""
        return f"{self.engine.value}:{self.name}"


def is_database(path: str) -> bool:
    """Whether a source's path names a database: a folder's begins with a slash."""
    return not path.startswith("/")


def parse(path: str) -> DatabaseName:
    """The database that a source's path names. Raises ValueError."""
    engine, _, name = path.partition(":")
    if not name:
        raise ValueError(path)
    return DatabaseName(Engine(engine), name)


def default_access(engine: Engine) -> AccessSpec:
    """The way that needs no setting: the engine's own account of the operating system."""
    return AccessSpec(engine=engine, username=DEFAULT_ACCOUNTS[engine])
