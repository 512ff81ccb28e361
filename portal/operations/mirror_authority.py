"""May this mirror run? What its run was told must be what the archive says, and a pass one that a person gave."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden
from portal.store.models import Mirror, MirrorPass, Run
from schemas import database as names
from schemas.mirror import Limits, MirrorSpec, Mount
from schemas.run import RunSpec


def spec_of(mirror: Mirror, passed: str) -> MirrorSpec:
    """What a run of the mirror is told, as the mirror stands in its row."""
    return MirrorSpec(
        mirror_id=mirror.id,
        limits=Limits(count=mirror.max_count, share=mirror.max_share),
        sentinel=mirror.sentinel,
        mount=Mount.model_validate(mirror.mount) if mirror.mount else None,
        passed=passed,
        target_name=names.parse(mirror.path).name if mirror.target_kind == "server" else "",
        target_path=mirror.target_path,
        quarantine_days=mirror.quarantine_days,
        rows_before=mirror.entry_count if mirror.target_kind == "server" and mirror.in_step_at else None,
    )


def valid_pass(mirror: Mirror, *, at: datetime) -> MirrorPass | None:
    """The newest pass of the mirror that may still be used, or None."""
    unused = (MirrorPass.mirror == mirror) & MirrorPass.used_by.is_null() & (MirrorPass.expires_at > at)
    return MirrorPass.select().where(unused).order_by(MirrorPass.id.desc()).first()


def check_run(run: Run, spec: RunSpec, *, at: datetime) -> Mirror:
    """The mirror of a run. Raises Forbidden('authority.mirror_changed') unless the run is for it as it stands, and
    Forbidden('authority.mirror_pass') unless what it may let pass was allowed by another person than started it."""
    told = spec.mirror
    mirror = Mirror.get_or_none(Mirror.id == told.mirror_id, Mirror.server == run.server_id) if told else None
    if told is None or mirror is None or not mirror.active or _told(spec) != _meant(mirror):
        raise Forbidden("authority.mirror_changed", run=run.id)
    by_itself = run.started_by_id is None
    if told != spec_of(mirror, told.passed) or (by_itself and not mirror.every_hours):
        raise Forbidden("authority.mirror_changed", run=run.id)
    if told.passed:
        allowed = valid_pass(mirror, at=at)
        if allowed is None or allowed.digest != told.passed or allowed.allowed_by_id == run.started_by_id:
            raise Forbidden("authority.mirror_pass", run=run.id)
    return mirror


def _told(spec: RunSpec) -> tuple[tuple[str, ...], int | None]:
    return tuple(source.path for source in spec.sources), spec.target.id if spec.target else None


def _meant(mirror: Mirror) -> tuple[tuple[str, ...], int | None]:
    return (mirror.path,), mirror.target_server_id
