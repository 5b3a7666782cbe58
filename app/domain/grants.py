"""What one lease holder knows and has under way: when it may write, and what it may acknowledge.

Pure: the moments are arguments, and the caller holds a lock around each call.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.elapsed import Instant
from app.domain.leases import Spans
from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal

FROZEN_FOR = 2
"""Seconds after which a person may try again during a freeze."""

FROZEN_NOTICE = "You can't change this setting right now. Try again in a minute."
"""What a Veteran is told during a freeze."""


@dataclass(slots=True)
class Flight:
    """One write that was counted under `revision`; unless its answer comes first, it ends `span` seconds after `began`.

    `granted` is when the grant that it was last checked under was asked for.
    """

    key: str
    revision: int
    began: Instant
    span: float
    granted: Instant | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a registration or renewal was answered: routes and their revision, from one snapshot."""

    revision: int
    routes: Mapping[str, Ownership]


@dataclass
class Grants:
    """The rights and the flights of one lease."""

    spans: Spans
    revision: int = -1
    routes: Mapping[str, Ownership] = field(default_factory=dict)
    sent: Instant | None = None
    flights: dict[int, Flight] = field(default_factory=dict)
    counted: int = 0

    def receive(self, answer: Answer, sent: Instant) -> None:
        """Take an answer to a request that was sent at `sent`; never go back to a lower revision or an earlier send."""
        if answer.revision < self.revision:
            return
        if self.sent is None or answer.revision > self.revision or sent.since(self.sent) > 0:
            self.sent = sent
        self.revision, self.routes = answer.revision, answer.routes

    def left(self, now: Instant) -> float:
        """Seconds for which the grant still holds, counted from when its request was sent."""
        return -math.inf if self.sent is None else self.spans.validity - now.since(self.sent)

    def begin(self, key: str, now: Instant) -> int:
        """Count a write. It is counted before its grant is checked, so that no acknowledgement slips in between."""
        self.counted += 1
        self.flights[self.counted] = Flight(key, self.revision, now, self.spans.span())
        return self.counted

    def require(self, number: int, epoch: int, now: Instant) -> Ownership:
        """The row under which a counted write may go to its owner now, with its whole span left.

        Refusals `frozen`, `not_adopted`, `retired`, `epoch_passed`, `no_grant`.
        """
        flight = self.flights.get(number)
        if flight is None:
            raise no_grant("It was begun too long ago.")
        row = self.routes.get(flight.key)
        if row is None or self.sent is None:
            raise no_grant("This process has no lease for it.")
        writer = require_writer(row)
        if epoch > row.epoch:
            raise no_grant("This process has not heard of that epoch yet.")
        if row.epoch != epoch:
            raise epoch_passed(row, epoch)
        if self.left(now) < self.spans.write_timeout + self.spans.settle.get(writer, 0.0):
            raise no_grant("Its lease is about to run out and was not renewed.")
        flight.granted = self.sent
        return row

    def in_time(self, number: int, now: Instant) -> bool:
        """Whether an answer that comes now is one before the end of the grant that its write was checked under.

        A later grant does not count: between the two, the drain of a move may have been over.
        """
        flight = self.flights.get(number)
        return flight is not None and flight.granted is not None and now.since(flight.granted) < self.spans.validity

    def end(self, number: int, *, answered: bool) -> None:
        """A write has its answer, or (a time-out, a reset, an exception) never will have one.

        Without an answer it stays in flight until its span has passed: the system may apply it long after its caller
        gave up.
        """
        if answered:
            self.flights.pop(number, None)  # its span may have passed before

    def land(self, now: Instant) -> float | None:
        """Let flights go whose span has passed; seconds until the next one does, None when there is none."""
        left = {number: flight.span - now.since(flight.began) for number, flight in self.flights.items()}
        for number in [number for number, seconds in left.items() if seconds <= 0]:
            del self.flights[number]
        return min((seconds for seconds in left.values() if seconds > 0), default=None)

    def may_acknowledge(self, now: Instant) -> int | None:
        """The revision by which this holder acts now, if no write counted under an earlier one is in flight."""
        self.land(now)
        waiting = any(flight.revision < self.revision for flight in self.flights.values())
        return None if waiting or self.sent is None else self.revision


def require_writer(row: Ownership) -> System:
    """The one system that may be written now. Refusals `frozen`, `not_adopted`, `retired`."""
    writer = row.route.write_to
    if writer is None:
        raise {State.MOVING: frozen, State.RETIRED: retired}.get(row.state, not_adopted)(row)
    return writer


def require_reader(row: Ownership) -> System:
    """The one system that is read now. Refusals `not_adopted`, `retired`."""
    reader = row.route.read_from
    if reader is None:
        raise (retired if row.state is State.RETIRED else not_adopted)(row)
    return reader


def frozen(row: Ownership) -> Refusal:
    """Nobody may write it for a moment."""
    facts = {**row.facts, "retry_after": FROZEN_FOR, "notice": FROZEN_NOTICE}
    return Refusal(
        "frozen", f"{row.key} is {row.words}; nothing was written.", "Ask again after Retry-After seconds.", facts
    )


def retired(row: Ownership) -> Refusal:
    """Nobody may read or write it any more."""
    return Refusal("retired", f"{row.key} is retired; nothing was written.", "Do not offer this setting.", row.facts)


def not_adopted(row: Ownership) -> Refusal:
    """No system holds it yet."""
    mend = "An administrator adopts it once: cutover adopt"
    return Refusal("not_adopted", f"No system holds {row.key} yet; nothing was written.", mend, row.facts)


def epoch_passed(row: Ownership, epoch: int) -> Refusal:
    """A write whose form was read under another epoch, so that a repeat after a move cannot overwrite."""
    detail = (
        f"This change was begun at epoch {epoch}; {row.key} is {row.words} at epoch {row.epoch}. Nothing was written."
    )
    return Refusal("epoch_passed", detail, "Read the preference again and offer the change anew.", row.facts)


def no_grant(why: str) -> Refusal:
    """Writes fail closed where no lease stands behind them."""
    facts = {"retry_after": FROZEN_FOR}
    return Refusal("no_grant", f"{why} Nothing was written.", "Ask again after Retry-After seconds.", facts)
