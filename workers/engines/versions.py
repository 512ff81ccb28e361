"""Which versions of the tools work here. Asking takes a tenth of a second each, so the answers are kept with the
identity of the program's file and asked for again when it changes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from workers.engines import command
from workers.engines.errors import EngineError

QUESTIONS = {"rsync": ("rsync", "--version"), "restic": ("restic", "version"), "ssh": ("ssh", "-V")}


def find(cache: Path) -> dict[str, str]:
    """The first line of what each tool says of itself, by name. Raises EngineError('command.missing')."""
    identity = {name: _identity(name) for name in QUESTIONS}
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["identity"] == identity:
            return {str(name): str(text) for name, text in kept["versions"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # asked for the first time, or the note is damaged: ask
    versions = {name: _ask(argv) for name, argv in QUESTIONS.items()}
    waiting = cache.with_name(f"{cache.name}.{os.getpid()}")
    waiting.write_text(json.dumps({"identity": identity, "versions": versions}), encoding="utf-8")
    waiting.replace(cache)
    return versions


def _identity(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise EngineError("command.missing", tool=name, program=name)
    info = Path(program).stat()
    return f"{program} {info.st_dev} {info.st_ino} {info.st_size} {info.st_mtime_ns} {info.st_ctime_ns}"


def _ask(argv: tuple[str, ...]) -> str:
    lines: list[bytes] = []
    result = command.run(argv, on_output=lines.append, on_error=lines.append, idle_seconds=30)
    if result.exit_code != 0 or not lines:
        raise EngineError("command.missing", tool=argv[0], exit_code=result.exit_code, program=argv[0])
    return lines[0].decode("utf-8", "replace").strip()[:200]
