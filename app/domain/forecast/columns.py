"""Arithmetic on columns: the same for each draw, all draws at once. The length of a column is the number of draws."""

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import and_, invert, or_

from app.domain.forecast.days import Column

Interval = tuple[Column, Column]
"""The days from the one to before the other, in each draw; none where the other is no later."""


def greatest(columns: list[Column]) -> Column:
    """The greatest of the numbers of each draw."""
    return columns[0] if len(columns) == 1 else list(map(max, *columns))


def least(columns: list[Column]) -> Column:
    """The least of the numbers of each draw."""
    return columns[0] if len(columns) == 1 else list(map(min, *columns))


def total(intervals: list[Interval], draws: int) -> Column:
    """The lengths of all intervals together. Those that are the same columns are measured once."""
    alike = Counter((id(begins), id(ends)) for begins, ends in intervals)
    once = {(id(begins), id(ends)): (begins, ends) for begins, ends in intervals}
    lengths = [
        [times * (end - begin) if end > begin else 0 for begin, end in zip(*once[which], strict=True)]
        for which, times in alike.items()
    ]
    return list(map(sum, zip(*lengths, strict=True))) if lengths else [0] * draws


def overlap(these: list[Interval], those: list[Interval], draws: int) -> Column:
    """The number of days that lie in any of these intervals and in any of those."""
    if not these or not those:
        return [0] * draws
    these, those = _merged(these), _merged(those)
    if len(these) == len(those) == 1:
        (begins, ends), (begin, end) = these[0], those[0]
        return [max(0, y - x) for x, y in zip(map(max, begins, begin), map(min, ends, end), strict=True)]
    before = _Before(min(min(begins) for begins, _ in (*these, *those)))
    return list(map(int.bit_count, map(and_, _bits(these, before), _bits(those, before))))


def _merged(intervals: list[Interval]) -> list[Interval]:
    """The same days in fewer intervals: the longest of those that begin together, then of those that end together."""
    by_begin: dict[int, tuple[Column, list[Column]]] = {}
    for begins, ends in intervals:
        by_begin.setdefault(id(begins), (begins, []))[1].append(ends)
    by_end: dict[int, tuple[Column, list[Column]]] = {}
    for begins, some in by_begin.values():
        ends = greatest(some)
        by_end.setdefault(id(ends), (ends, []))[1].append(begins)
    return [(least(some), ends) for ends, some in by_end.values()]


class _Before(dict[int, int]):
    """All days before one, a bit for each from the first day on."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def __missing__(self, day: int) -> int:
        bits = (1 << max(0, day - self.first)) - 1
        self[day] = bits
        return bits


def _bits(intervals: list[Interval], before: _Before) -> Iterable[int]:
    """The days that lie in any of the intervals, a bit for each; for each draw."""
    found: Iterable[int] = _bits_of(intervals[0], before)
    for other in intervals[1:]:
        found = map(or_, found, _bits_of(other, before))
    return found


def _bits_of(interval: Interval, before: _Before) -> Iterator[int]:
    begins, ends = interval
    return map(and_, map(before.__getitem__, ends), map(invert, map(before.__getitem__, begins)))
