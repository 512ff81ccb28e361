"""What a machine has room for is told where it can be, and never stands in a run's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.steps import ways

ANSWERS_NOTHING = "#!/bin/sh\nexec sleep 60\n"


@pytest.mark.parametrize("program", [ANSWERS_NOTHING, None])
def test_a_machine_that_does_not_answer_has_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    if program:
        (tmp_path / "sftp").write_text(program, encoding="ascii")
        (tmp_path / "sftp").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin" if program else str(tmp_path))
    monkeypatch.setattr(ways, "ROOM_SECONDS", 1)
    way = ways.Way(("ssh", "-l", "x", "-p", "22"), "192.0.2.1")
    assert ways.room(way, "/gudang") is None
