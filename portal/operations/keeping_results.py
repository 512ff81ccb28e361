"""What the runs on a repository change in the archive, in the commit that ends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.operations import audit, findings
from portal.sop.retry import PASSING
from portal.store.models import RetentionCut, Run, Snapshot, VaultState
from portal.store.queries import keeping

NO_VERDICT = frozenset({"run.cancelled", "run.interrupted", "run.unexpected", "restic.locked", "command.missing",
                        "command.failed", "command.silent"})  # fmt: skip
"""Endings of a check that say nothing about the data; nor do those of authority, the server and the vault's disk."""
NO_VERDICT_OF = ("authority.", "server.", "vault.")
HARM = frozenset({"removal.others_gone", "restic.damaged"})
"""Endings of a removal after which nothing more may go before somebody has looked."""


def apply(run: Run, result: dict[str, Any] | None, at: datetime) -> None:
    """Note what a check found, what a removal took out, and what a second copy holds."""
    if run.kind == "integrity":
        _checked(run, result or {}, at)
    elif run.kind == "prune":
        _removed(run, result or {}, at)
    elif run.kind == "copy":
        _copied(run, result or {}, at)


def disproved(run: Run, at: datetime) -> None:
    """A restore test found a copy that does not come back."""
    findings.raise_once(
        run.server_id, "restore_test", run.code, at=at, run=run, place=str(run.spec["snapshot_id"]),
        context={**run.context, "snapshot": run.spec["snapshot_id"]})  # fmt: skip


def not_tested(run: Run, at: datetime) -> None:
    """A restore test failed without a word on the copy: whether it comes back nobody knows until the cause is gone."""
    if run.code not in PASSING and not run.code.startswith(("authority.", "server.")):
        findings.raise_once(
            run.server_id, "restore_test", run.code, at=at, run=run, place=f"{run.spec['snapshot_id']}:untested",
            severity="warn", context={**run.context, "snapshot": run.spec["snapshot_id"]})  # fmt: skip


def _checked(run: Run, result: dict[str, Any], at: datetime) -> None:
    """Go on to the next part once this one was read, whatever it held; a fault raises a finding."""
    _hold_lists_together(run, result, at)
    whole = run.state == "succeeded"
    damaged = run.code == "restic.damaged"
    if whole or damaged:
        _advance(run, result, at, clean=whole)
    if damaged:
        _take_back_proofs(run.server_id, result.get("touched"))
    if not whole and run.code not in NO_VERDICT and not run.code.startswith(NO_VERDICT_OF):
        part, parts = run.spec["part"], run.spec["parts"]
        packs, touched = result.get("packs") or [], result.get("touched")
        findings.raise_once(
            run.server_id, "integrity", run.code, at=at, run=run, place=f"{part}/{parts}",
            context={**run.context, "part": part, "parts": parts, "packs": len(packs),
                     "touched": len(touched) if touched is not None else None})  # fmt: skip


def _hold_lists_together(run: Run, result: dict[str, Any], at: datetime) -> None:
    """A copy that the vault does not list any more is lost, one that only the vault lists was made by a run that died
    before it could say so: nobody tests or removes it, and both are told."""
    if "listed" not in result:
        return
    there = set(result["listed"])
    mine = (Snapshot.server == run.server_id) & Snapshot.removed_at.is_null()
    known = {copy.snapshot_id for copy in Snapshot.select(Snapshot.snapshot_id).where(mine)}
    # A removal that died may have taken out already what an approved cut names; starting it again tells.
    cut = keeping.open_cut(run.server_id)
    going = set(cut.listed) if cut is not None and cut.state == "approved" else set()
    for code, severity, names in (("vault.copies_lost", "bad", known - there - going),
                                  ("vault.unlisted", "warn", there - known)):  # fmt: skip
        if names:
            findings.raise_once(
                run.server_id, "integrity", code, at=at, run=run, place=code, severity=severity,
                context={"count": len(names), "first": sorted(names)[0][:12]})  # fmt: skip


def _removed(run: Run, result: dict[str, Any], at: datetime) -> None:
    """Mark what is out of the vault, also when the run broke off after that; a run to the good end ends its cut."""
    gone = [str(snapshot_id) for snapshot_id in result.get("forgotten", ())]
    Snapshot.update(removed_at=at, removed_by=run).where(
        Snapshot.server == run.server_id, Snapshot.snapshot_id.in_(gone), Snapshot.removed_at.is_null()
    ).execute()
    if run.code in HARM:
        findings.raise_once(
            run.server_id, "integrity", run.code, at=at, run=run, place="removal", context=dict(run.context)
        )
    if run.state != "succeeded":
        return
    VaultState.update(repository_bytes=result["bytes_after"], measured_at=at).where(
        VaultState.server == run.server_id
    ).execute()
    RetentionCut.update(state="done", done_at=at, open_key=None).where(
        RetentionCut.id == run.spec["cut_id"]
    ).execute()
    audit.record(
        "cut:done", actor=None, subject_type="cut", subject_id=run.spec["cut_id"], at=at,
        data={"server_id": run.server_id, "run": run.id, "digest": run.spec["list_digest"],
              "count": len(gone), "snapshots": gone})  # fmt: skip


def _copied(run: Run, result: dict[str, Any], at: datetime) -> None:
    """Note which copies the second vault holds, as it was found to list them."""
    if run.code == "second.damaged":
        findings.raise_once(run.server_id, "second_copy", run.code, at=at, run=run, place="damage")
    if run.state != "succeeded":
        return
    mine, there = Snapshot.server == run.server_id, [str(each) for each in result["there"]]
    Snapshot.update(second_at=None).where(mine, Snapshot.snapshot_id.not_in(there)).execute()
    Snapshot.update(second_at=at).where(mine, Snapshot.snapshot_id.in_(there)).execute()
    state = keeping.state_of(run.server_id) or VaultState.create(server=run.server_id, parts=0)
    VaultState.update(
        second_copied_at=at,
        second_bytes=result["bytes"],
        repository_bytes=result.get("repository_bytes", state.repository_bytes),
        measured_at=at,
    ).where(VaultState.id == state.id).execute()


def _take_back_proofs(server_id: int, touched: list[str] | None) -> None:
    """A proof says that every byte comes back; it ends for the copies that need what is damaged now (None: any)."""
    query = Snapshot.update(proven_at=None, proven_by=None).where(Snapshot.server == server_id)
    if touched is not None:
        query = query.where(Snapshot.snapshot_id.in_(touched))
    query.execute()


def _advance(run: Run, result: dict[str, Any], at: datetime, *, clean: bool) -> None:
    part, parts = int(run.spec["part"]), int(run.spec["parts"])
    state = keeping.state_of(run.server_id)
    if state is None:
        state = VaultState.create(server=run.server_id, parts=parts)
    if part not in (1, state.next_part):
        return  # read a second time: the circle has gone on since
    state.checked_at = state.measured_at = at
    state.repository_bytes = result.get("repository_bytes", state.repository_bytes)
    if part == 1 or state.parts != parts:
        state.circle_began_at, state.circle_clean, state.parts = at, True, parts
    state.circle_clean = state.circle_clean and clean
    state.next_part = part % parts + 1
    if part == parts and state.circle_clean:
        state.circle_completed_at = at
    state.save()
