"""The three parts of a run: their assumptions, their faults, and how one of them is played."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from sandbox.chaos.crew import ADVISORY, CARRIED, LEASED, Crew
from sandbox.chaos.faults import KINDS, STOPPED_FOR, Arena, Lane
from sandbox.chaos.forced import force
from sandbox.chaos.mover import LONGEST, Mover, Tally
from sandbox.chaos.recording import Claim, judged, pauses
from sandbox.chaos.stage import SPAN, Stage

REST = 2.0
"""Mean seconds between two faults of one lane: a move that never has a moment of peace shows nothing."""
PAUSE = 0.5
"""Mean seconds between two choices of one thread of a client: about forty a second in all."""
BREAKS_TIME = ("replica_stopped", "driver_stopped", "client_stopped", "system_stopped")
KEYS = (
    *("rx_refill_shipment", "secure_messaging_alerts", "medical_images_available"),
    *("appointment_reminders", "mhv_newsletter"),
)
MOVERS = 3
"""Who move at once: what one of them has begun to move, another one asks for in vain."""
CREW = {LEASED: 7, CARRIED: 3, ADVISORY: 1}
"""How many client processes of each kind write in a part."""


@dataclass(frozen=True)
class Part:
    """One part. `kinds` are the faults that are applied at random; `seconds` bounds it."""

    name: str
    claim: Claim
    kinds: Sequence[str]
    moves: int
    seconds: float
    seed: str
    crew: Mapping[str, int] = field(default_factory=lambda: CREW)
    forced: int = 0

    @property
    def unknown_wait(self) -> float:
        """How long a write without an answer may still be applied: nobody keeps a settle who is stopped for longer."""
        longest = 0.0 if self.claim.kept else STOPPED_FOR * 1.5
        return SPAN * 1.1 + longest


@dataclass
class Played:
    """What was done in a part, and what the checker found in it."""

    part: Part
    verdict: dict[str, Any]
    faults: Counter[str]
    tally: Tally
    troubles: list[str]
    seconds: float
    forced: list[dict[str, Any]] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Faults that were asked for and never happened."""
        return [kind for kind in self.part.kinds if not self.faults[kind]]


def kinds_of(*, all_of_them: bool) -> list[str]:
    """The kinds of faults; without those that break an assumption about time unless `all_of_them`."""
    return [kind for kind in KINDS if all_of_them or kind not in BREAKS_TIME]


Say = Callable[[str], None]


def play(stage: Stage, part: Part, say: Say) -> Played:
    """Play a part on a stage until its moves are made and each kind of fault was applied, or its time is over."""
    began = time.monotonic()
    crew = Crew(stage, part.seed, part.unknown_wait, PAUSE)
    arena = Arena(stage, crew, part.claim.kept, threading.Event())
    tally, stopping = Tally(), threading.Event()
    movers = [Thread(target=one.run, daemon=True) for one in _movers(stage, part, tally, stopping)]
    lanes = [Thread(target=one.run) for one in _lanes(arena, part)]
    try:
        _hire(crew, part)
        time.sleep(2.0)
        forced = force(stage, crew, part.forced) if part.forced else []
        for thread in (*movers, *lanes):
            thread.start()
        _until_enough(part, arena, tally, say)
        _heal(arena, lanes)
        stopping.set()
        for thread in movers:
            thread.join()
        time.sleep(1.0)
    finally:
        arena.ended.set()
        stopping.set()
        # A fault that is being applied may be about to start a process: nobody may be started behind the end.
        _join(lanes)
        crew.dismiss()
    stuck = _unfinished(stage, tally)
    verdict = judged(stage, part.claim)
    seconds, found = time.monotonic() - began, sorted(pauses(stage.folder))
    return Played(part, verdict, arena.applied, tally, arena.troubles, seconds, forced, stuck, found)


def _hire(crew: Crew, part: Part) -> None:
    for kind, how_many in part.crew.items():
        for _ in range(how_many):
            crew.hire(kind)


def _movers(stage: Stage, part: Part, tally: Tally, stopping: threading.Event) -> list[Mover]:
    chances = [random.Random(f"{part.seed}/mover/{number}") for number in range(MOVERS)]
    return [Mover(stage, KEYS, chance, tally, stopping, 0.3) for chance in chances]


def _lanes(arena: Arena, part: Part) -> list[Lane]:
    """Two at a time: faults that meet find more than faults that come alone."""
    halves = [list(part.kinds[number::2]) for number in range(2)]
    return [
        Lane(arena, kinds, random.Random(f"{part.seed}/faults/{number}"), REST)
        for number, kinds in enumerate(halves)
        if kinds
    ]


def _until_enough(part: Part, arena: Arena, tally: Tally, say: Say) -> None:
    end, next_word = time.monotonic() + part.seconds, 0.0
    while (now := time.monotonic()) < end:
        if tally.ended >= part.moves and all(arena.applied[kind] for kind in part.kinds):
            return
        if now >= next_word:
            next_word = now + 10
            said = ", ".join(f"{kind} {times}" for kind, times in sorted(arena.applied.items())) or "no fault yet"
            say(f"{part.name}: {tally.ended} of {part.moves} moves; {said}")
        time.sleep(0.2)


def _heal(arena: Arena, lanes: Sequence[Thread]) -> None:
    """Let every fault end: what is judged as stuck is what does not go on by itself afterwards."""
    arena.ended.set()
    _join(lanes)
    for replica in arena.stage.replicas:
        replica.wait_ready()


def _join(threads: Sequence[Thread]) -> None:
    for thread in threads:
        if thread.ident is not None:
            thread.join()


def _unfinished(stage: Stage, tally: Tally) -> list[str]:
    """Moves that outlived their limit, and preferences that nobody may write although no fault is left."""
    end = time.monotonic() + LONGEST
    while True:
        told = stage.ask("GET", "/api/v1/ownership")["preferences"]
        moving = [f"{one['key']} is {one['state']}" for one in told if one["state"] in ("moving", "stopped")]
        if not moving or time.monotonic() > end:
            return [*(f"move {number} had no outcome" for number in tally.outlived), *moving]
        time.sleep(1.0)
