"""What both models stand on: one preference, its rows as the real table changes them, and time in whole ticks."""

from dataclasses import dataclass
from functools import cache

from app.domain.grants import Standing, answer_of
from app.domain.ownership import Act, Ownership, State, System
from cutover_client.elapsed import Instant
from cutover_client.routes import Answer
from cutover_client.spans import Spans
from tests.models.search import Breach, Numbered

KEY = "a"

TWO = Breach("two systems accept: a write of a reign that has passed")
LOST = Breach("an acknowledged write is lost")

TICK = 1000
SHORT = Spans(ttl=2.002 * TICK, write_timeout=0.5 * TICK, settle={"mhv": 0.491 * TICK, "va_gov": 0.491 * TICK})
LONG = Spans(ttl=4.002 * TICK, write_timeout=TICK, settle={"mhv": 0.981 * TICK, "va_gov": 0.981 * TICK})
"""A grant of two ticks and writes of one; of four and two. With these the last write of a slow clock ends in the very
tick in which the drain of a fast one would end, if it did not wait for the margin: the real CLOCK_MARGIN is needed."""

SLOW, FAST = 990, 1010
"""Units that a machine's clock counts in one tick: as far from the truth as CLOCK_MARGIN allows."""

_NOW = 10**6


@dataclass(frozen=True, slots=True)
class Machine:
    """A clock that counts `rate` units in a tick. Only differences of its readings mean anything."""

    rate: int

    def reading(self, age: int = 0) -> int:
        """What it showed `age` ticks ago."""
        return _NOW - age * self.rate

    def instant(self, age: int = 0) -> Instant:
        """The moment `age` ticks ago. Its monotonic clock is slower still and its wall clock stands: neither counts."""
        return _instant(self.rate, age)

    def age(self, moment: Instant) -> int:
        """How many ticks ago a moment was."""
        return int(_NOW - moment.boot) // self.rate

    def ticks(self, units: float) -> int:
        """The fewest ticks in which this clock counts so many units: an age beyond that makes no difference."""
        return int(-(-units // self.rate))


@cache
def _instant(rate: int, age: int) -> Instant:
    reading = _NOW - age * rate
    return Instant(reading, reading // 2, 0)


class Rows:
    """Every row of the preference that came up, by number, and the answers that tell of them."""

    def __init__(self) -> None:
        self._rows: Numbered[Ownership] = Numbered()
        self._answers: dict[tuple[int, int], Answer] = {}
        self._after: dict[tuple[int, Act], int] = {}

    def __getitem__(self, number: int) -> Ownership:
        return self._rows[number]

    def first(self) -> int:
        """The preference as it was adopted: held by MHV at epoch 1."""
        return self._rows.number(Ownership(KEY).after(Act.ADOPT, System.MHV))

    def after(self, number: int, act: Act) -> int:
        """The row after one change, by the real table. A freeze names the other system."""
        known = self._after.get((number, act))
        if known is None:
            row = self._rows[number]
            given = row.owner.other if act is Act.FREEZE and row.owner else None
            known = self._after[number, act] = self._rows.number(row.after(act, given, move=1))
        return known

    def put(self, row: Ownership) -> int:
        """The number of a row that came about in another way than by a change."""
        return self._rows.number(row)

    def is_held(self, number: int) -> bool:
        """Whether somebody may write."""
        return self._rows[number].state is State.HELD

    def answer(self, revision: int, number: int) -> Answer:
        """What a lease holder is told of it."""
        known = self._answers.get((revision, number))
        if known is None:
            standing = Standing(revision, {KEY: self._rows[number]})
            known = self._answers[revision, number] = answer_of(standing)
        return known
