from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workers.engines.errors import EngineError
from workers.engines.lock import Lock

ROOT = Path(__file__).resolve().parents[2]


def test_it_keeps_others_out_until_it_is_released(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    with pytest.raises(EngineError) as caught:
        Lock(tmp_path / "lock")
    assert (caught.value.code, caught.value.permanent) == ("vault.busy", False)
    lock.release()
    lock.release()
    Lock(tmp_path / "lock").release()


def test_it_is_let_go_when_its_process_is_killed(tmp_path: Path) -> None:
    text = (
        "import sys, time; from pathlib import Path; from workers.engines.lock import Lock\n"
        "lock = Lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", text, str(tmp_path / "lock")], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(EngineError):
        Lock(tmp_path / "lock")
    holder.kill()
    holder.communicate()
    Lock(tmp_path / "lock").release()
