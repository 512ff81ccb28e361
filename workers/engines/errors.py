"""How a tool fails, in one shape."""

from __future__ import annotations

import errno
from typing import Any


class EngineError(Exception):
    """A tool did not do its work.

    `code` is stable and turned into words by the pages; `context` holds the values of its sentence; `tail` the tool's
    last lines for the log; `permanent` tells the caller that trying again cannot help.
    """

    def __init__(
        self,
        code: str,
        *,
        tool: str,
        exit_code: int | None = None,
        tail: str = "",
        permanent: bool = True,
        **context: Any,
    ) -> None:
        super().__init__(f"{code} ({tool}, exit {exit_code})")
        self.code, self.tool, self.exit_code = code, tool, exit_code
        self.tail, self.permanent, self.context = tail, permanent, context


_OF_THE_DISK = {errno.ENOSPC: "vault.full", errno.EDQUOT: "vault.full", errno.EROFS: "vault.read_only"}


def from_os(error: OSError, *, tool: str, otherwise: str) -> EngineError:
    """An operating system's error in that shape: a full or read-only disk is told apart, the rest is `otherwise`."""
    code = _OF_THE_DISK.get(error.errno or 0, otherwise)
    return EngineError(code, tool=tool, tail=str(error), permanent=code != "vault.full")


class Cancelled(Exception):
    """A person asked the run to stop, and it has stopped."""
