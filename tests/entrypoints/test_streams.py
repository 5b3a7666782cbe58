"""Streams on the real server: told at once, resumed, capped, and given back when their listeners have gone."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from app.services.waiting import MOST_WAITING
from sandbox.stage import Stage, stage

KEY = "rx_refill_shipment"
SOON = 15.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The service and its stand-ins, each a process of its own."""
    with stage(tmp_path_factory.mktemp("streams"), people=20) as made:
        yield made


def headers(running: Stage, **more: str) -> dict[str, str]:
    """What a client sends."""
    token = (running.folder / "client-token").read_text()
    return {"Authorization": f"Bearer {token}", **more}


@contextmanager
def listening(running: Stage, **more: str) -> Iterator[Iterator[str]]:
    """The lines of one stream."""
    address = f"{running.url}/api/v1/events"
    with requests.get(address, headers=headers(running, **more), stream=True, timeout=SOON) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield (line.decode() for line in answer.iter_lines())


def next_revision(lines: Iterator[str]) -> int:
    """The revision of the next event, whose id it is too."""
    told = {name: value for name, _, value in _event(lines)}
    assert told["event"] == "revision"
    assert told["data"] == f'{{"revision":{told["id"]}}}'
    return int(told["id"])


def _event(lines: Iterator[str]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for line in lines:
        if line and not line.startswith(":"):
            found.append(line.partition(": "))
        elif found:
            return found
    raise AssertionError("the stream ended")


def flip(running: Stage) -> int:
    """Move the preference to the other side, to the end; the revision afterwards."""
    row = running.get(f"/api/v1/ownership/{KEY}")
    to = {"mhv": "va_gov", "va_gov": "mhv"}[row["owner"]]
    asked = {"preferences": [KEY], "to": to, "expect": {KEY: row["epoch"]}, "reason": "It is time."}
    number = running.post("/api/v1/moves", asked)["id"]
    end = time.monotonic() + SOON
    while running.get(f"/api/v1/moves/{number}")["outcome"] is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return int(running.get("/api/v1/ownership")["revision"])


def test_a_listener_is_told_the_present_revision_and_then_each_change(running: Stage) -> None:
    with listening(running) as lines:
        before = next_revision(lines)
        after = flip(running)
        seen = [next_revision(lines)]
        while seen[-1] < after:
            seen.append(next_revision(lines))
    assert before < seen[0]
    assert seen == sorted(set(seen))


def test_a_stream_is_resumed_behind_what_was_told(running: Stage) -> None:
    present = int(running.get("/api/v1/ownership")["revision"])
    with listening(running, **{"Last-Event-ID": str(present - 1)}) as lines:
        assert next_revision(lines) == present
    with listening(running, **{"Last-Event-ID": str(present)}) as lines:
        after = flip(running)
        assert present < next_revision(lines) <= after


def test_a_quiet_stream_says_that_it_lives(running: Stage) -> None:
    with listening(running) as lines:
        next_revision(lines)
        assert next(line for line in lines if line) == ": nothing has changed"


def _open(running: Stage) -> socket.socket:
    """A stream that is opened and never read."""
    port = int(running.url.rpartition(":")[2])
    caller = socket.create_connection(("127.0.0.1", port), timeout=SOON)
    lines = [f"{name}: {value}" for name, value in {**headers(running), "Host": "localhost"}.items()]
    caller.sendall("\r\n".join(["GET /api/v1/events HTTP/1.1", *lines, "", ""]).encode())
    return caller


def _status(caller: socket.socket) -> int:
    answer = caller.recv(64)
    return int(answer.split()[1])


@pytest.mark.timeout(180)
def test_beyond_the_cap_a_stream_is_refused_short_requests_are_answered_and_places_come_back(running: Stage) -> None:
    """Known failure 29: when all threads hold streams, nothing else may hang."""
    with ExitStack() as closing:
        callers = [closing.enter_context(_open(running)) for _ in range(MOST_WAITING)]
        statuses = Counter(_status(caller) for caller in callers)
        assert statuses[200] > MOST_WAITING - 10, "some listeners of the tests before may not have been missed yet"
        assert statuses[200] + statuses[503] == MOST_WAITING
        refused = requests.get(f"{running.url}/api/v1/events", headers=headers(running), timeout=SOON)
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_waiting")
        assert int(refused.headers["Retry-After"]) > 0
        etag = requests.get(f"{running.url}/api/v1/ownership", headers=headers(running), timeout=SOON).headers["ETag"]
        poll = requests.get(
            f"{running.url}/api/v1/ownership?wait=5",
            headers=headers(running, **{"If-None-Match": etag}),
            timeout=SOON,
        )
        assert poll.json()["code"] == "too_many_waiting", "long polls and streams share one cap"
    end = time.monotonic() + 60
    while True:
        with requests.get(f"{running.url}/api/v1/events", headers=headers(running), stream=True, timeout=SOON) as again:
            if again.status_code == 200:
                return
        assert time.monotonic() < end, "places of listeners who have gone do not come back"
        time.sleep(0.5)


def test_the_service_ends_although_somebody_listens(tmp_path: Path) -> None:
    with stage(tmp_path, people=20) as made:
        caller = _open(made)
        assert _status(caller) == 200
    caller.close()
