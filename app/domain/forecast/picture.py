"""When each plan ends, as a picture: a bar from one chance in ten to nine in ten, a thick line at even chances.

SVG by presentation attributes alone: no script, no style, no font from elsewhere. All ink is the colour of the text
around it, so that it can be read on any ground and in forced colours; text is text, and a screen reader gets the same
in `desc`. Narrow, it is drawn for 320 pixels; wide, for 960, with the names beside the bars.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from app.domain.forecast.figures import Comparison, Figures, labels
from app.domain.forecast.wording import day, number

TITLE = "When each plan ends"

_BAR = "#005ea2"
_FONT = "Source Sans Pro Web, Source Sans Pro, Helvetica, Arial, sans-serif"
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
"""Months from one named month to the next."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: sizes in units of the view box. `columns` is how many characters of a name fit."""

    name: str
    width: int
    left: int
    row: int
    bar: int
    months: int
    columns: int


NARROW = Layout("narrow", width=320, left=0, row=106, bar=28, months=5, columns=47)
WIDE = Layout("wide", width=960, left=330, row=62, bar=8, months=9, columns=47)
_TOP, _BOTTOM, _HEIGHT = 26, 8, 18
_NAMED = 64
"""The room that the name of a month takes."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From days to places: the first and the last day that are drawn."""

    layout: Layout
    first: int
    last: int

    def x(self, at: date) -> float:
        """How far right a day is."""
        room = self.layout.width - self.layout.left - 2
        return round(self.layout.left + 1 + room * (at.toordinal() - self.first) / (self.last - self.first), 1)


def picture(comparison: Comparison, wide: bool = False) -> str:
    """The picture, as the text of an SVG file that can stand in a page as it is."""
    layout = WIDE if wide else NARROW
    plans = comparison.plans
    height = _TOP + layout.row * len(plans) + _BOTTOM
    axis = _axis(layout, plans)
    names = f"co-ends-{layout.name}"
    room = f'viewBox="0 0 {layout.width} {height}" role="img" aria-labelledby="{names}-title {names}-desc"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {room} font-family="{_FONT}" font-size="13" fill="currentColor">',
        f'<title id="{names}-title">{TITLE}</title>',
        f'<desc id="{names}-desc">{escape(describe(comparison))}</desc>',
        *([] if axis is None else _months(axis, len(plans))),
    ]
    for place, one in enumerate(plans):
        lines += _plan(one, axis, layout, _TOP + layout.row * place)
    return "\n".join([*lines, "</svg>", ""])


def describe(comparison: Comparison) -> str:
    """What the picture shows, in words."""
    names = labels(comparison.plans)
    return " ".join(f"{names[one.plan]}: {_when(one)}." for one in comparison.plans) or "No plan."


def _when(one: Figures) -> str:
    if one.finish is None:
        return "no date; " + one.why.get("finish", "nobody knows").rstrip(".")
    finish = one.finish
    return f"8 in 10 chance from {day(finish.p10)} to {day(finish.p90)}, even chance by {day(finish.p50)}"


def _axis(layout: Layout, plans: Sequence[Figures]) -> Axis | None:
    """Whole months around all bars, and a little more for the words beside them."""
    ends = [one.finish for one in plans if one.finish is not None]
    if not ends:
        return None
    first = min(finish.p10 for finish in ends).replace(day=1).toordinal()
    last = _month_after(max(finish.p90 for finish in ends), 1).toordinal()
    return Axis(layout, first, last)


def _month_after(at: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = at.year * 12 + at.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _months(axis: Axis, plans: int) -> Iterator[str]:
    """A line for each month that is named, as many as fit: behind the bars alone, so that none strikes out words."""
    bars = [_TOP + axis.layout.row * place + axis.layout.bar for place in range(plans)]
    at = date.fromordinal(axis.first)
    months = (axis.last - axis.first) / 30.4
    step = next((step for step in _STEPS if months / step <= axis.layout.months), _STEPS[-1])
    while at.toordinal() < axis.last:
        x = axis.x(at)
        for top, end in ((_TOP - 6, _TOP), *((bar - 6, bar + _HEIGHT + 6) for bar in bars)):
            yield _line((x, top), (x, end), 'stroke="currentColor" stroke-opacity=".25"')
        if x + _NAMED <= axis.layout.width:
            yield _text(x + 3, _TOP - 10, f"{at:%b} {at.year}" if step < 12 else f"{at.year}", ' font-weight="700"')
        at = _month_after(at, step)


def _plan(one: Figures, axis: Axis | None, layout: Layout, top: int) -> Iterator[str]:
    name = f"{one.approach} {one.title}" if one.approach else one.title
    fits = name if len(name) <= layout.columns else f"{name[: layout.columns - 1].rstrip()}…"
    yield _text(1, top + 16, fits, ' font-weight="700"')
    bar = top + layout.bar
    if one.finish is None or axis is None:
        yield _text(layout.left + 4, bar + 14, "No date: it waits for what nobody has dated.")
    else:
        p10, p50, p90 = (axis.x(at) for at in (one.finish.p10, one.finish.p50, one.finish.p90))
        yield (
            f'<rect x="{p10}" y="{bar}" width="{max(2.0, round(p90 - p10, 1))}" height="{_HEIGHT}" rx="9"'
            f' fill="{_BAR}" fill-opacity=".35" stroke="currentColor" stroke-dasharray="4 3"/>'
        )
        yield _line((p50, bar - 4), (p50, bar + _HEIGHT + 4), 'stroke="currentColor" stroke-width="3.5"')
        yield _dates(one, axis, bar + _HEIGHT + 17)
    small = top + (33 if layout is WIDE else layout.bar + _HEIGHT + 34)
    for place, words in enumerate(_small(one)):
        yield _text(1, small + 15 * place, words, ' font-size="12"')


def _dates(one: Figures, axis: Axis, y: int) -> str:
    """The three dates under the bar, begun where it begins, or ended at the edge where they would not fit."""
    if one.finish is None:
        return ""
    short = [f"{at:%b} {at.day}, {at.year}" for at in (one.finish.p10, one.finish.p50, one.finish.p90)]
    words = f'{short[0]} – <tspan font-weight="700">{short[1]}</tspan> – {short[2]}'
    if short[0] == short[2]:
        words = f'<tspan font-weight="700">{short[1]}</tspan>'
    x, room = axis.x(one.finish.p10), 6.6 * sum(len(each) + 2 for each in short)
    if x + room > axis.layout.width:
        return f'<text x="{axis.layout.width - 1}" y="{y}" text-anchor="end">{words}</text>'
    return f'<text x="{x}" y="{y}">{words}</text>'


def _small(one: Figures) -> list[str]:
    """The other figures, in two lines."""
    days = {"split": one.split, "detour": one.detour, "mismatch": one.mismatch}
    counted = " · ".join(f"{name} {'?' if of is None else number(of.p50)}" for name, of in days.items())
    return [f"Days: {counted}", f"Frozen {number(one.frozen_minutes)} min · most in one move {one.largest_move}"]


def _line(start: tuple[float, float], end: tuple[float, float], look: str) -> str:
    return f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" {look}/>'


def _text(x: float, y: float, words: str, look: str = "") -> str:
    return f'<text x="{round(x, 1)}" y="{y}"{look}>{escape(words)}</text>'
