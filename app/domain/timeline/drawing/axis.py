"""Days to places, and which months and days are marked and named: as many as can be read, by how long the plan is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.timeline.days import place_of
from app.domain.timeline.drawing.ink import INK, LINE, QUIET, line, text
from app.domain.timeline.drawing.layout import MONTHS_AT, NUMBERS_AT, SIZE, TICKS_FROM, TICKS_TO, Layout
from app.domain.timeline.drawing.measure import width_of
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.wording import DAYS, MONTHS

NUMBER_SIZE = 12.0
_EACH_DAY, _WITH_DAY_NAMES, _TICK, _GAP = 22.0, 50.0, 5.0, 8.0
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months from one named month to the next."""
_MONTH_ROOM = 58.0


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
    """A line where each named month begins, and its name; of the first month too, where there is room before."""
    step = next((one for one in _STEPS if one * 30.4 * axis.per_day >= _MONTH_ROOM), _STEPS[-1])
    first, free = date.fromordinal(axis.first), axis.layout.begins
    begins = [one for one in _month_starts(axis) if (one.year * 12 + one.month - 1) % step == 0]
    for place, day in enumerate([first, *(one for one in begins if one != first)]):
        x = axis.day(day)
        if place or day in begins:
            yield line((x, 24), (x, bottom), stroke=LINE)
        follows = [one for one in begins if one > day]
        end = axis.day(follows[0]) if follows else axis.layout.width
        name = _name(day, step, end - x - _GAP, with_year=not place or day.month <= step)
        if name and x >= free - 0.1:
            free = x + 4 + width_of(name, SIZE, bold=True)
            yield text(name, x=x + 4, y=MONTHS_AT, font_weight=700, fill=INK, font_size=SIZE)


def _name(day: date, step: int, room: float, *, with_year: bool) -> str:
    """The longest name of a month that fits, or none; of months that are years apart, the year."""
    full, year = MONTHS[day.month - 1], f" {day.year}" if with_year else ""
    names = [str(day.year)] if step >= 12 else [f"{full}{year}", f"{full[:3]}{year}"]
    names += [f"{full[:3]} ’{day.year % 100:02}"] if with_year else []
    names += [full, full[:3]] if step < 12 else []
    return next((name for name in names if width_of(name, SIZE, bold=True) <= room), "")


def _month_starts(axis: Axis) -> Iterator[date]:
    day = date.fromordinal(axis.first)
    day = day if day.day == 1 else _next_month(day)
    while day.toordinal() <= axis.last:
        yield day
        day = _next_month(day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def ticks(axis: Axis) -> Iterator[str]:
    """A tick for each Monday, with its number where there is room; for each day, where few are shown."""
    each, per_tick = (1, axis.per_day) if axis.per_day >= _EACH_DAY else (7, 7 * axis.per_day)
    if per_tick < _TICK:
        return
    every = next(every for every in (1, 2, 4, 8) if every * per_tick >= _EACH_DAY)
    days = [day for day in range(axis.first, axis.last + 1) if each == 1 or date.fromordinal(day).weekday() == 0]
    for place, day in enumerate(days):
        x = axis.x(day)
        yield line((x, TICKS_FROM), (x, TICKS_TO), stroke=QUIET)
        words = _number(date.fromordinal(day), axis.per_day)
        half = width_of(words, NUMBER_SIZE) / 2
        if place % every == 0 and x - half >= 0 and x + half <= axis.layout.width:
            yield text(words, x=x, y=NUMBERS_AT, text_anchor="middle", font_size=NUMBER_SIZE, fill=QUIET)


def _number(day: date, per_day: float) -> str:
    return f"{DAYS[day.weekday()][:3]} {day.day}" if per_day >= _WITH_DAY_NAMES else str(day.day)
