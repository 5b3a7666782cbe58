"""A system in memory. It keeps the promises of SystemPort, and breaks down exactly where a test says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from app.domain.catalogue import Preference, Stored
from app.domain.ownership import System
from app.domain.people import Person
from app.services.systems import Behind, Failed, NotSent, Reading, Rejected, Unknown, Write


@dataclass(frozen=True)
class Line:
    """One line of the system's log. `kind` is accept or mark; the number in the sequence is its place, from 1."""

    kind: str
    key: str
    epoch: int
    write_id: str | None = None


@dataclass
class FakeSystem:
    """A SystemPort. All members may be set by a test at any time.

    `down` is the sentence of a system that cannot be reached. `trouble` is raised by the next write in place of its
    answer; `applied` says that such a write is made all the same. `during` is called while a write is under way, after
    its first byte. `failures` are the readings that fail, by key. `keeps_marks` is false where there is no address.
    """

    system: System
    values: dict[tuple[str, str], Stored] = field(default_factory=dict)
    log: list[Line] = field(default_factory=list)
    down: str | None = None
    trouble: Rejected | Unknown | None = None
    applied: bool = False
    during: Callable[[], None] = lambda: None
    failures: dict[str, Failed] = field(default_factory=dict)
    keeps_marks: bool = True
    fence: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def put(self, person: Person, preference: Preference, value: Stored) -> None:
        """Have a person's choice stand there without a write."""
        self.values[self._person(person), preference.key] = value

    def read(self, person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        """See SystemPort."""
        return {preference.key: self._reading(person, preference) for preference in preferences}

    def write(self, person: Person, write: Write) -> Reading:
        """See SystemPort."""
        if self.system not in write.preference.systems:
            raise Rejected(f"{self.system.title} does not keep {write.preference.title}.")
        if self.down is not None:
            raise NotSent(self.down)
        write.before_first_byte()
        if write.seconds_left() <= 0:
            raise NotSent(f"{self.system.title} did not answer in time.")
        self.during()
        trouble, self.trouble = self.trouble, None
        if trouble is None or self.applied:
            self._accept(person, write)
        if trouble is not None:
            raise trouble
        return Reading(write.value)

    def reachable(self) -> str | None:
        """See SystemPort."""
        return self.down

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """See SystemPort."""
        if self.down is not None:
            raise Failed(self.down)
        if not self.keeps_marks:
            return None
        return {key: self._logged(Line("mark", key, epoch)) for key, epoch in epochs.items()}

    def raise_fence(self, epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        """See SystemPort. The tokens are not looked at."""
        if self.down is not None:
            raise Failed(self.down)
        higher = {key: self.fence[key] for key, epoch in epochs.items() if self.fence.get(key, 0) > epoch}
        if higher:
            raise Behind(higher)
        self.fence.update(epochs)
        return {key: self._logged(Line("mark", key, epoch)) for key, epoch in epochs.items()}

    def _reading(self, person: Person, preference: Preference) -> Reading | Failed:
        if self.down is not None:
            return Failed(self.down)
        if self.system not in preference.systems:
            return Failed(f"{self.system.title} does not keep {preference.title}.")
        failure = self.failures.get(preference.key)
        return failure or Reading(self.values.get((self._person(person), preference.key)))

    def _accept(self, person: Person, write: Write) -> None:
        self.put(person, write.preference, write.value)
        self._logged(Line("accept", write.preference.key, write.epoch, write.id))

    def _logged(self, line: Line) -> int:
        with self._lock:
            self.log.append(line)
            return len(self.log)

    def _person(self, person: Person) -> str:
        return person.mhv_correlation_id if self.system is System.MHV else person.va_profile_id
