"""The stand-in for VA Profile reports each change that it made, again until it was taken, and nothing else."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.processes import running
from sandbox.reporting import TOLD, report_key
from tests.sandbox.callers import FIRST_VA, Target, VaCaller

PATH = "/reports"


@dataclass
class Consumer:
    """Somebody to whom VA Profile pushes. `answers` are the first statuses; then 200."""

    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    def wait(self, count: int) -> list[tuple[str, Any]]:
        """What it heard, once it is so much."""
        end = time.monotonic() + 15
        while len(self.heard) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.heard


@contextmanager
def listening(consumer: Consumer) -> Iterator[Consumer]:
    """A consumer with an address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            consumer.heard.append((self.headers["Authorization"], body))
            self.send_response(consumer.answers.pop(0) if consumer.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        consumer.url = f"http://127.0.0.1:{server.server_port}{PATH}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield consumer
        server.shutdown()


@contextmanager
def reporting(tmp_path: Path, consumer: Consumer, **options: object) -> Iterator[VaCaller]:
    """A stand-in that reports to this consumer, and somebody who writes there."""
    told = {"report_url": consumer.url, "report_key": tmp_path / "key", **options}
    with running("va_profile", tmp_path / "va.db", people=5, **told) as stand_in:
        yield VaCaller(Target(stand_in.url, tmp_path / "va.db"))


def test_each_change_is_reported_with_the_name_that_its_writer_was_told(tmp_path: Path) -> None:
    with listening(Consumer()) as consumer, reporting(tmp_path, consumer) as caller:
        answer = caller.send("POST", caller.bio(communicationItemId=9))
        if answer.status_code != 200:
            held = next(bio for bio in caller.read().json()["bios"] if bio["communicationItemId"] == 9)
            number = held["communicationPermissionId"]
            answer = caller.send("PUT", caller.bio(communicationItemId=9, communicationPermissionId=number))
        ((token, event),) = consumer.wait(1)
    (bio,) = event["bios"]
    assert set(bio) == set(TOLD)
    assert (bio["txAuditId"], bio["vaProfileId"]) == (answer.json()["txAuditId"], FIRST_VA)
    assert (bio["communicationItemId"], bio["communicationChannelId"], bio["allowed"]) == (9, 2, True)
    public: Any = load_pem_public_key((tmp_path / "key.pub").read_bytes())
    assert jwt.decode(token, public, algorithms=["EdDSA"])["exp"] > time.time()


def test_what_was_refused_or_only_read_is_not_reported(tmp_path: Path) -> None:
    with listening(Consumer()) as consumer, reporting(tmp_path, consumer) as caller:
        caller.send("POST", caller.bio(allowed="perhaps"))
        caller.send("PUT", caller.bio(communicationPermissionId=10**9))
        caller.read()
        caller.send("POST", caller.bio(communicationItemId=902))
        ((_, event),) = consumer.wait(1)
        assert event["bios"][0]["communicationItemId"] == 902


def test_a_report_that_was_not_taken_is_sent_again_and_one_that_was_refused_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(Consumer([500, 403, 200, 422])) as consumer, reporting(tmp_path, consumer) as caller:
        for item in (901, 902, 11):
            caller.send("POST", caller.bio(communicationItemId=item))
        heard = consumer.wait(5)
    items = [event["bios"][0]["communicationItemId"] for _, event in heard]
    assert items == [901, 901, 901, 902, 11]
    assert "status 422" in capfd.readouterr().err


def test_a_consumer_that_is_away_holds_nobody_up(tmp_path: Path) -> None:
    away = Consumer(url="http://127.0.0.1:9/reports")
    with reporting(tmp_path, away) as caller:
        assert caller.send("POST", caller.bio(communicationItemId=902)).status_code == 200


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    public = report_key(file).read_bytes()
    assert report_key(file).read_bytes() == public
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["key", "key.pub"]
