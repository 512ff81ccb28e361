"""Mirrors on a real practice server, as the office sets them up."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from pathlib import Path

from portal.config import Settings
from portal.operations import mirror_runs, mirrors
from portal.store import db
from portal.store.models import Mirror, MirrorPass, Run, User
from schemas.mirror import GuardReport, MirrorForm, Mount, PassForm, Reason
from tests.support import machines
from tests.support import site as sites
from tests.support.site import Site

_serial = itertools.count(1)
NOTE = "Folder memang dirapikan; daftar sudah dibandingkan dengan pengelolanya."


def set_up(site: Site, **guard: object) -> Mirror:
    """The mirror of the granted folder into the vault."""
    typed = {"max_count": 10, "max_share": 50, "sentinel": "", "quarantine_days": 30, **guard}
    form = MirrorForm(path=str(site.tree), **typed)
    return mirrors.create(site.request_id, form, site.cast["agus"], at=db.now())


def run(site: Site, mirror: Mirror) -> Run:
    """Start the mirror and carry it out in this process."""
    started = mirror_runs.start(
        mirror.id, site.cast["agus"], sites.next_key(), at=db.now(), settings=site.settings
    )
    return site.carry_out(started)


def let_pass(site: Site, stopped: Run, who: str = "joko") -> MirrorPass:
    """Let what a run was stopped for pass once."""
    form = PassForm(digest=stopped.result["digest"], note=NOTE)
    return mirror_runs.allow(stopped.id, form, site.cast[who], at=db.now())


def copy_of(settings: Settings, mirror: Mirror) -> Path:
    """Where the copy lies."""
    return settings.vault_path / str(mirror.server_id) / "mirror" / str(mirror.id) / "copy"


def quarantined(settings: Settings, mirror: Mirror) -> list[str]:
    """The names of the files in quarantine, without the folder of their run."""
    folder = copy_of(settings, mirror).with_name("quarantine")
    found = []
    for path in folder.rglob("*"):
        _, *within = path.relative_to(folder).parts
        if within and (path.is_symlink() or not path.is_dir()):
            found.append(str(Path(*within)))
    return sorted(found)


def stopped(
    mirror: Mirror, user: User, settings: Settings, names: tuple[str, ...], *, at: datetime = machines.AT
) -> Run:
    """A run that the guard stopped for deleting `names`, ended as a worker does."""
    key = f"stopped-{next(_serial):012d}"
    run_ = mirror_runs.start(mirror.id, user, key, at=at, settings=settings)
    text = "".join(f"{name}\n" for name in names)
    path = settings.var / "evidence" / f"run-{run_.id}" / "deletions.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    report = GuardReport(
        mirror_id=mirror.id,
        reasons=(Reason.MANY_DELETES,),
        deletions=len(names),
        entries=2_000,
        deletions_sha256=hashlib.sha256(text.encode()).hexdigest(),
        mount=Mount(device="65024", fs_type="ext2/ext3", fs_id="b7bc", mount_point="/srv", inode="2"),
    )
    result = {"report": report.model_dump(mode="json"), "digest": report.digest(), "changes": 3, "share": 20,
              "passed": False, "mount_before": None}  # fmt: skip
    context = {"path": mirror.path, "count": len(names), "entries": 2_000, "share": 20, "most": 100,
               "most_share": 10}  # fmt: skip
    return machines.finished(
        run_, state="failed", code="mirror.many_deletes", context=context, result=result, at=at
    )


def granted(cast: dict[str, User], settings: Settings, **guard: object) -> Mirror:
    """A mirror of /srv/www in the archive alone."""
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    typed = {"max_count": 100, "max_share": 10, "sentinel": "", "quarantine_days": 30, **guard}
    return mirrors.create(request.id, MirrorForm(path="/srv/www", **typed), cast["agus"], at=machines.AT)
