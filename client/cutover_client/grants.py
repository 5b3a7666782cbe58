"""What one lease holder knows and has under way: when it may write, and what it may acknowledge.

Pure: the moments are arguments, and the caller holds a lock around each call.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from cutover_client.elapsed import Instant
from cutover_client.routes import Answer, Refused, Route, no_grant
from cutover_client.spans import Spans


class NotCurrent(Refused):
    """A newer revision was heard of, and its routes are on their way. Whoever can wait a moment asks again."""


@dataclass(slots=True)
class Flight:
    """One write that was counted under `revision`; unless its answer comes first, it ends `span` seconds after `began`.

    `timeout` is its own deadline, whatever later answers say. `granted` is when the grant that it was last checked
    under was asked for, and `validity` for how long that grant holds.
    """

    key: str
    revision: int
    began: Instant
    timeout: float
    span: float
    granted: Instant | None = None
    validity: float = 0.0


@dataclass
class Grants:
    """The rights and the flights of one lease. `heard` is the newest revision that this holder has been told of.

    `spans` belong to the grant that was asked for at `sent`.
    """

    spans: Spans
    revision: int = -1
    heard: int = -1
    routes: Mapping[str, Route] = field(default_factory=dict)
    sent: Instant | None = None
    flights: dict[int, Flight] = field(default_factory=dict)
    counted: int = 0

    def receive(self, answer: Answer, sent: Instant) -> None:
        """Take an answer to a request that was sent at `sent`; never go back to a lower revision or an earlier send."""
        if answer.revision < max(self.revision, self.heard):
            return
        if self.sent is None or answer.revision > self.revision or sent.since(self.sent) > 0:
            self.sent = sent
            self._take_spans(answer.spans or self.spans)
        self.revision, self.heard, self.routes = answer.revision, answer.revision, answer.routes

    def _take_spans(self, spans: Spans) -> None:
        if spans is self.spans:
            return
        self.spans = spans
        # A system that may go on for longer than was known may do so with the writes that are under way, too.
        for flight in self.flights.values():
            flight.span = max(flight.span, flight.timeout + spans.longest_settle)

    def hear(self, revision: int) -> None:
        """Stop writing by routes that are older than `revision`, before its own routes are known.

        A holder that will never again write by older routes may acknowledge the newer revision at once.
        """
        self.heard = max(self.heard, revision)

    def tell(self, revision: int, routes: Mapping[str, Route]) -> None:
        """Take routes that came without being asked for, if they are newer than anything that was heard of.

        They count under the present grant, and make it no longer. Routes of a later revision than those of the grant's
        own answer were read after its lease was recorded: whoever freezes them waits for that lease.
        """
        if revision <= self.revision or revision < self.heard:
            return
        self.heard = revision
        if self.sent is not None:
            self.revision, self.routes = revision, routes

    def left(self, now: Instant) -> float:
        """Seconds for which the grant still holds, counted from when its request was sent."""
        return -math.inf if self.sent is None else self.spans.validity - now.since(self.sent)

    def begin(self, key: str, now: Instant) -> int:
        """Count a write. It is counted before its grant is checked, so that no acknowledgement slips in between."""
        self.counted += 1
        self.flights[self.counted] = Flight(key, self.revision, now, self.spans.write_timeout, self.spans.span())
        return self.counted

    def require(self, number: int, epoch: int | None, now: Instant) -> Route:
        """The route under which a counted write may go to its owner now, with its whole span left.

        `epoch` is the one under which its form was read; None for the present one.
        Refused `frozen`, `stopped`, `not_adopted`, `retired`, `epoch_passed`, `no_grant`.
        """
        flight = self.flights.get(number)
        if flight is None:
            raise no_grant("It was begun too long ago.")
        route = self.routes.get(flight.key)
        if route is None or self.sent is None:
            raise no_grant("This process has no lease for it.")
        if self.heard > self.revision:
            why = no_grant("Something has changed, and this process has not been told yet what.")
            raise NotCurrent(why.code, why.detail, why.mend, why.facts)
        writer = route.require_writer()
        route.require_epoch(route.epoch if epoch is None else epoch)
        if self.left(now) < max(self.spans.write_timeout, flight.timeout) + self.spans.settle_of(writer):
            raise no_grant("Its lease is about to run out and was not renewed.")
        flight.granted, flight.validity = self.sent, self.spans.validity
        return route

    def in_time(self, number: int, now: Instant) -> bool:
        """Whether an answer that comes now is one before the end of the grant that its write was checked under.

        A later grant does not count: between the two, the drain of a move may have been over.
        """
        flight = self.flights.get(number)
        return flight is not None and flight.granted is not None and now.since(flight.granted) < flight.validity

    def end(self, number: int, *, answered: bool) -> None:
        """A write has its answer, or (a time-out, a reset, an exception) never will have one.

        Without an answer it stays in flight until its span has passed: the system may apply it long after its caller
        gave up.
        """
        if answered:
            self.flights.pop(number, None)  # its span may have passed before

    def land(self, now: Instant) -> float | None:
        """Let flights go whose span has passed; seconds until the next one does, None when there is none."""
        left = {number: flight.span - now.waited_since(flight.began) for number, flight in self.flights.items()}
        for number in [number for number, seconds in left.items() if seconds <= 0]:
            del self.flights[number]
        return min((seconds for seconds in left.values() if seconds > 0), default=None)

    def may_acknowledge(self, now: Instant) -> int | None:
        """The revision by which this holder acts now, if no write counted under an earlier one is in flight."""
        self.land(now)
        waiting = any(flight.revision < self.heard for flight in self.flights.values())
        return None if waiting or self.sent is None else self.heard
