"""A system in memory that also stops, answers late or answers something else, where the test says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.people import Person
from app.services.systems import Reading, Write
from tests.fakes.system import FakeSystem


@dataclass
class PausingSystem(FakeSystem):
    """A FakeSystem. `before` is called before the first byte of a write, `after` when it was made.

    `reading` is answered to a write in place of what was written. `asked` counts how often it was asked for a sign.
    """

    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    reading: Reading | None = None
    asked: int = 0
    on_reachable: Callable[[], None] = lambda: None
    on_mark: Callable[[], None] = lambda: None

    def write(self, person: Person, write: Write) -> Reading:
        """See SystemPort."""
        self.before()
        reading = super().write(person, write)
        self.after()
        return self.reading or reading

    def reachable(self) -> str | None:
        """See SystemPort."""
        self.asked += 1
        self.on_reachable()
        return super().reachable()

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """See SystemPort."""
        self.on_mark()
        return super().mark(epochs)
