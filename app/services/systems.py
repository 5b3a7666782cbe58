"""The port to a system that can hold preferences, and what may come of asking one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.catalogue import Preference, Stored
from app.domain.ownership import System
from app.domain.people import Person


class NotSent(Exception):
    """Nothing of the write reached the system: certainly not written. The message is for people, without ids."""


class Rejected(Exception):
    """The system understood the write and refused it: certainly not written. The message is for people, without ids."""


class Failed(Exception):
    """The system answered a read with something that cannot be used, or not in time."""


class Behind(Exception):
    """A fence knows a higher epoch than it was told: `epochs`, by key. Nothing was raised for these."""

    def __init__(self, epochs: Mapping[str, int]) -> None:
        super().__init__(f"A fence knows later epochs of {', '.join(sorted(epochs))} than the database does.")
        self.epochs = epochs
        self.system: System | None = None


class Unknown(Exception):
    """A write was sent and nobody can say whether it was made. `reason` is for people, without ids."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a system holds for one person and preference; `value` is None when nothing was ever set.

    After a write: `audit` is the system's own name for that change, if it gives one (VA Profile's txAuditId).
    `lingers` says that a request of this write got no answer, although the choice stands there: it may still be
    applied until the write's span is over, so the write counts as in flight until then.
    """

    value: Stored | None
    audit: str | None = None
    lingers: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One write of one person's choice, as a system is told it.

    `seconds_left` answers how much of the one absolute deadline is left, over connection, all calls and all retries.
    `before_first_byte` is called right before the first byte of each request of the write leaves; when it raises,
    nothing of that request is sent. `permit` is shown to a system that checks permits.
    """

    preference: Preference
    value: Stored
    id: str
    epoch: int
    seconds_left: Callable[[], float]
    before_first_byte: Callable[[], None]
    permit: str | None = None


class SystemPort(Protocol):
    """A store that can hold preferences. Safe to be used from many threads at once."""

    def read(self, person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        """One answer a preference (by key): a reading, or the failure in its place; never raises Failed.

        Takes at most 8 seconds in all; repeats at most twice, on 502, 503 and 504 and on a lost connection.
        """

    def write(self, person: Person, write: Write) -> Reading:
        """Make one write and read it back; the reading is what the system holds afterwards.

        Raises NotSent, Rejected or Unknown. A write of two calls is completed, or reported as Unknown: never half
        without a word.
        """

    def reachable(self) -> str | None:
        """None when the system answers; otherwise one sentence that says why not, or that it is not known."""

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """Ask for a bare mark in the system's log, for each key with its epoch; the sequence numbers of the marks.

        None where the system keeps no marks (it has no such address). Raises Failed when it cannot be asked.
        """

    def raise_fence(self, epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        """Tell the system's fence these epochs, with a signed token for each; the marks that say it is confirmed.

        Confirmed means that every write admitted under an older epoch has ended. Raises Failed where that cannot be
        had now (it may be asked again), and Behind where the fence knows a higher epoch.
        """
