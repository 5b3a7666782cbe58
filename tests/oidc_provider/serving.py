"""The provider as a process: oidc-provider on Node.js, with invented persons whose groups a test changes."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.adapters.systems.servers import free_port
from tests.npm_packages import MISSING_PROVIDER, ROOT, oidc_provider

NO_PROVIDER = "there is no oidc-provider"
SCRIPT = Path(__file__).with_name("server.mjs")
READY = 60
LONG = "long-" + 130 * "x"
"""A subject longer than an entry of the ledger has room for."""
PEOPLE = (
    {"sub": "ada", "name": "Ada Invented (VA.gov)", "groups": ["cutover-operators", "unrelated"]},
    {"sub": "ben", "name": "Ben Invented (MHV)", "groups": ["cutover-approvers"]},
    {"sub": "eve", "name": "Eve Invented", "groups": ["unrelated"]},
    {"sub": LONG, "name": "Lou Invented", "groups": ["cutover-operators"]},
)
SECRET = "an-invented-client-secret"


class StartFailed(Exception):
    """The provider did not start; the message holds what it printed."""


@dataclass
class OidcServer:
    """A provider of the tests' own, on one port of this machine however often it is started."""

    node: str
    returns: Sequence[str]
    port: int
    log: Path
    access_token_lives: int = 3600
    _process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        """Its name: one host name everywhere, or its cookies are another host's."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers. It knows nothing of before."""
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "PEOPLE": json.dumps(PEOPLE),
            "RETURN_URLS": json.dumps(list(self.returns)),
            "ACCESS_TOKEN_LIVES": str(self.access_token_lives),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.node, str(SCRIPT)], env=environment, stdout=log, stderr=log, cwd=ROOT
            )
        until = time.monotonic() + READY
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise StartFailed(self.log.read_text()[-4000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it; nobody listens on its port afterwards."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections are taken and nothing is answered, for the length of the block."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def give(self, person: str, *groups: str) -> None:
        """Let a person be in these groups and no others."""
        self._tell("groups", person, list(groups))

    def rename(self, person: str, name: str) -> None:
        """Let a person be called otherwise."""
        self._tell("name", person, name)

    def revoke(self, person: str) -> None:
        """Vouch for a person no more."""
        self._tell("revoke", person)

    def reset(self) -> None:
        """Everybody as in the beginning."""
        for one in PEOPLE:
            self.give(str(one["sub"]), *one["groups"])
            self.rename(str(one["sub"]), str(one["name"]))
            self._tell("restore", str(one["sub"]))

    def _tell(self, act: str, person: str, body: Any = None) -> None:
        answer = requests.post(f"{self.issuer}/test/{act}/{person}", data=json.dumps(body), timeout=10)
        assert answer.ok, answer.text

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=1).ok
        except requests.RequestException:
            return False


@contextmanager
def oidc_server(
    folder: Path, returns: Sequence[str], access_token_lives: int = 3600, port: int | None = None
) -> Iterator[OidcServer]:
    """A provider for the length of the block. Without one: a failure in CI, elsewhere a skip."""
    node = oidc_provider()
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING_PROVIDER, pytrace=False)
        pytest.skip(NO_PROVIDER)
    server = OidcServer(node, returns, port or free_port(), folder / "oidc.log", access_token_lives)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that nobody overlooks how many tests were not run for want of a provider."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(NO_PROVIDER in str(report.longrepr) for report in skipped)
    if missed:
        terminalreporter.write_line(f"{missed} TESTS WERE NOT RUN. {MISSING_PROVIDER}", red=True, bold=True)
