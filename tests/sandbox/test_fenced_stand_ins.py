"""Stand-ins of several processes with a fence: permits are checked in each, and a raise holds for all of them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.log import Accept, Mark, Refuse
from sandbox.processes import NotStarted, StandIn
from tests.client.fenced import Authority
from tests.sandbox.callers import EMAIL, MESSAGES, RX, MhvCaller, VaCaller, lines_of, new_id
from tests.sandbox.fenced import EPOCHS, MARKS, Fenced, fenced, misplaced

BOTH = pytest.mark.parametrize("system", ["mhv", "va_profile"], indirect=True)
PERMIT_OF_NONE = ""


@BOTH
def test_a_write_with_a_right_permit_is_accepted_by_every_process(system: Fenced, epoch: int) -> None:
    writes = [new_id() for _ in range(12)]
    assert {system.write(epoch, write_id=write).status_code for write in writes} == {200}
    lines = [line for write in writes for line in lines_of(system.target.store, write)]
    assert [(line.epoch, type(line)) for line in lines if not isinstance(line, Mark)] == [(epoch, Accept)] * 12


@BOTH
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (None, "permit_missing"),
        ({"system": "another"}, "permit_elsewhere"),
        ({"key": "another"}, "permit_elsewhere"),
        ({"use": "raise"}, "permit_elsewhere"),
        ({"exp": 1_700_000_000}, "permit_expired"),
        ({"epoch": 0}, "epoch_passed"),
    ],
)
def test_a_write_without_a_right_permit_changes_nothing_and_is_logged(
    system: Fenced, epoch: int, changes: dict[str, Any] | None, code: str
) -> None:
    write = new_id()
    permit = PERMIT_OF_NONE if changes is None else system.permit(**{"epoch": epoch, **changes})
    said = (changes or {}).get("epoch", epoch)
    answer = system.write(said, permit, write_id=write)
    assert (answer.status_code, answer.json()["code"]) == (409 if code == "epoch_passed" else 403, code)
    (line,) = lines_of(system.target.store, write)
    assert line == Refuse(code, "The fence said no", system.key, None, write, said)


@BOTH
def test_a_forged_permit_is_refused(system: Fenced, epoch: int) -> None:
    forged = Authority(2).permit(epoch, key=system.key)
    assert system.write(epoch, forged).json()["code"] == "permit_forged"


@BOTH
def test_33_a_raise_that_one_process_answered_shuts_older_permits_out_of_all(system: Fenced, epoch: int) -> None:
    assert list(system.raise_to(epoch + 1).json()["marks"]) == [system.key]
    answers = [system.write(epoch) for _ in range(12)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "epoch_passed")}
    assert system.raise_to(epoch).json()["epochs"] == {system.key: epoch + 1}


@BOTH
def test_36_a_raise_is_confirmed_below_the_write_that_was_admitted_before_it(system: Fenced, epoch: int) -> None:
    write = new_id()
    with _under_way(system, lambda: system.write(epoch, write_id=write), 700) as written:
        (mark,) = system.raise_to(epoch + 1).json()["marks"].values()
    assert written[0].status_code == 200
    (accepted,) = [entry.sequence for entry in system.log() if getattr(entry.line, "write_id", None) == write]
    assert accepted < mark


@BOTH
def test_36_a_write_that_does_not_end_delays_the_raise_and_never_the_rule(system: Fenced, epoch: int) -> None:
    with _under_way(system, lambda: system.write(epoch), 4000) as written:
        answer = system.raise_to(epoch + 1)
        assert (answer.status_code, answer.json()["code"]) == (503, "writes_under_way")
    assert written[0].status_code == 200
    assert system.raise_to(epoch + 1).status_code == 200
    assert misplaced(system.log()) == []


class _under_way:  # noqa: N801 - used like a function
    """A write that is admitted, and takes so many milliseconds from there, while the block begins."""

    def __init__(self, system: Fenced, write: Callable[[], Any], milliseconds: int) -> None:
        self._system, self._milliseconds = system, milliseconds
        self.written: list[Any] = []
        self._thread = threading.Thread(target=lambda: self.written.append(write()))

    def __enter__(self) -> list[Any]:
        delay = {"endpoint": self._system.call, "kind": "delay", "milliseconds": self._milliseconds, "times": 1}
        self._system.target.faults(delay)
        self._thread.start()
        end = time.monotonic() + 20
        # The delay is counted once the fence lies behind the write.
        while self._system.target.ask("GET", "sandbox/faults").json()["faults"]:
            assert time.monotonic() < end
            time.sleep(0.01)
        return self.written

    def __exit__(self, *_: object) -> None:
        self._thread.join()


@BOTH
def test_36_under_traffic_no_write_lands_below_the_mark_of_a_later_epoch(system: Fenced, epoch: int) -> None:
    present, last = [epoch], epoch + 6
    since = system.log()[-1].sequence

    def write_on() -> list[int]:
        statuses = []
        while present[0] < last:
            statuses.append(system.write(present[0]).status_code)
        return statuses

    with ThreadPoolExecutor(6) as threads:
        writers = [threads.submit(write_on) for _ in range(6)]
        for told in range(epoch + 1, last + 1):
            time.sleep(0.1)
            assert system.raise_to(told).status_code == 200
            present[0] = told
    statuses = [status for writer in writers for status in writer.result()]
    lines = system.log(since)
    assert misplaced(lines) == []
    assert set(statuses) <= {200, 409}
    assert statuses.count(200) == sum(isinstance(entry.line, Accept) for entry in lines) > 0


# What is guarded, and what is not


@pytest.mark.parametrize("system", ["mhv"], indirect=True)
def test_mhv_guards_each_write_and_an_address_counts_as_rx(system: Fenced, epoch: int) -> None:
    caller = MhvCaller(system.target, 1500)
    for path in (RX, EMAIL, MESSAGES, "v1/usermgmt/notification/bbmi", "v1/usermgmt/notification/newsletter"):
        assert caller.ask("POST", path, {}).json()["code"] == "permit_missing", path
        assert caller.ask("GET", path).status_code == 200, path
    address = {"emailAddress": "someone@example.org"}
    assert caller.ask("POST", EMAIL, address, permit=system.permit(epoch)).status_code == 200
    assert caller.ask("POST", f"/{RX}", {}).status_code in (308, 405, 403), "another way to write it would be open"


@pytest.mark.parametrize("system", ["va_profile"], indirect=True)
def test_va_profile_guards_our_items_by_email_and_lets_others_pass(system: Fenced, epoch: int) -> None:
    caller = VaCaller(system.target, 1500)
    assert caller.read().status_code == 200
    for item, channel, is_ours in (
        (3, 2, True),
        (4, 2, True),
        (9, 2, True),
        (3, 1, False),
        (8, 2, False),
        (1, 1, False),
    ):
        bio = caller.bio(communicationItemId=item, communicationChannelId=channel)
        for method in ("POST", "PUT"):
            answer = caller.send(method, bio)
            assert ("permit_missing" in answer.text) is is_ours, (item, channel, method)
            assert (answer.status_code == 403) is is_ours


# Without a fence


def test_36_without_a_fence_a_mark_does_not_wait_and_a_late_write_lands_below_it(tmp_path: Path) -> None:
    with fenced("mhv", tmp_path, people=50, fence="none", jwks="") as system:
        with _under_way(system, lambda: system.write(7, PERMIT_OF_NONE), 700) as written:
            assert system.target.ask("POST", MARKS, body={"epochs": {system.key: 8}}).status_code == 200
        assert written[0].status_code == 200
        assert [type(entry.line) for entry in misplaced(system.log())] == [Accept]
        assert system.target.ask("PUT", EPOCHS, body={"epochs": {system.key: 8}}).status_code == 404


def test_a_fence_without_keys_does_not_start(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotStarted):
        StandIn("mhv", {"store": tmp_path / "s.db", "people": 1, "fence": "permits"})
    assert "--jwks" in capfd.readouterr().err
