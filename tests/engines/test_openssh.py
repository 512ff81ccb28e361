from __future__ import annotations

import subprocess
from pathlib import Path

from workers.engines import openssh

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMmgCNLNPTCFPsWVj2dvqfHVPV1LvwhWAQmPvXyBrnTw"


def options(folder: Path, **changes: object) -> dict[str, str]:
    """What the real ssh makes of the arguments (`ssh -G`)."""
    given = {
        "username": "lumbung",
        "port": 2222,
        "key": folder / "key",
        "known_hosts": folder / "known_hosts",
    }
    argv = openssh.ssh_argv(**(given | changes))
    shown = subprocess.run([argv[0], "-G", *argv[1:], "10.1.2.3"], capture_output=True, text=True, check=True)
    return dict(line.split(" ", 1) for line in shown.stdout.splitlines() if " " in line)


def test_it_trusts_the_approved_key_only(tmp_path: Path) -> None:
    seen = options(tmp_path)
    assert seen["stricthostkeychecking"] == "true"
    assert seen["userknownhostsfile"].strip('"') == str(tmp_path / "known_hosts")
    assert seen["globalknownhostsfile"] == "/dev/null"
    assert seen["hostkeyalias"] == openssh.ALIAS
    assert seen["updatehostkeys"] == "false"


def test_it_offers_one_identity_and_asks_nobody(tmp_path: Path) -> None:
    seen = options(tmp_path)
    assert (seen["user"], seen["port"], seen["hostname"]) == ("lumbung", "2222", "10.1.2.3")
    assert seen["identityfile"].strip('"') == str(tmp_path / "key")
    assert (seen["identitiesonly"], seen["identityagent"], seen["batchmode"]) == ("yes", "none", "yes")
    assert (seen["passwordauthentication"], seen["kbdinteractiveauthentication"]) == ("no", "no")


def test_it_forwards_nothing_and_shares_no_connection(tmp_path: Path) -> None:
    seen = options(tmp_path)
    assert (seen["forwardagent"], seen["forwardx11"], seen["clearallforwardings"]) == ("no", "no", "yes")
    assert seen["controlmaster"] == "false"
    assert seen["permitlocalcommand"] == "no"
    assert seen.get("proxycommand", "none") == "none"


def test_it_takes_folders_with_blanks_and_percent_signs(tmp_path: Path) -> None:
    folder = tmp_path / "a folder 100%h"
    folder.mkdir()
    seen = options(folder)
    assert seen["identityfile"].strip('"') == str(folder / "key").replace("%", "%%")
    # This one ssh shows as it will open it.
    assert seen["userknownhostsfile"].strip('"') == str(folder / "known_hosts")


def test_it_writes_a_line_that_ssh_keygen_finds(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(openssh.known_hosts_line(f" {KEY}\n"), encoding="ascii")
    found = subprocess.run(
        ["ssh-keygen", "-F", openssh.ALIAS, "-f", str(path)], capture_output=True, text=True, check=True
    )
    assert KEY in found.stdout
