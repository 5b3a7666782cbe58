"""The picture of a timeline: a row for each step in plan order, then for each milestone that is waited for."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.timeline.describing import describe, title_of
from app.domain.timeline.drawing import bands
from app.domain.timeline.drawing.axis import Axis, months, ticks
from app.domain.timeline.drawing.ink import FAINT, FONT, HALO, INK, QUIET, RED, WHITE, Attributes, line, said, tag, text
from app.domain.timeline.drawing.layout import FLAG_BELOW, NARROW, SIZE, SMALL, WIDE, Layout
from app.domain.timeline.drawing.marks import Mark, milestone_mark, step_mark
from app.domain.timeline.drawing.measure import fitting, lines_of
from app.domain.timeline.drawing.strokes import dotted, hatch
from app.domain.timeline.drawing.words import Look as Writing
from app.domain.timeline.drawing.words import Placed, place, written
from app.domain.timeline.shapes import STAYED, Look, StepLine, Timeline
from app.domain.timeline.wording import Dates, milestone_words, name_of, step_words

HEADING = "WAITED FOR (MILESTONES)"
_BOTTOM = 12
_SHORTEST_ARROW = 20
_NAME_HALO: Attributes = {**HALO, "stroke-width": 6}
_WRITING = {
    Look.HELD: Writing(RED, bold=True),
    Look.MOVING: Writing(INK, bold=True),
    **dict.fromkeys(STAYED, Writing(QUIET)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One drawn row: its name with its number ("" for a milestone), its mark, its words, and how they are written."""

    number: str
    name: str
    mark: Mark
    words: tuple[str, ...]
    writing: Writing
    top: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on: `names` begins every id, so that several pictures can stand on one page."""

    timeline: Timeline
    axis: Axis
    names: str

    @property
    def layout(self) -> Layout:
        """Where things stand."""
        return self.axis.layout

    @property
    def top(self) -> float:
        """Where the first row begins."""
        named = self.layout.names_blackouts and any(one.why for one in self.timeline.blackouts)
        return FLAG_BELOW + (24 if named else 6)

    @property
    def heading(self) -> float:
        """Where the heading of the milestones begins."""
        return self.top + self.layout.row * len(self.timeline.steps)

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        below = self.layout.heading + self.layout.row * len(self.timeline.milestones)
        return self.heading + (below if self.timeline.milestones else 0)


def picture(timeline: Timeline, *, wide: bool = True, name: str = "timeline") -> str:
    """The picture, as the text of an SVG file that can stand in a page as it is.

    `name` begins the ids in it: another one for each picture of a page; wide and narrow differ by themselves.
    """
    layout = WIDE if wide else NARROW
    sheet = Sheet(timeline, Axis.of(layout, timeline), f"{name}-{layout.name}")
    drawn = [*_steps(sheet), *_milestones(sheet)]
    return "\n".join([*_head(sheet, drawn), *_ground(sheet), *_rows(sheet, drawn), *_front(sheet), "</svg>", ""])


def _head(sheet: Sheet, drawn: list[Row]) -> Iterator[str]:
    names, layout = sheet.names, sheet.layout
    room = f'viewBox="0 0 {layout.width} {sheet.bottom + _BOTTOM:g}" class="co-timeline co-timeline--{layout.name}"'
    told = f'role="img" aria-labelledby="{said(names)}-title {said(names)}-desc"'
    font = f'font-family="{FONT}" font-size="{SIZE:g}" fill="{INK}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {room} {told} {font}>'
    yield f'<title id="{said(names)}-title">{said(title_of(sheet.timeline))}</title>'
    yield f'<desc id="{said(names)}-desc">{said(describe(sheet.timeline))}</desc>'
    gradients = "".join(one for row in drawn for one in row.mark.defined)
    yield f"<defs>{hatch(f'{names}-hatch')}{gradients}</defs>"


def _ground(sheet: Sheet) -> Iterator[str]:
    """What lies under all rows, on white: in forced colours black words would vanish on a black page."""
    yield tag("rect", width=sheet.layout.width, height=sheet.bottom + _BOTTOM, fill=WHITE)
    yield from bands.blackouts(sheet.timeline, sheet.axis, sheet.top, sheet.bottom, f"{sheet.names}-hatch")
    yield from months(sheet.axis, sheet.bottom)
    yield from ticks(sheet.axis)
    yield from bands.today_line(sheet.timeline, sheet.axis, sheet.bottom)
    if sheet.layout.names_blackouts:
        yield from bands.blackout_names(sheet.timeline, sheet.axis)


def _front(sheet: Sheet) -> Iterator[str]:
    yield from bands.today_flag(sheet.timeline, sheet.axis)


def _steps(sheet: Sheet) -> Iterator[Row]:
    dates, layout = Dates.of(sheet.timeline), sheet.layout
    for index, one in enumerate(sheet.timeline.steps):
        top = sheet.top + layout.row * index
        mark = step_mark(one, sheet.axis, top + layout.middle, sheet.names, sheet.timeline)
        yield Row(str(one.number), name_of(one), mark, step_words(one, dates), _writing(one), top)


def _writing(one: StepLine) -> Writing:
    return _WRITING.get(one.look, Writing())


def _milestones(sheet: Sheet) -> Iterator[Row]:
    dates, layout, now = Dates.of(sheet.timeline), sheet.layout, sheet.timeline.now
    for index, one in enumerate(sheet.timeline.milestones):
        top = sheet.heading + layout.heading + layout.row * index
        fade = f"{sheet.names}-range-{index + 1}"
        mark = milestone_mark(one, sheet.axis, top + layout.middle, fade, sheet.timeline)
        yield Row("", one.title, mark, milestone_words(one, dates, now), Writing(), top)


def _rows(sheet: Sheet, drawn: list[Row]) -> Iterator[str]:
    layout = sheet.layout
    if sheet.timeline.milestones:
        yield text(HEADING, HALO, x=0, y=sheet.heading + 22, font_weight=700, font_size=SMALL, fill=QUIET)
    for row in drawn:
        below = row.top + layout.row
        yield line((0, below), (layout.width, below), stroke=FAINT)
        yield from _name(row, layout)
        yield from row.mark.ink
        placed = place(row.words, row.mark, layout, row.writing)
        yield from _arrow(row, placed, layout)
        yield written(placed, row.top + layout.middle, row.writing)


def _arrow(row: Row, placed: Placed, layout: Layout) -> Iterator[str]:
    """The arrow of what has no date: behind its words, where they stand right of its mark."""
    begins = max(row.mark.ends, placed.ends if placed.begins >= row.mark.ends else 0) + 4
    if row.mark.arrow is not None and layout.ends - begins >= _SHORTEST_ARROW:
        yield dotted(begins, layout.ends, row.top + layout.middle, row.mark.arrow)


def _name(row: Row, layout: Layout) -> Iterator[str]:
    """Left of the days, in at most two lines; or above the marks, in one."""
    if not layout.left:
        words = fitting(f"{row.number} {row.name}".strip(), layout.width - 4, SIZE, bold=True)
        yield text(words, _NAME_HALO, x=0, y=row.top + 17, font_weight=700, font_size=SIZE)
        return
    indent = 0 if not row.number else 22
    if row.number:
        yield text(row.number, x=0, y=row.top + layout.middle + 5, font_weight=700, font_size=SIZE)
    lines = lines_of(row.name, layout.left - indent - 4, SIZE)
    first = row.top + layout.middle + (5 if len(lines) == 1 else -3)
    for index, words in enumerate(lines):
        yield text(words, x=indent, y=first + 17 * index, font_size=SIZE)
