"""The OpenSSH client's arguments, for bulk data: pinned host key, one identity, nothing of the account's own. Pure."""

from __future__ import annotations

from pathlib import Path

ALIAS = "lumbung-server"
CONNECT_SECONDS = 15


def known_hosts_line(host_key: str) -> str:
    """The one line that ssh may trust: the approved key ("type base64") under the fixed alias."""
    return f"{ALIAS} {host_key.strip()}\n"


def ssh_argv(
    *, username: str, port: int, key: Path, known_hosts: Path, shared: Path | None = None
) -> list[str]:
    """`ssh` with every option set, to be followed by the address. Source: ssh_config(5).

    Where a connection of `master_argv` listens at `shared` it is used; where none does, a new one is made.
    """
    options = {
        "BatchMode": "yes",
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        # As an option and not by -i: ssh passes over a file of -i that is not there, to the account's own keys.
        "IdentityFile": _path(key),
        "UserKnownHostsFile": _path(known_hosts),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlias": ALIAS,
        "UpdateHostKeys": "no",
        "CheckHostIP": "no",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        # First of all that both know: a third of the processor's work of the default, where it knows AES.
        "Ciphers": "^aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "ClearAllForwardings": "yes",
        "PermitLocalCommand": "no",
        "ControlMaster": "no",
        "ControlPath": _path(shared) if shared else "none",
        "ConnectTimeout": str(CONNECT_SECONDS),
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "4",
        "Compression": "no",
        "LogLevel": "ERROR",
    }
    pairs = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    return [
        "ssh",
        "-F",
        "/dev/null",
        "-T",
        "-x",
        "-a",
        "-p",
        str(port),
        "-l",
        username,
        *pairs,
    ]


def master_argv(ssh: list[str], address: str) -> list[str]:
    """Given what `ssh_argv` made with `shared`, an ssh that signs in and lends its connection to those that follow."""
    return [*(part if part != "ControlMaster=no" else "ControlMaster=yes" for part in ssh), "-N", address]


def _path(path: Path) -> str:
    """A path as ssh_config(5) takes it: quoted, and without tokens (%h) to expand."""
    return '"' + str(path).replace("%", "%%") + '"'
