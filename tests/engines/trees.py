"""A tree with everything that a file system may hold."""

# Names may hold any bytes, and pathlib has no bytes paths.
# ruff: noqa: PTH101, PTH103, PTH118, PTH123, PTH211

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HOSTILE = (
    b"new\nline", b"re\rturn", b"qu'ote\"s", b"-rf", b"--delete", b"$(touch spoilt)", b"bad\xff\xfe", b"back\\slash",
    b"*", b" blanks ", b"a:b", b"%n", b"~", "e\u0301".encode(), "\u00e9".encode(), b"x" * 255,
)  # fmt: skip


def make(top: Path, source: str = "srv/web") -> Path:
    """Fill `top`/`source` and return `top`."""
    folder = os.path.join(os.fsencode(top), source.encode())
    os.makedirs(os.path.join(folder, b"deep", b"er"))
    for name in HOSTILE:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(name)
    for name in (b"deep", b"deep/er"):
        with open(os.path.join(folder, name, b"file"), "wb") as file:
            file.write(name * 1000)
    os.link(os.path.join(folder, b"deep/file"), os.path.join(folder, b"hard"))
    os.symlink(b"/etc/passwd", os.path.join(folder, b"outside"))
    os.symlink(b"loop", os.path.join(folder, b"loop"))
    os.mkfifo(os.path.join(folder, b"fifo"))
    os.chmod(os.path.join(folder, b"deep/er/file"), 0o640)
    return top


def restored(top: Path, target: Path) -> Path:
    """A true copy of the tree, as a restore would bring it back."""
    subprocess.run(["cp", "-a", str(top), str(target)], check=True)
    return target
