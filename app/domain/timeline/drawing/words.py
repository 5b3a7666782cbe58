"""What is written beside a mark: as much as there is room for, on the side where there is room, never over others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.timeline.drawing.ink import HALO, INK, text
from app.domain.timeline.drawing.layout import SIZE, Layout
from app.domain.timeline.drawing.marks import Mark
from app.domain.timeline.drawing.measure import fitting, width_of

GAP = 8.0
"""Between a mark and its words."""


@dataclass(frozen=True, slots=True)
class Look:
    """How words are written."""

    colour: str = INK
    bold: bool = False


def written(words: Sequence[str], mark: Mark, layout: Layout, y: float, look: Look) -> str:
    """The longest of these words that fit beside a mark, or else within it, or else cut off."""
    x, chosen = _placed(words, mark, layout, look)
    weight = 700 if look.bold else 400
    return text(chosen, HALO, x=x, y=y + 5, font_size=SIZE, fill=look.colour, font_weight=weight)


def _placed(words: Sequence[str], mark: Mark, layout: Layout, look: Look) -> tuple[float, str]:
    for one in words:
        width = width_of(one, SIZE, bold=look.bold)
        for begins, ends in _beside(mark, layout):
            if width <= ends - begins:
                return (ends - width if ends <= mark.begins else begins), one
    within = sorted(_within(mark), key=lambda room: room[0] - room[1])
    for one in words:
        width = width_of(one, SIZE, bold=look.bold)
        for begins, ends in within:
            if width <= ends - begins:
                return (begins + ends - width) / 2, one
    return _cut_off(words[-1], mark, layout, look)


def _beside(mark: Mark, layout: Layout) -> Iterator[tuple[float, float]]:
    """The room right and left of a mark, the better side first."""
    right, left = (mark.ends + GAP, layout.width - 4.0), (_edge(layout), mark.begins - GAP)
    yield from (left, right) if mark.before else (right, left)


def _edge(layout: Layout) -> float:
    return layout.left + 4.0


def _within(mark: Mark) -> Iterator[tuple[float, float]]:
    """The room between the places that must stay visible."""
    edges = [mark.begins, *mark.cuts, mark.ends]
    yield from ((begins + GAP, ends - GAP) for begins, ends in pairwise(edges))


def _cut_off(words: str, mark: Mark, layout: Layout, look: Look) -> tuple[float, str]:
    begins, ends = max(_beside(mark, layout), key=lambda room: room[1] - room[0])
    return begins, fitting(words, ends - begins, SIZE, bold=look.bold)
