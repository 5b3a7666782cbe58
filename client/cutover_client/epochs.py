"""The epochs that one system was told, in a folder: a value that outlives any crash, and the locks around it.

Each preference has three files. `<key>.epoch` holds the value. `<key>.lock` is held shared by every write from the
check of its permit to the end of its answer, and exclusively by a raise. `<key>.gate` keeps new writes out while a
raise waits for the older ones: every write passes it, a raise holds it, so that a stream of writes cannot keep a raise
from its turn. None of them may be deleted while the system runs, nor the value ever.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from cutover_client import values
from cutover_client.admission import NEVER
from cutover_client.clocks import Clock, MachineClock
from cutover_client.locks import EXCLUSIVE, SHARED, Busy, Deadline, Lock
from cutover_client.routes import Refused

KEY = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)


@dataclass
class Entered:
    """One write's shared lock, and the epoch that was read under it. `leave` when its answer has ended."""

    epoch: int
    _lock: Lock

    def leave(self) -> None:
        """Let a raise pass. May be called again."""
        self._lock.release()


@dataclass(frozen=True)
class Raises:
    """The exclusive locks of some preferences: no write of theirs is under way. `stored` is what they were told."""

    stored: Mapping[str, int]
    _folder: Path

    def store(self, key: str, epoch: int) -> None:
        """Put a higher epoch in its file, durably. Refused `epochs_unusable`."""
        try:
            values.write(_file(self._folder, key, "epoch"), epoch)
        except OSError as error:
            _unusable(key, type(error).__name__)


@dataclass
class Epochs:
    """The epochs in one folder, for any number of threads and processes. The folder is made when it is not there.

    `raise_waits` and `write_waits` are the seconds that a raise and a write wait in all for others.
    """

    folder: Path
    raise_waits: float = 1.5
    write_waits: float = 2.0
    clock: Clock = field(default_factory=MachineClock)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        values.sync_folder(self.folder.parent)

    def enter(self, key: str) -> Entered:
        """Begin a write. Refused `writes_under_way`, `epochs_unusable`; the lock is not held then."""
        deadline = Deadline(self.clock, self.write_waits)
        with ExitStack() as closing, _told(key):
            self._prepare(key, deadline)
            gate = Lock(self._at(key, "gate"), SHARED, deadline)
            closing.callback(gate.release)
            lock = Lock(self._at(key, "lock"), SHARED, deadline)
            try:
                return Entered(values.read(self._at(key, "epoch")), lock)
            except BaseException:
                lock.release()
                raise

    @contextmanager
    def raising(self, keys: Iterable[str]) -> Iterator[Raises]:
        """Keep every write of some preferences out while the block lasts, once the older ones have ended.

        All gates are closed first, so that the older writes of all of them end at once. Refused `writes_under_way`
        (nothing was raised), `epochs_unusable`.
        """
        # In one order, so that two raises cannot each hold what the other waits for.
        ordered, deadline = sorted(set(keys)), Deadline(self.clock, self.raise_waits)
        with ExitStack() as closing:
            for key in ordered:
                with _told(key):
                    self._prepare(key, deadline)
                    closing.callback(Lock(self._at(key, "gate"), EXCLUSIVE, deadline).release)
            for key in ordered:
                with _told(key):
                    closing.callback(Lock(self._at(key, "lock"), EXCLUSIVE, deadline).release)
            yield Raises({key: self.stored(key) for key in ordered}, self.folder)

    def stored(self, key: str) -> int:
        """What the system was told last. True for longer only under a lock. Refused `epochs_unusable`."""
        with _told(key):
            try:
                return values.read(self._at(key, "epoch"))
            except FileNotFoundError:
                if self._at(key, "lock").exists():
                    raise
                return NEVER

    def _prepare(self, key: str, deadline: Deadline) -> None:
        """Make the three files, unless the lock shows that they were made."""
        if self._at(key, "lock").exists():
            return
        gate = self._at(key, "gate")
        gate.touch(mode=0o644)
        first = Lock(gate, EXCLUSIVE, deadline)
        try:
            self._begin(key)
        finally:
            first.release()

    def _begin(self, key: str) -> None:
        value, lock = self._at(key, "epoch"), self._at(key, "lock")
        if lock.exists():
            return
        if not value.exists():
            values.write(value, NEVER)
        elif values.read(value) != NEVER:
            # Its holders may still be there, where nobody who makes a new one would meet them.
            raise values.Damaged(f"{lock.name} was deleted")
        # Made last: from here on a value that is missing was lost.
        lock.touch(mode=0o644)
        values.sync_folder(self.folder)

    def _at(self, key: str, what: str) -> Path:
        return _file(self.folder, key, what)


def _file(folder: Path, key: str, what: str) -> Path:
    if not KEY.fullmatch(key):
        # Anything else could name a file outside the folder.
        raise ValueError("A preference's key has small letters, digits and underscores, at most 100.")
    return folder / f"{key}.{what}"


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Turn what goes wrong with locks and files into refusals."""
    try:
        yield
    except Busy:
        detail = f"Other requests for {key} are under way. Nothing was written and nothing was raised."
        mend = "Ask again after Retry-After seconds."
        raise Refused("writes_under_way", detail, mend, {"key": key, "retry_after": 1}) from None
    except values.Damaged as damaged:
        _unusable(key, str(damaged))
    except OSError as error:
        _unusable(key, type(error).__name__)


def _unusable(key: str, why: str) -> NoReturn:
    detail = f"The epoch of {key} that this system was told cannot be relied on ({why}). Nothing was written."
    mend = "An operator of the system restores the folder of epochs."
    raise Refused("epochs_unusable", detail, mend, {"key": key}) from None
