"""What the answers of inquiries change in the catalogue, in the commit that ends their run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.operations import audit
from portal.store.models import Run, Server, Source


def apply(run: Run, result: dict[str, Any] | None, at: datetime) -> None:
    """Note a probe on its server, a measurement on its source; a changed host key stops the server's runs."""
    if run.code == "ssh.host_key_changed":
        _stop_server(run, int(run.context.get("server_id", run.server_id)), run.context, at)
    if run.state != "succeeded" or result is None:
        return
    if run.kind == "probe":
        Server.update(probe=result, probed_at=at).where(Server.id == run.server_id).execute()
    elif run.kind == "host_key_scan" and result["host_key"] != run.server.host_key:
        expected = run.server.host_key_fingerprint
        _stop_server(run, run.server_id, {"found": result["fingerprint"], "expected": expected}, at)
    elif run.kind == "measure":
        Source.update(size_bytes=result["size_bytes"], file_count=result["file_count"], measured_at=at).where(
            Source.server == run.server_id, Source.path == run.spec["path"]
        ).execute()


def _stop_server(run: Run, server_id: int, seen: dict[str, Any], at: datetime) -> None:
    """A trusted server shows another key: nothing more is sent to it before two people have looked. It is the run's own
    or the one that the data were brought to."""
    changed = (
        Server.update(host_key_state="changed")
        .where(Server.id == server_id, Server.host_key_state == "approved")
        .execute()
    )
    if changed:
        audit.record(
            "server:host_key_changed",
            actor=None,
            subject_type="server",
            subject_id=server_id,
            data={"run": run.id, **seen},
            at=at,
        )
