"""A plan whose time runs ahead: its steps in the order and at the times of the real run, with nothing stored.

What decides is what decides in the real run: `decide`, and what refuses a move. What nobody can know is assumed and
said: milestones come on their likely day, approvals are given, stops are lifted, what a target lacks has come.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.milestones import Milestone
from app.domain.moves import Move
from app.domain.ownership import NOBODY, Act, Ownership, State
from app.domain.plan_deciding import Known, decide
from app.domain.plan_faults import MAY_COME
from app.domain.plan_gates import APPROVALS, Gates
from app.domain.plans import ENDED, UNDER_WAY, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.domain.windows import day_edges
from app.services.planning.surroundings import Surroundings

MOST_ROUNDS = 10_000
"""A plan has at most 200 steps, and each ends its waiting a few times; more rounds would be a fault of ours."""

PASSING = MAY_COME | {
    *("everything_stopped", "preference_locked", "move_open", "recovering", "database_changed", "stopped"),
}
"""Refusals that are true now and may be gone by the step's time; any other holds the step when its time comes."""

Examined = Callable[[Step, Mapping[str, Ownership]], Refusal | None]
"""What a step would be refused for, if its preferences stood as they are said to."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step as it would start: when, what is owned before and after, and when it would be done. `refusal` is what
    it would be refused for now."""

    step: Step
    row: StepRow
    at: datetime
    ends: datetime
    before: Mapping[str, Ownership]
    after: Mapping[str, Ownership]
    refusal: Refusal | None


@dataclass
class Run:
    """A plan that runs ahead of time. `moves` are those of its steps that are under way."""

    around: Surroundings
    owned: dict[str, Ownership]
    moves: Mapping[str, Move]
    examined: Examined
    never: dict[str, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)

    def actions(self) -> Iterator[Action]:
        """Everything that would be done, in order of time."""
        now, rows = self.around.now, dict(self.around.row.rows)
        ends = self._under_way()
        for _ in range(MOST_ROUNDS):
            for name in [name for name, at in ends.items() if at <= now]:
                rows[name] = replace(rows[name], state=StepState.DONE, since=ends.pop(name))
            nexts = set[datetime]()
            for step in self.around.plan.steps:
                found = self._look(step, rows, now)
                if isinstance(found, Action):
                    yield found
                    rows[step.id] = replace(found.row, state=StepState.RUNNING)
                    ends[step.id] = found.ends
                elif found is not None:
                    nexts.add(found)
            later = (nexts | set(ends.values())) - {now}
            if now in ends.values():  # what has ended at once lets others begin at the same time
                continue
            if not later:
                break
            now = min(later)
        self._left_over(rows, now)

    def _under_way(self) -> dict[str, datetime]:
        """When the steps that have begun are done, if all goes well."""
        ends = dict[str, datetime]()
        for step in self.around.plan.steps:
            if self.around.row.rows[step.id].state not in UNDER_WAY:
                continue
            self.assumed.append(f"Step {step.id}, which is under way, ends well.")
            self.owned.update({key: _after(self.owned[key], step) for key in step.preferences})
            move = self.moves.get(step.id)
            began = move.activated if move is not None and move.activated is not None else self.around.now
            ends[step.id] = max(self.around.now, began + step.bake)
        return ends

    def _look(self, step: Step, rows: Mapping[str, StepRow], now: datetime) -> Action | datetime | None:
        """What a step does now, or when to look at it again; None while it waits for another one, or has ended."""
        row = rows[step.id]
        if step.id in self.never or row.state not in (StepState.WAITING, StepState.DUE):
            return None
        decision = decide(self.around.plan, step, row, self._known(step, rows, now))
        if decision.never is not None:
            self.never[step.id] = decision.never
            return None
        if decision.is_due:
            return self._act(step, replace(decision.row, due=decision.row.due or now), now)
        times = [wait.until for wait in decision.waits if wait.until is not None]
        milestones = [at for name in step.milestones if (at := self._expected(name)) is not None and at > now]
        return min((*times, *milestones), default=None)

    def _known(self, step: Step, rows: Mapping[str, StepRow], now: datetime) -> Known:
        real = self.around.known(step)
        if real.lacking is not None:
            self.assumed.append(f"Step {step.id}: what its target lacks has come. {real.lacking}")
        for key, words, _ in real.stops:
            self.assumed.append(f"What stops {key or 'everything'} is lifted in time. It waits for {words}.")
        gates = real.gates
        if step.approvals and gates.approved(step.approvals) is None:
            given = "approval is" if step.approvals == 1 else f"{step.approvals} approvals are"
            self.assumed.append(f"Step {step.id}: its {given} given in time.")
            gates = Gates(overrides=frozenset({APPROVALS}), overridden=self.around.now)
        reached = {name: self._assume(one, now) for name, one in real.milestones.items() if name in step.milestones}
        return replace(real, now=now, rows=rows, gates=gates, milestones=reached, lacking=None, stops=())

    def _assume(self, one: Milestone, now: datetime) -> Milestone:
        expected = self._expected(one.key)
        if one.reached is not None or expected is None or expected > now:
            return one
        return replace(one, reached=expected)

    def _expected(self, key: str) -> datetime | None:
        """When a milestone comes, if it comes on its likely day; one that should have come by now comes now."""
        one = self.around.milestones.get(key)
        if one is None or one.reached is not None or one.estimate is None:
            return None
        midnight, _ = day_edges(one.estimate.likely, one.estimate.likely, self.around.plan.place)
        day = f"its likely day, {one.estimate.likely.isoformat()}"
        has_passed = midnight < self.around.now
        self.assumed.append(f"“{one.title}” comes {f'now: {day}, has passed' if has_passed else f'on {day}'}.")
        return max(midnight, self.around.now)

    def _act(self, step: Step, row: StepRow, now: datetime) -> Action | None:
        before = {key: self.owned[key] for key in step.preferences}
        refusal = self.examined(step, before)
        if refusal is not None and refusal.code not in PASSING:
            self.never[step.id] = f"When its time comes it is held: {refusal}"
            return None
        after = {key: _after(one, step) for key, one in before.items()}
        self.owned.update(after)
        return Action(step, row, now, now if step.to is None else now + step.bake, before, after, refusal)

    def _left_over(self, rows: Mapping[str, StepRow], now: datetime) -> None:
        for step in self.around.plan.steps:
            row = rows[step.id]
            if row.state is StepState.HELD:
                self.never[step.id] = f"It is held: {row.why}"
            elif step.id not in self.never and row.state not in (*ENDED, *UNDER_WAY):
                waits = decide(self.around.plan, step, row, self._known(step, rows, now)).waits
                unknown = ", ".join(wait.words for wait in waits) or "nothing that has a date"
                self.never[step.id] = f"No date: it waits for {unknown}."


def _after(row: Ownership, step: Step) -> Ownership:
    """A preference's row when the step is done: by the transitions of a real move."""
    surfaces = row.surfaces if step.surfaces is None else step.surfaces
    if row.state is State.MOVING and row.target == step.to:
        return replace(row.after(Act.RETIRE if step.to is NOBODY else Act.ACTIVATE), surfaces=surfaces)
    if step.to is None or row.owner == step.to or row.state not in (State.HELD, State.UNOWNED):
        return replace(row, surfaces=surfaces)
    if row.state is State.UNOWNED:
        return row if step.to is NOBODY else replace(row.after(Act.START, step.to), surfaces=surfaces)
    frozen = row.after(Act.FREEZE, step.to, move=0)
    return replace(frozen.after(Act.RETIRE if step.to is NOBODY else Act.ACTIVATE), surfaces=surfaces)
