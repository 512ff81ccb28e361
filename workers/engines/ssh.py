"""THE one paramiko: small questions to a server. Bulk data go by the OpenSSH client (pitfalls, "SSH and paramiko")."""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.ssh_exception import (
    AuthenticationException,
    BadHostKeyException,
    IncompatiblePeer,
    NoValidConnectionsError,
    SSHException,
)

from workers.engines.errors import Cancelled, EngineError

CONNECT_SECONDS = 15
BANNER_SHARE = 0.8
"""Of CONNECT_SECONDS: the wait for the server's first word ends before that for the whole handshake, and says why."""
ANSWER_MAX = 32 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """A server to talk to: the address already checked, the private key's file, the approved host key."""

    address: str
    port: int
    username: str
    key: Path
    host_key: str


@dataclass(frozen=True, slots=True)
class HostKey:
    """A server's public key: its type, its base64, and the fingerprint as `ssh-keygen -lf` prints it."""

    type: str
    base64: str

    @property
    def line(self) -> str:
        """As known_hosts has it, without the host."""
        return f"{self.type} {self.base64}"

    @property
    def fingerprint(self) -> str:
        """SHA256:… as on the server's console."""
        return fingerprint(self.base64)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a short command gave back."""

    exit_code: int
    output: bytes
    error: str


def fingerprint(key_base64: str) -> str:
    """The SHA256 fingerprint of a public key's base64."""
    digest = hashlib.sha256(base64.b64decode(key_base64)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def scan(address: str, port: int) -> HostKey:
    """The host key that a server shows now; no credential is sent. Raises EngineError('ssh.…')."""
    with _explained(), socket.create_connection((address, port), timeout=CONNECT_SECONDS) as raw:
        transport = paramiko.Transport(raw)
        transport.banner_timeout = CONNECT_SECONDS * BANNER_SHARE
        try:
            transport.start_client(timeout=CONNECT_SECONDS)
            key = transport.get_remote_server_key()
            return HostKey(key.get_name(), key.get_base64())
        finally:
            transport.close()


@contextmanager
def connect(target: Target) -> Iterator[paramiko.SSHClient]:
    """A signed-in connection that trusts the approved host key only. Raises EngineError('ssh.…')."""
    if not os.access(target.key, os.R_OK):
        raise EngineError("ssh.key_missing", tool="ssh", path=str(target.key))
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    key_type, key_base64 = target.host_key.split()[:2]
    name = target.address if target.port == 22 else f"[{target.address}]:{target.port}"
    pinned = paramiko.PKey.from_type_string(key_type, base64.b64decode(key_base64))
    client.get_host_keys().add(name, key_type, pinned)
    try:
        with _explained():
            client.connect(
                target.address,
                port=target.port,
                username=target.username,
                key_filename=str(target.key),
                allow_agent=False,
                look_for_keys=False,
                timeout=CONNECT_SECONDS,
                banner_timeout=CONNECT_SECONDS * BANNER_SHARE,
                auth_timeout=CONNECT_SECONDS,
            )
        yield client
    finally:
        client.close()


def ask(
    client: paramiko.SSHClient,
    *words: str,
    seconds: float = 60,
    most: int = ANSWER_MAX,
    should_stop: Callable[[], bool] = lambda: False,
) -> Answer:
    """Run a short command, its words quoted by this one function, and drain both of its streams.

    Raises EngineError('ssh.timeout') after `seconds`, EngineError('ssh.answer_too_long') beyond `most` bytes,
    Cancelled when `should_stop()` turns true.
    """
    with within(client, seconds), _channel(client) as channel:
        channel.exec_command(" ".join(shlex.quote(word) for word in words))  # nosec B601 # quoted, word by word
        channel.shutdown_write()
        output, error = _drain(channel, most, should_stop)
        return Answer(channel.recv_exit_status(), output, error.decode("utf-8", "replace"))


def open_sftp(client: paramiko.SSHClient) -> paramiko.SFTPClient | None:
    """An SFTP session, or None when the server offers none. Belongs inside `within`."""
    try:
        return client.open_sftp()
    except (SSHException, EOFError):
        transport = client.get_transport()
        if transport is None or not transport.is_active():
            raise
        return None


@contextmanager
def within(client: paramiko.SSHClient, seconds: float) -> Iterator[None]:
    """A time limit for what is asked: several waits of paramiko have none of their own, and a keepalive does not
    notice a dead peer. When it passes the connection is closed. Raises EngineError('ssh.…') for any fault of it."""
    transport, passed = client.get_transport(), threading.Event()
    if transport is None:
        raise EngineError("ssh.closed", tool="ssh", permanent=False)

    def end() -> None:
        passed.set()
        transport.close()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        with _explained():
            yield
    except EngineError as error:
        if passed.is_set():
            raise EngineError("ssh.timeout", tool="ssh", permanent=False, seconds=seconds) from error
        raise
    finally:
        timer.cancel()


@contextmanager
def _channel(client: paramiko.SSHClient) -> Iterator[paramiko.Channel]:
    channel = client.get_transport().open_session(timeout=CONNECT_SECONDS)  # type: ignore[union-attr]
    try:
        yield channel
    finally:
        channel.close()


def _drain(channel: paramiko.Channel, most: int, should_stop: Callable[[], bool]) -> tuple[bytes, bytes]:
    output, error = bytearray(), bytearray()
    while not (channel.exit_status_ready() and channel.eof_received):
        _take(channel, output, error, most)
        if channel.closed:
            break
        if should_stop():
            raise Cancelled
        if channel.exit_status_ready():
            time.sleep(0.01)  # the command has ended, but something it started still holds its output
        else:
            channel.status_event.wait(0.01)
    _take(channel, output, error, most)
    if not channel.exit_status_ready() or channel.exit_status < 0:
        raise EngineError("ssh.closed", tool="ssh", tail="no exit status", permanent=False)
    return bytes(output), bytes(error)


def _take(channel: paramiko.Channel, output: bytearray, error: bytearray, most: int) -> None:
    while channel.recv_ready():
        output += channel.recv(CHUNK)
        _check_length(output, most)
    while channel.recv_stderr_ready():
        error += channel.recv_stderr(CHUNK)
        _check_length(error, most)


def _check_length(received: bytearray, most: int) -> None:
    if len(received) > most:
        raise EngineError("ssh.answer_too_long", tool="ssh", most=most)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn paramiko's exceptions into EngineErrors that tell the causes apart."""
    try:
        yield
    except BadHostKeyException as error:
        raise EngineError(
            "ssh.host_key_changed",
            tool="ssh",
            tail=str(error),
            found=fingerprint(error.key.get_base64()),
            expected=fingerprint(error.expected_key.get_base64()),
        ) from error
    except AuthenticationException as error:
        raise EngineError("ssh.auth_refused", tool="ssh", tail=str(error)) from error
    except IncompatiblePeer as error:
        raise EngineError("ssh.too_old", tool="ssh", tail=str(error)) from error
    except (NoValidConnectionsError, ConnectionRefusedError) as error:
        raise EngineError("ssh.refused", tool="ssh", tail=str(error), permanent=False) from error
    except TimeoutError as error:
        raise EngineError("ssh.unreachable", tool="ssh", tail=str(error), permanent=False) from error
    except SSHException as error:
        raise EngineError(_code_of(str(error)), tool="ssh", tail=str(error), permanent=False) from error
    except EOFError as error:
        raise EngineError("ssh.closed", tool="ssh", tail="connection closed", permanent=False) from error
    except OSError as error:
        code = (
            "ssh.unreachable"
            if isinstance(error, socket.gaierror | ConnectionError) or error.errno
            else "ssh.failed"
        )
        raise EngineError(code, tool="ssh", tail=str(error), permanent=False) from error


def _code_of(message: str) -> str:
    """Some causes are told by text only."""
    if "banner" in message:
        return "ssh.no_banner"
    if "not found in known_hosts" in message:
        return "ssh.host_key_changed"
    if "Timeout" in message or "timed out" in message or "No existing session" in message:
        return "ssh.timeout"
    return "ssh.failed"
