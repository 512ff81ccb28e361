from __future__ import annotations

from pathlib import Path

import pytest

from workers.steps import latest
from workers.steps.latest import Latest


def test_it_reads_what_was_noted(tmp_path: Path) -> None:
    noted = Latest("ab" * 32, tmp_path / "manifest.jsonl", "cd" * 32)
    latest.write(tmp_path, noted)
    latest.write(tmp_path, noted)
    assert latest.read(tmp_path) == noted
    assert [path.name for path in tmp_path.iterdir()] == ["latest.json"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "null", '{"snapshot_id": "x"}', '{"manifest": 1}'])
def test_it_goes_without_a_note_that_cannot_be_read(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "latest.json").write_text(text, encoding="utf-8")
    assert latest.read(tmp_path) == Latest()
