"""Mutants of model (a): each leaves out one rule of the protocol, and replaces nothing else."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from app.domain.leases import Drain, Lease, Waited
from cutover_client.elapsed import Instant
from cutover_client.grants import Grants
from cutover_client.routes import Answer, Refused, Route
from cutover_client.spans import CLOCK_MARGIN
from tests.models.controller import Controlling, Database, Driver
from tests.models.ground import KEY, SLOW, TICK, Machine
from tests.models.holders import Flown, Holder, Holding, Options, Phase, Request, Wire
from tests.models.leases import Leases, State, Step

Looked = tuple[list[Waited], list[Lease]]


def with_grants(changed: type[Grants], model: type[Leases] = Leases) -> type[Leases]:
    """The model whose holders act by `changed`."""
    return type(changed.__name__, (model,), {"holding": type("Changed", (model.holding,), {"grants": changed})})


def with_drain(changed: type[Drain]) -> type[Leases]:
    """The model whose drains look by `changed`."""
    return type(changed.__name__, (Leases,), {"controlling": type("Changed", (Controlling,), {"drain": changed})})


def with_holding(changed: type[Holding]) -> type[Leases]:
    """The model whose processes act by `changed`."""
    return type(changed.__name__, (Leases,), {"holding": changed})


class NoDrain(Drain):
    """Nobody is waited for."""

    def look(self, leases: Iterable[Lease], now: float) -> Looked:
        """See Drain."""
        return [], []


class WaitsLess(Drain):
    """A dead holder is waited for a tick less than its ttl."""

    def look(self, leases: Iterable[Lease], now: float) -> Looked:
        """See Drain."""
        return super().look([replace(one, ttl=one.ttl - TICK) for one in leases], now)


class WaitsAsConfigured(Drain):
    """The ttl of the settings, which were made shorter since, in place of the one that was granted."""

    def look(self, leases: Iterable[Lease], now: float) -> Looked:
        """See Drain."""
        return super().look([replace(one, ttl=0.5 * TICK) for one in leases], now)


class WaitsWithoutMargin(Drain):
    """The ttl is waited for, but not that clocks may run at other rates."""

    def look(self, leases: Iterable[Lease], now: float) -> Looked:
        """See Drain."""
        return super().look([replace(one, ttl=one.ttl / (1 + CLOCK_MARGIN)) for one in leases], now)


class WaitsOutTheRenewed(Drain):
    """A holder that has renewed since, and reports a write in flight, is waited out all the same."""

    def look(self, leases: Iterable[Lease], now: float) -> Looked:
        """See Drain."""
        return super().look([replace(one, renewals=0) for one in leases], now)


class AcknowledgesInFlight(Grants):
    """A revision is acknowledged with a write of an earlier one in flight."""

    def may_acknowledge(self, now: Instant) -> int | None:
        """See Grants."""
        return None if self.sent is None else self.heard


class LostIsEnded(Grants):
    """A time-out or a reset counts as no longer in flight."""

    def end(self, number: int, *, answered: bool) -> None:
        """See Grants."""
        super().end(number, answered=True)


class HeardIsIgnored(Grants):
    """A revision that was only heard of is acknowledged, and writes go on by the older routes."""

    def require(self, number: int, epoch: int | None, now: Instant) -> Route:
        """See Grants."""
        heard, self.heard = self.heard, self.revision
        try:
            return super().require(number, epoch, now)
        finally:
            self.heard = heard


class ToldIsGranted(Grants):
    """Routes that came without being asked for make the grant longer, as if they were the answer to a renewal."""

    moment = Machine(SLOW).instant()

    def tell(self, revision: int, routes: Mapping[str, Route]) -> None:
        """See Grants."""
        super().tell(revision, routes)
        if self.routes is routes and self.sent is not None:
            self.sent = self.moment


class ToldIsBelieved(Grants):
    """Routes that came without being asked for are taken, how old they may be."""

    def tell(self, revision: int, routes: Mapping[str, Route]) -> None:
        """See Grants."""
        if self.sent is not None:
            self.revision = self.heard = revision
            self.routes = routes


class StartsLate(Grants):
    """A write begins with less of the grant left than its span, as long as there is some."""

    def left(self, now: Instant) -> float:
        """See Grants."""
        left = super().left(now)
        return math.inf if left > 0 else left


class TakesOlder(Grants):
    """An answer of a lower revision is taken."""

    def receive(self, answer: Answer, sent: Instant) -> None:
        """See Grants."""
        self.revision = self.heard = -1
        super().receive(answer, sent)


class AlwaysInTime(Grants):
    """An answer counts as done however late it comes."""

    def in_time(self, number: int, now: Instant) -> bool:
        """See Grants."""
        return True


class CountsFromReceipt(Holding):
    """A grant counts from when its answer came."""

    def counted_from(self, request: Request) -> int:
        """See Holding."""
        return 0


class KeyedByName(Holding):
    """Processes of one name have one lease."""

    def drawn(self, lives: int) -> int:
        """See Holding."""
        return 0


class Reused(Holding):
    """A process that starts again goes on with the lease of the one before."""

    def drawn(self, lives: int) -> int:
        """See Holding."""
        return 10 * self.place


class ChecksFirst(Holding):
    """The grant is checked, and the write is counted afterwards: until then no acknowledgement waits for it."""

    uncounted = 1000
    """Added to the number of the row that was checked, in the place of a revision."""

    def _write(self, holder: Holder, found: Options) -> None:
        if holder.writes:
            found.alone.append((f"{self._name} checks its grant", self._check_uncounted(holder)))
        for flight in holder.flights:
            if flight.revision >= self.uncounted:
                found.alone.append((f"{self._name} counts the write and sends", self._count(holder, flight)))
            else:
                found.alone.append((f"{self._name} gives up waiting for an answer", self._give_up(holder, flight)))

    def _check_uncounted(self, holder: Holder) -> Holder:
        grants = self._load(holder)
        number = grants.begin(KEY, self.machine.instant())
        try:
            grants.require(number, None, self.machine.instant())
        except Refused:
            return holder
        grants.flights[number].revision = self.uncounted + holder.row
        return self._store(holder, grants)._replace(writes=holder.writes - 1)

    def _count(self, holder: Holder, flight: Flown) -> Holder:
        row = self.rows[flight.revision - self.uncounted]
        counted = flight._replace(revision=holder.revision)
        flights = tuple(counted if one == flight else one for one in holder.flights)
        sent = Wire(flight.number, str(row.owner), row.epoch, flight.age)
        return holder._replace(flights=flights, wires=tuple(sorted((*holder.wires, sent))))


class ReadBeforeRecord(Leases):
    """Routes are read before the lease is recorded."""

    steps: ClassVar[Mapping[Phase, tuple[str, Phase]]] = {
        **Leases.steps,
        Phase.SENT: ("read", Phase.HALF),
        Phase.HALF: ("record", Phase.ANSWERED),
    }


class TwoStatements(Leases):
    """Rows are read in one statement and the revision in another one."""

    steps: ClassVar[Mapping[Phase, tuple[str, Phase]]] = {
        **Leases.steps,
        Phase.RECORDED: ("rows", Phase.HALF),
        Phase.HALF: ("revision", Phase.ANSWERED),
    }


class ReadFromMemory(Leases):
    """Routes are answered from memory, which is read anew at some time after a change."""

    def first_base(self) -> Database:
        """See Leases."""
        base = super().first_base()
        return base._replace(memory=(base.revision, base.row))

    def successors(self, state: State) -> Iterator[Step]:
        """See Leases."""
        yield from super().successors(state)
        base = self.bases[state[0]]
        fresh = base._replace(memory=(base.revision, base.row))
        yield "the process that serves reads its memory anew", (self.bases.number(fresh), *state[1:])

    def serve(self, base: Database, request: Request, what: str) -> tuple[Database, tuple[int, int]]:
        """See Leases."""
        after, read = super().serve(base, request, what)
        return after, base.memory if what == "read" and base.memory else read


class ForgetsByDatabaseClock(Leases):
    """Rows are forgotten by a clock that can be set ahead at any time."""

    def successors(self, state: State) -> Iterator[Step]:
        """See Leases."""
        yield from super().successors(state)
        base = self.bases[state[0]]
        for lease, _ in base.leases:
            gone = self.controller.release(base, lease)
            yield "the database's clock is set ahead: a row is forgotten", (self.bases.number(gone), *state[1:])


class Undeterred(Controlling):
    """A drain is stored as the leases were when they were read, whatever was renewed meanwhile."""

    def finish(self, base: Database, driver: Driver) -> tuple[Database, Driver]:
        """See Controlling."""
        ready = tuple(seen._replace(renewed=False) for seen in driver.ready or ())
        return super().finish(base, driver._replace(ready=ready))


class Persevering(Leases):
    """No mutant: nobody calls a move off, so that only its end ends it."""

    controlling = type("Changed", (Controlling,), {"may_call_off": False})


class Paused(Leases):
    """No mutant: the assumption about systems without a fence is broken. A write may be accepted at any later time.

    Two systems may accept then. What must hold still is that no person is told "saved" of a write that is lost.
    """

    holding = type("Changed", (Holding,), {"bounded": False})
