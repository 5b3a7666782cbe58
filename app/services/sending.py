"""The threads of one process that tell webhooks: one looks, and each webhook for which something is due has another.

So a receiver that answers slowly, or not at all, keeps only itself waiting.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app.services.dispatching import Dispatcher

LOOK_EVERY = 0.5
"""Seconds between two looks at the ledger and at what is due."""

AFTER_TROUBLE = 1.0
AT_ONCE = 8
"""To how many webhooks one process sends at the same time."""

STOPS_WITHIN = 2.0
"""Seconds that a stop waits for attempts under way. One that takes longer is made anew, by this process or another."""


@dataclass
class Sending:
    """The threads, and how they start and stop."""

    dispatcher: Dispatcher
    trouble: Callable[[str, Exception], None]
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _serving: dict[int, threading.Thread] = field(default_factory=dict)

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self.keep, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Make no further attempt, and wait a little for those under way."""
        self._stopping.set()
        end = self.dispatcher.clock.monotonic() + STOPS_WITHIN
        for thread in (self._thread, *list(self._serving.values())):
            if thread is not None and thread.is_alive():
                thread.join(timeout=max(0.0, end - self.dispatcher.clock.monotonic()))

    def keep(self) -> None:
        """Look again and again, until told to stop."""
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception as trouble:  # noqa: BLE001 - what is due stands in the database, and is looked for again
                self.trouble("looking for what webhooks are to be told", trouble)
                self._stopping.wait(AFTER_TROUBLE)

    def look(self) -> None:
        """Take what is new, and begin to serve each webhook that waits and is not served by this process already."""
        self.dispatcher.take()
        self._serving = {number: thread for number, thread in self._serving.items() if thread.is_alive()}
        for webhook in self.dispatcher.waiting():
            if webhook not in self._serving and len(self._serving) < AT_ONCE and not self._stopping.is_set():
                thread = threading.Thread(target=self._serve, args=(webhook,), name="webhook", daemon=True)
                self._serving[webhook] = thread
                thread.start()

    def _serve(self, webhook: int) -> None:
        try:
            self.dispatcher.serve(webhook, self._stopping.is_set)
        except Exception as trouble:  # noqa: BLE001 - an attempt that was claimed is made anew when its claim runs out
            self.trouble("telling a webhook", trouble)
