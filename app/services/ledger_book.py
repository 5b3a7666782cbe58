"""The port to the ledger (a part of `services.store.Unit`), and what can be looked for in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.ledger import Entry, Head

END = 2**31 - 1
"""A number that no entry reaches."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What entries must have; None asks nothing. `person` and `text` are found anywhere in the name and in the reason,
    in capitals or not; `since` is included, `until` is not."""

    key: str | None = None
    act: str | None = None
    person: str | None = None
    plan: str | None = None
    move: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


class LedgerBook(Protocol):
    """The ledger and its head in the revision row."""

    def lock(self) -> Head:
        """The head, locked until the unit ends: changes stand in one line."""

    def head(self) -> Head:
        """The head, not locked."""

    def append(self, entry: Entry) -> None:
        """Add a sealed entry and move the head to it. The head must be locked."""

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """Entries in their order, from the one behind number `after`."""

    def changes_of(self, key: str) -> Iterator[Entry]:
        """The entries that changed the ownership of one preference, the newest first."""

    def search(self, sought: Sought, *, beyond: int, newest_first: bool, limit: int) -> Iterator[Entry]:
        """Entries that are as they are sought: those before number `beyond` with the newest first, or those behind it
        in their order."""
