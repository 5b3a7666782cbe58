"""The service as a process: what it says when it cannot start, and that it ends cleanly."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sandbox.programs import free_port, program, stop, wait_ready
from sandbox.stage import CUTOVER, ROOT

NOWHERE = "http://127.0.0.1:9"


def leases(file: Path) -> int:
    """How many lease rows stand in the database."""
    with closing(sqlite3.connect(file)) as connection:
        count: int = connection.execute("SELECT count(*) FROM leases").fetchone()[0]
        return count


def test_a_service_that_is_told_to_stop_ends_cleanly_and_gives_its_lease_up(tmp_path: Path) -> None:
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
    with program([str(CUTOVER), "serve"], log, environment) as started:
        wait_ready(started, f"http://127.0.0.1:{port}/readyz", log)
        assert leases(file) == 1
        stop(started)
        assert started.returncode == 0
    assert leases(file) == 0
    assert log.read_text() == f"Serving on http://127.0.0.1:{port} until told to stop.\n"


def test_a_service_without_its_settings_says_which_are_missing_and_does_not_start(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CUTOVER_", "MHV_", "VA_"))}
    command = [str(CUTOVER), "serve"]
    ended = subprocess.run(command, env=kept, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert all(name in ended.stderr for name in ("CUTOVER_SECRET_KEY", "MHV_URL", "MHV_APP_TOKEN", "VA_PROFILE_URL"))
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []
