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


@dataclass(frozen=True, slots=True)
class Placed:
    """Words with the room that they have got, from left to right."""

    words: str
    begins: float
    ends: float
    anchor: str = "start"

    @property
    def x(self) -> float:
        """The place that they are anchored at."""
        return {"start": self.begins, "middle": (self.begins + self.ends) / 2, "end": self.ends}[self.anchor]


def written(placed: Placed, y: float, look: Look) -> str:
    """Words as they stand beside a mark, the middle of which is at `y`."""
    weight = 700 if look.bold else 400
    given = {"text_anchor": placed.anchor} if placed.anchor != "start" else {}
    return text(
        placed.words, {**HALO, **given}, x=placed.x, y=y + 5, font_size=SIZE, fill=look.colour, font_weight=weight
    )


def place(words: Sequence[str], mark: Mark, layout: Layout, look: Look) -> Placed:
    """The longest of these words that fit beside a mark, or else within it, or else cut off."""
    widths = [(one, width_of(one, SIZE, bold=look.bold)) for one in words]
    for one, width in widths:
        for begins, ends in _beside(mark, layout):
            if width <= ends - begins:
                return (
                    Placed(one, ends - width, ends, "end")
                    if ends <= mark.begins
                    else Placed(one, begins, begins + width)
                )
    for one, width in widths:
        for begins, ends in _within(mark):
            if width <= ends - begins:
                return Placed(one, begins, ends, "middle")
    begins, ends = max(_beside(mark, layout), key=lambda room: room[1] - room[0])
    return Placed(fitting(words[-1], ends - begins, SIZE, bold=look.bold), begins, ends)


def _beside(mark: Mark, layout: Layout) -> Iterator[tuple[float, float]]:
    """The room right and left of a mark, the better side first."""
    right, left = (mark.ends + GAP, layout.width - 4.0), (_edge(layout), mark.begins - GAP)
    yield from (left, right) if mark.before else (right, left)


def _edge(layout: Layout) -> float:
    return layout.left + 4.0


def _within(mark: Mark) -> list[tuple[float, float]]:
    """The room between the places that must stay visible, the widest first."""
    rooms = [(begins + GAP, ends - GAP) for begins, ends in pairwise([mark.begins, *mark.cuts, mark.ends])]
    return sorted(rooms, key=lambda room: room[0] - room[1]) if mark.cuts else []
