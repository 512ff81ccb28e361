"""What a restore brought back, taken to a server: into a new folder beside the original, never over anything."""

from __future__ import annotations

import os
from pathlib import Path

from schemas.evidence import HandoverEvidence
from workers.engines import rsync, ssh
from workers.engines.command import LineHandler, Result
from workers.engines.errors import EngineError
from workers.steps import proof, sending
from workers.steps.download import order_of
from workers.steps.work import Work

DIFFERENCES_SHOWN = 50
INCOMPLETE = "restore.target_incomplete"


def push(work: Work) -> None:
    """Make the new folder and fill it. Where the copy that is read beside turns out to hold something else than the
    list says, the repository is asked, and what it gave is sent anew, over what was sent.

    Raises EngineError('restore.target_…') and those of ssh, rsync and proof, Cancelled.
    """
    there = _there(work)
    _make_folder(there, place_of(work))
    try:
        _send(work, there)
        if work.reading is None or work.reading.agrees():
            return
    except EngineError as error:
        # A file that the disk here gives no more is a file that could not be sent.
        if error.code != INCOMPLETE or work.reading is None or work.reading.agrees():
            raise
    work.log("the copy is not what was listed, though nobody wrote to it: the repository is asked", "WARN")
    proof.restore(work)
    proof.compare(work)
    _send(work, there, anew=True)


def recheck(work: Work) -> None:
    """Read both sides again by their checksums. Raises EngineError('restore.target_differs') for any difference."""
    order, there, place = order_of(work), _there(work), place_of(work)
    wrong: list[str] = []

    def output(line: bytes) -> None:
        text = line.decode("utf-8", "backslashreplace")
        wrong.append(text)
        if len(wrong) <= DIFFERENCES_SHOWN:
            work.log(text, "ERROR")

    _raise(_rsync(work, there, output, check=True), place)
    if wrong:
        raise EngineError(
            "restore.target_differs", tool="rsync", count=len(wrong), first=wrong[0], path=place
        )
    asked = proof.expected(Path(work.spec.manifest_path), order.place.raw())
    server = there.spec.server
    work.handover = HandoverEvidence(
        restore_id=order.restore_id, approval_digest=order.digest, snapshot_id=work.spec.snapshot_id,
        manifest_sha256=work.spec.manifest_sha256, path=order.place.path, kind=order.place.entry_kind,
        archive="", place=f"{server.name}:{place}", files=asked.files, total_bytes=asked.total_bytes)  # fmt: skip
    work.result = {"place": place, "server": server.name}
    work.log(f"the same on both sides: {place}")


def place_of(work: Work) -> str:
    """The new folder: beside the original, named for this run, so that nothing lies there yet."""
    return f"{order_of(work).target_path}.pemulihan-{work.run_id}"


def _there(work: Work) -> Work:
    """The work at the target, with one connection for all that is sent and read there."""
    if work.there is None:
        work.there = work.at_target()
        work.there.share_connection()
    return work.there


def _make_folder(there: Work, place: str) -> None:
    """Only a folder that is made now is used: `mkdir` fails on whatever there is, also a planted link."""
    with ssh.connect(there.target()) as client:
        made = ssh.ask(client, "mkdir", "-m", "700", "--", place)
        if made.exit_code == 0:
            return
        taken = any(ssh.ask(client, "test", test, place).exit_code == 0 for test in ("-e", "-L"))
    code = "restore.target_taken" if taken else "restore.target_refused"
    raise EngineError(code, tool="ssh", exit_code=made.exit_code, tail=made.error, path=place)


def _send(work: Work, there: Work, *, anew: bool = False) -> None:
    result = _rsync(work, there, sending.told(work, "push"), anew=anew)
    _raise(result, place_of(work))
    work.log(f"pushed to {place_of(work)} in {result.seconds:.1f} s")


def _rsync(
    work: Work, there: Work, output: LineHandler, *, check: bool = False, anew: bool = False
) -> Result:
    if work.restored is None:
        raise ValueError("a push comes after a restore")
    order = order_of(work)
    source = os.path.join(os.fsencode(work.restored), order.place.raw().strip(b"/"))  # noqa: PTH118  (any bytes)
    argv = rsync.push_argv(
        ssh=there.ssh_argv(),
        address=there.address(),
        source=os.fsdecode(source) + ("/" if order.place.entry_kind == "folder" else ""),
        target=place_of(work),
        as_root=sending.keeps_owners(there),
        timeout_seconds=int(work.settings.idle_deadline_seconds),
        check=check,
        anew=anew,
    )
    return sending.send(work, argv, output)


def _raise(result: Result, place: str) -> None:
    """Anything but a clean end fails: half a restore is none. What is full or read-only is the server's disk here."""
    error = rsync.error_of(result.exit_code, result.tail, place)
    if error is None and result.exit_code == 0:
        return
    code = error.code if error is not None else ""
    if code == "vault.full":
        code = "restore.target_full"
    elif not code.startswith(("ssh.", "rsync.")) or error is None:
        code = INCOMPLETE
    raise EngineError(code, tool="rsync", exit_code=result.exit_code, tail=result.tail, path=place)
