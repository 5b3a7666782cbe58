"""Fences: a system that checks permits is told an epoch, and confirms it when every older write has ended.

From then on nothing written under an older epoch can reach it, whatever is paused, delayed, killed or skewed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.moves import Move
from app.domain.ownership import State, System
from app.services.signing import Signer
from app.services.store import Store
from app.services.systems import Behind, Failed, SystemPort

Ahead = Callable[[System, Mapping[str, int], Move | None], None]
"""Told of a fence that knows higher epochs than the database: the system, these epochs, the move that found it."""

AT_ONCE = 10
"""Preferences of one raise: a signed token for each stands in one header, and servers bound headers."""


@dataclass
class Fences:
    """The systems that check permits."""

    store: Store
    systems: Mapping[System, SystemPort]
    fenced: frozenset[System]
    signer: Signer

    def concerned(self, move: Move) -> list[System]:
        """The systems that a move leaves and goes to."""
        return [system for system in System if system in (move.origin, move.to)]

    def of(self, move: Move) -> list[System]:
        """Those of them that have a fence."""
        return [system for system in self.concerned(move) if system in self.fenced]

    def closes(self, move: Move) -> bool:
        """Whether every system of a move has a fence: then no lease needs to be waited for."""
        return all(system in self.fenced for system in self.concerned(move))

    def close(self, move: Move) -> dict[str, Mapping[str, int]]:
        """Tell each fence of a move the epochs of its freeze; the marks that they stand on. Raises Failed, Behind."""
        return {system.value: self.tell(system, move.epochs, move.id) for system in self.of(move)}

    def shut_copies_out(self, move: Move) -> None:
        """Tell the new owner's fence the epochs that its activation will have. Raises Failed, Behind."""
        if move.to in self.fenced and isinstance(move.to, System):
            self.tell(move.to, {key: epoch + 1 for key, epoch in move.epochs.items()}, move.id)

    def tell(self, system: System, epochs: Mapping[str, int], move: int | None = None) -> Mapping[str, int]:
        """Tell one fence these epochs; the marks. Raises Failed, Behind."""
        keys, marks = sorted(epochs), dict[str, int]()
        try:
            for first in range(0, len(keys), AT_ONCE):
                some = {key: epochs[key] for key in keys[first : first + AT_ONCE]}
                marks |= self.systems[system].raise_fence(some, self.signer.raising(system, some, move))
        except Behind as behind:
            behind.system = system
            raise
        return marks

    def tell_present(self, ahead: Ahead) -> list[str]:
        """Tell every fence the present epoch of every preference, and `ahead` of each that knows a higher one.

        The sentences of those that could not be told. What goes wrong with one keeps no other from being told.
        """
        troubles: list[str] = []
        for system in sorted(self.fenced):
            with self.store.reading() as unit:
                rows = unit.ownerships.all()
            for key, row in rows.items():
                try:
                    self.tell(system, {key: row.epoch})
                except Behind as behind:
                    troubles += self._compared(system, key, behind.epochs.get(key, 0), ahead)
                except Failed as failure:
                    troubles.append(str(failure))
        return troubles

    def all_know(self, ahead: Ahead, epochs: Mapping[str, int]) -> bool:
        """Whether every fence has confirmed these epochs now; `ahead` is told of each that knows a higher one."""
        known = [
            self._knows(system, ahead, epochs) for system in sorted(self.fenced)
        ]  # all are told, whatever one says
        return all(known)

    def _knows(self, system: System, ahead: Ahead, epochs: Mapping[str, int]) -> bool:
        try:
            self.tell(system, epochs)
        except Failed:
            return False
        except Behind as behind:
            for key, known in behind.epochs.items():
                self._compare(system, key, known, ahead)
            return False
        return True

    def _compared(self, system: System, key: str, known: int, ahead: Ahead) -> list[str]:
        try:
            self._compare(system, key, known, ahead)
        except Exception as trouble:  # noqa: BLE001 - it is told, and tried again with the next look
            return [f"{system.label} knows a later epoch of {key}, and it could not be stopped: {trouble}"]
        return []

    def _compare(self, system: System, key: str, known: int, ahead: Ahead) -> None:
        """Only a row that is read after the fence answered can show that the fence is ahead of the database.

        One ahead of a move is no more than its activation, which its target's fence is told of before.
        """
        with self.store.reading() as unit:
            row = unit.ownerships.of([key])[key]
        if known > row.epoch + (row.state is State.MOVING):
            ahead(system, {key: known}, None)
