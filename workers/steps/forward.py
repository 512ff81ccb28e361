"""The vault's copy of a mirror, brought on to a folder of another server. The two servers never meet: the portal has a
key for each, and neither has one for the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from portal.store import db
from workers.engines import rsync, ssh
from workers.engines.command import LineHandler, Result
from workers.engines.errors import EngineError
from workers.engines.rsync_mirror import MAX_DELETE_PASSED, DryRun, forward_argv
from workers.steps import sending
from workers.steps.mirror import QUARANTINE_NAME, QUARANTINE_TIME
from workers.steps.mirror_guard import order_of, place_of
from workers.steps.work import Work

if TYPE_CHECKING:
    import paramiko

# A marker beside the folder says that this mirror fills it: whatever lies there without one is somebody's. Where it has
# filled the folder and neither is there, the disk below both is away, and what is made would lie on another one. Who
# has emptied the folder writes so into the marker.
READY_SCRIPT = r"""
folder=$1 marker=$2 filled=$3
if [ -L "$folder" ]; then echo refused; exit; fi
if [ -e "$marker" ]; then
  [ -d "$folder" ] || { echo gone; exit; }
  [ -z "$(ls -A -- "$folder")" ] || { echo known; exit; }
  [ "$(head -n 1 -- "$marker")" = baru ] && : > "$marker" && echo new || echo gone
  exit
fi
if [ -e "$folder" ]; then
  [ -d "$folder" ] && [ -r "$folder" ] || { echo refused; exit; }
  [ -z "$(ls -A -- "$folder")" ] || { echo taken; exit; }
fi
[ -z "$filled" ] || { echo gone; exit; }
[ -e "$folder" ] || mkdir -m 700 -- "$folder" || { echo refused; exit; }
: > "$marker" && echo new || echo refused
"""


def forward(work: Work) -> None:
    """Bring it on and look again that both are the same. Raises EngineError('mirror.target_…', 'restore.target_full')
    and those of ssh and rsync, Cancelled."""
    there, target = work.at_target(), order_of(work).target_path
    with ssh.connect(there.target()) as client:
        _ready(work, client)
        exact = _exact_times(work, client)
    seen = _look(work, there, exact)
    allowed = max(order_of(work).limits.count, work.guard.deletions if work.guard else 0)
    if len(seen.deletions) > allowed:
        raise EngineError(
            "mirror.target_deletes", tool="rsync", path=target, count=len(seen.deletions), most=allowed
        )
    _send(work, there, exact, len(seen.deletions))
    again = _look(work, there, exact)
    if remaining := again.changes + len(again.deletions):
        raise EngineError(
            "mirror.target_differs", tool="rsync", path=target, count=remaining, permanent=False
        )
    with ssh.connect(there.target()) as client:
        _forget_old(work, client)
    place = f"{there.spec.server.name}:{target}"
    if work.mirrored is not None:
        work.mirrored = work.mirrored.model_copy(update={"brought_to": place})
    work.result = {**(work.result or {}), "brought_to": place}
    work.log(f"the same at {place}")


def _marker(work: Work) -> str:
    return f"{order_of(work).target_path}.lumbung-{order_of(work).mirror_id}"


def _quarantine(work: Work) -> str:
    """The folder of what goes there, beside the target."""
    return f"{order_of(work).target_path}.lumbung-karantina"


def _ready(work: Work, client: paramiko.SSHClient) -> None:
    """Only a folder that this mirror fills, or one that is new or empty, is ever written to."""
    target = order_of(work).target_path
    filled = order_of(work).mount is not None
    told = "filled" if filled else ""
    answer = ssh.ask(client, "sh", "-c", READY_SCRIPT, "sh", target, _marker(work), told)
    state = answer.output.decode("utf-8", "replace").strip()
    work.log(f"{target}: {state}")
    if state not in ("known", "new", "taken", "gone"):
        state = "refused"
    if state in {"taken", "refused"} or (state == "gone" and filled):
        raise EngineError(f"mirror.target_{state}", tool="ssh", exit_code=answer.exit_code, tail=answer.error,
                          path=target, marker=_marker(work))  # fmt: skip


def _exact_times(work: Work, client: paramiko.SSHClient) -> bool:
    """Whether the other server tells two times within a second apart: else every file would look changed there."""
    answer = ssh.ask(client, "sh", "-c", rsync.TIMES_SCRIPT, "sh", order_of(work).target_path)
    return rsync.exact_times_there(answer.output.decode("utf-8", "replace"))


def _look(work: Work, there: Work, exact: bool) -> DryRun:
    seen = DryRun()
    _raise(_rsync(work, there, exact, seen.take), order_of(work).target_path)
    return seen


def _send(work: Work, there: Work, exact: bool, deletions: int) -> None:
    quarantine = f"{_quarantine(work)}/{db.now().strftime(QUARANTINE_TIME)}-run-{work.run_id}"
    _raise(
        _rsync(work, there, exact, sending.told(work, "forward"), quarantine, deletions),
        order_of(work).target_path,
    )


def _rsync(
    work: Work, there: Work, exact: bool, output: LineHandler, quarantine: str = "", deletions: int = 0
) -> Result:
    argv = forward_argv(
        ssh=there.ssh_argv(),
        address=there.address(),
        source=place_of(work),
        target=order_of(work).target_path,
        as_root=sending.keeps_owners(there),
        timeout_seconds=int(work.settings.idle_deadline_seconds),
        exact_times=exact,
        quarantine=quarantine,
        most_deletions=deletions,
    )
    return sending.send(work, argv, output)


def _raise(result: Result, target: str) -> None:
    """Anything but a clean end fails: the vault's copy stands still, so nothing may be left out here."""
    if result.exit_code == 0:
        return
    error = rsync.error_of(result.exit_code, result.tail, target)
    code = error.code if error is not None else ""
    if code == "vault.full":
        code = "restore.target_full"
    elif not code.startswith(("ssh.", "rsync.")) or result.exit_code == MAX_DELETE_PASSED:
        code = "mirror.target_differs"
    raise EngineError(code, tool="rsync", exit_code=result.exit_code, tail=result.tail, permanent=False, path=target,
                      count=0)  # fmt: skip


def _forget_old(work: Work, client: paramiko.SSHClient) -> None:
    """Remove there what has been in quarantine for longer than the mirror's rules say."""
    answer = ssh.ask(client, "ls", "-1", "--", _quarantine(work))
    limit = db.now() - timedelta(days=order_of(work).quarantine_days)
    for name in answer.output.decode("utf-8", "replace").splitlines():
        found = QUARANTINE_NAME.fullmatch(name)
        if found and datetime.strptime(found[1], QUARANTINE_TIME).replace(tzinfo=UTC) < limit:
            work.log(f"quarantine there: {name} is kept no longer")
            ssh.ask(client, "rm", "-rf", "--", f"{_quarantine(work)}/{name}", seconds=3600)
