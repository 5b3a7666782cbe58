"""What lies under all lines, from top to bottom: times without moves, and today."""

from collections.abc import Iterator

from app.domain.timeline.days import day_of
from app.domain.timeline.drawing.axis import Axis
from app.domain.timeline.drawing.ink import HALO, INK, QUIET, WHITE, Attributes, line, tag, text
from app.domain.timeline.drawing.layout import FLAG_BELOW, FLAG_HEIGHT, FLAG_TOP, SMALL
from app.domain.timeline.drawing.measure import fitting, width_of
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.wording import Dates

NAMED_AT = FLAG_BELOW + 15
"""Down from the top: where names of blackouts stand."""

_LONGEST_NAME = 170.0


def blackouts(timeline: Timeline, axis: Axis, top: float, bottom: float, hatch: str) -> Iterator[str]:
    """A hatch for each time without moves."""
    for one in timeline.blackouts:
        begins, ends = axis.at(one.start), axis.at(one.end)
        width = max(ends - begins, 1.5)
        yield tag("rect", x=begins, y=top, width=width, height=bottom - top, fill=f"url(#{hatch})")


def blackout_names(timeline: Timeline, axis: Axis) -> Iterator[str]:
    """Why nothing moves then, above the hatch; one that would run into the name before it is left out."""
    free = axis.layout.begins
    for one in timeline.blackouts:
        words = fitting(one.why, _LONGEST_NAME, SMALL)
        width = width_of(words, SMALL)
        middle = (axis.at(one.start) + axis.at(one.end)) / 2
        x = min(max(middle - width / 2, axis.layout.begins + 5), axis.layout.width - 2 - width)
        if words and x >= free:
            free = x + width + 10
            yield text(words, HALO, x=x, y=NAMED_AT, font_size=SMALL, fill=QUIET)


def today_line(timeline: Timeline, axis: Axis, bottom: float) -> Iterator[str]:
    """Under marks and words; none where today is not among the days that are shown."""
    if axis.shows(day_of(timeline.now)):
        x = axis.at(timeline.now)
        yield line((x, FLAG_BELOW), (x, bottom), stroke=INK, stroke_width=2)


def today_flag(timeline: Timeline, axis: Axis) -> Iterator[str]:
    """ "Today, Apr 17"."""
    if not axis.shows(day_of(timeline.now)):
        return
    words = f"Today, {Dates.of(timeline).moment(timeline.now)}"
    wide = width_of(words, 13, bold=True) + 14
    left = min(max(axis.at(timeline.now) - wide / 2, 0), axis.layout.width - wide)
    yield tag("rect", x=left, y=FLAG_TOP, width=wide, height=FLAG_HEIGHT, rx=2, fill=INK)
    middle: Attributes = {"text_anchor": "middle", "font_weight": 700, "font_size": 13.0, "fill": WHITE}
    yield text(words, middle, x=left + wide / 2, y=FLAG_TOP + 14.5)
