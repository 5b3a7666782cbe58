"""Colours of the picture, and its elements as text. Everything that comes from outside is escaped here."""

from xml.sax.saxutils import escape, quoteattr

INK, QUIET, FAINT, LINE, WHITE = "#1b1b1b", "#565c65", "#e6e6e6", "#c9ccd1", "#ffffff"
BLUE, PALE, GOLD, BROWN, RED, GREEN = "#005ea2", "#d9e8f6", "#ffbe2e", "#7a4b00", "#b50909", "#00701a"
HATCH_GROUND, HATCH = "#f0f0f0", "#a9aeb1"

FONT = "Source Sans Pro Web, Source Sans Pro, Helvetica, Arial, sans-serif"

Value = str | float
Attributes = dict[str, Value]

HALO: Attributes = {"paint-order": "stroke", "stroke": WHITE, "stroke-width": 4, "stroke-linejoin": "round"}
"""White around words, so that they are read on any ground."""


def tag(name: str, **given: Value) -> str:
    """An element without content. A `_` in a name stands for `-`; numbers are rounded to tenths."""
    return f"<{name}{_attributes(given)}/>"


def text(words: str, look: Attributes | None = None, **given: Value) -> str:
    """Words at a place."""
    return f"<text{_attributes({**given, **(look or {})})}>{said(words)}</text>"


def line(start: tuple[float, float], end: tuple[float, float], **given: Value) -> str:
    """A straight line."""
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **given)


def said(words: str) -> str:
    """Words as they may stand in a document: escaped, and without characters that no document may hold."""
    return escape("".join(letter if _is_allowed(letter) else "\ufffd" for letter in words))


def _attributes(given: Attributes) -> str:
    return "".join(f" {name.replace('_', '-')}={quoteattr(_value(value))}" for name, value in given.items())


def _value(value: Value) -> str:
    return said(value) if isinstance(value, str) else f"{round(value, 1):g}"


def _is_allowed(letter: str) -> bool:
    """By XML 1.0, 2.2."""
    code = ord(letter)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
