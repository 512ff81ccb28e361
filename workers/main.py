"""A worker process: `python -m workers.main runs quick` serves these queues, in this order; restores before runs."""

from __future__ import annotations

import sys
import time
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from portal import config, queue
from workers import entry

log = structlog.get_logger(__name__)
# Imported here, before a work-horse is forked for each run: it need not import anything more.
RECONNECT_SECONDS = 2
ALLOWED = f"{entry.execute.__module__}.{entry.execute.__qualname__}"


class RunWorker(Worker):
    """Calls the one allowed function with one integer; whoever can write to Redis can make it do nothing else."""

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:
        """Refuse every other job before anything of its own is imported."""
        if not is_allowed(job):
            log.error("queue.job_refused", job=job.id)
            self.handle_job_failure(job, queue, execution=execution, exc_string="refused")
            return False
        return bool(super().perform_job(job, queue, execution))

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Bear a Redis that is away: the run goes on, its lease is the database's."""
        try:
            super().maintain_heartbeats(job, execution)
        except RedisError as error:
            log.warning("queue.heartbeat_failed", job=job.id, error=str(error))


def is_allowed(job: Job) -> bool:
    """Whether a job is `execute(run_id)` and nothing more: callbacks would name functions of their own."""
    named = (job._success_callback_name, job._failure_callback_name, job._stopped_callback_name)  # noqa: SLF001
    plain = not job.kwargs and [type(value) for value in job.args] == [int]
    return job.func_name == ALLOWED and plain and not any(named)


def served(names: list[str]) -> list[str]:
    """The queues to serve: whoever takes runs takes the restores first."""
    return [queue.FIRST, *names] if queue.RUNS in names else names


def main(names: list[str]) -> None:
    """Serve the queues `names` until a signal asks to stop; a Redis that is away is waited for."""
    settings = config.load()
    settings.ensure_folders()
    # Blocking reads wait longer than a page may, so this connection has no short timeout.
    client = Redis.from_url(settings.redis_url)
    queues = [Queue(name, connection=client, serializer=JSONSerializer) for name in served(names)]
    while not _serve(queues, client):
        time.sleep(RECONNECT_SECONDS)


def _serve(queues: list[Queue], client: Redis) -> bool:
    """Work until asked to stop (True) or until Redis goes away (False)."""
    try:
        worker = RunWorker(queues, connection=client, serializer=JSONSerializer)
        worker.work(logging_level="WARNING", with_scheduler=False)
    except RedisError as error:
        log.warning("queue.unreachable", error=str(error))
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:] or [queue.RUNS, queue.QUICK])
