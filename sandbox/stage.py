"""What a demonstration plays on: stand-ins, the service on SQLite, front ends; each a process of its own."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from sandbox.processes import running
from sandbox.programs import Program, free_port, program, stop, wait_ready
from sandbox.recording import header, record

ROOT = Path(__file__).resolve().parent.parent
CUTOVER = Path(sys.executable).with_name("cutover")


class Trouble(Exception):
    """The service did not do what it was asked. The message says what it said."""


@dataclass
class Stage:
    """A running service with everything around it. `folder` holds every file of the run."""

    folder: Path
    url: str
    environment: Mapping[str, str]
    salt: str
    people: int
    fence: str = "none"
    operator: str = ""
    front_ends: list[Program] = field(default_factory=list)

    def cutover(self, *arguments: str) -> Any:
        """Run a command of the command line, and answer what it prints. Raises Trouble when it fails."""
        ended = self._run(*arguments)
        if ended.returncode != 0:
            raise Trouble(f"cutover {' '.join(arguments)}: {ended.stderr.strip()}")
        return json.loads(ended.stdout)

    def judge(self) -> dict[str, Any]:
        """Record the run, whose front ends have ended, and answer what `cutover history check` finds in it.

        The recording stays in `folder` as history.jsonl. Raises Trouble when it was not judged.
        """
        recording = self.folder / "history.jsonl"
        first = header(ROOT / "flags")
        first["systems"] = {system: {"fence": self.fence} for system in first["systems"]}
        record(recording, first, self.folder, self._ledger())
        ended = self._run("history", "check", str(recording))
        if not ended.stdout:
            raise Trouble(f"cutover history check: {ended.stderr.strip()}")
        verdict: dict[str, Any] = json.loads(ended.stdout)
        return verdict

    def get(self, path: str) -> Any:
        """Ask the API as the operator."""
        return self._asked(requests.get(f"{self.url}{path}", headers=self._headers(), timeout=20))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something as the operator."""
        return self._asked(requests.post(f"{self.url}{path}", json=body, headers=self._headers(), timeout=20))

    def stop_front_ends(self) -> None:
        """Let every person finish, and end the front ends."""
        for front_end in self.front_ends:
            stop(front_end)

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, **self.environment}
        command = [str(CUTOVER), *arguments, "--json"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    def _ledger(self) -> Iterator[dict[str, Any]]:
        """Every entry of the ledger, as the API tells it."""
        after: int | None = 0
        while after is not None:
            part = self.get(f"/api/v1/ledger?after={after}&limit=500")
            yield from part["entries"]
            after = part["next_after"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.operator}"}

    @staticmethod
    def _asked(response: requests.Response) -> Any:
        if not response.ok:
            raise Trouble(f"the service answered {response.status_code}: {response.text[:500]}")
        return response.json()


@contextmanager
def stage(
    folder: Path,
    people: int,
    database_url: str | None = None,
    fence: str = "none",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """Set everything up: stand-ins, adoption, tokens, the service. Nothing moves yet, and nobody writes.

    Without a database the service keeps its own, SQLite in `folder`. `fence` is that of both systems, "none" or
    "permits"; `settings` are more of the service's own.
    """
    salt, app_token = secrets.token_hex(16), secrets.token_hex(16)
    port = free_port()
    crowd: dict[str, object] = {"salt": salt, "people": people, "fence": fence}
    if fence == "permits":
        crowd["jwks"] = f"http://127.0.0.1:{port}/.well-known/jwks.json"
    with ExitStack() as closing:
        mhv = closing.enter_context(running("mhv", folder / "mhv.db", app_token=app_token, **crowd)).url
        va_profile = closing.enter_context(running("va_profile", folder / "va_profile.db", **crowd)).url
        environment = {
            "CUTOVER_DATABASE_URL": database_url or f"sqlite:///{folder / 'cutover.db'}",
            "CUTOVER_ENVIRONMENT": "sandbox",
            "CUTOVER_SECRET_KEY": secrets.token_hex(32),
            "CUTOVER_FOLDER": str(ROOT),
            "CUTOVER_PORT": str(port),
            "MHV_URL": mhv,
            "MHV_APP_TOKEN": app_token,
            "MHV_FENCE": fence,
            "VA_PROFILE_URL": va_profile,
            "VA_PROFILE_FENCE": fence,
            **(settings or {}),
        }
        made = Stage(folder, f"http://127.0.0.1:{port}", environment, salt, people, fence)
        _hand_out_tokens(made)
        log = folder / "service.log"
        started = closing.enter_context(program([str(CUTOVER), "serve"], log, environment))
        wait_ready(started, f"{made.url}/readyz", log)
        closing.callback(made.stop_front_ends)
        yield made


def start_front_ends(stage: Stage, closing: ExitStack, parts: int = 2, threads: int = 6) -> None:
    """Let people read and change their preferences, in `parts` processes of `threads` people at a time."""
    for part in range(parts):
        diary = stage.folder / f"diary-{part}.jsonl"
        arguments = {
            "url": stage.url,
            "token-file": stage.folder / "client-token",
            "diary": diary,
            "salt": stage.salt,
            "people": stage.people,
            "part": part,
            "parts": parts,
            "threads": threads,
        }
        command = [sys.executable, "-m", "sandbox.traffic"]
        command += [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
        stage.front_ends.append(closing.enter_context(program(command, stage.folder / f"traffic-{part}.log")))


def _hand_out_tokens(stage: Stage) -> None:
    stage.cutover("adopt", "--reason", "The demonstration begins.")
    client = stage.cutover("token", "create", "--name", "front ends", "--role", "client", "--reason", "demonstration")
    (stage.folder / "client-token").write_text(client["token"], encoding="utf-8")
    roles = ("--role", "operator", "--role", "approver", "--role", "admin")
    reason = ("--reason", "demonstration")
    stage.operator = stage.cutover("token", "create", "--name", "demo product manager", *roles, *reason)["token"]
