"""How long the checker takes over a million events, beside a program that only reads the same lines as JSON."""

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.row import Row, row

EVENTS = 1_000_000
MOVES = 100
PEOPLE = 2000
WITHIN = 60.0
KEY = "pigeon_post"
STORED = {"off": {"mhv": 0, "va_gov": False}, "each": {"mhv": 1, "va_gov": True}}
SYSTEMS = ("mhv", "va_gov")
CUTOVER = Path(sys.executable).with_name("cutover")
READ = "import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)"
Line = dict[str, Any]


class Misjudged(Exception):
    """The checker found something else in the recording than there is."""


def rows() -> Iterator[Row]:
    """The row of the checker, in seconds."""
    with TemporaryDirectory(prefix="cutover-bench-") as folder:
        file = Path(folder) / "run.jsonl"
        print(f"history: a recording of {EVENTS:,} events …", flush=True)
        with file.open("w", encoding="utf-8") as opened:
            opened.writelines(json.dumps(line) + "\n" for line in recording())
        read, _ = _timed(sys.executable, "-c", READ, str(file))
        ours, told = _timed(str(CUTOVER), "history", "check", str(file), "--json")
    verdict = json.loads(told)
    if verdict["events"] < EVENTS or not verdict["clean"] or verdict["moves"] != MOVES:
        raise Misjudged(f"the recording was not judged as it should be: {verdict}")
    name = "history check of a million events (s; peer: reading them as JSON)"
    yield row(name, ours, read, f"{WITHIN:g} s", WITHIN)


def _timed(*command: str) -> tuple[float, str]:
    began = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if ended.returncode:
        raise Misjudged(f"{command[1]} ended with {ended.returncode}: {ended.stdout or ended.stderr}")
    return time.monotonic() - began, ended.stdout


def recording() -> Iterator[Line]:
    """A right run: people choose, are answered, and the preference moves back and forth between their choices."""
    fences = {system: {"fence": "none"} for system in SYSTEMS}
    first = {"format": "cutover-history", "version": 1, "systems": fences, "assumptions": "kept"}
    yield {**first, "records": "none", "choices": {KEY: STORED}}
    run = _Run()
    yield run.entry("adopt", {"state": "held", "owner": "mhv", "target": None})
    for _ in range(MOVES):
        for _ in range(math.ceil(EVENTS / MOVES / 3)):
            yield from run.write()
        yield from run.move()
    for (system, person), record in run.held.items():
        yield {"log": "contents", "system": system, "preference": KEY, "person": person, **record}


class _Run:
    def __init__(self) -> None:
        self.row: Line = {"state": "unowned", "owner": None, "target": None, "epoch": 0}
        self.held: dict[tuple[str, str], Line] = {}
        self.counts = dict.fromkeys((*SYSTEMS, "ledger", "front", "write"), 0)

    def next(self, of: str) -> int:
        """The next number of a log."""
        self.counts[of] += 1
        return self.counts[of]

    def entry(self, act: str, changed: Line, **body: Any) -> Line:
        """A change of ownership. One row changes, so the revision is the number of the entry."""
        before, number = self.row, self.next("ledger")
        self.row = {**before, "epoch": before["epoch"] + 1, **changed}
        told = {"move": None, **body, "preferences": {KEY: {"before": before, "after": self.row}}}
        at = f"2027-03-02T05:{number // 60 % 60:02}:{number % 60:02}Z"
        return {"log": "ledger", "number": number, "act": act, "revision": number, "at": at, "body": told}

    def move(self) -> Iterator[Line]:
        """A freeze, a mark of each system, the activation."""
        target = SYSTEMS[self.row["owner"] == "mhv"]
        yield self.entry("freeze", {"state": "moving", "target": target})
        marks = {system: {KEY: self.next(system)} for system in SYSTEMS}
        for system in SYSTEMS:
            mark = {"sequence": marks[system][KEY], "preference": KEY, "epoch": self.row["epoch"]}
            yield {"log": system, "line": "mark", **mark}
        yield self.entry("activate", {"state": "held", "owner": target, "target": None}, marks=marks)

    def write(self) -> Iterator[Line]:
        """A choice of somebody: begun, accepted by the owner, answered."""
        number, owner, epoch = self.next("write"), self.row["owner"], self.row["epoch"]
        person, choice, write = f"person-{number % PEOPLE}", ("off", "each")[number // PEOPLE % 2], f"write-{number}"
        value = STORED[choice][owner]
        yield self._told("begin", write, person, epoch, choice=choice)
        accepted = {"sequence": self.next(owner), "line": "accept", "kind": "write", "write_id": write, "epoch": epoch}
        yield {"log": owner, **accepted, "preference": KEY, "person": person, "part": "choice", "value": value}
        self.held[owner, person] = {"write_id": write, "value": value}
        yield self._told("ok", write, person, epoch, choice=choice, owner=owner)

    def _told(self, event: str, write: str, person: str, epoch: int, **more: Any) -> Line:
        count = self.next("front")
        about = {"key": KEY, "person": person, "epoch": epoch, "at": count / 1000, **more}
        return {"log": "client", "process": "front", "count": count, "event": event, "write": write, **about}
