"""Plans that run: what is due is a row in the database, and claiming it is a compare-and-set.

Any number of processes call `tick`, as often as they like; each step is started exactly once. Steps are looked at with
nothing locked; only where something is to be written is the ledger locked, and everything is decided anew then.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.catalogue import Catalogue
from app.domain.milestones import Milestone
from app.domain.plans import ENDED, Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.checks.answers import in_the_way, passed
from app.services.checks.asking import Checks
from app.services.checks.questions import Question
from app.services.planning.steps import ASK_EVERY, begin, follow, has_news, settle
from app.services.planning.surroundings import Surroundings
from app.services.planning.texts import PlanFiles
from app.services.recording import By, record
from app.services.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: the steps that it started, ended and held, as `plan/step`."""

    started: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass
class Scheduler:
    """What one process needs to do what is due."""

    store: Store
    plans: PlanFiles
    checks: Checks
    _read: dict[tuple[str, str], Plan] = field(default_factory=dict)

    def tick(self, catalogue: Catalogue) -> Ticked:
        """Look at every running plan once and do what is due now. Safe to be repeated, and to be run in many processes.

        A plan that cannot be read or carried on keeps no other one waiting: what stood in its way is raised when the
        others were looked at.
        """
        with self.store.reading() as unit:
            running = [row for row in unit.plans.all() if row.state is PlanState.RUNNING]
        did: dict[str, list[str]] = {"started": [], "ended": [], "held": []}
        unreadable: Refusal | None = None
        milestones = self.plans.milestones() if running else {}
        for row in running:
            try:
                plan = self._plan(row)
            except Refusal as refusal:
                unreadable = refusal
                continue
            for step, outcome in self._run(plan, catalogue, milestones):
                did[outcome].append(f"{plan.key}/{step.id}")
        if unreadable is not None:
            raise unreadable
        return Ticked(*(tuple(did[name]) for name in ("started", "ended", "held")))

    def _plan(self, row: PlanRow) -> Plan:
        if (row.key, row.text) not in self._read:
            self._read = {one: plan for one, plan in self._read.items() if one[0] != row.key}
            self._read[row.key, row.text] = self.plans.read(row.key, row.text)
        return self._read[row.key, row.text]

    def _run(self, plan: Plan, catalogue: Catalogue, milestones: Mapping[str, Milestone]) -> Iterator[tuple[Step, str]]:
        around = Around(self.store, plan, catalogue, milestones)
        for step in around.news():
            outcome = around.step(self.checks, step)
            if outcome is not None:
                yield step, outcome
        around.close()


@dataclass(frozen=True, slots=True)
class Around:
    """One running plan in one tick."""

    store: Store
    plan: Plan
    catalogue: Catalogue
    milestones: Mapping[str, Milestone]

    def news(self) -> Sequence[Step]:
        """The steps about which there is something to be done."""
        with self.store.reading() as unit:
            seen = self._look(unit)
            return [step for step in self.plan.steps if seen is not None and has_news(unit, seen, step)]

    def step(self, checks: Checks, step: Step) -> str | None:
        """Do the next thing for one step, and say what became of it."""
        with self.store.writing() as unit:
            unit.ledger.lock()
            seen = self._look(unit)
            if seen is None:
                return None
            if seen.row.rows[step.id].state not in (StepState.WAITING, StepState.DUE):
                return follow(unit, seen, step)
            row, outcome = settle(unit, seen, step)
            if row.state is not StepState.DUE:
                return outcome
            if not step.checks:
                return begin(unit, seen, step, row)
            asking = self._claim(unit, seen, step, row)
        if asking is None:
            return None
        question, overrides, asked = asking
        answers = checks.ask(step.checks, question, overrides)
        return self._answered(step, asked, None if passed(answers) else in_the_way(answers))

    def _claim(
        self, unit: Unit, seen: Surroundings, step: Step, row: StepRow
    ) -> tuple[Question, AbstractSet[str], datetime] | None:
        """What the checks of a due step are asked about, and when; None while another process asks them, or has just
        done so."""
        if (row.asked is not None and seen.now - row.asked < ASK_EVERY) or not unit.plans.claim_asking(row, seen.now):
            return None
        owners = {one.owner for one in unit.ownerships.of(step.preferences).values()}
        origin = owners.pop() if len(owners) == 1 else None
        question = Question(step.preferences, origin, step.to, self.plan.key, step.id)
        return question, seen.known(step).gates.overrides, unit.now()

    def _answered(self, step: Step, asked: datetime, trouble: str | None) -> str | None:
        """A due step whose checks were asked: it begins, if it is due still, or waits with what they found.

        It may have been skipped, held, retried or begun while they were asked: then these answers count no more.
        """
        with self.store.writing() as unit:
            unit.ledger.lock()
            seen = self._look(unit)
            if seen is None or not _is_due_since(seen.row.rows[step.id], asked):
                return None
            row, outcome = settle(unit, seen, step, trouble)
            return begin(unit, seen, step, row) if row.state is StepState.DUE and trouble is None else outcome

    def close(self) -> None:
        """End the plan when every step has ended."""
        with self.store.reading() as unit:
            if not _all_ended(unit.plans.find(self.plan.key)):
                return
        with self.store.writing() as unit:
            unit.ledger.lock()
            row = unit.plans.find(self.plan.key)
            if row is not None and _all_ended(row) and unit.plans.change(replace(row, state=PlanState.DONE)):
                record(unit, By("scheduler", "Every step has ended."), "plan_done", {"plan": row.key})

    def _look(self, unit: Unit) -> Surroundings | None:
        row = unit.plans.find(self.plan.key)
        if row is None or row.state is not PlanState.RUNNING or row.hash != self.plan.hash:
            return None
        return Surroundings.of(unit, self.plan, row, self.catalogue, self.milestones)


def _is_due_since(row: StepRow, asked: datetime) -> bool:
    return row.state is StepState.DUE and row.since is not None and row.since <= asked


def _all_ended(row: PlanRow | None) -> bool:
    return row is not None and row.state is PlanState.RUNNING and all(step.state in ENDED for step in row.steps)
