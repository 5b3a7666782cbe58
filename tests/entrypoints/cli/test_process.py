"""The installed command itself, on a database of its own, with the shipped preference files."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CUTOVER = Path(sys.executable).parent / "cutover"
ROOT = Path(__file__).parents[3]


@dataclass
class Machine:
    """A machine with nothing set but what a test sets."""

    environment: dict[str, str]

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `cutover` in a process of its own."""
        environment = {**self.environment, **more}
        return subprocess.run(
            [str(CUTOVER), *arguments], env=environment, capture_output=True, text=True, timeout=50, check=False
        )


@pytest.fixture
def machine(sqlite_url: str) -> Machine:
    """A machine on which only the database and the folder are set."""
    path = os.defpath
    return Machine({"PATH": path, "CUTOVER_DATABASE_URL": sqlite_url, "CUTOVER_FOLDER": str(ROOT)})


def test_the_command_adopts_and_then_tells_who_owns_what(machine: Machine) -> None:
    adopted = machine.run("adopt", "--reason", "Invented.", "--json")
    status = machine.run("status", "--json")

    assert (adopted.returncode, status.returncode) == (0, 0), adopted.stderr + status.stderr
    held = [one["key"] for one in json.loads(status.stdout)["preferences"] if one["state"] == "held"]
    assert sorted(json.loads(adopted.stdout)["adopted"]) == held
    assert held


def test_a_misspelt_setting_ends_with_1_and_the_nearest_name(machine: Machine) -> None:
    ran = machine.run("status", "--json", CUTOVER_DATABSE_URL="x")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "did you mean CUTOVER_DATABASE_URL?" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_cannot_be_reached_ends_with_3(machine: Machine, tmp_path: Path) -> None:
    away = f"sqlite:///{tmp_path}/no/such/folder/cutover.db"

    ran = machine.run("status", CUTOVER_DATABASE_URL=away)

    assert (ran.returncode, ran.stdout) == (3, "")
    assert "Traceback" not in ran.stderr


def test_check_names_every_missing_setting_and_ends_with_1(machine: Machine) -> None:
    ran = machine.run("check", "--json")

    assert ran.returncode == 1
    faults = " ".join(json.loads(ran.stdout)["faults"])
    assert all(name in faults for name in ("CUTOVER_SECRET_KEY", "MHV_URL", "MHV_APP_TOKEN", "VA_PROFILE_URL"))
