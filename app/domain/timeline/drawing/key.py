"""What the marks mean: a small picture and its words, for what a timeline shows and for nothing else."""

from collections.abc import Iterator

from app.domain.timeline.drawing.ink import BLUE, BROWN, GOLD, INK, PALE, QUIET, line, tag
from app.domain.timeline.drawing.strokes import (
    back,
    bracket,
    chevrons,
    diamond,
    dotted,
    flag,
    gradient,
    hatch,
    minus,
    pill,
    square,
)
from app.domain.timeline.shapes import Look, Timeline


def key(timeline: Timeline, name: str = "timeline") -> list[tuple[str, str]]:
    """Small pictures of 36 by 18 units, hidden from screen readers, each with its words. `name` begins their ids."""
    shown = {line_.look for line_ in timeline.steps}
    found = [(ink, words) for looks, ink, words in _LOOKS if shown & looks]
    found += [*_stretches(timeline), *_uncertain(timeline, name), *_milestones(timeline, name)]
    if timeline.blackouts:
        hatched = tag("rect", x=2, y=1, width=32, height=16, fill=f"url(#{name}-key-hatch)")
        found.append((f"<defs>{hatch(f'{name}-key-hatch')}</defs>{hatched}", "no moves"))
    return [
        (f'<svg viewBox="0 0 36 18" width="36" height="18" aria-hidden="true">{ink}</svg>', say) for ink, say in found
    ]


_LOOKS = (
    ({Look.MOVED, Look.WATCHED}, diamond("moved", 18, 9), "moved"),
    ({Look.MOVING}, diamond("moving", 18, 9), "moving"),
    ({Look.PLANNED, Look.EXPECTED}, diamond("planned", 18, 9), "will move"),
    ({Look.HELD}, square(18, 9), "held: a person must decide"),
    ({Look.UNDATED}, dotted(2, 34, 9, QUIET), "no date"),
    ({Look.SKIPPED}, chevrons(18, 9), "skipped"),
    ({Look.UNDONE}, back(18, 9), "undone"),
    ({Look.CANCELLED}, minus(18, 9), "cancelled"),
)


def _has(timeline: Timeline, name: str) -> bool:
    return any(getattr(line_, name) for line_ in timeline.steps)


def _stretches(timeline: Timeline) -> Iterator[tuple[str, str]]:
    if _has(timeline, "warned"):
        yield tag("rect", x=2, y=5, width=32, height=8, fill=GOLD, stroke=BROWN), "Veterans are warned"
    if _has(timeline, "blocked"):
        yield tag("rect", x=6, y=2, width=24, height=14, fill=BROWN), "Veterans are blocked"
    if _has(timeline, "watched"):
        yield tag("rect", x=4, y=2, width=28, height=14, fill=PALE, stroke=BLUE), "watched"
    if _has(timeline, "windows"):
        yield bracket(4, 32, 7), "window"


def _uncertain(timeline: Timeline, name: str) -> Iterator[tuple[str, str]]:
    if _has(timeline, "spread"):
        fade = f"<defs>{gradient(f'{name}-key-fade', 0.4, BLUE)}</defs>"
        thick = line((15, 0), (15, 18), stroke=INK, stroke_width=3)
        yield fade + pill(f"{name}-key-fade", 1, 35, 9, rounded=True) + thick, "8 in 10 chance; thick line: even chance"


def _milestones(timeline: Timeline, name: str) -> Iterator[tuple[str, str]]:
    if any(one.reached for one in timeline.milestones):
        yield flag(12, 9, reached=True), "milestone reached"
    if any(one.estimate for one in timeline.milestones):
        fade = f"<defs>{gradient(f'{name}-key-range', 0.4, QUIET)}</defs>"
        body = pill(f"{name}-key-range", 1, 35, 9, rounded=False)
        yield fade + body + flag(14, 9, reached=False), "earliest to latest; flag: likely"
