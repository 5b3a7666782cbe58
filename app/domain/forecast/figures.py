"""What a comparison says: for each plan, when it ends and what it costs until then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from app.domain.forecast.days import Column

Value = TypeVar("Value", int, date)


@dataclass(frozen=True, slots=True)
class Spread(Generic[Value]):
    """Of all draws, one in ten is at `p10` or less, every other one at `p50` or less, nine in ten at `p90` or less."""

    p10: Value
    p50: Value
    p90: Value


def spread(column: Column) -> Spread[int]:
    """The spread of the numbers of all draws, by the nearest rank: each of the three is a number that was drawn."""
    in_order = sorted(column)
    p10, p50, p90 = (in_order[-(-len(in_order) * percent // 100) - 1] for percent in (10, 50, 90))
    return Spread(p10, p50, p90)


def dates(column: Column, date_of: Callable[[int], date]) -> Spread[date]:
    """The same, of moments as dates."""
    found = spread(column)
    return Spread(date_of(found.p10), date_of(found.p50), date_of(found.p90))


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What another team must do for a plan: reach a milestone, or take its part in a step.

    On even chances it is needed by the start of the step; the team must be told `lead` before that. Without dates,
    `why` is the sentence that says so.
    """

    milestone: str | None
    step: str | None
    title: str
    team: str | None
    lead: timedelta | None
    needed_by: date | None = None
    tell_by: date | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """One plan's figures. `why` has a sentence for each that is None: finish, split, detour, mismatch.

    Split days are days; detour and mismatch days are days × preferences. `frozen_minutes` is the worst case: the
    freeze limit of each move, for each preference that it moves away from an owner. `largest_move` is how many
    preferences one step moves at most.
    """

    plan: str
    title: str
    approach: str | None
    finish: Spread[date] | None
    split: Spread[int] | None
    detour: Spread[int] | None
    mismatch: Spread[int] | None
    frozen_minutes: float
    largest_move: int
    deliverables: tuple[Deliverable, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans side by side, as forecast at `start` from `draws` draws of a seed. Dates and days are in `time_zone`.

    `assumptions` are sentences: what was taken to be so.
    """

    start: datetime
    time_zone: str
    draws: int
    seed: int
    plans: tuple[Figures, ...]
    assumptions: tuple[str, ...] = ()


COUNTS = ("finish", "split", "detour", "mismatch", "frozen", "largest")
"""What plans are ranked by; less is better in each."""


def measure(figures: Figures, count: str) -> float | None:
    """What a plan has of a count, on even chances; None if nobody knows."""
    if count == "frozen":
        return figures.frozen_minutes
    if count == "largest":
        return figures.largest_move
    if count == "finish":
        return None if figures.finish is None else figures.finish.p50.toordinal()
    days: Spread[int] | None = getattr(figures, count)
    return None if days is None else days.p50


def leaders(plans: Sequence[Figures], count: str) -> tuple[str, ...]:
    """The plans that have least of a count, in their order. None has, where it is not known of any."""
    return least_of({each.plan: measure(each, count) for each in plans})


def least_of(values: Mapping[str, float | None]) -> tuple[str, ...]:
    """The names that have the least value, in their order; those without a value are left out."""
    found = {name: value for name, value in values.items() if value is not None}
    return tuple(name for name, value in found.items() if value == min(found.values()))


def labels(plans: Sequence[Figures]) -> dict[str, str]:
    """How each plan is called in a sentence: by the letter of its approach if no other has it, else by its title."""
    letters = [each.approach for each in plans]
    return {
        each.plan: each.approach if each.approach and letters.count(each.approach) == 1 else f"“{each.title}”"
        for each in plans
    }


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: A, B and C."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
