"""Everything at once, each part a process of its own: stand-ins, the service, people who write, a move and its undo."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.stage import CUTOVER, ROOT, Stage, stage, start_front_ends

KEY = "rx_refill_shipment"
PATIENCE = 60.0


def wait_for(running: Stage, number: int) -> dict[str, Any]:
    """The move, once it has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        move: dict[str, Any] = running.get(f"/api/v1/moves/{number}")
        if move["outcome"] is not None:
            return move
        time.sleep(0.05)
    raise AssertionError(f"move {number} does not end")


@pytest.mark.timeout(240)
def test_a_preference_moves_and_moves_back_under_traffic_and_nothing_is_lost(tmp_path: Path, database_url: str) -> None:
    on = {"CUTOVER_DEVELOPMENT_SIGN_IN": "on"}
    with stage(tmp_path, people=200, database_url=database_url, settings=on) as running, ExitStack() as closing:
        start_front_ends(running, closing, parts=1, threads=6)
        time.sleep(2)
        asked = {"preferences": [KEY], "to": "va_gov", "expect": {KEY: 1}, "reason": "It is time."}
        moved = wait_for(running, running.post("/api/v1/moves", asked)["id"])
        time.sleep(2)
        undone = wait_for(running, running.post(f"/api/v1/moves/{moved['id']}/undo", {"reason": "Not yet."})["id"])
        time.sleep(2)
        running.stop_front_ends()
        verdict = running.cutover("ledger", "verify")
        page = requests.get(f"{running.url}/sign-in", timeout=10)
        found = running.judge()
    assert (moved["outcome"], undone["outcome"]) == ("done", "done")
    assert verdict["intact"]
    assert (page.status_code, "Operator One (VA.gov)" in page.text) == (200, True)
    assert found["clean"], found["faults"]
    assert (found["moved"], found["undone"], found["moves"]) == (1, 1, 2)
    assert found["acknowledged"] > 20
    marks = [stage["detail"].get("marks") for stage in moved["stages"] if stage["name"] == "catch_up"]
    assert {system for mark in marks for system in mark} == {"mhv", "va_gov"}
    _no_ids_in(tmp_path)


def _no_ids_in(folder: Path) -> None:
    """Nothing that the service keeps or says holds an id or an address of a person."""
    kept = [file for file in folder.iterdir() if file.name.startswith(("cutover.db", "service.log"))]
    assert (folder / "service.log") in kept
    for file in kept:
        content = file.read_bytes()
        assert b"people.invalid" not in content
        assert not [number for number in range(200) if str(9_000_001 + number).encode() in content]


def test_a_server_database_without_the_tables_is_refused_until_it_is_migrated(postgres_cluster: Any) -> None:
    url = postgres_cluster.create("cutover_unmigrated")
    environment = {"CUTOVER_DATABASE_URL": url, "PATH": "/usr/bin:/bin"}

    def cutover(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(CUTOVER), *arguments]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    refused = cutover("status", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "cutover migrate" in refused.stderr
    assert cutover("migrate").returncode == 0
    assert cutover("adopt", "--reason", "The beginning.").returncode == 0
    assert '"owner": "mhv"' in cutover("status", "--json").stdout
    postgres_cluster.drop("cutover_unmigrated")
