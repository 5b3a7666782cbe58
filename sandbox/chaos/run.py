"""`make chaos`: three parts, one after the other, and what the checker found in each."""

import argparse
import math
import shutil
import signal
import tempfile
import time
from pathlib import Path

from rich.console import Console

from sandbox.chaos.cluster import NoServer, cluster
from sandbox.chaos.crew import ADVISORY
from sandbox.chaos.forced import NotForced
from sandbox.chaos.parts import CREW, Part, Played, kinds_of, play
from sandbox.chaos.proxy import proxies
from sandbox.chaos.recording import Claim
from sandbox.chaos.replica import NotReady, faketime_is_there
from sandbox.chaos.stage import Trouble, prepare, stage
from sandbox.chaos.verdict import Verdict
from sandbox.processes import NotStarted

MOVES, SHORT_MOVES = 90, 24
SECONDS, SHORT_SECONDS = 900.0, 240.0
SHARES = {"fenced": 0.5, "kept": 0.3, "broken": 0.2}

console = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Play all three parts; 0 only when everything is as it must be."""
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description="Moves under many clients and real faults.")
    parser.add_argument("--moves", type=int, help=f"how many moves at least ({MOVES}; short: {SHORT_MOVES})")
    parser.add_argument("--seed", type=int, default=1, help="fixes faults and traffic, not how they interleave (1)")
    parser.add_argument("--short", action="store_true", help="about a minute, with fewer faults, as in CI")
    parser.add_argument("--keep", action="store_true", help="keep the recordings, and say where they are")
    parser.add_argument("--part", action="append", choices=list(SHARES), help="only this part; may be repeated")
    asked = parser.parse_args()
    stop_once()
    folder = Path(tempfile.mkdtemp(prefix="cutover-chaos-"))
    try:
        return _run(folder, asked)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    except (NoServer, NotForced, NotReady, NotStarted, Trouble) as trouble:
        console.print(f"The run cannot go on. {trouble}", markup=False)
        return 1
    finally:
        if asked.keep:
            console.print(f"Every file of the run is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def stop_once() -> None:
    """Let the first Ctrl-C or SIGTERM end the run; a second one would break off the clearing up."""

    def stop(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _run(folder: Path, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    if not faketime_is_there():
        console.print(
            "faketime is not installed: no replica gets a wrong wall clock (Debian: apt-get install faketime)."
        )
    played: list[Played] = []
    console.print("Starting PostgreSQL, with durable settings …")
    with proxies() as ways, cluster() as server:
        prepared = prepare(server)
        for part in _parts(asked):
            console.print(f"{part.name}: starting three replicas, both systems and their clients …")
            with stage(folder / part.name, prepared, ways, fenced=part.claim.fenced) as made:
                played.append(play(made, part, console.print))
    verdict = Verdict(played, asked.seed, time.monotonic() - began)
    console.print(verdict.table())
    if any(one.forced for one in played):
        console.print(verdict.forced())
    for line in verdict.details():
        console.print(line, markup=False)
    console.print("Everything is as it must be." if verdict.is_as_it_must_be else "NOT everything is as it must be.")
    print(f"RESULT {verdict.as_json()}", flush=True)
    return 0 if verdict.is_as_it_must_be else 1


def _parts(asked: argparse.Namespace) -> list[Part]:
    moves = asked.moves or (SHORT_MOVES if asked.short else MOVES)
    seconds = SHORT_SECONDS if asked.short else max(SECONDS, moves * 6.0)
    wanted = asked.part or list(SHARES)
    total = sum(SHARES[name] for name in wanted)
    claims = {"fenced": Claim(True, False), "kept": Claim(False, True), "broken": Claim(False, False)}
    return [
        Part(
            name,
            claims[name],
            _kinds(name, short=asked.short),
            math.ceil(moves * SHARES[name] / total),
            seconds,
            f"{asked.seed}/{name}",
            {kind: many for kind, many in CREW.items() if name != "broken" or kind != ADVISORY},
            {"fenced": 2, "kept": 0, "broken": 2}[name] // (2 if asked.short else 1),
        )
        for name in wanted
    ]


def _kinds(name: str, *, short: bool) -> list[str]:
    found = kinds_of(all_of_them=name == "fenced")
    if name == "broken":
        found = ["client_stopped", "replica_stopped", "connections_cut"]
    if short:
        few: dict[str, list[str]] = {
            "fenced": ["replica_killed", "client_stopped", "driver_stopped", "connections_cut"],
            "kept": ["postgres_restarted", "client_killed", "connections_cut", "ticks_doubled"],
            "broken": [],
        }
        found = few[name]
    return found if faketime_is_there() else [kind for kind in found if kind != "clock_wrong"]
