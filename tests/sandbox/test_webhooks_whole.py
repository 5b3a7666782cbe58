"""Webhooks end to end: a service as a process, told by the command line of whom to tell, and what happens arrives."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook as Verifier

from sandbox.programs import free_port, program, stop, wait_ready
from sandbox.stage import CUTOVER, ROOT
from tests.services.receivers import receiving
from tests.services.test_working import eventually

NOWHERE = "http://127.0.0.1:9"
BECAUSE = ("--reason", "Invented.", "--json")


def cutover(environment: dict[str, str], *arguments: str) -> Any:
    """What a command answers."""
    command = [str(CUTOVER), *arguments]
    ended = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def test_what_the_command_line_does_is_told_by_the_service_and_verified_by_the_receiver(tmp_path: Path) -> None:
    port, log, file = free_port(), tmp_path / "service.log", tmp_path / "cutover.db"
    environment = {
        "CUTOVER_DATABASE_URL": f"sqlite:///{file}",
        "CUTOVER_SECRET_KEY": "an invented key, long enough to sign cookies",
        "CUTOVER_FOLDER": str(ROOT),
        "CUTOVER_PORT": str(port),
        "MHV_URL": NOWHERE,
        "MHV_APP_TOKEN": "invented",
        "VA_PROFILE_URL": NOWHERE,
    }
    with receiving() as receiver, program([str(CUTOVER), "serve"], log, environment) as started:
        wait_ready(started, f"http://127.0.0.1:{port}/readyz", log)
        objects = cutover(environment, "webhooks", "add", f"{receiver.url}/objects", *BECAUSE)
        words = cutover(environment, "webhooks", "add", f"{receiver.url}/words", "--format", "text", *BECAUSE)
        adopted = cutover(environment, "adopt", *BECAUSE)["adopted"]
        assert adopted
        assert eventually(lambda: len(receiver.got) == 2 * len(adopted))
        stop(started)
        assert started.returncode == 0
    by_path = {path: [one for one in receiver.got if one.path == path] for path in ("/objects", "/words")}
    told = [Verifier(objects["secret"]).verify(one.body, one.headers) for one in by_path["/objects"]]
    said = [Verifier(words["secret"]).verify(one.body, one.headers)["text"] for one in by_path["/words"]]
    assert {key for one in told for key in one["data"]["preferences"]} == set(adopted)
    assert all("now written at MHV" in one and one.endswith("Reason: Invented.") for one in said)
    assert log.read_text() == f"Serving on http://127.0.0.1:{port} until told to stop.\n"
