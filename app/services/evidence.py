"""The ports to what is known of writes after they were made. They are parts of `services.store.Unit`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.evidence import Audit, Found, Incident, Reported, Verdict
from app.domain.ownership import System


class Audits(Protocol):
    """The names that systems gave to writes of ours."""

    def add(self, audits: Iterable[Audit]) -> None:
        """Keep these; one that is kept already stays as it is."""

    def find(self, system: System, audit: str) -> Audit | None:
        """What is known of a write by the name that its system gave it."""

    def among(self, names: Iterable[tuple[System, str]]) -> Mapping[tuple[System, str], Audit]:
        """As `find`, of many at once; those of which nothing is known are left out."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` that were kept before a moment; how many."""


class Reports(Protocol):
    """What systems reported, each once."""

    def add(self, report: Reported) -> bool:
        """Keep a report; False when there is one of this name already. Of two at once, one is kept."""

    def find(self, system: System, audit: str) -> Reported | None:
        """The report of this name."""

    def unknown_among(self, audits: Sequence[Audit]) -> list[Reported]:
        """The reports that have one of these names and were judged unknown."""

    def unknown(self, after: tuple[datetime, str] | None, until: datetime, most: int) -> list[Reported]:
        """Reports of preferences that were judged unknown, by their time and name, from the one behind `after`."""

    def unknown_of(self, keys: Iterable[str], most: int) -> list[Reported]:
        """The reports of these preferences that were judged unknown, the newest first."""

    def decide(self, report: Reported, verdict: Verdict) -> bool:
        """Judge a report that was unknown until now; False when it is not unknown any more."""

    def counts(self) -> Mapping[tuple[System, str | None, Verdict], int]:
        """How many there are, by system, preference (None: no preference) and verdict."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` that are older than a moment and not wrong; how many."""


class Incidents(Protocol):
    """What a person must look at."""

    def add(self, found: Found) -> int | None:
        """Keep an incident; its number, or None when there is this one already, open or closed."""

    def has(self, found: Found) -> bool:
        """Whether there is this one already."""

    def find(self, number: int) -> Incident | None:
        """One incident."""

    def latest(self, most: int, *, only_open: bool = False, keys: Iterable[str] | None = None) -> list[Incident]:
        """The newest first; of some preferences, where they are named."""

    def close(self, number: int, at: datetime) -> bool:
        """Close one; False when it is not open."""


class Unanswered(Protocol):
    """Writes without an answer, each by keyed hashes."""

    def note(self, names: Iterable[str], until: datetime) -> None:
        """Keep these names until a moment, or longer if they are kept longer already."""

    def until(self, names: Iterable[str]) -> datetime | None:
        """The latest moment until which one of these names is kept."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` whose moment has passed; how many."""
