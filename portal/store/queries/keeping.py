"""Read side of how a server's copies are kept."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, Value, fn

from portal.store.models import (
    BackupRequest,
    IssuedPaper,
    LegalHold,
    RetentionCut,
    RetentionRule,
    Run,
    Server,
    Snapshot,
    User,
    VaultState,
)


def state_of(server_id: int) -> VaultState | None:
    """What is known of a server's repository, or None before its first check."""
    return VaultState.get_or_none(VaultState.server == server_id)


def rule_of(server_id: int) -> RetentionRule | None:
    """The rule that holds for a server, with who set it, or None."""
    query = RetentionRule.select(RetentionRule, User).join(User).where(RetentionRule.server == server_id)
    return query.order_by(RetentionRule.version.desc()).first()


def copies_of(server_id: int) -> list[Snapshot]:
    """Every copy that the vault still holds of a server, newest first, with the run and request it was made by."""
    query = (
        Snapshot.select(Snapshot, Run, BackupRequest)
        .join(Run, on=(Snapshot.run == Run.id))
        .join(BackupRequest, JOIN.LEFT_OUTER)
    )
    query = query.where(Snapshot.server == server_id, Snapshot.removed_at.is_null())
    return list(query.order_by(Snapshot.created_at.desc(), Snapshot.id.desc()))


def holds_of(server_id: int) -> dict[int, LegalHold]:
    """The holds that stand on a server's copies, by the copy's row."""
    query = (
        LegalHold.select(LegalHold, Snapshot, User)
        .join(Snapshot)
        .switch(LegalHold)
        .join(User, on=(LegalHold.placed_by == User.id))
        .where(Snapshot.server == server_id, LegalHold.open_key.is_null(False))
    )
    return {hold.snapshot_id: hold for hold in query}


def open_cut(server_id: int) -> RetentionCut | None:
    """The cut of a server that is not refused and not done, or None."""
    return RetentionCut.get_or_none(RetentionCut.open_key == server_id)


def cut(cut_id: int) -> RetentionCut | None:
    """One cut, or None."""
    return RetentionCut.get_or_none(RetentionCut.id == cut_id)


def cuts_of(server_id: int, most: int = 10) -> list[RetentionCut]:
    """The newest cuts of a server that have ended."""
    query = RetentionCut.select().where(RetentionCut.server == server_id, RetentionCut.open_key.is_null())
    return list(query.order_by(RetentionCut.id.desc()).limit(most))


def without_record(most: int = 20) -> list[RetentionCut]:
    """The cuts whose removal has ended and of which no paper was issued, in the order in which they ended."""
    subject: Any = Value("cut:").concat(RetentionCut.id.cast("TEXT"))
    there = IssuedPaper.select(IssuedPaper.id).where(IssuedPaper.subject == subject)
    query = RetentionCut.select(RetentionCut).join(Run, on=(RetentionCut.run == Run.id))
    query = query.where(RetentionCut.state == "done", Run.evidence.is_null(False), ~fn.EXISTS(there))
    return list(query.order_by(RetentionCut.done_at, RetentionCut.id).limit(most))


def listed(cut: RetentionCut) -> list[Snapshot]:
    """The copies that a cut names, newest first, also those that are gone."""
    query = Snapshot.select().where(Snapshot.server == cut.server_id, Snapshot.snapshot_id.in_(cut.listed))
    return list(query.order_by(Snapshot.created_at.desc(), Snapshot.id.desc()))


def waiting_cuts() -> list[RetentionCut]:
    """The cuts that wait for a decision, oldest first, with their server and who asked."""
    query = RetentionCut.select(RetentionCut, Server, User).join(Server).switch(RetentionCut)
    query = query.join(User, on=(RetentionCut.requested_by == User.id)).where(
        RetentionCut.state == "requested"
    )
    return list(query.order_by(RetentionCut.id))


def is_pruning(server_id: int) -> bool:
    """Whether copies of a server are being removed this moment."""
    return Run.select().where(Run.server == server_id, Run.kind == "prune", Run.state == "running").exists()
