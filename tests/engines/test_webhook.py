"""Events posted to a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from office.sshd import free_port
from portal.operations import outbox
from tests.support import post
from workers.engines import webhook
from workers.engines.errors import EngineError

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECRET = "rahasia-bersama-penerima-yang-panjang"


def send(port, *, scheme="http", ca=None, at=AT):
    there = webhook.Receiver(f"{scheme}://127.0.0.1:{port}/kait?dari=lumbung", SECRET, ca)
    webhook.post(there, {"event": "run_failed", "server": "Wéb"}, delivery="run:1:failed", at=at)


def code_of(action):
    with pytest.raises(EngineError) as fault:
        action()
    return fault.value.code


def test_it_is_signed_with_its_time():
    with post.receiver() as there:
        send(there.port)
    [(path, headers, body)] = there.posts
    assert (path, json.loads(body)["server"]) == ("/kait?dari=lumbung", "Wéb")
    stamp = headers[webhook.TIMESTAMP]
    assert int(stamp) == int(AT.timestamp())
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers[webhook.SIGNATURE] == f"sha256={expected}"
    assert headers[webhook.DELIVERY] == "run:1:failed"
    assert SECRET not in str(there.posts)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_follows_no_redirect(status):
    with post.receiver(status=status) as there:
        assert code_of(lambda: send(there.port)) == "webhook.redirect"
        assert [path for path, _, _ in there.posts] == ["/kait?dari=lumbung"]


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_only_success_is_success(status):
    with post.receiver(status=status) as there:
        assert code_of(lambda: send(there.port)) == "webhook.status"


def test_it_checks_the_certificate(tmp_path):
    ca, context = post.certificate(tmp_path)
    with post.receiver(tls=context) as there:
        assert code_of(lambda: send(there.port, scheme="https")) == "webhook.tls"
        assert there.posts == []
        send(there.port, scheme="https", ca=ca)
        assert len(there.posts) == 1


def test_nobody_listens():
    assert code_of(lambda: send(free_port())) == "webhook.unreachable"


def test_a_server_that_speaks_no_http():
    with post.mail_server() as other:
        assert code_of(lambda: send(other.port)) == "webhook.unreachable"


def test_nothing_shows_the_secret():
    assert SECRET not in repr(webhook.Receiver("http://x", SECRET))


def test_the_manual_checks_the_signature_as_written():
    manual = (Path(__file__).resolve().parents[2] / "docs" / "webhook.md").read_text(encoding="utf-8")
    known = {"hmac": hmac, "hashlib": hashlib, "Mapping": Mapping}
    exec(manual.partition("```python\n")[2].partition("```")[0], known)
    with post.receiver() as there:
        send(there.port)
    [(_, headers, body)] = there.posts
    now = AT.timestamp() + 60
    assert known["is_genuine"](SECRET, headers, body, now)
    assert not known["is_genuine"](SECRET, headers, body + b" ", now)
    assert not known["is_genuine"]("lain" * 10, headers, body, now)
    assert not known["is_genuine"](SECRET, headers, body, now + 3600)
    for kind in (*outbox.AUDIENCE, "test", "ping"):
        assert f"`{kind}`" in manual
