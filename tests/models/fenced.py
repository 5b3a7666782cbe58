"""Model (b): two systems that check permits, and no timing at all. Moves, drivers, and a database that fails over.

What a change makes of a row is asked of the real `Ownership`. Contents are the numbers of writes, so that a write
that is lost or overwritten is seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.domain.ownership import Act, System
from app.domain.ownership import State as Owned
from tests.models.fenced_parts import (
    MORE_THAN_WAS_ISSUED,
    NAMES,
    Database,
    Driver,
    Message,
    Parts,
    Stage,
    State,
    Step,
    Store,
    to_stage,
    under_way,
    with_driver,
    with_message,
)
from tests.models.fenced_systems import Systems
from tests.models.search import Breach


class Fenced(Systems):
    """The model. A mutant replaces one method or one number."""

    closes: tuple[int, ...] = (0, 1)
    """Which systems are told the freeze's epoch: 0 is the owner, 1 the target."""
    tells_activation = True

    def successors(self, state: State) -> Iterator[tuple[str, State | Breach]]:
        """Everything that can happen next."""
        parts = self.unpack(state)
        for label, after in self.steps(parts):
            yield label, after if isinstance(after, Breach) else self.checked(after)

    def steps(self, parts: Parts) -> Iterator[Step]:
        """The same, spelled out."""
        yield from self.clients(parts)
        yield from self.systems(parts)
        yield from self._people(parts)
        for number in range(len(parts.drivers)):
            yield from self._drive(parts, number)
        if self.scope.failovers:
            yield from self._standing_by(parts)

    def _people(self, parts: Parts) -> Iterator[Step]:
        base = parts.base
        if base.stage is Stage.NONE and base.moves:
            if self.scope.seeds:
                seeding = base._replace(stage=Stage.SEED, moves=base.moves - 1, changed=(False, False))
                yield "a move begins with a seed", parts._replace(base=seeding)
            else:
                yield "a move begins: freeze", parts._replace(base=self._freeze(base._replace(moves=base.moves - 1)))
        if base.stage is Stage.SEED:
            yield "the move is called off before its freeze", parts._replace(base=base._replace(stage=Stage.NONE))
        if Stage.SEED < base.stage < Stage.STOPPED:
            back = base._replace(row=self.rows.after(base.row, Act.CALL_OFF), stage=Stage.NONE)
            yield "the move is called off", parts._replace(base=back)

    def _freeze(self, base: Database) -> Database:
        return base._replace(row=self.rows.after(base.row, Act.FREEZE), stage=Stage.CLOSE)

    def _drive(self, parts: Parts, number: int) -> Iterator[Step]:
        """One thing that one driver does. Between any two of them it may be stopped for as long as one likes."""
        driver, base, name = parts.drivers[number], parts.base, f"driver {number + 1}"
        if Stage.NONE < base.stage < Stage.STOPPED and driver != self._fresh(base):
            yield (
                f"{name} (or another in its place) takes up {base.stage.name}",
                with_driver(parts, number, self._fresh(base)),
            )
        program = {
            Stage.SEED: self._seed,
            Stage.CLOSE: self._close,
            Stage.CATCH_UP: self._catch_up,
            Stage.ACTIVATE: self._activate,
        }
        if driver.stage in program:
            for label, after in program[driver.stage](parts, number, driver):
                yield f"{name} {label}", after

    def _fresh(self, base: Database) -> Driver:
        row = self.rows[base.row]
        return Driver(0, base.stage, base.moves, row.epoch, NAMES.index(row.owner or System.MHV))

    def _seed(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        source, target = driver.owner, 1 - driver.owner
        if driver.step == 0:
            read = driver._replace(step=1, read=parts.systems[source].content)
            yield f"reads {NAMES[source]} for the seed", with_driver(parts, number, read)
        elif driver.step == 1:
            yield from self._copy(parts, number, driver)
        elif parts.systems[target].content == driver.read:
            yield "ends the seed: freeze", self._save(parts, number, self._freeze)

    def _close(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        """Each fence is told the freeze's epoch, and confirms when writes of older epochs have ended."""
        if driver.step < len(self.closes):
            place = driver.owner if self.closes[driver.step] == 0 else 1 - driver.owner
            after = self.raise_fence(parts, place, driver.epoch)
            if after:
                raised = with_driver(after, number, driver._replace(step=driver.step + 1))
                yield f"tells {NAMES[place]} epoch {driver.epoch}", raised
        else:
            yield "stores that both have confirmed", self._save(parts, number, to_stage(Stage.CATCH_UP))

    def _catch_up(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        source, target = driver.owner, 1 - driver.owner
        if driver.step == 0:
            read = driver._replace(step=1, read=parts.systems[source].content)
            yield f"reads {NAMES[source]} for the last time", with_driver(parts, number, read)
        elif driver.step == 1 and self.is_listed(parts, driver):
            if parts.systems[target].content == driver.read:
                yield "finds the record there already", self._save(parts, number, to_stage(Stage.ACTIVATE))
            elif self.is_to_be_copied(driver, parts.systems[target]):
                yield from self._copy(parts, number, driver)
            else:
                yield "passes over a record that is not newer", self._save(parts, number, to_stage(Stage.ACTIVATE))
        elif driver.step == 1:
            yield "has nothing to catch up", self._save(parts, number, to_stage(Stage.ACTIVATE))
        elif parts.systems[target].content == driver.read:
            yield "finds the copy equal", self._save(parts, number, to_stage(Stage.ACTIVATE))

    def is_listed(self, parts: Parts, driver: Driver) -> bool:
        """Whether the record changed in either system since the seed began; without a seed, all are listed."""
        return not self.scope.seeds or any(parts.base.changed)

    def is_to_be_copied(self, driver: Driver, target: Store) -> bool:
        """Whether a record that differs is copied: the owner's wins, whatever the dates."""
        return True

    def _copy(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        if under_way(parts, copies=True) < self.scope.copies:
            target = 1 - driver.owner
            sent = with_message(parts, Message(target, True, driver.epoch, driver.read))
            yield f"sends a copy to {NAMES[target]}", with_driver(sent, number, driver._replace(step=2))

    def _activate(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        """The new owner is told the epoch that the activation will have; then one transaction."""
        if driver.step == 0 and self.tells_activation:
            target = 1 - driver.owner
            after = self.raise_fence(parts, target, driver.epoch + 1)
            if after:
                raised = with_driver(after, number, driver._replace(step=1))
                yield f"tells {NAMES[target]} epoch {driver.epoch + 1}", raised
        else:
            yield "activates", self._save(parts, number, self._hand_over)

    def _hand_over(self, base: Database) -> Database:
        return base._replace(row=self.rows.after(base.row, Act.ACTIVATE), stage=Stage.NONE)

    def _save(self, parts: Parts, number: int, change: Callable[[Database], Database]) -> Parts:
        """A commit by compare-and-set on the move and on the row; a driver that comes too late changes nothing."""
        driver, base = parts.drivers[number], parts.base
        seen = (driver.stage, driver.moves, driver.epoch)
        ended = with_driver(parts, number, Driver())
        if seen != (base.stage, base.moves, self.rows[base.row].epoch):
            return ended
        after = change(base)
        hands_over = self.rows[after.row].owner != self.rows[base.row].owner
        told = parts.told._replace(since=self.rows[after.row].epoch) if hands_over else parts.told
        return ended._replace(base=after, told=told)

    # --- a database that loses commits ---

    def _standing_by(self, parts: Parts) -> Iterator[Step]:
        base = parts.base
        if parts.standby != base:
            yield "the standby receives what was committed", parts._replace(standby=base)
        if parts.told.failovers:
            told = parts.told._replace(failovers=parts.told.failovers - 1)
            after = self.after_failover(parts.standby)
            yield "the database fails over, and commits are lost", parts._replace(base=after, standby=after, told=told)
        if base.stage is Stage.STOPPED:
            yield from self._recover(parts)

    def after_failover(self, standby: Database) -> Database:
        """Nothing is granted any more, under an epoch that is higher than any that was issued."""
        row = self.rows[standby.row]
        stopped = replace(row, state=Owned.STOPPED, target=None, move=None, epoch=row.epoch + MORE_THAN_WAS_ISSUED)
        return standby._replace(row=self.rows.put(stopped), stage=Stage.STOPPED)

    def _recover(self, parts: Parts) -> Iterator[Step]:
        """Every fence is told; then a person names the owner, shown under which epoch each accepted its last write."""
        row = self.rows[parts.base.row]
        for place, store in enumerate(parts.systems):
            raised = self.raise_fence(parts, place, row.epoch)
            if store.epoch < row.epoch and raised:
                yield f"{NAMES[place]} is told epoch {row.epoch}", raised
        if all(store.epoch == row.epoch for store in parts.systems):
            mhv, va_gov = (store.accepted for store in parts.systems)
            owner = row.owner if mhv == va_gov else NAMES[int(va_gov > mhv)]
            named = replace(row, state=Owned.HELD, owner=owner, epoch=row.epoch + 1)
            base = parts.base._replace(row=self.rows.put(named), stage=Stage.NONE)
            told = parts.told._replace(since=named.epoch)
            yield f"a person names {owner} as the owner", parts._replace(base=base, told=told)
