"""Which rows of the board are shown: the filters with their counts, and the search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.ownership import State, System
from app.entrypoints.pages.rows import Row

SEARCHED_FROM = 20
"""Rows from which on the board has a search."""

LONGEST_SEARCH = 100

_FILTERS: tuple[tuple[str, str, str, Callable[[Row], bool]], ...] = (
    ("who", "mhv", "MHV", lambda row: row.ownership.state is State.HELD and row.ownership.owner is System.MHV),
    ("who", "moving", "Moving", lambda row: row.moves.open is not None or row.ownership.state is State.MOVING),
    ("who", "va_gov", "VA.gov", lambda row: row.ownership.state is State.HELD and row.ownership.owner is System.VA_GOV),
    ("who", "none", "No system yet", lambda row: row.ownership.state is State.UNOWNED),
    ("who", "retired", "Retired", lambda row: row.ownership.state is State.RETIRED),
    ("needs", "person", "Needs a person", lambda row: row.needs_person),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One link above the board. `values` are those of its address."""

    words: str
    count: int
    values: Mapping[str, str]
    is_on: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that are shown, the filters, and what was searched for."""

    rows: Sequence[Row]
    filters: Sequence[Filter]
    words: str
    total: int

    @property
    def is_searched(self) -> bool:
        """Whether there is a search box."""
        return self.total >= SEARCHED_FROM or bool(self.words)

    @property
    def chosen(self) -> Mapping[str, str]:
        """The filter that is on, as it stands in the address."""
        return next((one.values for one in self.filters if one.is_on), {})


def shown(rows: Sequence[Row], asked: Mapping[str, str]) -> Shown:
    """What `asked` (the address) leaves of the rows. A filter that nobody knows leaves all of them."""
    filters, left, words = [Filter("All", len(rows), {}, is_on=True)], rows, asked.get("q", "").strip()[:LONGEST_SEARCH]
    for name, value, label, is_in in _FILTERS:
        found, is_on = [row for row in rows if is_in(row)], asked.get(name) == value
        if found or is_on:
            filters.append(Filter(label, len(found), {name: value}, is_on))
        if is_on:
            left, filters[0] = found, Filter("All", len(rows), {}, is_on=False)
    low = words.casefold()
    return Shown(
        [row for row in left if low in f"{row.title} {row.ownership.key}".casefold()], filters, words, len(rows)
    )
