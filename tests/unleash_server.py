"""Fixture: a real Unleash on a database of its own, started once for a run, whose flags a test can change."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy.engine import URL, make_url

from tests.adapters.systems.servers import free_port
from tests.npm_packages import MISSING_UNLEASH, unleash_server
from tests.postgres import Server

NO_UNLEASH = "there is no unleash-server"
ADMIN = "*:*.invented-admin-token"
BACKEND = "default:development.invented-backend-token"
FRONTEND = "default:development.invented-frontend-token"
READY = 90


class StartFailed(Exception):
    """The server did not start; the message holds the end of its log."""


@dataclass
class UnleashServer:
    """A server of the tests' own, on one port of this machine for its whole life, however often it is started."""

    command: Sequence[str]
    database: URL
    port: int
    log: Path
    token: str = BACKEND
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that clients are given."""
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, env=self._environment(), stdout=log, stderr=log)
        until = time.monotonic() + READY
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise StartFailed(f"{' '.join(self.command)}\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it; nobody listens on its port afterwards."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Without it, for the length of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections are taken and nothing is answered, for the length of the block."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def create(self, flag: str) -> None:
        """Make a flag. It is off."""
        self._call("POST", "", {"name": flag, "type": "release"})

    def switch(self, flag: str, to: str) -> None:
        """Switch a flag "on" or "off". One without a strategy gets a rollout at 100 % with its first "on"."""
        self._call("POST", f"/{flag}/environments/development/{to}")

    def add(self, flag: str, name: str, parameters: Mapping[str, str], **more: Any) -> None:
        """Give a flag one more strategy."""
        strategy = {"name": name, "parameters": dict(parameters), **more}
        self._call("POST", f"/{flag}/environments/development/strategies", strategy)

    def depend(self, flag: str, parent: str) -> None:
        """Let a flag depend on another one."""
        self._call("POST", f"/{flag}/dependencies", {"feature": parent})

    def archive(self, flag: str) -> None:
        """Archive a flag."""
        self._call("DELETE", f"/{flag}")

    def _call(self, method: str, path: str, body: Any = None) -> None:
        url = f"{self.url}/admin/projects/default/features{path}"
        answer = requests.request(method, url, json=body, headers={"Authorization": ADMIN}, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/health", timeout=1).ok
        except requests.RequestException:
            return False

    def _environment(self) -> dict[str, str]:
        told = {
            "DATABASE_HOST": self.database.host,
            "DATABASE_PORT": self.database.port or 5432,
            "DATABASE_USERNAME": self.database.username,
            "DATABASE_PASSWORD": self.database.password or "none",
            "DATABASE_NAME": self.database.database,
            "DATABASE_SSL": "false",
            "INIT_ADMIN_API_TOKENS": ADMIN,
            "INIT_BACKEND_API_TOKENS": BACKEND,
            "INIT_FRONTEND_API_TOKENS": FRONTEND,
            "CHECK_VERSION": "false",
            "SEND_TELEMETRY": "false",
            "HTTP_HOST": "127.0.0.1",
            "PORT": self.port,
            "LOG_LEVEL": "warn",
            "NODE_ENV": "production",
        }
        # Nothing else of the developer's: Unleash would take a DATABASE_URL before all of these.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**inherited, **{name: str(value) for name, value in told.items()}}


@pytest.fixture(scope="session")
def unleash(postgres_cluster: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnleashServer]:
    """An Unleash for this run. Without one: a failure in CI, elsewhere a skip that the last line tells."""
    command = unleash_server()
    if command is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING_UNLEASH, pytrace=False)
        pytest.skip(NO_UNLEASH)
    name = f"unleash_{uuid4().hex[:8]}"
    database = make_url(postgres_cluster.create(name))
    server = UnleashServer(command, database, free_port(), tmp_path_factory.mktemp("unleash") / "log")
    server.start()
    yield server
    server.stop()
    postgres_cluster.drop(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that nobody overlooks how many tests were not run for want of Unleash."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(NO_UNLEASH in str(report.longrepr) for report in skipped)
    if missed:
        terminalreporter.write_line(f"{missed} TESTS WERE NOT RUN. {MISSING_UNLEASH}", red=True, bold=True)
