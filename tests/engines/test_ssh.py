from __future__ import annotations

import dataclasses
import subprocess
import threading
import time
from pathlib import Path

import paramiko
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.sshd import PracticeServer
from workers.engines import ssh
from workers.engines.errors import Cancelled, EngineError

WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=4
)


def test_it_reads_the_host_key_without_signing_in(sshd: PracticeServer, target: ssh.Target) -> None:
    found = ssh.scan("127.0.0.1", sshd.port)
    printed = subprocess.run(
        ["ssh-keygen", "-lf", str(sshd.folder / "host_key.pub")], capture_output=True, text=True, check=True
    )
    assert found.line == target.host_key
    assert found.fingerprint == printed.stdout.split()[1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_it_hands_words_over_as_they_are(client: paramiko.SSHClient, words: list[str]) -> None:
    answer = ssh.ask(client, "printf", r"%s\0", *words)
    assert answer.output.decode().split("\0")[:-1] == words


def test_it_drains_both_streams_however_much_comes(client: paramiko.SSHClient) -> None:
    text = "head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 7"
    answer = ssh.ask(client, "sh", "-c", text)
    assert (answer.exit_code, len(answer.output), len(answer.error)) == (7, 5_000_000, 5_000_000)


def test_it_takes_no_answer_without_end(client: paramiko.SSHClient) -> None:
    with pytest.raises(EngineError) as caught:
        ssh.ask(client, "cat", "/dev/zero", most=1_000_000)
    assert caught.value.code == "ssh.answer_too_long"


def test_it_does_not_wait_longer_than_told(client: paramiko.SSHClient) -> None:
    began = time.monotonic()
    with pytest.raises(EngineError) as caught:
        ssh.ask(client, "sleep", "60", seconds=0.5)
    assert (caught.value.code, caught.value.permanent) == ("ssh.timeout", False)
    assert time.monotonic() - began < 5


def test_it_stops_waiting_when_the_run_is_cancelled(client: paramiko.SSHClient) -> None:
    asked = threading.Event()
    threading.Timer(0.3, asked.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        ssh.ask(client, "sleep", "60", should_stop=asked.is_set)
    assert time.monotonic() - began < 5


def test_it_says_that_the_connection_ended_midway(client: paramiko.SSHClient) -> None:
    with pytest.raises(EngineError) as caught:
        ssh.ask(client, "sh", "-c", "kill -9 $PPID; sleep 60")
    assert caught.value.code == "ssh.closed"


def test_it_trusts_no_other_host_key(target: ssh.Target, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    other = " ".join((tmp_path / "other.pub").read_text(encoding="ascii").split()[:2])
    with (
        pytest.raises(EngineError) as caught,
        ssh.connect(dataclasses.replace(target, host_key=other)),
    ):
        pytest.fail("connected")
    assert caught.value.code == "ssh.host_key_changed"
    assert caught.value.context == {
        "found": ssh.fingerprint(target.host_key.split()[1]),
        "expected": ssh.fingerprint(other.split()[1]),
    }


def test_it_trusts_no_host_key_of_another_type(target: ssh.Target, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", str(tmp_path / "other")], check=True)
    other = " ".join((tmp_path / "other.pub").read_text(encoding="ascii").split()[:2])
    with (
        pytest.raises(EngineError) as caught,
        ssh.connect(dataclasses.replace(target, host_key=other)),
    ):
        pytest.fail("connected")
    assert caught.value.code == "ssh.host_key_changed"


def test_it_says_that_the_key_is_refused(target: ssh.Target, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    with (
        pytest.raises(EngineError) as caught,
        ssh.connect(dataclasses.replace(target, key=tmp_path / "other")),
    ):
        pytest.fail("connected")
    assert (caught.value.code, caught.value.permanent) == ("ssh.auth_refused", True)


def test_it_says_that_the_port_is_closed(target: ssh.Target) -> None:
    with pytest.raises(EngineError) as caught:
        ssh.scan("127.0.0.1", 1)
    assert caught.value.code == "ssh.refused"
