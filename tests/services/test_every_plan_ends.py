"""Any valid plan either ends, or each step that has not ended is held with a reason or waits for a person to act.

None waits for nothing, for a time that has passed, or for something that nobody can bring about.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore, SqlUnit
from app.domain.milestones import Milestone, MilestoneRow
from app.domain.plan_faults import Outside
from app.domain.plan_file import read_plan
from app.domain.plan_gates import Kind, SignOff, basis_of
from app.domain.plans import ENDED, UNDER_WAY, Plan, PlanState, StepState
from app.domain.toml_source import Source
from app.services.checks.asking import known
from app.services.plan_store import Lock
from app.services.planning.stepping import write
from app.services.planning.surroundings import Surroundings
from tests.fakes.clock import BEGINNING, FakeClock
from tests.services.made_up_plans import KEYS, LIVE, STORIES, Story
from tests.services.timetable import Timetable
from tests.services.world import VA_GOV, World, catalogue, preference

FILES = catalogue(*(preference(key) for key in KEYS))
FILED = {key: Milestone(key, key) for key in LIVE}
OUTSIDE = Outside(FILED, {name: check.asks_about for name, check in known().items()})
A_PERSON_ENDS = {"milestone", "approval", "stop"}
MOST_ROUNDS = 150

PATIENCE = 10
"""How often a person approves one step anew. Each time may give it another opening, in which its checks do not pass."""

AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""A story that fails is told as it was found: to make it shorter would take minutes."""


def read(text: str) -> Plan:
    """A plan, judged as a file would be."""
    plan = read_plan(Source("cutover_plans/plan.toml", "plan", text), FILES, timedelta(seconds=45), OUTSIDE)
    assert isinstance(plan, Plan), [str(fault) for fault in plan]
    return plan


@dataclass
class Run:
    """A story that is played."""

    world: World
    story: Story
    times: Timetable = field(init=False)
    approved: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.times = Timetable(self.world, read(self.story.text))

    @property
    def now(self) -> datetime:
        """The present."""
        now: datetime = self.world.clock.now()
        return now

    def play(self) -> None:
        """Let time jump from one thing that happens to the next, until nothing more does; then for many years."""
        for _ in range(MOST_ROUNDS):
            self.settle()
            following = min(self.following(), default=None)
            if following is None:
                break
            self.world.clock.advance((following - self.now).total_seconds())
        else:
            raise AssertionError(f"something goes on happening: {self.around().row.steps}")
        self.world.clock.advance(30 * 366 * 86_400)
        self.settle()

    def settle(self) -> None:
        """People act, the scheduler ticks and moves go on, until nobody has anything to do at this moment."""
        for turn in range(12):
            before = self.world.head
            self.happen()
            self.times.tick()
            for number in self.moves():
                while self.world.driver().advance(number) == 0.0:
                    pass
            if self.world.head == before and turn:
                return

    def moves(self) -> list[int]:
        """The moves that have not ended."""
        with self.world.store.reading() as unit:
            return [move.id for move in unit.moves.unfinished()]

    def around(self) -> Surroundings:
        """The plan as it stands."""
        with self.world.store.reading() as unit:
            row = unit.plans.find("plan")
            assert row is not None
            return Surroundings.of(unit, self.times.plans["plan"], row, self.world.files, FILED)

    def following(self) -> Iterator[datetime]:
        """Every moment to come at which something may happen."""
        acts = [*self.story.reached.values(), self.story.approved, self.story.confirmed, self.story.skips]
        acts += [*self.edges(self.story.down), *self.edges(self.story.stopped)]
        moments = [BEGINNING + timedelta(seconds=at) for at in acts if at is not None]
        for row in self.around().row.steps:
            # While approvals are missing there is no `until`: then `due` says when it would be if they came now.
            if row.state in (StepState.WAITING, StepState.DUE) and row.due and row.until:
                moments += [row.due, row.until]
            if row.state in UNDER_WAY and row.move is not None:
                move = self.world.move(row.move)
                ends = (move.activated or self.now) + move.terms.bake
                moments.append(max(ends, self.now + timedelta(seconds=61)) if move.activated else ends)
        yield from (at for at in moments if at > self.now)

    @staticmethod
    def edges(span: tuple[float, float | None]) -> tuple[float, float | None]:
        """When a span begins, and when it ends, if it does."""
        return span[0], None if span[1] is None else span[0] + span[1]

    def happen(self) -> None:
        """Everything whose time has come happens."""
        down, up = self.edges(self.story.down)
        self.world.systems[VA_GOV].down = "It is closed." if self.past(down) and not self.past(up) else None
        with self.world.store.writing() as unit:
            unit.ledger.lock()
            stop, lift = self.edges(self.story.stopped)
            if self.past(stop) and not self.past(lift):
                unit.locks.add(Lock("", "token:invented", "A rest.", self.now))
            elif self.past(lift):
                unit.locks.delete("")
            for key, at in self.story.reached.items():
                if self.past(at) and key not in unit.milestones.all():
                    words = ("token:invented", "It is there.", self.now, 1)
                    unit.milestones.put(MilestoneRow(key, self.now, False, None, *words))
            self.people(unit)

    def past(self, seconds: float | None) -> bool:
        """Whether this moment, counted from the plan's start, has come."""
        return seconds is not None and self.now >= BEGINNING + timedelta(seconds=seconds)

    def people(self, unit: SqlUnit) -> None:
        """Two people approve (again, with patience) and confirm what they can, and one skips what is held."""
        row, plan = self.times.row(), self.times.plans["plan"]
        for one in unit.sign_offs.of_plan("plan"):
            if not one.holds(self.now):
                unit.sign_offs.withdraw(one)
        for step in row.steps if not row.is_over else ():
            said = SignOff(0, Kind.APPROVAL, f"plan/{step.id}", "", basis_of(row, step.id), "", "It is fine.", self.now)
            if self.past(self.story.approved) and step.state is StepState.WAITING:
                expires = self.now + plan.step(step.id).approval_lasts
                for actor in ("token:invented-1", "token:invented-2"):
                    if self.approved[step.id] < 2 * PATIENCE:
                        self.approved[step.id] += unit.sign_offs.add(replace(said, actor=actor, expires=expires))
            if self.past(self.story.confirmed):
                unit.sign_offs.add(replace(said, kind=Kind.CONFIRMATION, name="ready", actor="token:invented-1"))
            if self.past(self.story.skips) and step.state is StepState.HELD:
                write(unit, plan, replace(step, state=StepState.SKIPPED, why=None), StepState.HELD)


def require_ended_or_explained(run: Run) -> None:
    """What must hold when nothing more happens."""
    around = run.around()
    open_steps = [step for step in around.row.steps if step.state not in ENDED]
    assert (around.row.state is PlanState.DONE) == (not open_steps)
    for row in open_steps:
        if row.state is StepState.HELD:
            assert row.why, row
            continue
        assert row.state is StepState.WAITING, row
        decision = around.decide(around.plan.step(row.id))
        assert decision.never is None, row
        assert decision.waits, row
        for wait in decision.waits:
            assert wait.until is None, wait
            if wait.kind == "step":
                assert any(f"step {one.id} " in wait.words for one in open_steps if one.id != row.id)
            else:
                assert wait.kind in A_PERSON_ENDS, wait
                assert wait.who, wait
                assert wait.command, wait
                assert wait.who != "nobody", wait
    assert run.moves() == [row.move for row in open_steps if row.move in run.moves()], "a move outlives its step"


@contextmanager
def new_world(template: Path) -> Iterator[World]:
    """A world of its own, for one story."""
    with tempfile.TemporaryDirectory() as folder:
        file = shutil.copyfile(template, Path(folder) / "cutover.db")
        clock = FakeClock()
        store = SqlStore(make_engine(f"sqlite:///{file}"), clock.now)
        yield World(store, clock, FILES, milestones=FILED)
        store.close()


EVERYTHING_COMES: dict[str, float | None] = dict.fromkeys(LIVE, 0.0)
PLAIN = 'title = "x"\ntime_zone = "UTC"\n'
STEP = '[[steps]]\nid = "s0"\npreferences = ["preference_a"]\nto = "va_gov"\n'
NEVER = (0.0, 0.0)


@pytest.fixture(scope="session")
def template(_sqlite_template: Path) -> Path:
    """A database as new."""
    return _sqlite_template


@settings(max_examples=25, phases=AS_FOUND)
@given(story=STORIES)
@example(story=Story(PLAIN + STEP + 'bake = "5w"\n', EVERYTHING_COMES, None, None, None, (1.0, None), NEVER))
@example(story=Story(PLAIN + STEP + "approvals = 1\n", EVERYTHING_COMES, 60.0, None, None, NEVER, (0.0, None)))
def test_a_valid_plan_ends_or_says_what_it_is_held_or_waits_for(template: Path, story: Story) -> None:
    with new_world(template) as world:
        run = Run(world, story)
        run.play()
        require_ended_or_explained(run)


@settings(max_examples=8, phases=AS_FOUND)
@given(story=STORIES)
def test_a_plan_whose_people_do_what_they_are_asked_ends(template: Path, story: Story) -> None:
    helped = replace(story, reached=EVERYTHING_COMES, approved=0.0, confirmed=0.0, skips=0.0)
    helped = replace(helped, down=NEVER, stopped=NEVER)
    with new_world(template) as world:
        run = Run(world, helped)
        run.play()
        assert run.around().row.state is PlanState.DONE
