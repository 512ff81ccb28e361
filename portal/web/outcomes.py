"""How a run stands, in words: what happened, what is safe, what to do next; or why it still waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.store.db import now
from portal.store.queries import people, runs
from portal.web import messages
from portal.web.messages import values
from schemas.run import DATA_KINDS, Progress

LIVE = ("queued", "running")
PATIENCE_SECONDS = 15
TONES = {
    "succeeded": "ok",
    "incomplete": "warn",
    "failed": "bad",
    "cancelled": "info",
    "interrupted": "bad",
}
# Context values that are bytes; the inodes of vault.no_inodes are a plain count.
BYTES = ("free", "needed")
PLANNED = {
    "backup": ("before", "preflight", "dump", "pull", "after", "snapshot"),
    "restore_test": ("restore", "compare", "load"),
    "restore_download": ("extract", "check"),
    "restore_to_server": ("restore", "compare", "push", "recheck"),
    "restore_database": ("fetch", "safety", "fill", "swap"),
    "host_key_scan": ("scan",),
    "probe": ("probe",),
    "listing": ("listing",),
    "measure": ("measure",),
    "integrity": ("read_part",),
    "prune": ("forget", "tidy"),
    "copy": ("copy", "look_up"),
    "index": ("index",),
    "databases": ("databases",),
    "mirror": ("guard", "mirror", "agree"),
    "mirror_to_server": ("guard", "mirror", "agree", "forward"),
    "mirror_database": ("take", "stand_by", "turn"),
}
"""The steps of each kind in order, as the workers' plans have them."""
NEEDS = {"dump": "database", "pull": "folder", "load": "database", "before": "commands", "after": "commands"}
"""Steps that only a run with sources of this kind takes, or with commands, as the workers' plans have them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `advice` may be empty; `files` names what was left out, `count` says how many those are."""

    tone: str
    what: str
    safe: str
    advice: str
    files: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a run, also one that has not begun. `state` as the timeline draws it."""

    name: str
    state: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: float | None = None


def is_live(run: Any) -> bool:
    """Whether the run has not ended."""
    return run.state in LIVE


def outcome(run: Any) -> Outcome | None:
    """What to say of a run that has ended, None while it lives."""
    if is_live(run):
        return None
    code = run.code or f"run.{run.state}"
    if run.state == "succeeded":
        code = f"run.succeeded.{run.kind}"
    context = _readable(run, code)
    files = tuple(str(name) for name in (run.context or {}).get("files", ()))
    what = messages.text(code, **context)
    if context.get("after_failed") and code != "commands.after_failed":
        too = "commands.after_unsaid" if run.state == "interrupted" else "commands.after_too"
        what = f"{what} {messages.text(too, command=context['after_failed'])}"
    return Outcome(
        TONES[run.state],
        what,
        _safe(run),
        advice(code, context),
        files,
        int((run.context or {}).get("count", len(files))),
    )


def advice(code: str, context: dict[str, Any]) -> str:
    """What to do about a code, or nothing where its sentence says that already."""
    code = f"{code}.next"
    return messages.text(code, **context) if messages.knows(code) else ""


def waiting(run: Any, at: datetime | None = None) -> str:
    """Why a queued run has not begun, or that a running one is being stopped; empty when there is nothing to say."""
    if run.cancel_requested_at and is_live(run):
        return messages.text("run.stopping", by=_name(run.cancel_requested_by_id))
    if run.state != "queued":
        return ""
    if ahead := runs.ahead_of(run):
        return messages.text("run.queued_behind", run=ahead.id)
    if run.enqueued_at is None:
        return messages.text("run.queue_away")
    seconds = ((at or now()) - run.queued_at).total_seconds()
    if seconds > PATIENCE_SECONDS:
        return messages.text("run.queued_long", seconds=values.duration(seconds))
    return messages.text("run.queued")


def is_stuck(run: Any, at: datetime | None = None) -> bool:
    """Whether a queued run waits so long that somebody should look at the workers."""
    seconds = ((at or now()) - run.queued_at).total_seconds()
    return run.state == "queued" and (run.enqueued_at is None or seconds > PATIENCE_SECONDS)


def progress(run: Any) -> Progress:
    """How far the run says it is."""
    return Progress.model_validate(run.progress or {})


def step_lines(run: Any, at: datetime | None = None) -> list[StepLine]:
    """The steps of a run: those that began with their times, and those that are still to come."""
    begun = {step.name: step for step in runs.steps(run.id)}
    kinds = {"", *(source["kind"] for source in run.spec.get("sources", ()))}
    if run.spec.get("before") or run.spec.get("after"):
        kinds.add("commands")
    planned = [name for name in PLANNED.get(run.kind, ()) if NEEDS.get(name, "") in kinds]
    return [_line(name, begun.get(name), at or now()) for name in planned]


def _line(name: str, step: Any | None, at: datetime) -> StepLine:
    if step is None:
        return StepLine(name, "ahead")
    state = {"running": "current", "failed": "refused", "skipped": "ahead"}.get(step.state, "done")
    seconds = ((step.finished_at or at) - step.started_at).total_seconds()
    return StepLine(name, state, step.started_at, step.finished_at, seconds)


def _readable(run: Any, code: str) -> dict[str, Any]:
    context = {name: value for name, value in (run.context or {}).items() if name != "files"}
    if code != "vault.no_inodes":
        for name in BYTES:
            if name in context:
                context[name] = values.size(context[name])
    context.setdefault("by", _name(run.cancel_requested_by_id))
    context.setdefault("server", run.server.name)
    context.setdefault("run", run.id)
    return context


def _safe(run: Any) -> str:
    if run.kind not in DATA_KINDS:
        return messages.text("run.safe.inquiry")
    if run.kind == "backup" and run.state in ("succeeded", "incomplete"):
        return messages.text("run.safe.kept")
    return messages.text(f"run.safe.{run.kind}")


def _name(user_id: int | None) -> str:
    user = people.user(user_id) if user_id else None
    return user.name if user else "–"
