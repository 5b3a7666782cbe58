"""Hearing at once what other processes commit: PostgreSQL's LISTEN and NOTIFY.

A notice may be lost, so it only ever means "look now": polling finds what was missed.
"""

from collections.abc import Callable
from threading import Event, Thread

import psycopg
from sqlalchemy import Engine

from app.adapters.database.engine import POSTGRES

CHANNEL = "cutover"
_LOOK_EVERY = 1.0
"""Seconds between two looks at whether listening should end."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


class Listener:
    """A thread that calls `changed` whenever another process has committed an entry of the ledger.

    `trouble` is told when the connection is lost; it is made anew, with a pause that grows up to 5 seconds.
    """

    def __init__(self, engine: Engine, changed: Callable[[], None], trouble: Callable[[Exception], None]) -> None:
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._changed, self._trouble = changed, trouble
        self._stopping = Event()
        self._thread = Thread(target=self._listen, name="notices", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stopping.set()
        self._thread.join(timeout=2 * _LOOK_EVERY)

    def _listen(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, **POSTGRES) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._changed()  # whatever came before is not told again
                    pause = _FIRST_PAUSE
                    self._pass_on(connection)
            except psycopg.Error as error:
                self._trouble(error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _pass_on(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=_LOOK_EVERY, stop_after=1):
                self._changed()
