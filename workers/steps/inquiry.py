"""Questions to a server that copy nothing: its host key, what it is, what a folder holds, how large it is."""

from __future__ import annotations

import shutil

from workers.engines import rsync, ssh, survey
from workers.steps.work import Work, make_private


def scan(work: Work) -> None:
    """The host key that the server shows now; no credential is sent."""
    key = ssh.scan(work.address(), work.spec.server.port)
    work.result = {"type": key.type, "host_key": key.line, "fingerprint": key.fingerprint}
    work.log(f"host key {key.type} {key.fingerprint}")


def probe(work: Work) -> None:
    """What the server is, and whether it has what a backup needs."""
    with ssh.connect(work.target()) as client:
        found = survey.probe(client)
    version = str(found["rsync"])
    warnings = [] if found["is_root"] else ["probe.not_root"]
    if not version:
        warnings.append("probe.no_rsync")
    elif not rsync.is_safe(version):
        warnings.append("probe.old_rsync")
    work.result = {**found, "warnings": warnings}
    work.log(f"probe {work.result}")


def listing(work: Work) -> None:
    """What a folder holds, folders first."""
    path = work.spec.path or "/"
    with ssh.connect(work.target()) as client:
        entries, cut = survey.list_folder(client, path)
    shown = [
        {"name": e.name, "kind": e.kind, "size_bytes": e.size_bytes, "usable": e.usable} for e in entries
    ]
    work.result = {"path": path, "entries": shown, "cut": cut}
    work.log(f"folder {path}: {len(entries)} entries")


def measure(work: Work) -> None:
    """How large a folder is, and how much room the vault has."""
    with ssh.connect(work.target()) as client:
        found = survey.measure(client, work.spec.path, should_stop=work.should_stop)
    make_private(work.folder)
    free = shutil.disk_usage(work.folder).free
    work.result = {
        "path": work.spec.path,
        "size_bytes": found.size_bytes,
        "file_count": found.file_count,
        "vault_free_bytes": free,
    }
    work.log(
        f"folder {work.spec.path}: {found.file_count} entries, {found.size_bytes} bytes; vault {free} bytes free"
    )
