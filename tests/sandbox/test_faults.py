"""What can be made to go wrong, and what it leaves behind."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.log import read_contents, read_log
from sandbox.processes import running
from tests.sandbox.callers import RX, MhvCaller, Target, VaCaller, lines_of, new_id


@pytest.fixture(autouse=True)
def _no_faults_left(mhv: Target) -> Iterator[None]:
    yield
    assert mhv.faults().json() == {"faults": []}


def test_a_call_fails_as_often_as_asked_and_nothing_is_applied(mhv: Target) -> None:
    caller, write = MhvCaller(mhv, 1), new_id()
    mhv.faults({"endpoint": "write_rx", "kind": "fail", "status": 502, "times": 2})
    answers = [caller.ask("POST", RX, {"flag": True}, write_id=write).status_code for _ in range(3)]
    assert answers == [502, 502, 200]
    assert len(lines_of(mhv.store, write)) == 1


def test_a_failure_may_have_a_body(mhv: Target) -> None:
    body = {"errorCode": 135, "developerMessage": "", "message": "Terms not accepted"}
    mhv.faults({"endpoint": "read_rx", "kind": "fail", "status": 403, "body": body})
    answer = MhvCaller(mhv).ask("GET", RX)
    assert (answer.status_code, answer.json()) == (403, body)


def test_only_the_named_endpoint_fails(mhv: Target) -> None:
    mhv.faults({"endpoint": "write_bbmi", "kind": "fail", "status": 500})
    assert MhvCaller(mhv).ask("POST", RX, {"flag": True}).status_code == 200


def test_a_star_means_every_call_but_never_health_or_the_faults_themselves(mhv: Target) -> None:
    mhv.faults({"endpoint": "*", "kind": "fail", "status": 503})
    assert MhvCaller(mhv).opened().status_code == 503
    assert mhv.ask("POST", ".well-known/cutover/marks", body={"epochs": {"a": 1}}).status_code == 503
    assert mhv.ask("GET", "healthz").status_code == 200
    assert mhv.ask("GET", "sandbox/faults").json()["faults"][0]["times"] is None


@pytest.mark.parametrize("kind", ["close", "mask"])
def test_an_answer_is_lost_and_the_write_is_applied_all_the_same(mhv: Target, kind: str) -> None:
    caller, write = MhvCaller(mhv, 2), new_id()
    more = {"status": 504} if kind == "mask" else {}
    mhv.faults({"endpoint": "write_rx", "kind": kind, "times": 1, **more})
    if kind == "mask":
        assert caller.ask("POST", RX, {"flag": False}, write_id=write).status_code == 504
    else:
        with pytest.raises(requests.RequestException):
            caller.ask("POST", RX, {"flag": False}, write_id=write)
    assert caller.ask("GET", RX).json() == {"flag": False}
    assert len(lines_of(mhv.store, write)) == 1


def test_an_empty_answer_can_be_lost_too(mhv: Target) -> None:
    mhv.faults({"endpoint": "session", "kind": "close", "times": 1})
    with pytest.raises(requests.RequestException):
        MhvCaller(mhv).opened()


@pytest.mark.parametrize("kind", ["hang", "dribble"])
def test_an_answer_that_does_not_come_in_time_is_applied_and_ends_with_its_fault(mhv: Target, kind: str) -> None:
    token = MhvCaller(mhv, 3).opened().headers["token"]
    write = new_id()
    mhv.faults({"endpoint": "write_rx", "kind": kind, "times": 1})
    address, sent = f"{mhv.url}/{RX}", {"Token": token, "Cutover-Write-Id": write}
    with pytest.raises(requests.RequestException):
        _within(0.5, address, sent)
    assert len(lines_of(mhv.store, write)) == 1
    assert mhv.faults().status_code == 200
    assert MhvCaller(mhv, 3).ask("POST", RX, {"flag": True}).status_code == 200


def _within(seconds: float, address: str, sent: dict[str, str]) -> None:
    """A write that bounds the silence before the answer and the whole of it."""
    with requests.post(address, json={"flag": True}, headers=sent, timeout=seconds, stream=True) as answer:
        began = time.monotonic()
        for _ in answer.iter_content(1):
            if time.monotonic() - began > seconds:
                raise requests.Timeout


def test_a_delayed_write_is_applied_after_its_caller_has_gone(mhv: Target) -> None:
    token, write = MhvCaller(mhv, 4).opened().headers["token"], new_id()
    mhv.faults({"endpoint": "write_rx", "kind": "delay", "milliseconds": 1500, "times": 1})
    sent = {"Token": token, "Cutover-Write-Id": write}
    with pytest.raises(requests.Timeout):
        requests.post(f"{mhv.url}/{RX}", json={"flag": True}, headers=sent, timeout=0.2)
    assert lines_of(mhv.store, write) == []
    _until(lambda: len(lines_of(mhv.store, write)) == 1)


def test_a_held_write_is_applied_when_it_is_let_go_and_not_before(mhv: Target) -> None:
    token, write = MhvCaller(mhv, 4).opened().headers["token"], new_id()
    mhv.faults({"endpoint": "write_rx", "kind": "hold", "times": 1})
    sent = {"Token": token, "Cutover-Write-Id": write}
    with pytest.raises(requests.Timeout):
        requests.post(f"{mhv.url}/{RX}", json={"flag": True}, headers=sent, timeout=0.5)
    assert lines_of(mhv.store, write) == []
    mhv.faults()
    _until(lambda: len(lines_of(mhv.store, write)) == 1)


def _until(holds: Any) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.05)


def test_faults_add_up(mhv: Target) -> None:
    delay = {"endpoint": "read_rx", "kind": "delay", "milliseconds": 300}
    mhv.faults(delay, {"endpoint": "read_rx", "kind": "fail", "status": 500})
    began = time.monotonic()
    assert MhvCaller(mhv).ask("GET", RX).status_code == 500
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("system", ["mhv", "va_profile"])
def test_a_stand_in_that_crashes_between_effect_and_line_leaves_neither(tmp_path: Path, system: str) -> None:
    store = tmp_path / "system.db"
    with running(system, store, people=1) as stand_in:
        target = Target(stand_in.url, store)
        before = read_contents(store)
        target.faults({"endpoint": "write_rx" if system == "mhv" else "create_permission", "kind": "crash"})
        with pytest.raises(requests.RequestException):
            _write(target, system)
        assert stand_in.process.wait(20) != 0
    assert list(read_log(store)) == []
    assert read_contents(store) == before
    with running(system, store, people=1) as stand_in:
        assert _write(Target(stand_in.url, store), system).status_code == 200
    assert [entry.sequence for entry in read_log(store)] == [1]


def _write(target: Target, system: str) -> Any:
    if system == "mhv":
        return MhvCaller(target).ask("POST", RX, {"flag": True})
    caller = VaCaller(target)
    return caller.send("POST", caller.bio(communicationItemId=902))


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"endpoint": "write_rx"},
        {"endpoint": "write_rxx", "kind": "close"},
        {"endpoint": "healthz", "kind": "close"},
        {"endpoint": ["write_rx"], "kind": "close"},
        {"endpoint": "write_rx", "kind": "explode"},
        {"endpoint": "write_rx", "kind": "fail"},
        {"endpoint": "write_rx", "kind": "fail", "status": 99},
        {"endpoint": "write_rx", "kind": "fail", "status": "503"},
        {"endpoint": "write_rx", "kind": "fail", "status": 503, "body": "text"},
        {"endpoint": "write_rx", "kind": "close", "status": 503},
        {"endpoint": "write_rx", "kind": "close", "times": 0},
        {"endpoint": "write_rx", "kind": "close", "times": True},
        {"endpoint": "write_rx", "kind": "delay", "milliseconds": 1.5},
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_a_sentence(mhv: Target, fault: dict[str, Any]) -> None:
    answer = mhv.faults({"endpoint": "read_bbmi", "kind": "close"}, fault)
    assert answer.status_code == 400
    assert answer.json()["why"].endswith(".")
    assert mhv.ask("GET", "sandbox/faults").json() == {"faults": []}
