"""A scratch MariaDB: a dump loaded into it, and its rows counted as they were at the dump."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workers.engines import mariadb, scratch
from workers.engines.errors import EngineError
from workers.engines.scratch import Scratch

OPTIONS = ("--skip-networking", "--event-scheduler=OFF", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
           "--skip-log-bin", "--local-infile=0", "--max-allowed-packet=1G")  # fmt: skip


@contextmanager
def server(folder: Path, *, idle_seconds: float, should_stop: Callable[[], bool]) -> Iterator[Scratch]:
    """Make and start one in `folder`. Raises EngineError('scratch.…'), Cancelled."""
    program = scratch.find("mariadbd")
    made = Scratch(mariadb.ENGINE, folder, "", idle_seconds, should_stop)
    data, socket = folder / "data", folder / "sock"
    # A server that begins clears away what it takes for its own leftovers in the folder for temporary files.
    made.must(["env", f"TMPDIR={folder}", scratch.find("mariadb-install-db"), "--no-defaults",
                 f"--datadir={data}", "--skip-test-db", "--auth-root-authentication-method=normal"],
          "scratch.failed")  # fmt: skip
    # What a dump brings may write no file outside of here: an empty --secure-file-priv would let it.
    (folder / "files").mkdir(mode=0o755)
    argv: list[str | Path] = [program, "--no-defaults", f"--datadir={data}", f"--socket={socket}",
            f"--pid-file={folder}/pid", f"--secure-file-priv={folder}/files", f"--tmpdir={folder}",
            *OPTIONS]  # fmt: skip
    ready = client(made, "-e", "SELECT VERSION()")
    with scratch.serving(argv, made, ready):
        made.version = b"".join(made.must(ready, "scratch.failed")).decode().strip()
        try:
            yield made
        finally:
            # It does not listen to an interrupt; told so it ends at once, and the signals are for when it does not.
            made.should_stop = lambda: False
            made.call(["mariadb-admin", "--no-defaults", f"--socket={socket}", "--user=root", "shutdown"])


def client(made: Scratch, *words: str) -> list[str | Path]:
    """The client in binary mode, in which it obeys no command of its own that a dump may hold: one runs a shell."""
    return ["mariadb", "--no-defaults", f"--socket={made.folder}/sock", "--user=root", "--binary-mode",
            "--default-character-set=utf8mb4", "--max-allowed-packet=1G", "-BNr", *words]  # fmt: skip


def load(made: Scratch, path: Path, *, version: str) -> None:
    """Load a dump, which makes its database. Raises EngineError('scratch.…', 'restore.no_space',
    'load.failed'), Cancelled."""
    if "mariadb" not in version.lower():
        raise EngineError("scratch.missing", tool=made.engine, program=f"mysqld {version}")
    made.must(client(made), "load.failed", given=path)


def count(made: Scratch, name: str) -> dict[str, int]:
    """The rows of each table of the database. Raises EngineError('load.failed')."""
    asked = made.folder / "count.sql"
    asked.write_text(mariadb.HOLD_SQL.format(database=mariadb.literal(name)), encoding="utf-8")
    lines = made.must(client(made), "load.failed", given=asked)
    asked.write_bytes(b"\n".join(line for line in lines if line.startswith(b"SELECT ")))
    found = [json.loads(line) for line in made.must(client(made), "load.failed", given=asked)]
    return {str(each["table"]): int(each["rows"]) for each in found if "table" in each}
