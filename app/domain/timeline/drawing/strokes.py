"""The single shapes that marks and their key are drawn with."""

from app.domain.timeline.drawing.ink import (
    BLUE,
    GOLD,
    GREEN,
    HATCH,
    HATCH_GROUND,
    INK,
    QUIET,
    RED,
    WHITE,
    line,
    said,
    tag,
)

DIAMONDS = {"moved": (8.5, BLUE, BLUE), "moving": (10.0, GOLD, INK), "planned": (8.5, WHITE, INK)}
"""Of each diamond: half its height, its colour, its edge."""


def diamond(kind: str, x: float, y: float) -> str:
    """Moved, moving, or to be moved."""
    half, fill, edge = DIAMONDS[kind]
    corners = f"M{_n(x)} {_n(y - half)} L{_n(x + half)} {_n(y)} L{_n(x)} {_n(y + half)} L{_n(x - half)} {_n(y)} Z"
    return tag("path", d=corners, fill=fill, stroke=edge, stroke_width=2)


def square(x: float, y: float) -> str:
    """A person must decide: a red square with "!", which is drawn, so that no font is missing it."""
    ground = tag("rect", x=x - 9, y=y - 9, width=18, height=18, fill=RED)
    dot = tag("rect", x=x - 1.25, y=y + 3.5, width=2.5, height=2.5, fill=WHITE)
    return ground + tag("rect", x=x - 1.25, y=y - 6, width=2.5, height=7.5, fill=WHITE) + dot


def chevrons(x: float, y: float) -> str:
    """Skipped: "»"."""
    return _thin(f"M{_n(x - 5)} {_n(y - 4)} l4 4 l-4 4 M{_n(x + 1)} {_n(y - 4)} l4 4 l-4 4")


def back(x: float, y: float) -> str:
    """Undone: an arrow that turns back."""
    return _thin(f"M{_n(x - 2)} {_n(y - 6)} l-4 4 l4 4 M{_n(x - 6)} {_n(y - 2)} h7 a4 4 0 0 1 0 8 h-4")


def minus(x: float, y: float) -> str:
    """Cancelled: a minus in a circle."""
    ring = tag("circle", cx=x, cy=y, r=6, fill=WHITE, stroke=QUIET, stroke_width=2)
    return ring + line((x - 3, y), (x + 3, y), stroke=QUIET, stroke_width=2)


def _thin(d: str) -> str:
    return tag("path", d=d, fill="none", stroke=QUIET, stroke_width=2)


def flag(x: float, y: float, *, reached: bool) -> str:
    """A milestone: green when it is reached, grey where it is likely."""
    colour = GREEN if reached else QUIET
    pole = f"M{_n(x)} {_n(y - 9)} v18 M{_n(x)} {_n(y - 9)} h13 l-4 4.5 l4 4.5 h-13"
    return tag("path", d=pole, fill=colour, stroke=colour, stroke_width=2)


def dotted(begins: float, ends: float, y: float, colour: str) -> str:
    """An arrow to the edge: nobody knows when."""
    shaft = line((begins, y), (ends - 5, y), stroke=colour, stroke_width=2, stroke_dasharray="2 5")
    head = f"M{_n(ends - 8)} {_n(y - 5)} L{_n(ends)} {_n(y)} L{_n(ends - 8)} {_n(y + 5)}"
    return shaft + tag("path", d=head, fill="none", stroke=colour, stroke_width=2)


def pill(fade: str, begins: float, ends: float, y: float, *, rounded: bool) -> str:
    """From one chance in ten to nine in ten, or from earliest to latest; `fade` names its gradient."""
    half, corner, edge = (9, 9, INK) if rounded else (8, 0, QUIET)
    size = {"width": max(ends - begins, 2.0), "height": 2.0 * half, "rx": min(corner, (ends - begins) / 2)}
    look = {"fill": f"url(#{fade})", "stroke": edge, "stroke_dasharray": "4 3"}
    return tag("rect", x=begins, y=y - half, **size, **look)


def gradient(name: str, peak: float, colour: str) -> str:
    """A fade to both ends, from its strongest at a part of the way."""
    stops = ((0.0, ".08"), (min(max(peak, 0.0), 1.0), ".5"), (1.0, ".08"))
    inner = "".join(f'<stop offset="{at:.2f}" stop-color="{colour}" stop-opacity="{much}"/>' for at, much in stops)
    return f'<linearGradient id="{said(name)}" x1="0" x2="1">{inner}</linearGradient>'


def hatch(name: str) -> str:
    """The pattern of a time without moves."""
    inner = f'<rect width="7" height="7" fill="{HATCH_GROUND}"/><rect width="2.2" height="7" fill="{HATCH}"/>'
    turned = 'width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return f'<pattern id="{said(name)}" {turned}>{inner}</pattern>'


def bracket(begins: float, ends: float, y: float) -> str:
    """A window: open upwards."""
    return tag("path", d=f"M{_n(begins)} {_n(y)} v4 H{_n(max(ends, begins + 2))} v-4", fill="none", stroke=QUIET)


def _n(value: float) -> str:
    return f"{round(value, 1):g}"
