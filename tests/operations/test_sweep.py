from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal import queue
from portal.operations import leases, runs, sweep
from portal.store.models import Run
from schemas.run import RunKind
from tests.support import machines
from tests.support.machines import AT

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def redis(settings, tmp_path) -> Iterator[Redis]:
    """A real redis on the socket where the settings look for it."""
    socket = Path(settings.redis_url.removeprefix("unix://"))
    socket.parent.mkdir(parents=True, exist_ok=True)
    program = shutil.which("redis-server")
    assert program
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    client = Redis(unix_socket_path=str(socket))
    for _ in range(100):
        if socket.exists():
            break
        time.sleep(0.05)
    yield client
    client.close()
    process.terminate()
    process.wait(10)


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


def waiting(client: Redis, name: str) -> list[int]:
    jobs = Queue(name, connection=client, serializer=JSONSerializer)
    return [job.args[0] for job in jobs.get_jobs()]


def test_it_sends_what_was_started_while_the_queue_was_away(cast, settings, request_, request):
    run = machines.started(request_, cast["agus"], settings)
    assert sweep.requeue_lost(LATER, settings) == []
    client = request.getfixturevalue("redis")
    assert sweep.requeue_lost(LATER, settings) == [run.id]
    assert waiting(client, queue.RUNS) == [run.id]
    assert Run.get_by_id(run.id).enqueued_at == LATER


def test_it_sends_again_what_the_queue_has_lost(cast, settings, redis, request_):
    run = machines.started(request_, cast["agus"], settings)
    asked = runs.start_inquiry(RunKind.PROBE, run.server_id, cast["agus"], "q" * 20, at=AT, settings=settings)
    assert waiting(redis, queue.RUNS) == [run.id]
    assert asked.id in waiting(redis, queue.QUICK)
    redis.flushall()
    assert sweep.requeue_lost(LATER, settings) == [run.id, asked.id]
    assert (waiting(redis, queue.RUNS), waiting(redis, queue.QUICK)) == ([run.id], [asked.id])


def test_it_does_not_pile_up_what_still_waits(cast, settings, redis, request_):
    run = machines.started(request_, cast["agus"], settings)
    for minute in range(5):
        sweep.requeue_lost(LATER + timedelta(minutes=minute), settings)
    assert waiting(redis, queue.RUNS) == [run.id]


def test_it_leaves_alone_what_was_sent_just_now(cast, settings, redis, request_):
    machines.started(request_, cast["agus"], settings)
    assert sweep.requeue_lost(AT + timedelta(seconds=1), settings) == []


def test_it_waits_until_the_server_is_free(cast, settings, redis, request_):
    first = machines.started(request_, cast["agus"], settings)
    second = machines.started(request_, cast["yusuf"], settings)
    lease = leases.claim(first.id, "w", at=AT, seconds=6000)
    assert sweep.requeue_lost(LATER, settings) == []
    leases.finish(lease, state="succeeded", at=LATER)
    assert sweep.requeue_lost(LATER, settings) == [second.id]


def test_it_ends_only_runs_whose_lease_nobody_renews(cast, settings, request_):
    run = machines.started(request_, cast["agus"], settings)
    steady = [0.0]
    watch = sweep.Watch(lambda: steady[0])
    assert sweep.interrupt_silent(watch, at=LATER, seconds=60) == []
    leases.claim(run.id, "w", at=AT, seconds=60)
    for second, ended in ((10, []), (70, []), (71, [run.id]), (200, [])):
        steady[0] = float(second)
        assert sweep.interrupt_silent(watch, at=LATER, seconds=60) == ended


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_it_goes_by_no_wall_clock(cast, settings, request_, jump):
    run = machines.started(request_, cast["agus"], settings)
    lease = leases.claim(run.id, "w", at=AT, seconds=60)
    steady = [0.0]
    watch = sweep.Watch(lambda: steady[0])
    sweep.interrupt_silent(watch, at=AT, seconds=60)
    steady[0] = 30.0
    assert sweep.interrupt_silent(watch, at=AT + jump, seconds=60) == []
    leases.renew(lease, at=AT + jump)
    steady[0] = 80.0
    assert sweep.interrupt_silent(watch, at=AT + jump, seconds=60) == []
    steady[0] = 141.0
    assert sweep.interrupt_silent(watch, at=AT + jump, seconds=60) == [run.id]


def test_a_restore_waits_in_front_of_backups(cast, settings, redis, request_):
    run = machines.started(request_, cast["agus"], settings)
    Run.update(kind="restore_download").where(Run.id == run.id).execute()
    redis.flushall()
    assert sweep.requeue_lost(LATER, settings) == [run.id]
    assert (waiting(redis, queue.FIRST), waiting(redis, queue.RUNS)) == ([run.id], [])
    assert queue.length(settings) == 1
