"""What a state of model (b) is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from app.domain.ownership import System
from tests.models.search import Breach

LATE = Breach("a copy is accepted after the activation")
SAME = Breach("both systems accept a write at the same epoch")


class Stage(IntEnum):
    """How far the move is, as stored. With both systems fenced there is nothing to drain."""

    NONE = 0
    SEED = 1
    CLOSE = 2
    CATCH_UP = 3
    ACTIVATE = 4
    STOPPED = 5
    """Not a move: the database has lost commits, and a person has to name the owner."""


class Database(NamedTuple):
    """What is committed. `moves` counts those that may still begin; with `stage` it is the version that is compared.

    `changed`: whether MHV's, VA.gov's record changed since the seed began.
    """

    row: int
    stage: Stage
    moves: int
    changed: tuple[bool, bool] = (False, False)


class Store(NamedTuple):
    """One system: the epoch of its fence, its record, the epoch of the last write that it accepted, what it admitted.

    What is admitted holds the shared lock until it is committed: (whether it is a copy, epoch, content).
    """

    epoch: int
    content: int
    accepted: int = -1
    admitted: tuple[tuple[bool, int, int], ...] = ()


class Message(NamedTuple):
    """A write or a copy on its way to a system."""

    place: int
    is_copy: bool
    epoch: int
    content: int


class Driver(NamedTuple):
    """What a process has in memory of the stage that it carries on. It may be stopped anywhere and wake up later."""

    step: int = 0
    stage: Stage = Stage.NONE
    moves: int = -1
    epoch: int = -1
    owner: int = -1
    read: int = -1


class Told(NamedTuple):
    """The last write that was acknowledged, when the present reign began, and what may still happen."""

    last: int
    since: int
    writes: int
    failovers: int


class Parts(NamedTuple):
    """A state, spelled out. `standby` is what survives a fail-over of the database."""

    base: Database
    standby: Database
    systems: tuple[Store, Store]
    messages: tuple[Message, ...]
    drivers: tuple[Driver, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Scope:
    """How much may happen. `messages`: writes under way at once. `copies`: copies under way at once."""

    drivers: int = 2
    moves: int = 1
    writes: int = 2
    messages: int = 1
    copies: int = 1
    failovers: int = 0
    seeds: bool = False

    def told(self) -> str:
        """In words."""
        counted = ("drivers", "moves", "writes", "messages", "copies", "failovers")
        extra = ["seeds"] if self.seeds else []
        return ", ".join([f"{name} {getattr(self, name)}" for name in counted if getattr(self, name)] + extra)


State = tuple[int, ...]
Step = tuple[str, Parts | Breach]
NAMES = tuple(System)
MORE_THAN_WAS_ISSUED = 100
"""In the place of the million of the product: no model issues as many epochs."""


def to_stage(stage: Stage) -> Callable[[Database], Database]:
    """The change that takes a move on to its next stage."""
    return lambda base: base._replace(stage=stage)


def with_message(parts: Parts, message: Message) -> Parts:
    """With one more message on its way."""
    return parts._replace(messages=tuple(sorted((*parts.messages, message))))


def without_message(parts: Parts, message: Message) -> Parts:
    """With that message gone."""
    left = list(parts.messages)
    left.remove(message)
    return parts._replace(messages=tuple(left))


def with_system(parts: Parts, place: int, store: Store) -> Parts:
    """With another state of one system."""
    mhv, va_gov = parts.systems
    return parts._replace(systems=(store, va_gov) if place == 0 else (mhv, store))


def with_driver(parts: Parts, number: int, driver: Driver) -> Parts:
    """With another state of one driver."""
    drivers = (*parts.drivers[:number], driver, *parts.drivers[number + 1 :])
    return parts._replace(drivers=drivers)


def under_way(parts: Parts, copies: bool) -> int:
    """How many writes, or copies, are on their way or admitted and not committed."""
    admitted = sum(is_copy is copies for store in parts.systems for is_copy, _, _ in store.admitted)
    return admitted + sum(one.is_copy is copies for one in parts.messages)
