"""A worker process: `python -m workers.main runs quick` serves these queues, in this order."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from portal import config, queue
from workers import entry

log = structlog.get_logger(__name__)
# Imported here, before a work-horse is forked for each run: it need not import anything more.
ALLOWED = f"{entry.execute.__module__}.{entry.execute.__qualname__}"


class RunWorker(Worker):
    """Calls the one allowed function with one integer; whoever can write to Redis can make it do nothing else."""

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:
        """Refuse every other job before anything of its own is imported."""
        if job.func_name != ALLOWED or job.kwargs or [type(value) for value in job.args] != [int]:
            log.error("queue.job_refused", job=job.id)
            self.handle_job_failure(job, queue, execution=execution, exc_string="refused")
            return False
        return bool(super().perform_job(job, queue, execution))


def main(names: list[str]) -> None:
    """Serve the queues `names` until a signal asks to stop."""
    settings = config.load()
    settings.ensure_folders()
    # Blocking reads wait longer than a page may, so this connection has no short timeout.
    client = Redis.from_url(settings.redis_url)
    queues = [Queue(name, connection=client, serializer=JSONSerializer) for name in names]
    worker = RunWorker(queues, connection=client, serializer=JSONSerializer)
    worker.work(logging_level="WARNING", with_scheduler=False)


if __name__ == "__main__":
    main(sys.argv[1:] or [queue.RUNS, queue.QUICK])
