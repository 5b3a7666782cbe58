"""Days to places, and which months and days are marked and named: as many as can be read, by how long the plan is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from app.domain.timeline.days import place_of
from app.domain.timeline.drawing.ink import LINE, QUIET, line, text
from app.domain.timeline.drawing.layout import MONTHS_AT, NUMBERS_AT, SIZE, TICKS_FROM, TICKS_TO, Layout
from app.domain.timeline.drawing.measure import width_of
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.wording import DAYS, MONTHS

NUMBER_SIZE = 12.0
_EACH_DAY, _WITH_DAY_NAMES, _TICK, _GAP = 22.0, 50.0, 5.0, 8.0
_LEAST_NAME = 56.0
"""The room that the shortest name with a year needs."""
_WHOLE = 0.8
"""A month, or years, of which so much is shown must be named."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months from one named month to the next."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The days that are drawn, from the first to the last, both as ordinals."""

    layout: Layout
    first: int
    last: int

    @classmethod
    def of(cls, layout: Layout, timeline: Timeline) -> "Axis":
        """The axis of a timeline."""
        return cls(layout, timeline.first.toordinal(), timeline.last.toordinal())

    @property
    def per_day(self) -> float:
        """How wide a day is."""
        return (self.layout.ends - self.layout.begins) / (self.last + 1 - self.first)

    def x(self, place: float) -> float:
        """How far right a place in days is, within what is drawn."""
        inside = min(max(place, self.first), self.last + 1)
        return self.layout.begins + (inside - self.first) * self.per_day

    def day(self, day: date) -> float:
        """How far right a day begins."""
        return self.x(day.toordinal())

    def at(self, moment: datetime) -> float:
        """How far right a moment is."""
        return self.x(place_of(moment))

    def shows(self, day: date) -> bool:
        """Whether a day is drawn."""
        return self.first <= day.toordinal() <= self.last


def months(axis: Axis, bottom: float) -> Iterator[str]:
    """A line where each named month begins, and its name; of the first month too, where there is room before.

    As many months are named as have room for their names, all in the same way.
    """
    ways = [(named, names) for step in _STEPS for named in [_named(axis, step)] for names in _styles(axis, named, step)]
    named, names = next((way for way in ways if _all_fit(axis, *way)), ways[-1])
    yield from (line((axis.day(day), 24), (axis.day(day), bottom), stroke=LINE) for day in named if _begins(day))
    for day, room, name in zip(named, _rooms(axis, named), names, strict=True):
        if name and width_of(name, SIZE, bold=True) <= room:
            yield text(name, x=axis.day(day) + 4, y=MONTHS_AT, font_weight=700, font_size=SIZE)


def _named(axis: Axis, step: int) -> list[date]:
    """The first day, and where every month begins of which one in `step` is named."""
    first = date.fromordinal(axis.first)
    begins = [one for one in _month_starts(axis) if (one.year * 12 + one.month - 1) % step == 0]
    return begins if first in begins else [first, *begins]


def _begins(day: date) -> bool:
    return day.day == 1


def _rooms(axis: Axis, named: list[date]) -> list[float]:
    """How much room each month has for its name, up to the next."""
    edges = [*(axis.day(day) for day in named), axis.layout.width + _GAP]
    return [end - begin - 4 - _GAP for begin, end in pairwise(edges)]


def _all_fit(axis: Axis, named: list[date], names: list[str]) -> bool:
    """Whether every name fits; the first of which only an end is shown, and the last, need not."""
    rooms = list(zip(names, _rooms(axis, named), strict=True))
    if len(rooms) < 3:
        needed = [max(rooms, key=lambda one: one[1])]
    else:
        first, second = (axis.day(after) - axis.day(day) for day, after in pairwise(named[:3]))
        needed = rooms[0 if first >= _WHOLE * second else 1 : -1]
    return all(width_of(name, SIZE, bold=True) <= room for name, room in needed)


def _styles(axis: Axis, named: list[date], step: int) -> list[list[str]]:
    """Names of these months, the longest first: the first that has room, and each first of a year, with its year."""
    if step >= 12:
        return [[str(day.year) for day in named]]
    has_room = len(named) < 2 or _rooms(axis, named)[0] >= _LEAST_NAME
    first = named[0 if has_room else 1]
    years = {day: day == first or day.year != before.year for before, day in pairwise([named[0], *named])}
    full = [f"{MONTHS[day.month - 1]}{f' {day.year}' if years[day] else ''}" for day in named]
    some = [f"{MONTHS[day.month - 1][:3]}{f' {day.year}' if years[day] else ''}" for day in named]
    least = [f"{MONTHS[day.month - 1][:3]}{f' ’{day.year % 100:02}' if years[day] else ''}" for day in named]
    return [names if has_room else ["", *names[1:]] for names in (full, some, least)]


def _month_starts(axis: Axis) -> Iterator[date]:
    day = date.fromordinal(axis.first)
    day = day if day.day == 1 else _next_month(day)
    while day.toordinal() <= axis.last:
        yield day
        day = _next_month(day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def ticks(axis: Axis) -> Iterator[str]:
    """A tick for each Monday, with its number or every other one's where there is room; for each day, where few are
    shown."""
    each, per_tick = (1, axis.per_day) if axis.per_day >= _EACH_DAY else (7, 7 * axis.per_day)
    if per_tick < _TICK:
        return
    every = next((every for every in (1, 2) if every * per_tick >= _EACH_DAY), 0)
    days = [day for day in range(axis.first, axis.last + 1) if each == 1 or date.fromordinal(day).weekday() == 0]
    for place, day in enumerate(days):
        x = axis.x(day)
        yield line((x, TICKS_FROM), (x, TICKS_TO), stroke=QUIET)
        words = _number(date.fromordinal(day), axis.per_day)
        half = width_of(words, NUMBER_SIZE) / 2
        if every and place % every == 0 and half <= x <= axis.layout.width - half:
            yield text(words, x=x, y=NUMBERS_AT, text_anchor="middle", font_size=NUMBER_SIZE, fill=QUIET)


def _number(day: date, per_day: float) -> str:
    return f"{DAYS[day.weekday()][:3]} {day.day}" if per_day >= _WITH_DAY_NAMES else str(day.day)
