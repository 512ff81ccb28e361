"""Carries a claimed run through its steps, and turns whatever happens into one ending."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import partial

from portal.config import Settings
from portal.errors import PortalError
from portal.operations import authority, database_access, leases
from portal.operations.leases import Lease, LeaseLost
from portal.store import db
from portal.store.queries import runs
from schemas.run import Outcome, RunSpec, RunState
from workers.engines.errors import Cancelled, EngineError, from_os
from workers.heartbeat import Heartbeat
from workers.journal import Journal
from workers.patience import patiently
from workers.plans import ELSEWHERE, StepName, plan
from workers.steps import STEPS
from workers.steps.work import Work


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, with what it found."""

    outcome: Outcome
    work: Work | None


def carry(lease: Lease, settings: Settings, journal: Journal, heartbeat: Heartbeat) -> Ended:
    """Check the authority, make the plan, take its steps. Raises LeaseLost when somebody else has the run."""
    ended = _carry(lease, settings, journal, heartbeat)
    if ended.work is None or not ended.work.after_failed:
        return ended
    # Whatever else there is to say: on the server something was stopped, and may still stand.
    context = {**ended.outcome.context, "after_failed": ended.work.after_failed}
    return Ended(ended.outcome.model_copy(update={"context": context}), ended.work)


def _carry(lease: Lease, settings: Settings, journal: Journal, heartbeat: Heartbeat) -> Ended:
    work: Work | None = None
    try:
        spec = _authorised_order(lease)
        work = Work(
            run_id=lease.run_id,
            spec=spec,
            settings=settings,
            write=journal.write,
            report=heartbeat.report,
            should_stop=heartbeat.should_stop,
            password_of=partial(_password, lease, _server_with_databases(spec), settings),
            password_there=partial(_password, lease, spec.target.id if spec.target else 0, settings),
        )
        journal.write(f"run {lease.run_id}: {spec.kind} of {spec.server.name} under {spec.authority}")
        _take_steps(lease, work, heartbeat)
        return Ended(_success(work), work)
    except Cancelled:
        if heartbeat.lost.is_set():
            raise LeaseLost from None
        journal.write("cancelled", "WARN")
        return Ended(Outcome(state=RunState.CANCELLED, code="run.cancelled"), work)
    except EngineError as error:
        journal.write(f"{error}: {error.tail}" if error.tail else str(error), "ERROR")
        context = {"tool": error.tool, "exit_code": error.exit_code, **error.context}
        return Ended(Outcome(state=RunState.FAILED, code=error.code, context=context), work)
    except PortalError as error:
        journal.write(f"refused: {error}", "ERROR")
        return Ended(Outcome(state=RunState.FAILED, code=error.code, context=_plain(error.context)), work)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001  (the run must end, and say where it broke)
        for line in traceback.format_exc().splitlines():
            journal.write(line, "ERROR")
        code = (
            from_os(error, tool="vault", otherwise="run.unexpected").code
            if isinstance(error, OSError)
            else ""
        )
        context = {"kind": type(error).__name__}
        return Ended(Outcome(state=RunState.FAILED, code=code or "run.unexpected", context=context), work)
    finally:
        if work is not None:
            work.release()


def _authorised_order(lease: Lease) -> RunSpec:
    """The run's order, once the worker has found in the database that it may be carried out (design, "Authority")."""

    def verified() -> RunSpec:
        run = runs.get(lease.run_id)
        if run is None:
            raise LeaseLost
        authority.verify_run(run, at=db.now())
        return RunSpec.model_validate(run.spec)

    return patiently(verified, seconds=lease.seconds)


def _server_with_databases(spec: RunSpec) -> int:
    """Whose engines the run signs in to: a restore's target, otherwise the server itself."""
    target = spec.restore.target if spec.restore else None
    return target.id if target else spec.server.id


def _password(lease: Lease, server_id: int, settings: Settings, engine: str) -> str:
    """The password of an engine of the server, unsealed when it is needed."""
    read = partial(database_access.password, server_id, engine, settings)
    return patiently(read, seconds=lease.seconds)


def _take_steps(lease: Lease, work: Work, heartbeat: Heartbeat) -> None:
    kinds = {source.kind for source in work.spec.sources}
    if work.spec.before or work.spec.after:
        kinds.add("commands")
    try:
        for position, name in enumerate(plan(work.spec.kind, kinds), start=1):
            if heartbeat.should_stop():
                raise Cancelled
            _take_step(lease, work, position, name)
    except BaseException:
        work.settle()
        raise


def _take_step(lease: Lease, work: Work, position: int, name: StepName) -> None:
    began = partial(leases.step_began, lease, position, name.value, at=db.now())
    patiently(began, seconds=lease.seconds)
    work.log(f"step {name.value}")
    try:
        STEPS[name](work)
    except BaseException as error:
        there = work.elsewhere if name in ELSEWHERE else None
        if isinstance(error, EngineError) and there is not None:
            error.context = {"server_id": there.id, "server": there.name, **error.context}
        _note_failure(lease, position, error)
        raise
    ended = partial(leases.step_ended, lease, position, "done", at=db.now())
    patiently(ended, seconds=lease.seconds)


def _note_failure(lease: Lease, position: int, error: BaseException) -> None:
    detail = error.code if isinstance(error, EngineError) else type(error).__name__
    failed = partial(leases.step_ended, lease, position, "failed", at=db.now(), detail=detail)
    patiently(failed, seconds=lease.seconds)


def _success(work: Work) -> Outcome:
    if work.left_out_count:
        return Outcome(
            state=RunState.INCOMPLETE,
            code="run.incomplete",
            files=tuple(work.left_out),
            context={"count": work.left_out_count},
        )
    if work.after_failed:
        context = {"command": work.after_failed}
        return Outcome(state=RunState.INCOMPLETE, code="commands.after_failed", context=context)
    if work.spec.not_kept:
        context = {"paths": ", ".join(work.spec.not_kept)}
        return Outcome(state=RunState.INCOMPLETE, code="run.not_kept", context=context)
    return Outcome(state=RunState.SUCCEEDED)


def _plain(context: dict[str, object]) -> dict[str, object]:
    return {
        key: value if isinstance(value, str | int | float | bool | None) else str(value)
        for key, value in context.items()
    }
