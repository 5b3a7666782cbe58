"""Stand-ins as processes: they say when they are ready, stop when asked, and a kill leaves nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from sandbox.processes import NotStarted, StandIn, running
from tests.sandbox.callers import RX, MhvCaller, Target

ROOT = Path(__file__).resolve().parents[2]


def is_listening(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(2)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def becomes_silent(port: int) -> bool:
    """Whether nobody listens any more, within a generous time."""
    end = time.monotonic() + 10
    while is_listening(port) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_listening(port)


@pytest.mark.parametrize("system", ["mhv", "va_profile"])
def test_a_stand_in_says_one_line_serves_and_stops_without_a_word(tmp_path: Path, system: str) -> None:
    command = [sys.executable, "-m", f"sandbox.{system}", "--port", "0", "--store", str(tmp_path / "s.db")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        assert requests.get(f"{url}/healthz", timeout=5).status_code == 200
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_stops_although_a_call_hangs(tmp_path: Path) -> None:
    with running("mhv", tmp_path / "s.db", people=1) as stand_in:
        target = Target(stand_in.url, tmp_path / "s.db")
        target.faults({"endpoint": "session", "kind": "hang"})
        with pytest.raises(requests.Timeout):
            requests.get(
                f"{stand_in.url}/v1/usermgmt/auth/session",
                headers={"appToken": "sandbox", "mhvCorrelationId": "9000001"},
                timeout=0.3,
            )
        assert stand_in.stop() == 0
        assert becomes_silent(stand_in.port)


def test_the_server_s_worker_does_not_outlive_a_killed_stand_in(tmp_path: Path) -> None:
    with running("mhv", tmp_path / "s.db", people=1) as stand_in:
        # Only the process that was started: its worker is not told.
        os.kill(stand_in.process.pid, signal.SIGKILL)
        assert becomes_silent(stand_in.port)
        stand_in.process.wait(10)


def test_a_killed_stand_in_comes_back_at_its_port_with_what_it_held(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    with running("mhv", store, people=1) as stand_in:
        caller = MhvCaller(Target(stand_in.url, store))
        wanted = not caller.ask("GET", RX).json()["flag"]
        caller.ask("POST", RX, {"flag": wanted})
        stand_in.kill()
    assert not is_listening(stand_in.port)
    with running("mhv", store, people=1, port=stand_in.port) as again:
        assert again.port == stand_in.port
        assert MhvCaller(Target(again.url, store)).ask("GET", RX).json() == {"flag": wanted}


def test_a_paused_stand_in_answers_nothing_until_it_goes_on(tmp_path: Path) -> None:
    with running("mhv", tmp_path / "s.db", people=1) as stand_in:
        stand_in.pause()
        with pytest.raises(requests.Timeout):
            requests.get(f"{stand_in.url}/healthz", timeout=0.5)
        stand_in.resume()
        assert requests.get(f"{stand_in.url}/healthz", timeout=20).status_code == 200


def test_a_port_in_use_is_refused_not_shared(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running("mhv", tmp_path / "a.db", people=1) as first:
        with pytest.raises(NotStarted):
            StandIn("mhv", {"store": tmp_path / "b.db", "people": 1, "port": first.port})
        assert requests.get(f"{first.url}/healthz", timeout=5).status_code == 200
    assert "in use" in capfd.readouterr().err


def test_a_file_of_another_system_is_refused_in_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running("mhv", tmp_path / "s.db", people=1), pytest.raises(NotStarted):
        StandIn("va_profile", {"store": tmp_path / "s.db", "people": 1})
    errors = capfd.readouterr().err
    assert "s.db was made for" in errors
    assert "Traceback" not in errors
