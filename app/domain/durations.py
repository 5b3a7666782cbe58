"""Durations as people write them in files: a whole number and one unit, "30s", "2m", "1h", "14d", "2w"."""

import re
from datetime import timedelta

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""Seconds of each unit, the largest first."""

# A longer wait is a slip of the pen, and added to a date it could run out of the calendar.
LONGEST = timedelta(days=3_660)

WRITTEN = re.compile(r"([0-9]{1,9})([smhdw])")
"""A number and its unit."""


def parse(text: str) -> timedelta:
    """The duration that a text says. Raises ValueError with a sentence: not a duration, or over ten years."""
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError('A duration is a whole number and one of s, m, h, d, w, as in "30s" or "14d".')
    seconds = int(written[1]) * UNITS[written[2]]
    if seconds > LONGEST.total_seconds():
        raise ValueError("A duration is at most ten years.")
    return timedelta(seconds=seconds)


def render(duration: timedelta) -> str:
    """A duration in the largest unit that fits whole: what `parse` reads back.

    Raises ValueError for a negative duration and for one with a part of a second.
    """
    seconds = duration // timedelta(seconds=1)
    if seconds < 0 or duration != timedelta(seconds=seconds):
        raise ValueError(f"{duration!r} cannot be written as a duration.")
    unit = next((unit for unit, size in UNITS.items() if seconds and seconds % size == 0), "s")
    return f"{seconds // UNITS[unit]}{unit}"
