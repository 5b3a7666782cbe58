"""Simulated front ends: people who read their preferences through the service and change them, all the time.

Each front end is a process that writes what its people were told into a file of its own, one JSON object a line:
`begin` before it asks, then `ok`, `refused` (certainly not written; with the code) or `unknown`.
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

from sandbox.people import Person, hashed, make_people

PREFERENCES = ("rx_refill_shipment", "secure_messaging_alerts", "medical_images_available")
TIMEOUT = 15.0
TRY_AGAIN_AFTER = 0.1
MOST_TRIES = 40


@dataclass
class Diary:
    """What one process told its people, in order; each line is on the disk's way before the next thing happens."""

    file: TextIO
    salt: str
    process: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def note(self, event: str, **facts: Any) -> None:
        """Write one line, numbered, with the monotonic clock of this machine in seconds."""
        with self._lock:
            self._count += 1
            line = {"event": event, "process": self.process, "count": self._count, "at": time.monotonic(), **facts}
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()


@dataclass
class FrontEnd:
    """One process: it asks the service at `url` with a client's token."""

    url: str
    token: str
    diary: Diary
    stopping: threading.Event = field(default_factory=threading.Event)

    def serve(self, people: Sequence[Person], seed: int, pause: float) -> None:
        """Let one person after the other look and choose, until told to stop. No two threads share a person."""
        chance = random.Random(seed)
        with requests.Session() as session:
            session.trust_env = False
            while not self.stopping.is_set():
                self._visit(session, chance.choice(people), chance)
                self.stopping.wait(pause * chance.random() * 2)

    def _visit(self, session: requests.Session, person: Person, chance: random.Random) -> None:
        """A person opens the form, chooses something else, and tries again while told that it is not possible now."""
        key = chance.choice(PREFERENCES)
        for _ in range(MOST_TRIES):
            seen = self._ask(session, "GET", key, person)
            if seen is None or "epoch" not in seen or not seen.get("choices"):
                return
            choice = chance.choice([one for one in seen["choices"] if one != seen["choice"]])
            if self._choose(session, person, seen, choice) or self.stopping.wait(TRY_AGAIN_AFTER):
                return

    def _choose(self, session: requests.Session, person: Person, seen: dict[str, Any], choice: str) -> bool:
        """Send one choice and note what the person is told; True when there is nothing to try again."""
        write = uuid.uuid4().hex
        facts = {"write": write, "key": seen["key"], "person": hashed(self.diary.salt, person), "epoch": seen["epoch"]}
        self.diary.note("begin", **facts, choice=choice)
        body = {"choice": choice, "epoch": seen["epoch"]}
        told = self._ask(session, "PUT", seen["key"], person, body, {"Cutover-Write-Id": write})
        if told is None or told.get("code") == "outcome_unknown":
            self.diary.note("unknown", **facts)
            return True
        if "code" in told:
            self.diary.note("refused", **facts, code=told["code"])
            return told["code"] not in ("frozen", "epoch_passed", "no_grant", "system_unreachable")
        self.diary.note("ok", **facts, owner=told["owner"], choice=told["choice"])
        return True

    def _ask(
        self, session: requests.Session, method: str, key: str, person: Person, *sent: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The service's answer, a problem included; None when there was none, or none that can be read."""
        body, more = (*sent, None, {})[:2] if sent else (None, {})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-VA-Profile-Id": str(person.va_profile_id),
            "X-MHV-Correlation-Id": str(person.mhv_correlation_id),
            **(more or {}),
        }
        address = f"{self.url}/api/v1/preferences/{key}"
        try:
            answer: Any = session.request(method, address, json=body, headers=headers, timeout=TIMEOUT).json()
        except (requests.RequestException, ValueError):
            return None
        return answer if isinstance(answer, dict) else None


def main() -> None:
    """Run one front end until it is told to stop (SIGTERM)."""
    asked = _arguments()
    with Path(asked.diary).open("w", encoding="utf-8") as file:
        front = FrontEnd(asked.url, Path(asked.token_file).read_text(encoding="utf-8").strip(), Diary(file, asked.salt))
        signal.signal(signal.SIGTERM, lambda *_: front.stopping.set())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        people = make_people(asked.people, asked.seed)[asked.part :: asked.parts]
        threads = [
            threading.Thread(target=front.serve, args=(people[place :: asked.threads], asked.part * 100 + place, asked.pause))
            for place in range(asked.threads)
        ]
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
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between two people, on average")
    return parser.parse_args()


if __name__ == "__main__":
    main()
