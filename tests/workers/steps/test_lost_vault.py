"""A vault that has held copies and is not there any more: nothing is made in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Settings
from schemas.mirror import Limits, MirrorSpec
from schemas.run import RunKind, RunSpec, ServerSpec, SourceSpec
from workers.engines.errors import EngineError
from workers.steps import mirror_guard, preflight, snapshot
from workers.steps.work import Work, make_private

SERVER = ServerSpec(id=1, name="situs", address="192.0.2.1", port=22, username="root")


def work_of(settings: Settings, kind: RunKind, **told: object) -> Work:
    spec = RunSpec(kind=kind, server=SERVER, sources=(SourceSpec(path="/srv/web"),), **told)
    return Work(1, spec, settings, lambda text, level: None, lambda progress: None, lambda: False)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where the disk of the vault is mounted, while it is not."""
    return tmp_path / "disk" / "vault"


def test_it_refuses_a_backup_before_anything_is_made(settings: Settings, vault: Path) -> None:
    work = work_of(settings.model_copy(update={"vault": vault}), RunKind.BACKUP, vault_known=True)
    with pytest.raises(EngineError) as refused:
        preflight.check(work)
    assert refused.value.code == "vault.lost"
    assert refused.value.context == {"path": str(vault / "1" / "repository")}
    assert not vault.exists()


@pytest.mark.parametrize("known", [True, False])
def test_it_makes_a_repository_only_where_none_was(settings: Settings, vault: Path, known: bool) -> None:
    work = work_of(settings.model_copy(update={"vault": vault}), RunKind.BACKUP, vault_known=known)
    make_private(work.copy)
    make_private(work.evidence)
    snapshot.prepare(work)
    if known:
        with pytest.raises(EngineError) as refused:
            snapshot.snapshot(work)
        assert refused.value.code == "vault.lost"
    else:
        snapshot.snapshot(work)
    work.release()
    assert (vault / "1" / "repository" / "config").exists() is not known


@pytest.mark.parametrize("kind", [RunKind.MIRROR, RunKind.MIRROR_TO_SERVER])
def test_it_refuses_a_mirror_whose_copy_is_gone(settings: Settings, vault: Path, kind: RunKind) -> None:
    order = MirrorSpec(mirror_id=3, limits=Limits(count=10, share=10))
    work = work_of(settings.model_copy(update={"vault": vault}), kind, mirror=order, vault_known=True)
    with pytest.raises(EngineError) as refused:
        mirror_guard.look(work)
    assert refused.value.code == "mirror.lost"
    assert refused.value.context == {"path": str(vault / "1" / "mirror" / "3" / "copy")}
    assert not vault.exists()


def test_a_copy_that_was_emptied_beside_its_quarantine_is_no_lost_one(
    settings: Settings, vault: Path
) -> None:
    order = MirrorSpec(mirror_id=3, limits=Limits(count=10, share=10))
    work = work_of(
        settings.model_copy(update={"vault": vault}), RunKind.MIRROR, mirror=order, vault_known=True
    )
    make_private(vault / "1" / "mirror" / "3" / "quarantine")
    with pytest.raises(EngineError) as refused:
        mirror_guard.look(work)
    assert refused.value.code != "mirror.lost"
