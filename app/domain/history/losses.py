"""Each person's last acknowledged write, in the final contents.

Which write was the last is decided by the order in which one client process asked, and by the order in which the
systems accepted; no two machines' clocks are compared. A later write of the same person may stand in its place, though
its outcome was never told.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.history.descent import root_of
from app.domain.history.findings import Weight
from app.domain.history.lines import Accept, same
from app.domain.history.recording import Recording, Who, Write
from app.domain.history.reigns import NOTHING, Reigns
from app.domain.history.told import Accepted, accepts_of, is_advisory

Position = tuple[int, int]
"""The reign of an accepted line, and its place in the log."""


@dataclass
class Losses:
    """Looks for each person's last acknowledged write."""

    recording: Recording
    reigns: Mapping[str, Reigns]
    accepted: Accepted

    def judge(self) -> set[Who]:
        """Count what is lost; whose it was."""
        lost: set[Who] = set()
        for who, by_process in self._last_of_each_process().items():
            name, write = self._last(list(by_process.values()))
            accept = self._accept(name, write)
            place = self._place(who[0], write, accept)
            if place is None or self._is_there(place, who, name):
                continue
            lost.add(who)
            self._add(write, accept, place)
        return lost

    def _last_of_each_process(self) -> Mapping[Who, Mapping[str, tuple[str, Write]]]:
        last: dict[Who, dict[str, tuple[str, Write]]] = defaultdict(dict)
        for name, write in self.recording.writes.items():
            if write.is_saved:
                before = last[write.who].get(write.process)
                if before is None or before[1].began < write.began:
                    last[write.who][write.process] = (name, write)
        return last

    def _last(self, writes: list[tuple[str, Write]]) -> tuple[str, Write]:
        """Of writes of several processes, the one that was accepted last."""
        return writes[0] if len(writes) == 1 else max(writes, key=lambda one: self._position(*one))

    def _accept(self, name: str, write: Write) -> Accept | None:
        """The line that accepted it; of several tries that were accepted, the last."""
        return max(accepts_of(write, self.accepted.get(name, ())), key=self._position_of, default=None)

    def _position(self, name: str, write: Write) -> Position:
        accept = self._accept(name, write)
        return (-1, 0) if accept is None else self._position_of(accept)

    def _position_of(self, line: Accept) -> Position:
        place = self.reigns.get(line.preference, NOTHING).places.get(line.epoch or 0)
        return (-1 if place is None else place.reign, line.sequence)

    def _place(self, key: str, write: Write, accept: Accept | None) -> str | None:
        """The system in which its value must be."""
        accepted_by = write.owner if accept is None else accept.system
        if not self.recording.header.carried:
            return accepted_by
        return self.reigns.get(key, NOTHING).last.owner or accepted_by

    def _is_there(self, place: str, who: Who, name: str) -> bool:
        held = self.recording.contents.get((place, who))
        if held is None or held[0] is None:
            return False
        lines = [line for line in self.accepted.get(held[0], ()) if line.system == place]
        if not lines or not same(lines[-1].value, held[1]):
            return False
        root = root_of(held[0], self.accepted)
        return root == name or self._may_stand_for(root, name)

    def _may_stand_for(self, other: str, name: str) -> bool:
        """Whether another write of the same person came later, by the log and by the client's own order."""
        write, later = self.recording.writes[name], self.recording.writes.get(other)
        if later is None or later.who != write.who or later.outcome == "failed":
            return False
        if later.process == write.process and later.ended < write.began and not later.is_open:
            return False
        return self._position(other, later) > self._position(name, write)

    def _add(self, write: Write, accept: Accept | None, place: str) -> None:
        lines = () if accept is None else (accept,)
        weight = Weight.NOTED if is_advisory(self.recording, write, lines) else Weight.LOST
        where = f"{write.who[0]}: the write that process {write.process} began at its line {write.began}"
        by = "no system" if accept is None else f"{accept.system} (line {accept.sequence}, epoch {accept.epoch})"
        sentence = f"{where}, accepted by {by}, was a person's last, and {place} does not hold it."
        self.recording.findings.add(weight, "lost", sentence)
