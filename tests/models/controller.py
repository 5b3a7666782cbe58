"""The controller of model (a): one row, the leases, and drivers that carry a move on. One action is one commit or read.

What the services do in transactions is mirrored here; what they decide is asked of the real `Drain` and `Watcher`.
"""

from enum import IntEnum
from typing import NamedTuple

from app.domain.leases import FORGET_AFTER_TTLS, Drain, Lease, Sight, Watcher
from app.domain.ownership import Act
from cutover_client.spans import CLOCK_MARGIN, Spans
from tests.models.ground import FAST, KEY, Machine, Rows


class Stage(IntEnum):
    """How far the move is. Between the stages that are left out nothing happens that matters here."""

    NONE = 0
    DRAIN = 1
    """Frozen; nobody knows yet that the last write has ended."""
    READ = 2
    """The drain is stored as done: from here on the old owner is read for the last time."""


class Database(NamedTuple):
    """What is committed. `since` is the epoch at which the present reign began, `leases` are (id, acknowledged)."""

    row: int
    revision: int
    since: int
    stage: Stage
    freeze: int
    freezes: int
    others: int
    leases: tuple[tuple[int, int], ...] = ()
    memory: tuple[int, int] | None = None


class Seen(NamedTuple):
    """A lease as a driver saw it: how long ago, and whether its row was renewed since."""

    lease: int
    age: int
    renewed: bool


class Driver(NamedTuple):
    """What a process that carries moves on has in memory.

    `ready` is set between its reading of the leases and the commit that follows from it: the rows that had run out.
    """

    began: tuple[Seen, ...] = ()
    ready: tuple[Seen, ...] | None = None
    watched: tuple[Seen, ...] = ()
    dead: tuple[Seen, ...] = ()


class Controlling:
    """The rules of the controller, and what it does in one transaction each."""

    drain = Drain
    watcher = Watcher
    machine = Machine(FAST)
    may_call_off = True

    def __init__(self, rows: Rows, spans: Spans) -> None:
        self.rows, self.spans = rows, spans
        self._patience = self.machine.ticks(self.spans.ttl * (1 + CLOCK_MARGIN))
        self._memory = self.machine.ticks(FORGET_AFTER_TTLS * self.spans.ttl) + 1

    def record(self, base: Database, lease: int, acknowledging: int) -> Database:
        """services.leasing._record: a row that is there is renewed, and another one acknowledges what is current."""
        known = dict(base.leases)
        acknowledged = max(0, min(acknowledging, base.revision))
        known[lease] = max(known[lease], acknowledged) if lease in known else base.revision
        return base._replace(leases=tuple(sorted(known.items())))

    def release(self, base: Database, lease: int) -> Database:
        """services.leasing.release."""
        return base._replace(leases=tuple(row for row in base.leases if row[0] != lease))

    def changes(self, base: Database) -> list[tuple[str, Database]]:
        """What may be committed about the move: each by compare-and-set on its row and on the ownership row."""
        found: list[tuple[str, Database]] = []
        if base.others:
            other = base._replace(revision=base.revision + 1, others=base.others - 1)
            found.append(("another preference changes: the revision grows", other))
        if base.stage is Stage.NONE and base.freezes:
            frozen = self._change(base, Act.FREEZE)._replace(stage=Stage.DRAIN, freeze=base.revision + 1)
            found.append((f"freeze at revision {frozen.revision}", frozen._replace(freezes=base.freezes - 1)))
        if (
            base.stage is not Stage.NONE and self.may_call_off
        ):  # services.moving.call_off: at any time before the activation
            found.append(("the move is called off", self._end(base, Act.CALL_OFF)))
        if base.stage is Stage.READ:  # services.driving._activate
            after = self._end(base, Act.ACTIVATE)
            found.append(("activation: the other system may be written", after._replace(since=self.epoch(after))))
        return found

    def epoch(self, base: Database) -> int:
        """The present epoch."""
        return self.rows[base.row].epoch

    def _change(self, base: Database, act: Act) -> Database:
        return base._replace(row=self.rows.after(base.row, act), revision=base.revision + 1)

    def _end(self, base: Database, act: Act) -> Database:
        return self._change(base, act)._replace(stage=Stage.NONE, freeze=-1)

    def look(self, base: Database, driver: Driver) -> Driver:
        """services.driving._drain, its reading: who is waited for is asked of the real Drain."""
        began = {str(seen.lease): self._sight(seen) for seen in driver.began}
        drain = self.drain((KEY,), base.freeze, began)
        waiting, expired = drain.look(self._leases(base, driver.began), self.machine.reading())
        after = driver._replace(began=self._seen(drain.began, driver.began))
        return after if waiting else after._replace(ready=tuple(Seen(int(one.id), 0, False) for one in expired))

    def finish(self, base: Database, driver: Driver) -> tuple[Database, Driver]:
        """services.driving._drain, its commit: nothing if a row is not as it was read, or the move has gone on."""
        ready, after = driver.ready or (), driver._replace(ready=None)
        held = dict(base.leases)
        if base.stage is not Stage.DRAIN or any(seen.renewed or seen.lease not in held for seen in ready):
            return base, after
        gone = {seen.lease for seen in ready}
        left = tuple(row for row in base.leases if row[0] not in gone)
        return base._replace(stage=Stage.READ, leases=left), after

    def watch(self, base: Database, driver: Driver) -> Driver:
        """services.leasing.forget, its reading, with the real Watcher."""
        watcher = self.watcher({str(seen.lease): self._sight(seen) for seen in driver.watched})
        leases = self._leases(base, driver.watched)
        watcher.see(leases, self.machine.reading())
        dead = watcher.forgettable(leases, self.machine.reading())
        seen = tuple(Seen(int(name), self._age(one), False) for name, one in sorted(watcher.sights.items()))
        return driver._replace(watched=seen, dead=tuple(Seen(int(one.id), 0, False) for one in dead))

    def forget(self, base: Database, driver: Driver) -> tuple[Database, Driver]:
        """services.leasing.forget, its commit: a row that was renewed meanwhile stays."""
        gone = {seen.lease for seen in driver.dead if not seen.renewed}
        left = tuple(row for row in base.leases if row[0] not in gone)
        return base._replace(leases=left), driver._replace(dead=())

    def renewed(self, driver: Driver, lease: int) -> Driver:
        """What a driver saw of a lease is of an older count now. A row that comes again has another count too."""
        before = driver.ready
        ready = None if before is None else _renewed(before, lease)
        return Driver(
            _renewed(driver.began, lease), ready, _renewed(driver.watched, lease), _renewed(driver.dead, lease)
        )

    def moved(self, driver: Driver) -> Driver:
        """A move began or ended. What was seen for an earlier one is forgotten; its commits would be Lost."""
        return driver._replace(began=(), ready=None)

    def aged(self, driver: Driver) -> Driver:
        """A tick later."""
        began = tuple(seen._replace(age=min(seen.age + 1, self._patience)) for seen in driver.began)
        watched = tuple(seen._replace(age=min(seen.age + 1, self._memory)) for seen in driver.watched)
        return driver._replace(began=began, watched=watched)

    def _leases(self, base: Database, seen: tuple[Seen, ...]) -> list[Lease]:
        """The rows. Of a count of renewals only matters whether it is still the one that was seen: 0, else 1."""
        counts = {one.lease: int(one.renewed) for one in seen}
        return [Lease(str(one), "", "", (KEY,), self.spans.ttl, said, counts.get(one, 0)) for one, said in base.leases]

    def _sight(self, seen: Seen) -> Sight:
        return Sight(0, self.machine.reading(seen.age))

    def _age(self, sight: Sight) -> int:
        return int(self.machine.reading() - sight.since) // self.machine.rate

    def _seen(self, began: dict[str, Sight], before: tuple[Seen, ...]) -> tuple[Seen, ...]:
        renewed = {seen.lease for seen in before if seen.renewed}
        return tuple(Seen(int(name), self._age(one), int(name) in renewed) for name, one in sorted(began.items()))


def _renewed(seen: tuple[Seen, ...], lease: int) -> tuple[Seen, ...]:
    return tuple(one._replace(renewed=one.renewed or one.lease == lease) for one in seen)
