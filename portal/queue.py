"""The RQ port: the queue carries a run's id and nothing else; the database holds the truth."""

from __future__ import annotations

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from portal.config import Settings
from schemas.run import DATA_KINDS, RESTORE_KINDS

ENTRY = "workers.entry.execute"
FIRST, RUNS, QUICK = "first", "runs", "quick"
"""Somebody waits for a restore: it is taken before any other work on kept data."""
log = structlog.get_logger(__name__)


def connection(settings: Settings) -> Redis:
    """A client of the queue's Redis with short waits: a page never hangs on it."""
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)


def enqueue(run_id: int, kind: str, settings: Settings) -> bool:
    """Hand a run's id to the workers; False when Redis cannot be reached (the sweep sends it later).

    A run that still waits in its queue is not added again.
    """
    name = FIRST if kind in RESTORE_KINDS else RUNS if kind in DATA_KINDS else QUICK
    try:
        client = connection(settings)
        queue = Queue(name, connection=client, serializer=JSONSerializer)
        waiting = f"run-{run_id}"
        if waiting in queue.job_ids:
            return True
        queue.enqueue(ENTRY, run_id, job_id=waiting, job_timeout=-1, result_ttl=0, failure_ttl=3600)
    except RedisError as error:
        log.warning("queue.unreachable", run=run_id, error=str(error))
        return False
    return True


def length(settings: Settings) -> int | None:
    """How many runs wait in Redis, or None when it cannot be reached."""
    try:
        client = connection(settings)
        names = (FIRST, RUNS, QUICK)
        return sum(Queue(name, connection=client, serializer=JSONSerializer).count for name in names)
    except RedisError:
        return None
