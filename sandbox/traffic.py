"""Simulated front ends: people who read their preferences through the service and change them, all the time.

Each front end is a process that writes what its people were told into a file of its own, in the lines of a client that
docs/history.md describes: `begin` before it asks, then `ok`, `failed` (certainly not written; with the code) or
`unknown`.
"""

import argparse
import json
import random
import signal
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import requests

from sandbox.people import Person, hashed, people

PREFERENCES = ("rx_refill_shipment", "secure_messaging_alerts", "medical_images_available")
TIMEOUT = 15.0
TRY_AGAIN_AFTER = 0.05
MOST_TRIES = 100
ASK_AGAIN = {"frozen", "epoch_passed", "no_grant", "system_unreachable", "still_under_way"}
"""Codes at which a person is asked to try again; nothing was written."""


@dataclass
class Diary:
    """What one process told its people, in order. A line stands there before the next thing happens."""

    file: TextIO
    process: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def __post_init__(self) -> None:
        # What it asks for is carried by the service; it holds no lease of its own.
        self._write({"log": "process", "process": self.process, "kind": "carried"})

    def note(self, event: str, facts: dict[str, Any]) -> None:
        """Write one line, numbered, with the monotonic clock of this machine in seconds."""
        with self._lock:
            self._count += 1
            line = {"log": "client", "event": event, "process": self.process, "count": self._count}
            self._write({**line, "at": time.monotonic(), **facts})

    def _write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()


@dataclass
class Service:
    """The service as one thread of a front end reaches it. An answer is None when there was none that can be read."""

    url: str
    token: str
    session: requests.Session = field(default_factory=requests.Session)

    def look(self, person: Person, key: str) -> dict[str, Any] | None:
        """What stands there for one person, or the problem."""
        return self._ask("GET", key, self._headers(person), None)

    def choose(self, person: Person, key: str, sent: dict[str, Any], write: str) -> dict[str, Any] | None:
        """What stands there after a choice, or the problem."""
        return self._ask("PUT", key, {**self._headers(person), "Cutover-Write-Id": write}, sent)

    def _headers(self, person: Person) -> dict[str, str]:
        ids = {"X-VA-Profile-Id": str(person.va_profile_id), "X-MHV-Correlation-Id": person.mhv_correlation_id}
        return {"Authorization": f"Bearer {self.token}", **ids}

    def _ask(self, method: str, key: str, headers: dict[str, str], sent: Any) -> dict[str, Any] | None:
        address = f"{self.url}/api/v1/preferences/{key}"
        try:
            found: Any = self.session.request(method, address, json=sent, headers=headers, timeout=TIMEOUT).json()
        except (requests.RequestException, ValueError):
            return None
        return found if isinstance(found, dict) else None


@dataclass
class FrontEnd:
    """One thread of a front end, with people of its own: no two threads share a person."""

    service: Service
    diary: Diary
    salt: str
    chance: random.Random
    stopping: threading.Event

    def serve(self, crowd: Sequence[Person], pause: float) -> None:
        """Let one person after the other look and choose, until told to stop."""
        while not self.stopping.is_set():
            self._visit(self.chance.choice(crowd), self.chance.choice(PREFERENCES))
            self.stopping.wait(pause * self.chance.random() * 2)

    def _visit(self, person: Person, key: str) -> None:
        """A person opens the form, chooses something else, and tries again while told that it is not possible now."""
        for _ in range(MOST_TRIES):
            seen = self.service.look(person, key)
            if seen is None or "choices" not in seen:
                return
            choice = self.chance.choice([one for one in seen["choices"] if one != seen["choice"]])
            if not self._choose(person, seen, choice) or self.stopping.wait(TRY_AGAIN_AFTER):
                return

    def _choose(self, person: Person, seen: dict[str, Any], choice: str) -> bool:
        """Send one choice and note what the person is told; whether they are asked to try again."""
        write, epoch = uuid.uuid4().hex, seen["epoch"]
        facts = {"write": write, "key": seen["key"], "person": hashed(self.salt, person.va_profile_id), "epoch": epoch}
        self.diary.note("begin", {**facts, "choice": choice})
        told = self.service.choose(person, seen["key"], {"choice": choice, "epoch": epoch}, write)
        if told is None or told.get("code") in ("outcome_unknown", "unexpected"):
            self.diary.note("unknown", facts)
            return False
        if "code" in told:
            self.diary.note("failed", {**facts, "code": told["code"]})
            return told["code"] in ASK_AGAIN
        self.diary.note("ok", {**facts, "owner": told["owner"], "choice": told["choice"]})
        return False


def main() -> None:
    """Run one front end until it is told to stop (SIGTERM)."""
    asked = _arguments()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    token = Path(asked.token_file).read_text(encoding="utf-8").strip()
    crowd = list(people(asked.people, asked.seed))[asked.part :: asked.parts]
    with Path(asked.diary).open("w", encoding="utf-8") as file:
        diary = Diary(file)
        threads = []
        for place in range(asked.threads):
            chance = random.Random(f"{asked.seed}/{asked.part}/{place}")
            front = FrontEnd(Service(asked.url, token), diary, asked.salt, chance, stopping)
            threads.append(threading.Thread(target=front.serve, args=(crowd[place :: asked.threads], asked.pause)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.traffic", description="People who change their mind.")
    for name in ("url", "token-file", "diary", "salt"):
        parser.add_argument(f"--{name}", required=True)
    for name, default in (("people", 2000), ("seed", 1), ("part", 0), ("parts", 1), ("threads", 6)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two people, on average")
    return parser.parse_args()


if __name__ == "__main__":
    main()
