"""What both database engines share: the remote script's frame, what it says on the side, and what its failures mean.

Everything runs on the server itself by its own tools, in one `sh` over the OpenSSH client. A password reaches it on
standard input only, lies in a 0600 file of a private folder while it is used, and goes with the folder, however the
script ends.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from schemas.database import AccessSpec, Method
from workers.engines.errors import EngineError

MARK = b"lumbung:"
TAIL_LINES = 30
MISSING = 127
LOST = 255
FRAME = r"""
set -eu
umask 077
LC_ALL=C; export LC_ALL
account=$1 host=$2 port=$3 user=$4 secret=$5
shift 5
work=$(mktemp -d "${TMPDIR:-/tmp}/lumbung.XXXXXXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 141' PIPE; trap 'exit 143' TERM
if [ -n "$secret" ]; then dd bs=1 count="$secret" 2>/dev/null; else cat; fi > "$work/secret"
cd /
as() {
  if [ -z "$account" ] || [ "$(id -un)" = "$account" ]; then "$@"
  elif [ "$(id -u)" = 0 ]; then runuser -u "$account" -- "$@"
  else sudo -n -u "$account" -- "$@"; fi
}
"""


def remote_argv(
    ssh: Sequence[str],
    address: str,
    script: str,
    access: AccessSpec,
    words: Sequence[str] = (),
    *,
    secret_bytes: int | None = None,
) -> list[str]:
    """The OpenSSH command that runs `script` in the frame with `words` as $1, $2…; no secret is among them.

    Standard input is the secret; where `secret_bytes` says how long it is, what follows is for the script."""
    account = access.username if access.method is Method.PEER else ""
    length = "" if secret_bytes is None else str(secret_bytes)
    head = [account, access.host, str(access.port or ""), access.username, length]
    remote = ["sh", "-c", FRAME + script, "lumbung", *head, *words]
    return [*ssh, "--", address, shlex.join(remote)]


def file_name(database: str, ending: str) -> str:
    """A file's name for a database: whatever its name holds, it is one plain name."""
    return quote(database, safe="") + ending


@dataclass
class Side:
    """What a remote script says on its standard error: notes after a mark, one JSON object a line, and complaints."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def take(self, line: bytes) -> str:
        """Sort one line; return it when it is a complaint, to be logged."""
        if line.startswith(MARK):
            try:
                note = json.loads(line.removeprefix(MARK))
            except ValueError:
                note = None
            if isinstance(note, dict):
                self.notes.append(note)
                return ""
        text = line.decode("utf-8", "backslashreplace")
        self.complaints = [*self.complaints, text][-TAIL_LINES:]
        return text

    @property
    def tail(self) -> str:
        """The last complaints."""
        return "\n".join(self.complaints)

    def facts(self) -> dict[str, Any]:
        """The notes that are no table, as one mapping."""
        merged: dict[str, Any] = {}
        for note in self.notes:
            if "table" not in note:
                merged |= note
        return merged

    def tables(self) -> list[dict[str, Any]]:
        """The notes of tables, by name."""
        return sorted((note for note in self.notes if "table" in note), key=lambda note: str(note["table"]))


_BY_MESSAGE = (
    (r"password authentication failed|[Pp]eer authentication failed|no password supplied", "auth_refused"),
    (
        r"ERROR 1045|ERROR 1698|Got error: 1045|Got error: 1698|Access denied for user .* \(using",
        "auth_refused",
    ),
    (r"role \".*\" does not exist|no pg_hba\.conf entry", "auth_refused"),
    (r"sudo: |runuser: |may not run sudo", "no_account"),
    (r"database \".*\" does not exist|ERROR 1049|Got error: 1049|Unknown database", "unknown"),
    (
        r"permission denied|must be superuser|ERROR 1227|ERROR 1044|ERROR 1142|1142: |1044: |1227: ",
        "no_rights",
    ),
    (r"server version mismatch", "old_tool"),
    (r"[Ll]ock wait timeout|canceling statement due to lock timeout|could not obtain lock", "locked"),
    (
        r"could not connect|Can't connect|[Cc]onnection refused|No such file or directory.*\n.*Is the server",
        "away",
    ),
    (r"connection to server .* failed|ERROR 200[23]|Got error: 200[23]", "away"),
    (r"No space left on device", "remote_full"),
)
_OF_SSH = (
    (r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED", "ssh.host_key_changed"),
    (r"Permission denied \(", "ssh.auth_refused"),
    (r"Connection refused", "ssh.refused"),
    (r"timed out|No route to host|unreachable", "ssh.unreachable"),
)


def error_of(exit_code: int, tail: str, *, engine: str, database: str = "") -> EngineError:
    """What an exit of a remote script other than 0 means."""
    context = {"engine": engine, "database": database}
    if exit_code == LOST:
        code = next((name for pattern, name in _OF_SSH if re.search(pattern, tail)), "ssh.closed")
        return EngineError(code, tool="ssh", exit_code=exit_code, tail=tail, permanent=False)
    # Two programs say more: the remote one, which was refused, and ssh at our end, which could not write.
    found = next((name for pattern, name in _BY_MESSAGE if re.search(pattern, tail)), "")
    if exit_code == MISSING and not found:
        found = "no_client"
    return EngineError(
        f"database.{found or 'failed'}",
        tool=engine,
        exit_code=exit_code,
        tail=tail,
        permanent=found not in {"away", "locked", ""},
        **context,
    )
