"""A stand-in of several processes behaves as one: faults, kills, pauses and crashes meet all of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.sandbox.callers import RX, MhvCaller, lines_of, new_id
from tests.sandbox.fenced import PROCESSES, Fenced, fenced

BOTH = pytest.mark.parametrize("system", ["mhv", "va_profile"], indirect=True)
PERMIT_OF_NONE = ""


@BOTH
def test_calls_meet_every_process(system: Fenced) -> None:
    met = {system.target.ask("GET", "healthz").json()["process"] for _ in range(60)}
    assert len(met) == PROCESSES


@BOTH
def test_faults_reach_every_process_and_are_counted_together(system: Fenced, epoch: int) -> None:
    system.target.faults({"endpoint": system.call, "kind": "fail", "status": 502, "times": 5})
    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(lambda _: system.write(epoch).status_code, range(16)))
    assert (statuses.count(502), statuses.count(200)) == (5, 11)


@BOTH
def test_a_raise_can_go_wrong_too(system: Fenced, epoch: int) -> None:
    system.target.faults({"endpoint": "epochs", "kind": "fail", "status": 502, "times": 1})
    assert system.raise_to(epoch + 1).status_code == 502
    assert system.write(epoch).status_code == 200


@BOTH
def test_a_call_that_hangs_in_one_process_ends_when_another_replaces_the_faults(system: Fenced, epoch: int) -> None:
    system.target.faults({"endpoint": system.call, "kind": "hang", "times": 1})
    ended = threading.Event()

    def write() -> None:
        try:
            system.write(epoch)
        except OSError:
            ended.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not ended.wait(0.5)
    assert system.raise_to(epoch + 1).status_code == 503, "a hanging answer has not ended"
    for _ in range(6):
        system.target.faults()
    assert ended.wait(15)
    thread.join()


@pytest.mark.parametrize("system", ["mhv"], indirect=True)
def test_a_write_whose_caller_has_gone_gives_its_lock_back(system: Fenced, epoch: int) -> None:
    token = MhvCaller(system.target, 1500).opened().headers["token"]
    system.target.faults({"endpoint": "write_rx", "kind": "dribble", "times": 1})
    sent = {"Token": token, "Cutover-Permit": system.permit(epoch)}
    with requests.post(
        f"{system.target.url}/{RX}", json={"flag": True}, headers=sent, stream=True, timeout=9
    ) as answer:
        assert next(answer.iter_content(1))
        assert system.raise_to(epoch + 1).status_code == 503
    # Its answer would go on for twenty seconds.
    end = time.monotonic() + 10
    while system.raise_to(epoch + 1).status_code == 503:
        assert time.monotonic() < end


def test_what_was_told_outlives_a_kill_of_all_processes(tmp_path: Path) -> None:
    with fenced("mhv", tmp_path, people=50) as first:
        assert first.raise_to(7).status_code == 200
        first.stand_in.kill()
    with fenced("mhv", tmp_path, people=50, port=first.stand_in.port) as again:
        assert again.write(6).json()["code"] == "epoch_passed"
        assert again.write(7).status_code == 200


def test_a_crash_of_one_process_ends_the_stand_in_and_its_write_is_not_there(tmp_path: Path) -> None:
    write = new_id()
    with fenced("mhv", tmp_path, people=50) as system:
        assert system.write(1).status_code == 200
        system.target.faults({"endpoint": system.call, "kind": "crash", "times": 1})
        with pytest.raises(OSError, match=r"."):
            system.write(1, write_id=write)
        assert system.stand_in.process.wait(20) != 0
    assert lines_of(system.target.store, write) == []
    assert not list(tmp_path.glob("*.faults-*"))


def test_a_paused_stand_in_answers_by_none_of_its_processes(tmp_path: Path) -> None:
    with fenced("mhv", tmp_path, people=50) as system:
        system.stand_in.pause()
        answers = [_within(system.stand_in.url) for _ in range(6)]
        system.stand_in.resume()
        assert answers == [False] * 6
        assert system.write(1).status_code == 200


def _within(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=0.2).ok
    except requests.RequestException:
        return False
