"""Counts of what came of carried writes and of comparisons. They say how many, and nothing of anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

BUCKET = timedelta(minutes=5)
"""How long one count goes on before the next one begins."""


class Counted(StrEnum):
    """What is counted."""

    WRITE = "write"
    SHADOW_READ = "shadow_read"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often it went well, badly, and so that nobody can say which."""

    good: int = 0
    bad: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        """How often it was counted at all."""
        return self.good + self.bad + self.unknown

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.good + other.good, self.bad + other.bad, self.unknown + other.unknown)


NOTHING, GOOD, BAD, UNKNOWN = Tally(), Tally(good=1), Tally(bad=1), Tally(unknown=1)


class Place(NamedTuple):
    """Where a count belongs: what was counted, of which preference, and under which epoch of it."""

    what: Counted
    key: str
    epoch: int


class Tallies(Protocol):
    """The counts in the database. A part of `services.store.Unit`."""

    def add(self, counts: Mapping[Place, Tally], at: datetime) -> None:
        """Add these to what was counted in the bucket in which a moment lies."""

    def of(self, what: Counted, keys: Iterable[str], since: datetime) -> Mapping[tuple[str, int], Tally]:
        """What was counted in the buckets that began at a moment or later, by preference and epoch."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` rows of buckets that began before a moment; how many."""
