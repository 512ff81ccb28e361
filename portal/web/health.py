"""Probes: is everything there (/healthz), and numbers for Prometheus (/metrics)."""

from __future__ import annotations

import ipaddress
import logging
import os
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from rq import Worker

from portal import queue
from portal.config import Settings
from portal.operations import channels
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import counts
from portal.web.access import PUBLIC, Rule
from portal.web.identity import Person

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)


def _from_here_or_admin(person: Person | None) -> bool:
    """A scraper on this machine, or a signed-in system administrator. What a proxy on this machine passes on comes
    from loopback too, but names whom it speaks for."""
    if person is not None and person.has(Role.SYSTEM_ADMIN):
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and ipaddress.ip_address(request.remote_addr or "::").is_loopback


ACCESS = {"health.healthz": PUBLIC, "health.metrics": Rule(signed_in=False, test=_from_here_or_admin)}

HEARTBEAT = "clock.heartbeat"
# The clock touches its file at every sweep; three missed in a row, or a minute, and it has stopped.
HEARTBEATS_MISSED = 3
HEARTBEAT_SECONDS = 60


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Each dependency: `ok` or `failed`; 503 unless all are well. Reasons go to the log, not to whoever asks."""
    settings: Settings = current_app.config["SETTINGS"]
    states = {name: _state(name, probe, settings) for name, probe in PROBES.items()}
    well = all(state == "ok" for state in states.values())
    told = {"notifications": _notifications(settings)}
    return jsonify(status="ok" if well else "failed", checks=states, **told), 200 if well else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts from the database and the queue, the same whichever process is asked."""
    settings: Settings = current_app.config["SETTINGS"]
    registry, at = CollectorRegistry(), db.now()
    _gauges(registry, "lumbung_runs", "Runs by state", "state", counts.runs_by_state())
    _gauges(registry, "lumbung_requests", "Requests by step", "step", counts.requests_by_step())
    single = {
        "lumbung_requests_late": ("Requests past their deadline", counts.requests_late(at)),
        "lumbung_sessions_open": ("Sign-ins that have not ended", counts.sessions_open(at)),
        "lumbung_queue_length": (
            "Runs waiting in Redis, -1 when it is away",
            _or_minus_one(queue.length(settings)),
        ),
    }
    for name, (text, value) in single.items():
        Gauge(name, text, registry=registry).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _state(name: str, probe: Callable[[Settings], bool], settings: Settings) -> str:
    try:
        well = probe(settings)
    except Exception:
        log.warning("health: %s failed", name, exc_info=True)
        well = False
    return "ok" if well else "failed"


def _database(_settings: Settings) -> bool:
    return counts.answers()


def _redis(settings: Settings) -> bool:
    return bool(queue.connection(settings).ping())


def _vault(settings: Settings) -> bool:
    return settings.vault_path.is_dir() and os.access(settings.vault_path, os.W_OK | os.X_OK)


def _workers(settings: Settings) -> bool:
    return bool(Worker.all(connection=queue.connection(settings)))


def _clock(settings: Settings) -> bool:
    age = time.time() - (settings.var / HEARTBEAT).stat().st_mtime
    return age < max(HEARTBEAT_SECONDS, HEARTBEATS_MISSED * settings.sweep_seconds)


PROBES: dict[str, Callable[[Settings], bool]] = {
    "database": _database,
    "redis": _redis,
    "vault": _vault,
    "workers": _workers,
    "clock": _clock,
}


def _gauges(registry: CollectorRegistry, name: str, text: str, by: str, values: dict[str, Any]) -> None:
    gauge = Gauge(name, text, [by], registry=registry)
    for value, count in values.items():
        gauge.labels(value).set(count)


def _notifications(settings: Settings) -> str:
    """`off`, or as the checks. Apart from them: a portal whose mail server is away still does its work."""
    if not settings.channels:
        return "off"
    return _state("notifications", lambda _: not channels.troubles(settings.channels, db.now()), settings)


def _or_minus_one(value: int | None) -> int:
    return -1 if value is None else value
