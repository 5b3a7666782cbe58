"""Unleash behind the port to flags."""

import os
from collections.abc import Callable
from functools import partial
from threading import Event, Lock, Thread

from app.adapters.unleash.reading import Place, Reading, read
from app.services.clock import Clock
from app.services.flags import FlagAnswer, FlagState
from cutover_client.elapsed import Instant

FRESH = 1.0
"""Seconds for which one reading answers all who ask, from when it was begun."""

PATIENCE = 3.0
"""Seconds that anybody waits for a reading, from when it was begun: looking up a name can take longer, and an answer
that trickles in has no end."""

MOST = 4
"""Readings that may be under way at once. Only answers without an end come to so many, and each has a thread."""

LATE = Reading(
    fault=f"Unleash has not answered within {PATIENCE:.0f} seconds",
    mend="Is it running, and does UNLEASH_URL name it?",
)


class UnleashFlags:
    """A FlagPort. Nothing is asked before somebody asks here, and nothing that is older than a second is believed."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self._read = partial(read, place)
        self._clock = clock
        self._begin()

    def ask(self, flag: str) -> FlagAnswer:
        """See FlagPort."""
        reading = self._reading()
        if reading.fault is not None:
            unknown = f'{reading.fault}, so nobody can say whether flag "{flag}" is on. {reading.mend}'
            return FlagAnswer(FlagState.UNKNOWN, unknown.rstrip())
        return reading.answers.get(flag) or _absent(flag)

    def close(self) -> None:
        """Wait for a reading under way, at most as long as anybody does. Asking again begins a new one."""
        if self._attempts:
            self._attempts[-1].found(self._clock)

    def _begin(self) -> None:
        self._lock = Lock()
        self._attempts: list[_Attempt] = []
        # Last: another thread that sees it takes the lock above.
        self._process = os.getpid()

    def _reading(self) -> Reading:
        if self._process != os.getpid():
            # The thread of its parent's reading is not here, and its lock may be held for ever.
            self._begin()
        try:
            attempt = self._attempt()
        except RuntimeError:  # no thread can be started
            return Reading(fault="This machine can start no more threads", mend="Look at what runs on it.")
        return attempt.found(self._clock) if attempt else LATE

    def _attempt(self) -> "_Attempt | None":
        with self._lock:
            now = self._clock.instant()
            if not self._attempts or not self._attempts[-1].serves(now):
                self._attempts = [each for each in self._attempts if not each.is_over()]
                if len(self._attempts) >= MOST:
                    return None
                self._attempts.append(_Attempt(self._read, now))
            return self._attempts[-1]


class _Attempt:
    """One reading in a thread of its own: whoever waits for it can stop waiting."""

    def __init__(self, take: Callable[[], Reading], now: Instant) -> None:
        self._begun = now
        self._over = Event()
        self._reading: Reading | None = None
        Thread(target=self._run, args=[take], name="unleash-reading", daemon=True).start()

    def is_over(self) -> bool:
        """Whether its thread has done its work."""
        return self._over.is_set()

    def serves(self, now: Instant) -> bool:
        """Whether it may be used, or waited for, at this moment."""
        return now.since(self._begun) < (FRESH if self._over.is_set() else PATIENCE)

    def found(self, clock: Clock) -> Reading:
        """The reading, waited for until its time is over."""
        self._over.wait(max(0.0, PATIENCE - clock.instant().since(self._begun)))
        return self._reading or LATE

    def _run(self, take: Callable[[], Reading]) -> None:
        try:
            self._reading = take()
        except Exception as trouble:  # noqa: BLE001 - whatever it was, nobody knows how the flags stand
            self._reading = Reading(fault=f"Reading from Unleash failed ({type(trouble).__name__})")
        finally:
            self._over.set()


def _absent(flag: str) -> FlagAnswer:
    return FlagAnswer(
        FlagState.UNKNOWN,
        f'Unleash knows no flag "{flag}": it is misspelt or archived, or it is not in the project and environment of '
        "UNLEASH_TOKEN.",
    )
