"""A unit for a page that asks the same of many preferences: one snapshot has one answer, so each is read once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from app.domain.moves import Move
from app.domain.ownership import Ownership
from app.services.store import Unit


def once(unit: Unit, rows: Mapping[str, Ownership], unfinished: list[Move]) -> Unit:
    """The same unit, for reading alone, which remembers what it was asked. `rows` and `unfinished` are read already."""
    return cast("Unit", _Once(unit, rows, unfinished))


class _Asked:
    """A part of a unit whose questions have no arguments that matter but these; each is asked once."""

    def __init__(self, part: Any) -> None:
        self._part, self._known = part, dict[tuple[Any, ...], Any]()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        asked = getattr(self._part, name)

        def answered(*arguments: Any) -> Any:
            key = (name, *arguments)
            if key not in self._known:
                self._known[key] = asked(*arguments)
            return self._known[key]

        return answered


class _Rows:
    def __init__(self, rows: Mapping[str, Ownership]) -> None:
        self._rows = rows

    def of(self, keys: Iterable[str]) -> dict[str, Ownership]:
        """See `services.store.Ownerships`."""
        return {key: self._rows.get(key, Ownership(key)) for key in keys}


class _Moves(_Asked):
    def __init__(self, part: Any, rows: Mapping[str, Ownership], unfinished: list[Move]) -> None:
        super().__init__(part)
        self._unfinished = unfinished
        self._last: dict[str, int] = part.last_activated(tuple(rows))

    def unfinished(self) -> list[Move]:
        """See `services.store.Moves`."""
        return self._unfinished

    def last_activated(self, keys: Iterable[str]) -> dict[str, int]:
        """See `services.store.Moves`."""
        return {key: self._last[key] for key in keys if key in self._last}


class _Once:
    def __init__(self, unit: Unit, rows: Mapping[str, Ownership], unfinished: list[Move]) -> None:
        self.ownerships, self.moves = _Rows(rows), _Moves(unit.moves, rows, unfinished)
        self.ledger, self.locks, self.proposals = _Asked(unit.ledger), _Asked(unit.locks), unit.proposals
        self.identity = unit.identity
