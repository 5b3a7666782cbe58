"""A controller of leases that does as the test says, and a holder beside it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cutover_client.clocks import Clock
from cutover_client.holding import Holder
from cutover_client.routes import Answer, Refused, Route
from cutover_client.spans import Spans

SPANS = Spans(30.0, 5.0, {"mhv": 3.0})
HELD = Route("a", "held", "mhv", "mhv", 7, "mhv")
FROZEN = Route("a", "moving", "mhv", None, 8, "mhv", "va_gov")
SOON = 8.0
"""Seconds in which what happens at once has happened; a renewal comes only every ten."""


class Away(Exception):
    """The controller cannot be reached."""


@dataclass
class FakeController:
    """A controller that answers what stands in it, and remembers what was acknowledged."""

    answer: Answer
    away: bool = False
    acknowledged: list[int] = field(default_factory=list)
    released: bool = False
    on_renewal: Callable[[int], None] = lambda _: None

    def renew(self, acknowledged: int) -> Answer:
        """See `cutover_client.holding.Controller`."""
        if self.away:
            raise Away
        self.on_renewal(acknowledged)
        self.acknowledged.append(acknowledged)
        return self.answer

    def release(self) -> None:
        """See `cutover_client.holding.Controller`."""
        self.released = True


def controller(row: Route = HELD, revision: int = 1) -> FakeController:
    """A controller whose answer is one row."""
    return FakeController(Answer(revision, {"a": row}))


def holder(asked: FakeController, clock: Clock, spans: Spans = SPANS) -> Holder:
    """A holder that has no grant yet; its troubles are not of interest."""
    return Holder(asked, clock, spans, lambda _: None)


@contextmanager
def kept(one: Holder) -> Iterator[None]:
    """Keep a lease in a thread of its own."""
    thread = threading.Thread(target=one.keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        one.stop()
        thread.join(SOON)
        assert not thread.is_alive()


def eventually(happened: Callable[[], bool]) -> bool:
    """Whether it happens soon."""
    end = time.monotonic() + SOON
    while not happened() and time.monotonic() < end:
        time.sleep(0.005)
    return happened()


def code(one: Holder, epoch: int = 7) -> str | None:
    """The code with which a write is refused now; None when it may begin."""
    try:
        with one.writing("a", epoch) as write:
            write.answered()
    except Refused as refusal:
        return refusal.code
    return None
