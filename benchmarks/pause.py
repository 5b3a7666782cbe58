"""How long a move keeps people from writing: by the holders' own clocks, from a first refusal to the next success."""

import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.row import Row, p99, row
from sandbox.chaos.cluster import cluster
from sandbox.chaos.crew import Client, Crew
from sandbox.chaos.proxy import Proxies, Proxy
from sandbox.chaos.stage import TTL, Prepared, Size, Stage, prepare, stage

KEY = "medical_images_available"
WITHIN = 60.0
BETWEEN = 1.0
LOOK_EVERY = 0.25
"""Seconds between two looks at a move: each costs the service about as much as a renewal."""


@dataclass(frozen=True)
class Measured:
    """Milliseconds: each pause of a holder, and the longest write that was under way when something froze."""

    pauses: Sequence[float]
    longest: float


@dataclass(frozen=True)
class Scene:
    """So many processes with so many holders each, each writing every `every` seconds; `dead`: one process dies."""

    name: str
    processes: int
    holders: int
    every: float
    moves: int
    fenced: bool = False
    dead: bool = False
    ttl: float = TTL


HEALTHY = Scene("healthy-20", 2, 10, 0.5, moves=15)
MANY = Scene("healthy-200", 8, 25, 5.0, moves=8, ttl=30.0)
DEAD = Scene("dead-unfenced", 3, 4, 0.3, moves=2, dead=True)
DEAD_FENCED = Scene("dead-fenced", 3, 4, 0.3, moves=2, fenced=True, dead=True)


def rows() -> Iterator[Row]:
    """The rows of the pause, in milliseconds."""
    with TemporaryDirectory(prefix="cutover-bench-") as folder, cluster() as server:
        where = Place(Path(folder), prepare(server))
        few, many, dead, fenced = (where.play(one) for one in (HEALTHY, MANY, DEAD, DEAD_FENCED))
    yield _beside_a_write("pause p99, 20 healthy lease holders (ms)", few, 100)
    yield _beside_a_write("pause p99, 200 lease holders (ms)", many, 500)
    most = TTL * 1000 * 1.1 + 1000
    name = "pause, a dead holder, no fence (ms; peer: ttl)"
    yield row(name, max(dead.pauses), TTL * 1000, "ttl × 1.1 + 1 s", most)
    yield _beside_a_write("pause, a dead holder, both fenced (ms)", fenced, 500)


def _beside_a_write(name: str, measured: Measured, more: float) -> Row:
    longest = measured.longest
    return row(name, p99(measured.pauses), longest, f"longest write in flight + {more:g} ms", longest + more)


class Direct(Proxies):
    """Ways without a proxy: what passes through one takes longer, and keeps a core busy that is to be measured."""

    def to(self, target: int) -> Proxy:
        """The port itself."""
        made = Proxy(self._loop, target)
        made.port = target
        return made


@dataclass
class Place:
    """Where scenes are played."""

    folder: Path
    prepared: Prepared

    def play(self, scene: Scene) -> Measured:
        """Move back and forth under these holders, and read their diaries."""
        print(f"{scene.name}: {scene.processes * scene.holders} holders, {scene.moves} moves …", flush=True)
        with ExitStack() as closing:
            made = closing.enter_context(
                stage(self.folder / scene.name, self.prepared, Direct(), fenced=scene.fenced, size=Size(1, scene.ttl))
            )
            crew = Crew(made, scene.name, 5.0, scene.every, scene.holders, scene.holders)
            closing.callback(crew.dismiss)
            clients = [crew.hire("benchmarks.holders", [KEY]) for _ in range(scene.processes)]
            _await_holders(made, scene)
            spans = [_moved(made, crew, clients if scene.dead else []) for _ in range(scene.moves)]
            crew.dismiss()
            return _read(made.folder, spans)


def _await_holders(made: Stage, scene: Scene) -> None:
    """Wait until everybody writes."""
    end = time.monotonic() + 3 * WITHIN
    wanted = scene.processes * scene.holders
    while time.monotonic() < end:
        writing = sum('"ok"' in file.read_text(encoding="utf-8") for file in made.folder.glob("diary-*.jsonl"))
        if writing >= wanted:
            return
        time.sleep(0.5)
    raise TimeoutError("not every holder came to write")


def _moved(made: Stage, crew: Crew, doomed: list[Client]) -> tuple[float, float]:
    """One move, and when it began and ended; a holder of `doomed` dies right before it, and another comes after it."""
    time.sleep(BETWEEN)
    standing: dict[str, Any] = made.ask("GET", f"/api/v1/ownership/{KEY}")
    to = "va_gov" if standing["owner"] == "mhv" else "mhv"
    body = {"preferences": [KEY], "to": to, "expect": {KEY: standing["epoch"]}, "reason": "bench"}
    if doomed:
        doomed[0].kill()
    began = time.monotonic()
    number = made.ask("POST", "/api/v1/moves", body)["id"]
    while made.ask("GET", f"/api/v1/moves/{number}")["outcome"] is None:
        if time.monotonic() > began + WITHIN:
            raise TimeoutError("the move did not end")
        time.sleep(LOOK_EVERY)
    ended = time.monotonic()
    if doomed:
        crew.replace(doomed[0], [KEY])
        time.sleep(5 * BETWEEN)
    return began, ended


def _read(folder: Path, spans: Sequence[tuple[float, float]]) -> Measured:
    pauses: list[float] = []
    longest = 0.0
    for file in folder.glob("diary-*.jsonl"):
        lines = [
            json.loads(line) for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line[-1] == "\n"
        ]
        lines = [line for line in lines if line["log"] == "client"]
        pauses += _pauses(lines)
        longest = max(longest, _longest(lines, spans))
    return Measured([pause * 1000 for pause in pauses], longest * 1000)


def _pauses(lines: Sequence[dict[str, Any]]) -> Iterator[float]:
    since = math.nan
    for line in lines:
        if line["event"] == "failed" and line["code"] == "frozen" and math.isnan(since):
            since = line["at"]
        elif line["event"] == "ok" and not math.isnan(since):
            yield line["at"] - since
            since = math.nan


def _longest(lines: Sequence[dict[str, Any]], spans: Sequence[tuple[float, float]]) -> float:
    """The longest write of one holder that was under way at some moment of a move."""
    begun: dict[str, float] = {}
    longest = 0.0
    for line in lines:
        if line["event"] == "begin":
            begun[line["write"]] = line["at"]
        elif line["event"] in ("ok", "unknown"):
            began, ended = begun[line["write"]], line["at"]
            if any(began < last and ended > first for first, last in spans):
                longest = max(longest, ended - began)
    return longest
