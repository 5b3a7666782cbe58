"""What stands for a step or a milestone, and the room that it takes, which no words may cross."""

from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.plans import OVER
from app.domain.timeline.drawing.axis import Axis
from app.domain.timeline.drawing.ink import BLUE, BROWN, GOLD, INK, PALE, QUIET, RED, line, tag
from app.domain.timeline.drawing.strokes import (
    back,
    bracket,
    chevrons,
    diamond,
    flag,
    gradient,
    minus,
    pill,
    square,
)
from app.domain.timeline.shapes import STAYED, Look, MilestoneLine, StepLine, Timeline

_ENDED = {Look.SKIPPED: chevrons, Look.UNDONE: back, Look.CANCELLED: minus}
_DIAMOND = {Look.MOVED: "moved", Look.WATCHED: "moved", Look.MOVING: "moving"}
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn mark: what it takes from left to right, and the places within it over which no words are written.

    `before` says that its words stand left of it where they can. `arrow` is the colour of one that leads from it to
    the edge, behind its words. `defined` are the gradients that it is drawn with.
    """

    ink: tuple[str, ...]
    begins: float
    ends: float
    cuts: tuple[float, ...] = ()
    before: bool = False
    arrow: str | None = None
    defined: tuple[str, ...] = field(default=())


def step_mark(line_: StepLine, axis: Axis, y: float, names: str, timeline: Timeline) -> Mark:
    """The mark of a step, with what Veterans are told before it and the time in which it is watched."""
    windows = tuple(bracket(axis.at(one.begins), axis.at(one.ends), y + 12) for one in line_.windows)
    if line_.spread is not None:
        return _uncertain(line_, axis, y, f"{names}-fade-{line_.number}", windows)
    if line_.at is None:
        return _undated(axis, timeline, windows)
    x = axis.at(line_.at)
    if line_.look in STAYED:
        return Mark((_ENDED[line_.look](max(x, 8), y),), max(x, 8) - 7, max(x, 8) + 7)
    bars, begins, ends = _bars(line_, axis, y)
    if line_.look is Look.HELD:
        return _held(line_, axis, y, (tuple(bars), begins))
    mark = diamond(_DIAMOND.get(line_.look, "planned"), x, y)
    return Mark((*windows, *bars, mark), min(begins, x - 11), max(ends, x + 11))


def _bars(line_: StepLine, axis: Axis, y: float) -> tuple[list[str], float, float]:
    """The bars of a step, and from where to where they reach."""
    ink, edges = list[str](), [axis.at(one) for one in (line_.at,) if one is not None]
    for stretch, draw in ((line_.warned, _warned), (line_.blocked, _blocked), (line_.watched, _watched)):
        if stretch is not None:
            begins, ends = axis.at(stretch.begins), axis.at(stretch.ends)
            ink.append(draw(begins, max(ends - begins, 1.0), y))
            edges += [begins, ends]
    return ink, min(edges), max(edges)


def _warned(x: float, width: float, y: float) -> str:
    return tag("rect", x=x, y=y - 4, width=width, height=8, fill=GOLD, stroke=BROWN)


def _blocked(x: float, width: float, y: float) -> str:
    return tag("rect", x=x, y=y - 7, width=width, height=14, fill=BROWN)


def _watched(x: float, width: float, y: float) -> str:
    return tag("rect", x=x, y=y - 7, width=width, height=14, fill=PALE, stroke=BLUE)


def _uncertain(line_: StepLine, axis: Axis, y: float, fade: str, windows: tuple[str, ...]) -> Mark:
    spread = line_.spread
    assert spread is not None  # noqa: S101 - asked by the caller; for the reader of types
    begins, ends = axis.day(spread.p10), axis.day(spread.p90 + _ONE)
    even = (axis.day(spread.p50) + axis.day(spread.p50 + _ONE)) / 2
    body = pill(fade, begins, ends, y, rounded=True)
    thick = line((even, y - 12), (even, y + 12), stroke=INK, stroke_width=3)
    defined = gradient(fade, (even - begins) / max(ends - begins, 1.0), BLUE)
    return Mark((*windows, body, thick), begins, ends, (even,), before=True, defined=(defined,))


def _undated(axis: Axis, timeline: Timeline, windows: tuple[str, ...] = ()) -> Mark:
    """Nothing but an arrow from today to the edge; of a plan that has ended it leads nowhere."""
    begins = axis.at(timeline.now)
    is_over = timeline.state is not None and timeline.state in OVER
    return Mark(windows, begins, begins, arrow=None if is_over else QUIET)


def _held(line_: StepLine, axis: Axis, y: float, told: tuple[tuple[str, ...], float]) -> Mark:
    bars, begins = told
    x = axis.at(line_.at) if line_.at is not None else axis.layout.begins
    if line_.moved is not None:
        moved = axis.at(line_.moved)
        x = min(max(x, moved + 20), axis.layout.ends - 9)
        return Mark((*bars, diamond("moved", moved, y), square(x, y)), min(begins, moved - 11), x + 9)
    return Mark((*bars, square(x, y)), min(begins, x - 9), x + 9, arrow=RED)


def milestone_mark(line_: MilestoneLine, axis: Axis, y: float, fade: str, timeline: Timeline) -> Mark:
    """The mark of a milestone: reached, between two days, or without any."""
    if line_.reached is not None:
        x = min(axis.at(line_.reached), axis.layout.ends - 14)
        return Mark((flag(x, y, reached=True),), x - 1, x + 14)
    if line_.estimate is None:
        return _undated(axis, timeline)
    begins, ends = axis.day(line_.estimate.earliest), axis.day(line_.estimate.latest + _ONE)
    likely = min(axis.day(line_.estimate.likely), axis.layout.ends - 14)
    body = pill(fade, begins, ends, y, rounded=False)
    defined = gradient(fade, (likely - begins) / max(ends - begins, 1.0), QUIET)
    ink = (body, flag(likely, y, reached=False))
    return Mark(ink, begins, max(ends, likely + 14), (likely + 7,), before=True, defined=(defined,))
