"""Dates for uncertain milestones, drawn from a seed.

An estimate is read as a PERT distribution: a beta distribution from the earliest to the latest day, with its peak at
the likely one, whose mean is (earliest + 4 × likely + latest) / 6. What is drawn is a whole day. A milestone that is
not reached yet is not reached in the past, so days that are over are left out, and the others share their weight.

Each milestone has random numbers of its own, from the seed and its key: another milestone changes nothing of them, and
the same number gives a later day where the estimate is later.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from random import Random

from app.domain.forecast.days import Calendar, Column
from app.domain.milestones import Estimate, Milestone

PEAK = 4.0
"""How much the likely day weighs against each end, as PERT has it."""

_LEAST_CELLS = 256


class Draws:
    """The day on which each milestone is reached, in each of `count` draws."""

    def __init__(self, milestones: Mapping[str, Milestone], calendar: Calendar, count: int, seed: int) -> None:
        """Of milestones that were not reached; the others happened. Raises ValueError for less than one draw."""
        if count < 1:
            raise ValueError(f"{count} draws say nothing: ask for at least one.")
        self.milestones, self.calendar, self.count, self.seed = milestones, calendar, count, seed
        self._numbers: dict[str, list[float]] = {}
        self._days: dict[str, Column] = {}

    def days(self, key: str) -> Column | None:
        """The local day on which a milestone is reached, for each draw; None if nobody knows."""
        milestone = self.milestones.get(key)
        if milestone is None or (milestone.reached is None and milestone.estimate is None):
            return None
        if key not in self._days:
            self._days[key] = self._draw(milestone)
        return self._days[key]

    def moved(self, key: str, days: int, count: int) -> "Draws":
        """The first `count` of these draws, with the estimate of one milestone moved as a whole."""
        milestone = self.milestones[key]
        if milestone.estimate is None:
            raise ValueError(f"{key} has no estimate that could be moved.")
        by = timedelta(days=days)
        ends = (milestone.estimate.earliest, milestone.estimate.likely, milestone.estimate.latest)
        other = replace(milestone, estimate=Estimate(*(end + by for end in ends)))
        draws = Draws({**self.milestones, key: other}, self.calendar, count, self.seed)
        draws._numbers = {name: numbers[:count] for name, numbers in self._numbers.items()}
        draws._days = {name: column[:count] for name, column in self._days.items() if name != key}
        return draws

    def _draw(self, milestone: Milestone) -> Column:
        if milestone.reached is not None:
            return [self.calendar.day(milestone.reached)] * self.count
        if milestone.estimate is None:
            raise ValueError(f"{milestone.key} has no estimate.")
        first, weights = chances(milestone.estimate, self.calendar.next_midnight)
        upto = list(accumulate(weights))
        total, last = upto[-1], len(upto) - 1
        return [first + bisect_right(upto, number * total, 0, last) for number in self._uniform(milestone.key)]

    def _uniform(self, key: str) -> list[float]:
        if key not in self._numbers:
            chance = Random(f"{self.seed}:{key}").random  # noqa: S311 - a forecast is drawn again from its seed
            self._numbers[key] = [chance() for _ in range(self.count)]
        return self._numbers[key]


def chances(estimate: Estimate, floor: int) -> tuple[int, list[float]]:
    """The first possible day, as an ordinal, and the weight of it and of each day after it, until the latest.

    An estimate that is over by `floor` says only that it was wrong: then `floor` is the only day.
    """
    first, last = estimate.earliest.toordinal(), estimate.latest.toordinal()
    if last < floor:
        return floor, [1.0]
    weights = _pert(last - first, estimate.likely.toordinal() - first)
    return max(first, floor), weights[max(0, floor - first) :]


def _pert(span: int, likely: int) -> list[float]:
    """The weight of each day from the earliest (0) to the latest (`span`): the days whose middle is nearest."""
    if span == 0:
        return [1.0]
    left, right = PEAK * likely / span, PEAK * (span - likely) / span
    # Half days, each in so many cells that a short estimate is as exact as a long one.
    cuts = max(1, _LEAST_CELLS // span)
    cells = 2 * span * cuts
    middles = ((at + 0.5) / cells for at in range(cells))
    heights = [middle**left * (1 - middle) ** right for middle in middles]
    halves = [sum(heights[at : at + cuts]) for at in range(0, cells, cuts)]
    inner = (halves[at] + halves[at + 1] for at in range(1, 2 * span - 1, 2))
    return [halves[0], *inner, halves[-1]]
