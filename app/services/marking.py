"""Bare marks: a system without a fence is asked where its log stands, so that a move can be judged afterwards.

A mark is evidence and never the rule. A system that keeps none says so at once; one that does not answer is asked again
for a while, in which nobody may write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.leases import MARK_WITHIN
from app.domain.moves import Move
from app.domain.ownership import System
from app.services.clock import Clock
from app.services.systems import Failed, SystemPort

Marks = dict[str, Mapping[str, int] | str | None]
"""By the name of the system: the marks by preference, a sentence why there is none, or None of one that keeps none."""


@dataclass
class Marking:
    """The marks that one process has asked for. What it has not been told it asks again, also after another one did."""

    systems: Mapping[System, SystemPort]
    clock: Clock
    _given: dict[int, Marks] = field(default_factory=dict)
    _began: dict[int, float] = field(default_factory=dict)

    def of(self, move: Move, systems: Iterable[System]) -> Marks | None:
        """The marks of these systems; None while one that did not answer should be asked again."""
        now = self.clock.monotonic()
        is_late = now - self._began.setdefault(move.id, now) >= MARK_WITHIN
        given = self._given.setdefault(move.id, {})
        for system in systems:
            if system.value not in given:
                try:
                    given[system.value] = self.systems[system].mark(move.epochs)
                except Failed as failure:
                    if not is_late:
                        return None
                    given[system.value] = f"No mark: {failure}"
        return given

    def forget(self, number: int) -> None:
        """A move has come past this."""
        self._given.pop(number, None)
        self._began.pop(number, None)
