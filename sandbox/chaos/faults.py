"""Each kind of fault, and the lanes that apply them one after the other. The seed says which, when and to whom.

A fault answers whether it was really applied: one that found nobody to strike is not counted.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from sandbox.chaos.cluster import NoServer
from sandbox.chaos.crew import CARRIED, LEASED, Crew
from sandbox.chaos.proxy import Proxy
from sandbox.chaos.replica import Member, NotReady, Replica, faketime_is_there, other_clock
from sandbox.chaos.stage import SETTLE, TTL, Stage, Trouble

STOPPED_FOR = TTL * 1.3
"""Longer than any lease that a stopped process can hold."""


@dataclass
class Arena:
    """What faults strike. `ended` cuts every wait short; `gentle` keeps what unfenced systems are promised."""

    stage: Stage
    crew: Crew
    gentle: bool
    ended: threading.Event
    applied: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, kind: str) -> None:
        """One more of this kind was applied."""
        with self._lock:
            self.applied[kind] += 1

    def wait(self, seconds: float) -> None:
        """Let it last; over sooner when the part ends."""
        self.ended.wait(seconds)


M = TypeVar("M", bound=Member)
Fault = Callable[[Arena, random.Random], bool]


@contextmanager
def alone(members: Sequence[M], chance: random.Random, most: int = 1) -> Iterator[list[M]]:
    """Up to `most` of these that nobody else does anything to just now, kept so while the block lasts."""
    with ExitStack() as held:
        found: list[M] = []
        for member in chance.sample(list(members), len(members)):
            if len(found) < most and member.busy.acquire(blocking=False):
                held.callback(member.busy.release)
                if member.is_running:
                    found.append(member)
        yield found


def replica_killed(arena: Arena, chance: random.Random) -> bool:
    """kill -9 of one replica, which is started again a moment later."""
    with alone(arena.stage.replicas, chance) as found:
        for replica in found:
            _restart(arena, replica, chance, None)
    return bool(found)


def clock_wrong(arena: Arena, chance: random.Random) -> bool:
    """One replica goes on with a wall clock that is an hour ahead; its monotonic clock is right."""
    with alone(arena.stage.replicas, chance) as found:
        for replica in found:
            _restart(arena, replica, chance, other_clock(1))
            arena.wait(4)
    return bool(found)


def _restart(arena: Arena, replica: Replica, chance: random.Random, more: Mapping[str, str] | None) -> None:
    replica.kill()
    arena.wait(chance.uniform(0.1, 1.5))
    replica.start(more)
    replica.wait_ready()


def client_killed(arena: Arena, chance: random.Random) -> bool:
    """kill -9 of one client, and a quick restart as another process."""
    with alone(arena.crew.of(LEASED, CARRIED), chance) as found:
        for client in found:
            client.kill()
            arena.wait(chance.uniform(0.0, 1.0))
            if not arena.ended.is_set():
                arena.crew.replace(client)
    return bool(found)


def client_stopped(arena: Arena, chance: random.Random) -> bool:
    """SIGSTOP of one client for longer than its lease."""
    with alone(arena.crew.of(LEASED), chance) as found:
        _stopped(arena, found, STOPPED_FOR)
    return bool(found)


def replica_stopped(arena: Arena, chance: random.Random) -> bool:
    """SIGSTOP of one replica for longer than its lease."""
    with alone(arena.stage.replicas, chance) as found:
        _stopped(arena, found, STOPPED_FOR)
    return bool(found)


def driver_stopped(arena: Arena, chance: random.Random) -> bool:
    """Two of three replicas stop while a move is frozen; they wake up when the third has ended it.

    All replicas drive each move, and whoever is first does its next step: with two of three, it is mostly one of them.
    """
    if not _await_freeze(arena):
        return False
    with alone(arena.stage.replicas, chance, most=2) as found:
        _stopped(arena, found, STOPPED_FOR)
    return bool(found)


def _await_freeze(arena: Arena) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end and not arena.ended.is_set():
        with suppress(Trouble):
            told = arena.stage.ask("GET", "/api/v1/ownership")
            if any(one["state"] == "moving" for one in told["preferences"]):
                return True
        time.sleep(0.1)
    return False


def _stopped(arena: Arena, members: Sequence[Member], seconds: float) -> None:
    for member in members:
        member.pause()
    try:
        arena.wait(seconds)
    finally:
        for member in members:
            member.resume()


def system_stopped(arena: Arena, chance: random.Random) -> bool:
    """SIGSTOP of one system, all of its processes, for longer than any lease."""
    stand_in = arena.stage.systems[chance.choice(("mhv", "va_gov"))]
    stand_in.pause()
    try:
        arena.wait(STOPPED_FOR)
    finally:
        stand_in.resume()
    return True


def postgres_restarted(arena: Arena, chance: random.Random) -> bool:
    """PostgreSQL ends as in a crash, and comes back."""
    arena.stage.cluster.kill()
    arena.wait(chance.uniform(0.0, 1.5))
    arena.stage.cluster.start()
    return True


def connections_cut(arena: Arena, chance: random.Random) -> bool:
    """Every connection of one way is reset, several times."""
    way = chance.choice(_ways(arena))
    cut = 0
    for _ in range(chance.randint(1, 4)):
        cut += way.cut()
        arena.wait(chance.uniform(0.05, 0.5))
    return cut > 0


def connections_stalled(arena: Arena, chance: random.Random) -> bool:
    """One way lets nothing through for a while; to a system without a fence, for less than its settle."""
    databases = arena.stage.databases
    way = chance.choice(_ways(arena))
    is_short = arena.gentle and way not in databases
    way.stall()
    try:
        arena.wait(SETTLE * 0.5 if is_short else chance.uniform(1.0, TTL * 1.2))
    finally:
        way.flow()
    return True


def connections_slow(arena: Arena, chance: random.Random) -> bool:
    """One way holds each piece back a little."""
    way = chance.choice(_ways(arena))
    way.delay(chance.uniform(0.005, 0.03))
    arena.wait(chance.uniform(1, 4))
    way.delay(0.0)
    return True


def _ways(arena: Arena) -> list[Proxy]:
    return [*arena.stage.databases, *arena.stage.ways.values()]


def system_slow(arena: Arena, chance: random.Random) -> bool:
    """One system takes its time with every call; with a fence, longer than its callers wait."""
    seconds = SETTLE * 0.5 if arena.gentle else chance.uniform(0.3, 2.5)
    return _misbehaving(arena, chance, {"kind": "delay", "milliseconds": int(seconds * 1000)})


def system_failing(arena: Arena, chance: random.Random) -> bool:
    """One system answers some calls with errors, or makes a change and loses its answer."""
    kinds: Sequence[Mapping[str, Any]] = (
        {"kind": "fail", "status": 503},
        {"kind": "mask", "status": 500},
        {"kind": "close"},
    )
    return _misbehaving(arena, chance, {**chance.choice(kinds), "times": chance.randint(5, 40)})


def _misbehaving(arena: Arena, chance: random.Random, fault: Mapping[str, Any]) -> bool:
    stand_in = arena.stage.systems[chance.choice(("mhv", "va_gov"))]
    try:
        _switch(stand_in.url, [{"endpoint": "*", **fault}])
        arena.wait(chance.uniform(1.0, 4.0))
        _switch(stand_in.url, [])
    except requests.RequestException:
        return False
    return True


def _switch(url: str, faults: Sequence[Mapping[str, Any]]) -> None:
    requests.post(f"{url}/sandbox/faults", json={"faults": faults}, timeout=30).raise_for_status()


def ticks_doubled(arena: Arena, chance: random.Random) -> bool:
    """Every replica is told to tick at once, and the command line too."""
    ticked = []

    def tick(replica: int) -> None:
        with suppress(Trouble):
            arena.stage.ask("POST", "/api/v1/tick", None, replica)
            ticked.append(replica)

    threads = [threading.Thread(target=tick, args=(replica,)) for replica in range(len(arena.stage.replicas))]
    for thread in threads:
        thread.start()
    if chance.random() < 0.3:
        with suppress(Trouble):
            arena.stage.cutover("tick")
            ticked.append(-1)
    for thread in threads:
        thread.join()
    return len(ticked) > 1


KINDS: Mapping[str, Fault] = {
    fault.__name__: fault
    for fault in (
        *(replica_killed, replica_stopped, driver_stopped, client_killed, client_stopped, clock_wrong),
        *(system_stopped, system_slow, system_failing, postgres_restarted),
        *(connections_cut, connections_stalled, connections_slow, ticks_doubled),
    )
}


@dataclass
class Lane:
    """Applies kinds of faults one after the other, each once before any comes again, until the arena has ended."""

    arena: Arena
    kinds: Sequence[str]
    chance: random.Random
    rest: float

    def run(self) -> None:
        """Apply faults until the part ends."""
        while not self.arena.ended.is_set():
            for kind in self.chance.sample(list(self.kinds), len(self.kinds)):
                self.arena.wait(self.rest * 2 * self.chance.random())
                if self.arena.ended.is_set():
                    return
                self._apply(kind)

    def _apply(self, kind: str) -> None:
        if kind == "clock_wrong" and not faketime_is_there():
            return
        try:
            if KINDS[kind](self.arena, self.chance):
                self.arena.count(kind)
        except (NoServer, NotReady) as trouble:
            self.arena.troubles.append(f"{kind}: {trouble}")
