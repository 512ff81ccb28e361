"""A database of its own on a real PostgreSQL for each test that needs one, and deeds that are begun together on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

from office.database_servers import PostgreSQL
from portal.errors import PortalError
from portal.store import db

_serial = count(1)


class Portals(PostgreSQL):
    """A server whose databases are one portal's each."""

    def start(self) -> None:
        """Make it and start it, with the portal's account."""
        super().start()
        self.sql("CREATE ROLE lumbung LOGIN PASSWORD 'lumbung'")

    def new(self) -> str:
        """The address of a database that is empty yet."""
        name = f"lumbung_{next(_serial)}"
        self.sql(f"CREATE DATABASE {name} OWNER lumbung")
        return f"postgresql://lumbung:lumbung@127.0.0.1:{self.port}/{name}"


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What became of deeds that were begun together: "done", or the code of the refusal."""
    told: list[str] = []
    ready = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        with db.connection():
            ready.wait()
            try:
                deed()
                told.append("done")
            except PortalError as error:
                told.append(error.code)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)
