"""The port to the sessions of persons on the pages (a part of `services.store.Unit`).

A session is a row, so that it ends for every copy of its cookie at once. No secret stands in it in clear: of the
cookie's there is a hash, and what the provider gave is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

DEVELOPMENT = "development"
"""The provider of invented persons."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. `id` names it to people and opens nothing; `hash` is of what the cookie holds.

    `groups` are as the provider told them last. `asked` is when somebody last set out to ask it anew, `answered` when
    it last answered. `sealed` is what it is asked with.
    """

    id: str
    hash: str = field(repr=False)
    provider: str
    subject: str
    name: str
    groups: tuple[str, ...]
    began: datetime
    used: datetime
    asked: datetime
    answered: datetime
    sealed: str | None = field(default=None, repr=False)
    ended: datetime | None = None
    why: str | None = None


class Sessions(Protocol):
    """The rows. All times are the database's own."""

    def add(self, row: SessionRow) -> None:
        """Store a session."""

    def find(self, secret_hash: str) -> SessionRow | None:
        """The session with this hash, ended or not."""

    def all(self) -> Sequence[SessionRow]:
        """Every session that nobody ended, the last used first."""

    def use(self, row: SessionRow, at: datetime) -> None:
        """Note that it was used."""

    def claim(self, row: SessionRow, at: datetime) -> bool:
        """Be the one that asks its provider; False when somebody else has set out since the row was read."""

    def learn(self, row: SessionRow) -> None:
        """Write what the provider told: name, groups, what it is asked with, and when it answered."""

    def end(self, session: str, at: datetime, why: str) -> bool:
        """End it, and forget what its provider was asked with; False when there is none that lives."""

    def end_of(self, subject: str, at: datetime, why: str) -> int:
        """End every session of a person; how many."""

    def expire(self, used: datetime, began: datetime, at: datetime) -> int:
        """End every session last used, or begun, up to these moments; how many."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` sessions last used before a moment; how many."""
