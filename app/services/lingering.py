"""Writes that may still land: nobody may write over the same choice of the same person until their span has passed.

A request without an answer may be applied after its caller gave up, and after a later choice was acknowledged, which
would then be gone. Kept in the memory of this process, for some seconds; `unanswered` is the same for all processes.
"""

import threading
from dataclasses import dataclass, field

from app.domain.people import Person
from app.domain.refusals import Refusal
from cutover_client.elapsed import Instant


@dataclass
class Lingering:
    """What may still land, by person and preference. Safe to be used from many threads."""

    _until: dict[tuple[Person, str], tuple[Instant, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, person: Person, key: str, began: Instant, span: float) -> None:
        """A request of this write got no answer; it may land until `span` seconds after it began."""
        with self._lock:
            known = self._until.get((person, key))
            if known is None or known[1] - began.waited_since(known[0]) < span:
                self._until[person, key] = (began, span)

    def require_none(self, person: Person, key: str, now: Instant) -> None:
        """Refuse a write while an earlier one may still land on top of it (Refusal `still_under_way`)."""
        with self._lock:
            left = {who: span - now.waited_since(began) for who, (began, span) in self._until.items()}
            self._until = {who: noted for who, noted in self._until.items() if left[who] > 0}
            found = self._until.get((person, key))
        if found is not None:
            raise still_under_way(key, left[person, key])


def still_under_way(key: str, left: float) -> Refusal:
    """The refusal of a write while an earlier one may still land, for `left` seconds."""
    return Refusal(
        "still_under_way",
        "An earlier change of this choice got no answer and may still be made. Nothing was written.",
        "Ask again after Retry-After seconds.",
        {"key": key, "retry_after": max(1, round(left + 0.5))},
    )
