from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines import rsync

SSH = ["ssh", "-i", "/var/it's mine/key", "-p", "22"]


def argv(**changes: object) -> list[str]:
    given = {"ssh": SSH, "address": "10.1.2.3", "source": "/srv/web", "target": Path("/v/1/copy/srv/web"),
             "partial": Path("/v/1/partial"), "as_root": True, "timeout_seconds": 300}  # fmt: skip
    return rsync.pull_argv(**(given | changes))


def test_it_pulls_the_contents_of_the_folder_exactly() -> None:
    words = argv()
    assert words[-2:] == ["10.1.2.3:/srv/web/", "/v/1/copy/srv/web/"]
    assert {"--delete", "--secluded-args", "--timeout=300", "--hard-links", "--numeric-ids"} <= set(words)
    assert shlex.split(words[words.index("--rsh") + 1]) == SSH


@pytest.mark.parametrize(
    ("answer", "exact"),
    [
        ("rsync  version 3.2.7  protocol version 31\n2001-01-01 00:00:00.500000000 +0700\n", True),
        ("rsync  version 3.1.2  protocol version 31\n2001-01-01 00:00:00.500000000 +0700\n", False),
        ("rsync  version 3.2.7  protocol version 31\n2001-01-01 00:00:00.000000000 +0700\n", False),
        ("rsync  version 3.2.7  protocol version 31\n", False),
        ("", False),
    ],
)
def test_it_compares_exact_times_only_where_a_server_can(answer: str, exact: bool) -> None:
    assert rsync.exact_times_there(answer) is exact


def test_it_keeps_owners_only_as_root() -> None:
    assert not {"--owner", "--group", "--devices", "--acls", "--xattrs"} & set(argv(as_root=False))


def test_it_puts_an_address_of_the_sixth_version_in_brackets() -> None:
    assert argv(address="fd00::1")[-2] == "[fd00::1]:/srv/web/"


def test_it_looks_for_holes_only_when_asked() -> None:
    assert "--sparse" not in argv()
    assert "--sparse" in argv(sparse=True)


def test_it_is_slowed_down_only_when_asked() -> None:
    assert not any(word.startswith("--bwlimit") for word in argv())
    assert "--bwlimit=512" in argv(bandwidth_kib=512)


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        (
            b"     32,768  12%    1.25MB/s    0:01:07 (xfr#1, to-chk=9/20)",
            rsync.Progress(32768, 12, 1_250_000, 67, 9, 20),
        ),
        (
            b"    785.000.000 100%  174.84MB/s    0:00:04 (xfr#20000, ir-chk=0/20101)",
            rsync.Progress(785_000_000, 100, 174_840_000, 4, 0, 20101),
        ),
        (b"              0   0%    0.00kB/s    0:00:00", rsync.Progress(0, 0, 0, 0)),
    ],
)
def test_it_reads_progress(line: bytes, progress: rsync.Progress) -> None:
    assert rsync.parse_progress(line) == progress


@given(st.binary(max_size=200))
def test_it_takes_any_other_line_for_no_progress_and_never_breaks(line: bytes) -> None:
    rsync.parse_stats(line)
    rsync.parse_left_out(line.decode("utf-8", "backslashreplace"))
    if b"B/s" not in line:
        assert rsync.parse_progress(line) is None


def test_it_reads_the_closing_statistics() -> None:
    assert rsync.parse_stats(b"Number of files: 20,101 (reg: 20,000, dir: 101)") == ("file_count", 20101)
    assert rsync.parse_stats(b"Total transferred file size: 1.234.567 bytes") == (
        "transferred_bytes",
        1234567,
    )
    assert rsync.parse_stats(b"Number of deleted files: 3 (reg: 2, dir: 1)") == ("deleted_files", 3)
    assert rsync.parse_stats(b"recv 12 Number of files: 9") is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('file has vanished: "/srv/web/a"', "/srv/web/a"),
        (
            'rsync: [sender] send_files failed to open "/srv/web/a \\"b\\"": Permission denied (13)',
            '/srv/web/a \\"b\\"',
        ),
        ('rsync: [sender] opendir "/srv/web/x" failed: Permission denied (13)', "/srv/web/x"),
        ('rsync: [sender] readlink_stat("/srv/web/l") failed: Permission denied (13)', "/srv/web/l"),
        ('rsync: [sender] read errors mapping "/srv/web/bad": Input/output error (5)', "/srv/web/bad"),
        ('rsync: [receiver] mkstemp "/v/1/copy/a.X" failed: Permission denied (13)', "/v/1/copy/a.X"),
        (
            'rsync: [generator] symlink "/v/1/copy/l" -> "/x" failed: Operation not permitted (1)',
            "/v/1/copy/l",
        ),
        (
            "rsync error: some files/attrs were not transferred (code 23) at main.c(1865) [generator=3.5.0]",
            None,
        ),
        ("IO error encountered -- skipping file deletion", None),
        ("rsync: connection unexpectedly closed (12 bytes received so far) [receiver]", None),
        ("rsync: [sender] io timeout after 5 seconds -- exiting", None),
    ],
)
def test_it_names_what_was_left_out(line: str, name: str | None) -> None:
    assert rsync.parse_left_out(line) == name


@pytest.mark.parametrize(
    ("exit_code", "tail", "code"),
    [
        (0, "", None),
        (23, 'rsync: [sender] send_files failed to open "/srv/x": Permission denied (13)', None),
        (24, 'file has vanished: "/srv/x"', None),
        (23, 'rsync: [sender] change_dir "/srv/web" failed: No such file or directory (2)', "source.missing"),
        (23, 'rsync: [sender] change_dir "/srv/web" failed: Not a directory (20)', "source.not_folder"),
        (23, 'rsync: [sender] change_dir "/srv/web" failed: Permission denied (13)', "source.unreadable"),
        (11, 'rsync: [receiver] write failed on "/v/a": No space left on device (28)', "vault.full"),
        (
            23,
            'rsync: [generator] recv_generator: mkdir "/v/a" failed: No space left on device (28)',
            "vault.full",
        ),
        (23, 'rsync: [receiver] mkstemp "/v/a" failed: Read-only file system (30)', "vault.read_only"),
        (255, "Host key verification failed.", "ssh.host_key_changed"),
        (255, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", "ssh.host_key_changed"),
        (255, "root@10.1.2.3: Permission denied (publickey).", "ssh.auth_refused"),
        (255, "u@h: Permission denied (gssapi-with-mic,publickey).", "ssh.auth_refused"),
        (255, "Unable to negotiate with 10.1.2.3 port 22: no matching host key type found.", "ssh.too_old"),
        (255, "ssh: connect to host 10.1.2.3 port 22: Connection refused", "ssh.refused"),
        (255, "ssh: connect to host 10.1.2.3 port 22: Connection timed out", "ssh.unreachable"),
        (12, "bash: line 1: rsync: command not found", "rsync.missing_on_server"),
        (127, "sh: 1: rsync: not found", "rsync.missing_on_server"),
        (30, "rsync error: timeout in data send/receive (code 30)", "rsync.timeout"),
        (12, "rsync: connection unexpectedly closed", "rsync.link_lost"),
        (255, "client_loop: send disconnect: Broken pipe", "rsync.link_lost"),
        (2, "protocol version mismatch -- is your shell clean?", "rsync.failed"),
    ],
)
def test_it_tells_what_an_ending_means(exit_code: int, tail: str, code: str | None) -> None:
    error = rsync.error_of(exit_code, tail, "/srv/web")
    assert (error.code if error else None) == code
    if error:
        assert (error.exit_code, error.context["path"]) == (exit_code, "/srv/web")


def test_it_knows_a_safe_version() -> None:
    assert rsync.is_safe("3.5.0")
    assert rsync.is_safe("3.10.1")
    assert not rsync.is_safe("3.2.7")
    assert not rsync.is_safe("")


@pytest.mark.parametrize(
    "name",
    [
        "Host key verification failed",
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "No space left on device (28)",
        "Read-only file system (30)",
        "x: Permission denied (publickey,password)",
    ],
)
def test_it_takes_no_name_of_the_servers_for_a_fault(name: str) -> None:
    for tail in (
        f'rsync: [sender] send_files failed to open "/srv/web/{name}": Permission denied (13)',
        f'file has vanished: "/srv/web/{name}"',
    ):
        for exit_code in (23, 24):
            assert rsync.error_of(exit_code, tail, "/srv/web") is None
