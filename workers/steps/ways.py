"""The way to a vault on another machine: the portal's own key, and the one host key that was told to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.config import Settings
from portal.operations import vault_keys
from portal.operations.vault import Room
from workers.engines import addresses, command, openssh, sftp
from workers.engines.errors import EngineError
from workers.engines.sftp import Place

ROOM_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Way:
    """How a machine is reached: the OpenSSH client's call, to be followed by the address."""

    ssh: tuple[str, ...]
    address: str

    @property
    def session(self) -> str:
        """The call that restic makes for an SFTP session."""
        return sftp.session([*self.ssh, self.address])


def to(settings: Settings, place: Place, *, own: str, port: int, scratch: Path) -> Way:
    """The way to `place` by the key in `own`; `scratch` is where known hosts are noted.

    Raises EngineError('vault.no_key', 'second.no_key', 'ssh.…').
    """
    folder = vault_keys.folder(own, settings)
    key, host_key = folder / "key", folder / "host_key"
    if not key.is_file() or not host_key.is_file():
        raise EngineError("second.no_key" if own == vault_keys.SECOND else "vault.no_key", tool="ssh")
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    known_hosts = scratch / f"known_hosts-{own}"
    known_hosts.write_text(openssh.known_hosts_line(host_key.read_text(encoding="ascii")), encoding="ascii")
    ssh = openssh.ssh_argv(username=place.user, port=port, key=key, known_hosts=known_hosts)
    address = addresses.resolve(
        place.host, allowed=settings.allowed_networks, allow_loopback=settings.allow_loopback_servers
    )
    return Way(tuple(ssh), address)


def room(way: Way, path: str) -> Room | None:
    """What the machine has room for below `path`, or None where it does not say: not every SFTP server tells it, and
    one that does not answer takes nothing back of the work that is done."""
    said: list[bytes] = []
    try:
        result = command.run(
            sftp.room_argv(way.ssh, way.address),
            given=sftp.room_question(path),
            on_output=said.append,
            idle_seconds=ROOM_SECONDS,
        )
    except EngineError:
        return None
    found = sftp.parse_room(b"\n".join(said)) if result.exit_code == 0 else None
    return Room(*found) if found else None
