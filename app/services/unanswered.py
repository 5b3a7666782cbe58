"""Writes that got no answer, as every process knows of them: nobody writes over one until its span has passed.

Kept in the database by keyed hashes, for some seconds; `lingering` is the same in the memory of one process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.domain.people import Person
from app.domain.refusals import Refusal
from app.services.lingering import still_under_way
from app.services.store import Store, Unit, Unreachable

Hasher = Callable[[str], str]
"""A keyed hash, in 64 hexadecimal digits: who does not have the key cannot find out whom it stands for."""


@dataclass(frozen=True)
class Unanswered:
    """What no process may write over. `span` is the longest time, in seconds, for which a write may still land."""

    store: Store
    hashed: Hasher
    span: float

    def names(self, person: Person, key: str) -> tuple[str, ...]:
        """What a person's choice is called: once by each id, since one person may have several of the same kind."""
        ids = {"va_profile": person.va_profile_id, "mhv": person.mhv_correlation_id}
        return tuple(self.hashed(f"{kind} {number} {key}") for kind, number in ids.items())

    def require_none(self, person: Person, key: str) -> None:
        """Refuse a write while an earlier one may still land on top of it.

        Refusals `still_under_way`, and `database_unreachable`: then nobody knows, and nothing is written.
        """
        try:
            with self.store.reading() as unit:
                until = unit.unanswered.until(self.names(person, key))
                left = 0.0 if until is None else (until - unit.now()).total_seconds()
        except Unreachable:
            detail = "The controller cannot reach its database, so it cannot know who else writes. Nothing was written."
            raise Refusal("database_unreachable", detail, "Ask again in a moment.", {"retry_after": 5}) from None
        if left > 0:
            raise still_under_way(key, left)

    def note(self, unit: Unit, names: tuple[str, ...]) -> None:
        """A request of this write got no answer; it may land until a span from now."""
        unit.unanswered.note(names, unit.now() + timedelta(seconds=self.span))
