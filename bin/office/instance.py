"""One running portal: its folder, its settings, and the Procfile's processes under honcho."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from portal import config
from portal.config import Settings
from portal.store import db

ROOT = Path(__file__).resolve().parents[2]
SOCKET_MAX = 100
"""A unix socket's path may have 107 bytes; a folder too deep gets its socket in a short temporary folder."""


@dataclass
class Instance:
    """A portal on loopback whose data lie under `var`. `start` begins its processes, `stop` ends those."""

    var: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        socket = self.var / "redis" / "redis.sock"
        if len(str(socket)) > SOCKET_MAX:
            socket = Path(tempfile.mkdtemp(prefix="lumbung-")) / "redis.sock"
        self.environment = {
            "LUMBUNG_VAR": str(self.var),
            "LUMBUNG_BIND": f"127.0.0.1:{self.port}",
            "LUMBUNG_BASE_URL": self.url,
            "LUMBUNG_REDIS_URL": f"unix://{socket}",
            "LUMBUNG_PRACTICE": "true",
            "LUMBUNG_COOKIE_SECURE": "false",
            "LUMBUNG_ALLOW_LOOPBACK_SERVERS": "true",
            "LUMBUNG_SIGN_IN_PER_MINUTE": "200",
            "REDIS_SOCKET": str(socket),
        }

    @property
    def url(self) -> str:
        """Where the browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> Settings:
        """The settings that its processes read."""
        return config.load(self.environment)

    def prepare(self) -> Settings:
        """Make its folders and bring its database up to date; the caller may then use the operations."""
        settings = self.settings()
        settings.ensure_folders()
        db.connect(settings.database_url)
        db.migrate()
        return settings

    def start(self, *, seconds: float = 60, quiet: bool = True) -> None:
        """Start redis, web, workers and clock, and wait until `/healthz` says yes. Raises RuntimeError."""
        argv = [sys.executable, "-m", "honcho", "start", "-f", str(ROOT / "Procfile"), "-d", str(ROOT)]
        guard = ["setpriv", "--pdeathsig", "TERM", "--"]
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        kept = {name: text for name, text in os.environ.items() if not name.startswith(config.PREFIX)}
        environment = {**kept, **self.environment, "PATH": path}
        output = (self.var / "log" / "processes.log").open("ab") if quiet else None
        self.process = subprocess.Popen(
            [*guard, *argv], env=environment, stdout=output, stderr=output, cwd=ROOT
        )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._healthy():
                return
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"{self.url} did not become healthy; see {self.var / 'log' / 'processes.log'}")

    def wait(self) -> int:
        """Wait until the processes end by themselves, and return their exit code."""
        return self.process.wait() if self.process else 0

    def stop(self) -> None:
        """End the processes that `start` began."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process = None

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # nosec B310 # http, loopback
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
