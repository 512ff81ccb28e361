"""The way of a server into the catalogue, as a checklist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.store.queries import servers as rows
from portal.web import outcomes

INQUIRIES = ("host_key_scan", "probe")


@dataclass(frozen=True, slots=True)
class Steps:
    """How far a server has come. Each state is done, current, ahead, refused (something is wrong) or paused (waits for
    another person); `scan` and `probe` are the newest runs of those kinds, or None."""

    key: str
    scan_state: str
    approval: str
    probe_state: str
    folders: str
    scan: Any
    probe: Any
    pending: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return {self.key, self.scan_state, self.approval, self.probe_state, self.folders} == {"done"}

    @property
    def done(self) -> int:
        """How many of the five are done."""
        return (self.key, self.scan_state, self.approval, self.probe_state, self.folders).count("done")


def steps_of(server: Any, sources: list[Any]) -> Steps:
    """The five steps of `server` as they stand."""
    scan, probe = (rows.last_inquiry(server.id, kind) for kind in INQUIRIES)
    scan = scan if scan is not None and _is_of(scan, server) else None
    probe = probe if probe is not None and _is_of(probe, server) else None
    key_state, scan_state = _key(server, probe), _scan(server)
    trusted = server.host_key_state == "approved"
    approval = {"approved": "done", "proposed": "paused"}.get(server.host_key_state, "ahead")
    probed = "done" if server.probe else ("current" if trusted else "ahead")
    if trusted and probe is not None and probe.state == "failed":
        probed = "refused"
    folders = "done" if sources else ("current" if trusted and server.probe else "ahead")
    pending = any(run is not None and outcomes.is_live(run) for run in (scan, probe))
    return Steps(key_state, scan_state, approval, probed, folders, scan, probe, pending)


def _is_of(run: Any, server: Any) -> bool:
    """Whether an inquiry asked the machine that the catalogue names now."""
    asked = run.spec["server"]
    return bool((asked["address"], asked["port"]) == (server.address, server.port))


def _key(server: Any, probe: Any) -> str:
    if server.key_id is None:
        return "current"
    if (
        probe is not None
        and probe.code == "ssh.auth_refused"
        and probe.spec["server"]["key_id"] == server.key_id
    ):
        return "refused"
    if server.probe:
        return "done"
    return "current" if server.host_key_state == "none" else "done"


def _scan(server: Any) -> str:
    return {"none": "current", "changed": "refused"}.get(server.host_key_state, "done")
