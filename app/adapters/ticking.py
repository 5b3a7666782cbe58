"""The built-in scheduler. It only ticks: what is due stands in the database, so any number of processes may tick."""

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

EVERY = 1
"""Seconds between two ticks."""


class Ticker:
    """Calls a job every second, one call at a time; a call that comes late is made, never dropped."""

    def __init__(self, job: Callable[[], None]) -> None:
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            job,
            IntervalTrigger(seconds=EVERY, timezone="UTC"),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; a call under way is waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
