"""Any sequence of acts, by people, drivers, holders and time: never two writers, and nothing sticks.

A holder that writes by the real rules stands beside a controller that moves by the real ones; neither system has a
fence. A write is under way from its check until its answer or until its span has passed, and all that time the system
that it goes to may accept it.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.grants import answer_of, route_of
from app.domain.ledger import verify
from app.domain.ownership import NOBODY, Ownership, State, System
from app.domain.refusals import Refusal
from app.services.leasing import Renewal, release, renew
from app.services.store import Lost
from cutover_client.elapsed import Instant
from cutover_client.grants import Grants
from cutover_client.routes import Answer, Refused
from cutover_client.spans import Spans
from tests.fakes.clock import FakeClock
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World, limit

SPANS = Spans(ttl=30.0, write_timeout=5.0, settle={"mhv": 3.0, "va_gov": 3.0})
KEYS = (RX, ALERTS)
SETS = st.sampled_from([(RX,), (ALERTS,), KEYS])


class AnyOrder(RuleBasedStateMachine):
    """The acts, and what must hold after each."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        file = shutil.copyfile(self.template, self.folder / "cutover.db")
        clock = FakeClock()
        self.world = World(SqlStore(make_engine(f"sqlite:///{file}"), clock.now), clock)
        self.world.adopt(*KEYS)
        self.drivers = [self.world.driver(), self.world.driver()]
        self.grants, self.lease, self.processes = Grants(SPANS), "process-0", 0
        self.answers: list[tuple[Answer, Instant]] = []
        self.under_way: dict[int, tuple[str, System, Instant]] = {}
        self.before = self.world.rows(*KEYS)
        self.renew(late=False)

    def teardown(self) -> None:
        """Let the holder end and time pass: whatever was begun comes to an end, and the ledger is whole."""
        release(self.world.store, self.lease)
        self.world.clock.advance(200)
        with self.world.store.reading() as unit:
            unfinished = unit.moves.unfinished()
        for move in unfinished:
            assert self.world.finish(move).outcome is not None
        assert all(row.state is not State.MOVING for row in self.world.rows(*KEYS).values())
        with self.world.store.reading() as unit:
            assert verify(unit.ledger.entries(), unit.ledger.head()).intact
        self.world.store.close()
        shutil.rmtree(self.folder)

    @rule(keys=SETS, to=st.sampled_from([MHV, VA_GOV, VA_GOV, NOBODY]), stages=st.integers(0, 12))
    def move(self, keys: tuple[str, ...], to: System, stages: int) -> None:
        """Somebody asks for a move, and a process carries it on a little way."""
        self.attempt(lambda: self.world.start(to, *keys, **limit(120)))
        self.drive(0, stages)

    @rule(way=st.sampled_from(["undo", "call off", "restore"]), which=st.integers(0, 2))
    def go_back(self, way: str, which: int) -> None:
        """Somebody takes a move back, calls one off, or gives a retired preference back."""
        with self.world.store.reading() as unit:
            latest = [move.id for move in unit.moves.latest(3)][which:]
        if way == "restore":
            self.attempt(lambda: self.world.restore(KEYS[which % 2]))
        elif latest:
            act = self.world.undo if way == "undo" else self.world.call_off
            self.attempt(lambda: act(latest[0]))

    @rule(which=st.integers(0, 1), stages=st.integers(1, 12), dies=st.booleans())
    def carry_on(self, which: int, stages: int, dies: bool) -> None:
        """A process does some of the next things for each move; one that dies is followed by another."""
        self.drive(which, stages)
        if dies:
            self.drivers[which] = self.world.driver()

    @rule(seconds=st.sampled_from([0.5, 3.0, 9.0, 31.0]))
    def wait(self, seconds: float) -> None:
        """Time passes. A write whose span is over is over: the system has ended it."""
        self.world.clock.advance(seconds)
        now = self.world.clock.instant()
        span = SPANS.span()
        self.under_way = {name: one for name, one in self.under_way.items() if now.since(one[2]) < span}

    @rule(late=st.booleans())
    def renew(self, late: bool) -> None:
        """The holder renews and acknowledges what it may; a late answer is under way for a while."""
        self.ask()
        if not late:
            self.grants.receive(*self.answers.pop())
            self.ask()
            self.grants.receive(*self.answers.pop())

    def ask(self) -> None:
        """A renewal; its answer has not come yet."""
        now = self.world.clock.instant()
        reached = self.grants.may_acknowledge(now)
        asked = Renewal(self.lease, "portal", "x", KEYS, SPANS.ttl, -1 if reached is None else reached)
        self.answers.append((answer_of(renew(self.world.store, asked)), now))

    @precondition(lambda self: bool(self.answers))
    @rule(which=st.integers(0, 3))
    def hear(self, which: int) -> None:
        """One of the answers that are under way comes, in any order."""
        self.grants.receive(*self.answers.pop(which % len(self.answers)))

    @rule(key=st.sampled_from(KEYS))
    def write(self, key: str) -> None:
        """The holder begins a write, where it may; the system may accept it from now on."""
        now = self.world.clock.instant()
        number = self.grants.begin(key, now)
        route = self.grants.routes.get(key, route_of(Ownership(key)))
        try:
            owner = System(self.grants.require(number, route.epoch, now).require_writer())
        except Refused:
            self.grants.end(number, answered=True)
            return
        self.under_way[number] = (key, owner, now)

    @precondition(lambda self: bool(self.under_way))
    @rule(answered=st.booleans())
    def finish_write(self, answered: bool) -> None:
        """A write gets its answer, or its caller gives up; then it may still be accepted until its span is over."""
        number = next(iter(self.under_way))
        self.grants.end(number, answered=answered)
        if answered:
            del self.under_way[number]

    @precondition(lambda self: not self.under_way)
    @rule()
    def restart_holder(self) -> None:
        """The holder ends, gives its lease up, and comes back as a new process."""
        release(self.world.store, self.lease)
        self.processes += 1
        self.grants, self.lease = Grants(SPANS), f"process-{self.processes}"
        self.answers.clear()

    def drive(self, which: int, stages: int) -> None:
        """Do the next thing for each move, so often."""
        for _ in range(stages):
            with self.world.store.reading() as unit:
                unfinished = unit.moves.unfinished()
            for move in unfinished:
                self.drivers[which].advance(move.id)
                self.nobody_else_may_write()

    def attempt(self, act: Callable[[], object]) -> None:
        """An act that may be refused. A refusal changes nothing."""
        before, rows = self.world.head, self.world.rows(*KEYS)
        try:
            act()
        except (Refusal, Lost):
            assert (self.world.head, self.world.rows(*KEYS)) == (before, rows)

    @invariant()
    def nobody_else_may_write(self) -> None:
        """While a write is under way to one system, no client is sent to the other."""
        rows = self.world.rows(*KEYS)
        for key, owner, _ in self.under_way.values():
            assert rows[key].route.write_to in (owner, None), f"{key} can be written at both"
        for key, row in rows.items():
            writers = {self.before[key].route.write_to, row.route.write_to} - {None}
            assert len(writers) < 2 or row.epoch > self.before[key].epoch + 1
            assert row.epoch >= self.before[key].epoch
        self.before = rows

    @invariant()
    def epochs_and_revision_agree(self) -> None:
        """One revision for each epoch; and what moves belongs to a move that is frozen."""
        rows = self.world.rows(*KEYS)
        assert self.world.head.revision == sum(row.epoch for row in rows.values())
        for row in rows.values():
            if row.move is not None:
                assert self.world.move(row.move).is_frozen


@pytest.mark.timeout(120)
def test_in_any_order_there_are_never_two_writers_and_nothing_sticks(request: pytest.FixtureRequest) -> None:
    AnyOrder.template = request.getfixturevalue("_sqlite_template")
    few = settings(max_examples=60, stateful_step_count=40)
    run_state_machine_as_test(AnyOrder, settings=few)
