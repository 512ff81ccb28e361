"""The probes with a real Redis, a real worker's registration, and Redis taken away."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, Worker

from app import create_app
from portal.web.health import HEARTBEAT
from tests.support.app import Browser


@pytest.fixture
def redis_socket() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A redis of its own on a socket in a short folder."""
    folder = Path(tempfile.mkdtemp(prefix="lumbung-"))
    socket = folder / "s"
    argv = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield str(socket), process
    process.terminate()
    process.wait(10)
    shutil.rmtree(folder)


def test_it_is_well_when_all_are_there_and_says_so_when_redis_goes(settings, cast, redis_socket):
    socket, process = redis_socket
    app = create_app(settings.model_copy(update={"redis_url": f"unix://{socket}", "sign_in_per_minute": 3}))
    client = Redis(unix_socket_path=socket)
    worker = Worker([Queue("runs", connection=client)], connection=client)
    worker.register_birth()
    (settings.var / HEARTBEAT).touch()
    visitor = Browser(app.test_client())

    answer = visitor.get("/healthz")
    assert (answer.status_code, set(answer.json["checks"].values())) == (200, {"ok"})
    assert "lumbung_queue_length 0.0" in visitor.get("/metrics").text

    def guess(address: str) -> int:
        fields = {"username": "sari", "password": "x"}
        return visitor.post("/masuk", fields, environ_base={"REMOTE_ADDR": address}).status_code

    assert [guess("10.78.0.1") for _ in range(4)] == [422, 422, 422, 429]
    assert client.keys("LIMITS*"), "guesses are counted where every process sees them"

    process.terminate()
    process.wait(10)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["checks"]["redis"] == "failed"
    assert answer.json["checks"]["database"] == "ok"
    assert visitor.sign_in("sari").get("/").status_code == 200, "a dead redis stops no sign-in"
    assert [guess("10.78.0.3") for _ in range(4)] == [422, 422, 422, 429], "guesses are still counted"
