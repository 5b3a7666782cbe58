"""Where things stand in the two pictures: sizes in units of the view box."""

from dataclasses import dataclass

SIZE, SMALL = 14.0, 12.5
"""Of words; none is smaller than 12."""

MONTHS_AT, TICKS_FROM, TICKS_TO, NUMBERS_AT = 20, 27, 33, 46
"""Down from the top: where names of months stand, the ticks, and the numbers of days."""

FLAG_TOP, FLAG_HEIGHT = 53, 20
FLAG_BELOW = FLAG_TOP + FLAG_HEIGHT


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the two widths. Names take what is left of `left`; days are drawn from `begins` to `ends`.

    `middle` is where the marks of a row stand, down from its top; `heading` is the room of the heading between steps
    and milestones. Blackouts are named where `names_blackouts`.
    """

    name: str
    width: int
    left: float
    begins: float
    ends: float
    row: int
    middle: int
    heading: int
    names_blackouts: bool


WIDE = Layout("wide", 1216, 238, 250, 1202, row=40, middle=20, heading=34, names_blackouts=True)
NARROW = Layout("narrow", 343, 0, 10, 333, row=58, middle=38, heading=30, names_blackouts=False)
