"""The Procfile's processes under faults: a killed worker, a flushed queue, a cancelled transfer (pitfalls)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from office import people, seed
from office.instance import Instance
from office.sshd import PracticeServer, free_port
from portal.operations import runs
from portal.store import db
from portal.store.models import Run, User

SECONDS = 60


class Portal:
    """A running portal with an approved request for a folder that takes long to copy."""

    def __init__(self, instance: Instance, sshd: PracticeServer, tree: Path) -> None:
        self.instance, self.settings = instance, instance.prepare()
        with db.connection():
            people.make(db.now())
            self.cast = {user.username: user for user in User.select()}
            server = seed.enrol(self.settings, sshd, self.cast, tree)
            office = seed.Office(self.settings, self.cast)
            self.request_id = office.approved("Uji ketahanan.", server, tree)
            office.act(self.request_id, "administrator", "follow_up")

    def start(self, key: str) -> int:
        """Start a backup and return its id."""
        with db.connection():
            user = self.cast["administrator"]
            return runs.start_backup(self.request_id, user, key, at=db.now(), settings=self.settings).id

    def cancel(self, run_id: int) -> None:
        """Ask the run to stop."""
        with db.connection():
            runs.cancel(run_id, self.cast["administrator"], at=db.now())

    def wait(self, run_id: int, until: Callable[[Run], bool], seconds: float = SECONDS) -> Run:
        """The run as it is once `until` holds; fails when that takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with db.connection():
                run = Run.get_by_id(run_id)
            if until(run):
                return run
            time.sleep(0.1)
        pytest.fail(f"run {run_id} is {run.state} {run.phase} {run.code}")

    def redis(self) -> Redis:
        """The queue's Redis."""
        return Redis.from_url(self.settings.redis_url)


def pulling(run: Run) -> bool:
    """Whether bytes are moving."""
    return run.state == "running" and run.phase == "pull"


def ended(run: Run) -> bool:
    """Whether the run has ended."""
    return run.finished_at is not None


def process_tree() -> dict[int, list[int]]:
    """Every process's children."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return children


def below(pid: int) -> list[int]:
    """All processes that `pid` started, directly or not."""
    tree, found, waiting = process_tree(), [], [pid]
    while waiting:
        new = tree.get(waiting.pop(), [])
        found += new
        waiting += new
    return found


def command_line(pid: int) -> str:
    """How a process was called, or nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """One portal with short leases, so that a dead worker is noticed within seconds."""
    sshd = PracticeServer(tmp_path / "sshd", free_port())
    sshd.start()
    tree = tmp_path / "srv"
    tree.mkdir()
    with (tree / "besar.img").open("wb") as file:
        file.truncate(6 * 1024**3)
    instance = Instance(tmp_path / "var", free_port())
    instance.environment |= {"LUMBUNG_LEASE_SECONDS": "5", "LUMBUNG_SWEEP_SECONDS": "1"}
    running = Portal(instance, sshd, tree)
    instance.start()
    yield running
    instance.stop()
    sshd.stop()


def test_it_cancels_a_transfer_and_leaves_nothing_behind(portal: Portal) -> None:
    run_id = portal.start("cancel")
    portal.wait(run_id, pulling)
    portal.cancel(run_id)
    run = portal.wait(run_id, ended)
    assert (run.state, run.code) == ("cancelled", "run.cancelled")
    assert [pid for pid in below(portal.instance.process.pid) if "rsync" in command_line(pid)] == []


def test_it_ends_the_run_of_a_killed_worker_and_starts_it_anew(portal: Portal) -> None:
    run_id = portal.start("killed")
    run = portal.wait(run_id, pulling)
    horse = int(run.lease_owner.rsplit(":", 1)[1])
    os.kill(horse, signal.SIGKILL)
    run = portal.wait(run_id, ended)
    assert (run.state, run.code) == ("interrupted", "run.interrupted")
    assert [pid for pid in below(portal.instance.process.pid) if "rsync" in command_line(pid)] == []
    again = portal.start("again")
    portal.wait(again, pulling)
    portal.cancel(again)
    portal.wait(again, ended)


def test_it_finds_a_run_again_that_the_queue_lost(portal: Portal) -> None:
    first = portal.start("first")
    portal.wait(first, pulling)
    second = portal.start("second")
    portal.redis().flushall()
    portal.cancel(first)
    portal.wait(first, ended)
    portal.wait(second, pulling)
    portal.cancel(second)
    portal.wait(second, ended)


def test_it_does_a_run_once_that_is_delivered_twice(portal: Portal) -> None:
    run_id = portal.start("twice")
    for _ in range(3):
        Queue("runs", connection=portal.redis(), serializer=JSONSerializer).enqueue(
            "workers.entry.execute", run_id
        )
    run = portal.wait(run_id, pulling)
    time.sleep(2)
    portal.cancel(run_id)
    run = portal.wait(run_id, ended)
    assert run.lease_token == 1


def test_it_calls_nothing_but_its_one_function(portal: Portal, tmp_path: Path) -> None:
    queue = Queue("quick", connection=portal.redis(), serializer=JSONSerializer)
    hostile = queue.enqueue("os.mkdir", str(tmp_path / "planted"))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and hostile.get_status(refresh=True) not in ("failed", "finished"):
        time.sleep(0.2)
    assert not (tmp_path / "planted").exists()
    assert hostile.get_status(refresh=True) == "failed"
