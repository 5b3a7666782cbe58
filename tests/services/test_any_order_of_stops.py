"""Any sequence of acts with stops and lost databases among them: never two writers, and no epoch issued twice."""

import sqlite3

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.ownership import System
from tests.services.stops import named, process, recovered, stopped
from tests.services.test_any_order import KEYS, AnyOrder


class AnyOrderOfStops(AnyOrder):
    """What `AnyOrder` does, and stops. `issued` is every epoch that anybody was told of, and who could write by it."""

    def __init__(self) -> None:
        self.issued: dict[tuple[str, int], str | None] = {}
        self.recoveries = self.highest = 0
        super().__init__()
        self.back_up()
        self.process = process(self.world)

    @rule(key=st.sampled_from(KEYS), higher=st.integers(-2, 5))
    def stop(self, key: str, higher: int) -> None:
        """A fence answers another epoch than the database has."""
        stopped(self.world, key, self.world.row(key).epoch + higher)

    @rule(system=st.sampled_from(System), write=st.booleans())
    def recover(self, system: System, write: bool) -> None:
        """A person stops everything, and names owners at once, in a hurry."""
        if write:
            self.write(KEYS[0])
        recovered(self.world)
        self.recoveries += 1
        for key in KEYS:
            self.name(key, system)

    @rule(key=st.sampled_from(KEYS), system=st.sampled_from(System))
    def name(self, key: str, system: System) -> None:
        """A person names an owner, whether it is possible or not."""
        self.attempt(lambda: named(self.world, key, system))

    @rule(restarted=st.booleans())
    def look(self, restarted: bool) -> None:
        """A process looks how long it must wait still."""
        if restarted:
            self.process = process(self.world)
        self.process.look()

    @rule(systems=st.tuples(st.sampled_from(System), st.sampled_from(System)))
    def go_on(self, systems: tuple[System, System]) -> None:
        """Every old grant runs out, and a person names the owner of each that is stopped."""
        while (seconds := self.process.look()) is not None:
            self.wait(max(0.1, min(seconds, 9.0)))
        for key, system in zip(KEYS, systems, strict=True):
            self.name(key, system)
        self.renew(late=False)

    @rule()
    def back_up(self) -> None:
        """A copy of the database is put aside."""
        connection = sqlite3.connect(self.folder / "cutover.db")
        self.copy = connection.serialize()
        connection.close()
        self.copied_after = self.recoveries

    @rule(dies=st.booleans())
    def lose(self, dies: bool) -> None:
        """The database is lost with every commit since the copy; a person brings the copy back, and recovers it."""
        self.world.store.close()
        file = self.folder / "cutover.db"
        for old in self.folder.iterdir():
            old.unlink()
        file.write_bytes(self.copy)
        self.world.store = SqlStore(make_engine(f"sqlite:///{file}"), self.world.clock.now)
        recovered(self.world, above=self.highest if self.copied_after < self.recoveries else 0)
        self.recoveries += 1
        self.drivers = [self.world.driver(), self.world.driver()]
        seen, self.process = self.process, process(self.world)
        if not dies:  # a process that lives on has seen stops that this database knows nothing of
            self.process._seen = seen._seen

    def ask(self) -> None:
        """As `AnyOrder.ask`; and no epoch is told with two writers."""
        super().ask()
        for route in self.answers[-1][0].routes.values():
            writer = self.issued.setdefault((route.key, route.epoch), route.write_to)
            assert writer == route.write_to, f"{route.key} was given at epoch {route.epoch} to two"

    @invariant()
    def epochs_and_revision_agree(self) -> None:
        """Epochs and revision only ever grow, over losses of the database too."""
        head, rows = self.world.head, self.world.rows(*KEYS)
        assert head.drained <= head.stopped <= head.revision
        now = max(head.revision, *(row.epoch for row in rows.values()))
        assert now >= self.highest
        self.highest = now
        for row in rows.values():
            if row.move is not None:
                assert self.world.move(row.move).is_frozen


@pytest.mark.timeout(120)
def test_in_any_order_of_stops_and_losses_there_are_never_two_writers_and_no_epoch_is_issued_twice(
    request: pytest.FixtureRequest,
) -> None:
    AnyOrderOfStops.template = request.getfixturevalue("_sqlite_template")
    few = settings(max_examples=25, stateful_step_count=40)
    run_state_machine_as_test(AnyOrderOfStops, settings=few)
