"""One lease holder of model (a): its real Grants, what it has sent, and its writes that may still be accepted."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from cutover_client.grants import Flight, Grants
from cutover_client.routes import Refused
from cutover_client.spans import Spans
from tests.models.ground import KEY, LOST, Machine, Rows
from tests.models.search import Breach


class Phase(IntEnum):
    """How far a request to the controller is."""

    SENT = 0
    RECORDED = 1
    HALF = 2
    """Only mutants answer in other steps than these."""
    ANSWERED = 3
    RELEASE = 4
    """A release on its way."""


class Request(NamedTuple):
    """A registration or renewal under way. `revision` and `row` are what was read for its answer."""

    phase: Phase
    lease: int
    sent: int
    acknowledging: int
    revision: int = -1
    row: int = -1


class Flown(NamedTuple):
    """A flight of the real Grants; moments are ages in ticks, -1 for none."""

    number: int
    revision: int
    age: int
    granted: int


class Wire(NamedTuple):
    """A write on its way. `number` is its flight, -1 when nobody waits for its answer any more."""

    number: int
    system: str
    epoch: int
    age: int
    accepted: bool = False
    late: bool = False


class Holder(NamedTuple):
    """One machine and the process on it; `lease` is -1 when there is none. `sent` is an age in ticks, -1 for none."""

    lease: int
    lives: int
    writes: int
    revision: int = -1
    heard: int = -1
    row: int = -1
    sent: int = -1
    acknowledged: int = -1
    flights: tuple[Flown, ...] = ()
    requests: tuple[Request, ...] = ()
    wires: tuple[Wire, ...] = ()
    told: tuple[int, int] | None = None
    """Revision and row that are on their way to it, and were not asked for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What can happen to a holder next.

    `alone`: on its own. `served`: a request, for what the controller does with it next. `accepted`: a write's epoch,
    the holder after that, and the holder if the system that accepted it was not to be written any more.
    """

    alone: list[tuple[str, Holder | Breach]] = field(default_factory=list)
    served: list[tuple[str, Request]] = field(default_factory=list)
    accepted: list[tuple[str, int, Holder, Holder]] = field(default_factory=list)


class Holding:
    """The rules of one holder. `bounded`: no write is accepted after its span, as no pause and no slow system can make.

    `together` is how many requests it may have under way; `leaves`: whether it may release its lease.
    """

    grants = Grants
    bounded = True
    together = 1
    leaves = False

    def __init__(self, place: int, machine: Machine, rows: Rows, spans: Spans) -> None:
        self.place, self.machine, self.rows, self.spans = place, machine, rows, spans
        self._name = f"holder {place + 1}"

    def first(self, lives: int, writes: int) -> Holder:
        """A process that has just started."""
        return Holder(self.drawn(lives), lives - 1, writes)

    def drawn(self, lives: int) -> int:
        """The id of the lease of a new process: no other one ever has it (rule 6)."""
        return 10 * self.place + lives

    def counted_from(self, request: Request) -> int:
        """How long ago the moment was that the grant of an answer counts from: the send (rule 2)."""
        return request.sent

    def options(self, holder: Holder) -> Options:
        """Everything that can happen next."""
        found = Options()
        if holder.lease >= 0:
            self._write(holder, found)
            self._ask(holder, found)
            self._stop(holder, found)
        elif holder.lives:
            again = Holder(self.drawn(holder.lives), holder.lives - 1, holder.writes)
            again = again._replace(requests=holder.requests, wires=holder.wires)
            found.alone.append((f"{self._name} starts again", again))
        self._travel(holder, found)
        if holder.told is not None:
            found.alone.append((f"{self._name} is told of revision {holder.told[0]} and its routes", self.told(holder)))
            found.alone.append((f"{self._name}: what it was to be told is lost", holder._replace(told=None)))
        return found

    def hears(self, holder: Holder, revision: int) -> Holder:
        """It is told of a newer revision, and not yet of its routes."""
        grants = self._load(holder)
        grants.hear(revision)
        return self._store(holder, grants)

    def told(self, holder: Holder) -> Holder:
        """It takes routes that it did not ask for."""
        revision, row = holder.told or (-1, -1)
        grants, routes = self._load(holder), self.rows.answer(revision, row).routes
        grants.tell(revision, routes)
        after = self._store(holder, grants)._replace(told=None)
        return after._replace(row=row) if grants.routes is routes else after

    def read(self, holder: Holder, request: Request, standing: tuple[int, int], phase: Phase) -> Holder:
        """A request has come as far as `phase`; `standing` is the revision and the row that were read for it."""
        revision, row = standing
        return self._swap(holder, request, request._replace(phase=phase, revision=revision, row=row))

    def over(self, holder: Holder, request: Request) -> Holder:
        """A request that nobody waits for has been served."""
        return self._swap(holder, request, None)

    def aged(self, holder: Holder) -> Holder:
        """A tick later. What has gone on for longer than matters counts no further."""
        grant, span = self.machine.ticks(self.spans.validity), self.machine.ticks(self.spans.span())
        requests = tuple(sorted(one._replace(sent=min(one.sent + 1, grant)) for one in holder.requests))
        flights = tuple(
            one._replace(age=min(one.age + 1, span), granted=_older(one.granted, grant)) for one in holder.flights
        )
        wires = (one._replace(age=min(one.age + 1, span)) for one in holder.wires)
        kept = tuple(sorted(one for one in wires if one.accepted or not self.bounded or self._may_come(one)))
        return holder._replace(sent=_older(holder.sent, grant), requests=requests, flights=flights, wires=kept)

    def _write(self, holder: Holder, found: Options) -> None:
        if holder.writes:
            grants = self._load(holder)
            grants.begin(KEY, self.machine.instant())
            begun = self._store(holder, grants)._replace(writes=holder.writes - 1)
            found.alone.append((f"{self._name} counts a write", begun))
        for flight in holder.flights:
            if flight.granted < 0:
                found.alone.append((f"{self._name} checks its grant and sends", self._check(holder, flight)))
            else:
                found.alone.append((f"{self._name} gives up waiting for an answer", self._give_up(holder, flight)))

    def _check(self, holder: Holder, flight: Flown) -> Holder:
        grants = self._load(holder)
        try:
            route = grants.require(flight.number, None, self.machine.instant())
        except Refused:
            grants.end(flight.number, answered=True)  # cutover_client.holding: nothing was sent
            return self._store(holder, grants)
        sent = Wire(flight.number, route.require_writer(), route.epoch, flight.age)
        after = self._store(holder, grants)
        may_come = not self.bounded or self._may_come(sent)
        return after._replace(wires=tuple(sorted((*holder.wires, sent)))) if may_come else after

    def _give_up(self, holder: Holder, flight: Flown) -> Holder:
        grants = self._load(holder)
        grants.end(flight.number, answered=False)
        return self._store(holder, grants)._replace(wires=_abandoned(holder.wires, flight.number))

    def _may_come(self, wire: Wire) -> bool:
        """The system accepts it, if it does, within its span."""
        return wire.age * self.machine.rate < self.spans.span(wire.system)

    def _ask(self, holder: Holder, found: Options) -> None:
        """cutover_client.holding.Holder.renew, sending and receiving apart, with more than one under way."""
        for request in holder.requests:
            if request.phase is Phase.ANSWERED and request.lease == holder.lease:
                grants = self._load(holder)
                moment = self.machine.instant(self.counted_from(request))
                grants.receive(self.rows.answer(request.revision, request.row), moment)
                acknowledged = max(holder.acknowledged, request.acknowledging)
                after = self._store(self._swap(holder, request, None), grants, request)
                label = f"{self._name} receives the answer of revision {request.revision}"
                found.alone.append((label, after._replace(acknowledged=acknowledged)))
        if len(holder.requests) < self.together:
            grants = self._load(holder)
            reached = grants.may_acknowledge(self.machine.instant())
            acknowledging = max(holder.acknowledged, -1 if reached is None else reached)
            asked = Request(Phase.SENT, holder.lease, 0, acknowledging)
            after = self._swap(self._store(holder, grants), None, asked)
            found.alone.append((f"{self._name} asks to renew, acknowledging {acknowledging}", after))

    def _stop(self, holder: Holder, found: Options) -> None:
        wires = holder.wires
        for flight in holder.flights:
            wires = _abandoned(wires, flight.number)
        still = tuple(one for one in holder.requests if one.phase in (Phase.SENT, Phase.RELEASE))
        gone = Holder(-1, holder.lives, holder.writes, requests=still, wires=_abandoned(wires, None))
        found.alone.append((f"{self._name} dies", gone))
        grants = self._load(holder)
        grants.land(self.machine.instant())
        if self.leaves and not grants.flights and len(still) < self.together:  # cutover_client.holding.Holder.release
            leaving = Request(Phase.RELEASE, holder.lease, 0, -1)
            found.alone.append((f"{self._name} stops and releases its lease", self._swap(gone, None, leaving)))

    def _travel(self, holder: Holder, found: Options) -> None:
        for request in holder.requests:
            if request.phase is not Phase.ANSWERED:
                found.served.append((self._name, request))
            if request.phase in (Phase.SENT, Phase.ANSWERED):
                found.alone.append((f"{self._name}: a message is lost", self._swap(holder, request, None)))
        for wire in holder.wires:
            others = list(holder.wires)
            others.remove(wire)
            if wire.accepted:
                found.alone.append(self._answer(holder._replace(wires=tuple(others)), wire))
            else:
                right, wrong = (self._accept(holder, others, wire, late) for late in (False, True))
                found.accepted.append((f"{wire.system} accepts the write of {self._name}", wire.epoch, right, wrong))

    def _accept(self, holder: Holder, others: list[Wire], wire: Wire, late: bool) -> Holder:
        kept = others if wire.number < 0 else sorted((*others, wire._replace(accepted=True, late=late)))
        return holder._replace(wires=tuple(kept))

    def _answer(self, holder: Holder, wire: Wire) -> tuple[str, Holder | Breach]:
        grants = self._load(holder)
        done = grants.in_time(wire.number, self.machine.instant())
        if done and wire.late:
            return f"{self._name} is answered, and tells the person that it is saved", LOST
        grants.end(wire.number, answered=True)
        return f"{self._name} is answered, {'in time' if done else 'too late'}", self._store(holder, grants)

    def _swap(self, holder: Holder, old: Request | None, new: Request | None) -> Holder:
        requests = list(holder.requests)
        if old is not None:
            requests.remove(old)
        if new is not None:
            requests.append(new)
        return holder._replace(requests=tuple(sorted(requests)))

    def _load(self, holder: Holder) -> Grants:
        at = self.machine.instant
        flights = {one.number: self._flight(one) for one in holder.flights}
        routes = {} if holder.row < 0 else self.rows.answer(holder.revision, holder.row).routes
        sent = None if holder.sent < 0 else at(holder.sent)
        return self.grants(self.spans, holder.revision, holder.heard, routes, sent, flights, 100 - holder.writes)

    def _flight(self, one: Flown) -> Flight:
        at, spans = self.machine.instant, self.spans
        granted = None if one.granted < 0 else at(one.granted)
        times = (spans.write_timeout, spans.span(), granted, 0.0 if granted is None else spans.validity)
        return Flight(KEY, one.revision, at(one.age), *times)

    def _store(self, holder: Holder, grants: Grants, taken: Request | None = None) -> Holder:
        age = self.machine.age
        flights = tuple(
            Flown(number, one.revision, age(one.began), -1 if one.granted is None else age(one.granted))
            for number, one in sorted(grants.flights.items())
        )
        is_new = taken is not None and grants.routes is self.rows.answer(taken.revision, taken.row).routes
        row = taken.row if taken is not None and is_new else holder.row
        sent = -1 if grants.sent is None else age(grants.sent)
        known = holder._replace(revision=grants.revision, heard=grants.heard, row=row)
        return known._replace(sent=sent, flights=flights)


def _older(age: int, most: int) -> int:
    return age if age < 0 else min(age + 1, most)


def _abandoned(wires: tuple[Wire, ...], number: int | None) -> tuple[Wire, ...]:
    """Nobody waits any more for the answer of the write `number`; None for every write."""
    kept = (one._replace(number=-1) if number is None or one.number == number else one for one in wires)
    return tuple(sorted(one for one in kept if not (one.accepted and one.number < 0)))
