"""A dry run of a plan: what it would do, in order, with every check asked for real and nothing stored.

Time runs ahead here; what decides is what decides in the real run: `decide`, the checks, `examine`, the rows of
ownership and their transitions. What nobody can know is assumed and said: milestones come on their likely day,
approvals are given, what a target lacks has come.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.domain import durations
from app.domain.announcements import EASTERN, announced
from app.domain.milestones import Milestone
from app.domain.ownership import NOBODY, Act, Ownership, State
from app.domain.plan_deciding import Known, decide
from app.domain.plan_gates import APPROVALS, Gates
from app.domain.plan_leads import tellings
from app.domain.plans import ENDED, Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.domain.windows import day_edges
from app.services.checks.asking import ALWAYS
from app.services.checks.questions import Question
from app.services.context import Context
from app.services.moving import examine
from app.services.planning.steps import wish_of
from app.services.planning.surroundings import Surroundings
from app.services.planning.telling import wait_json
from app.services.recording import By
from app.services.showing import utc

MOST_ROUNDS = 10_000
"""A plan has at most 200 steps, and each ends its waiting a few times; more rounds would be a fault of ours."""


def preview(context: Context, key: str) -> dict[str, Any]:
    """What a plan would do from now on. Refusals `not_found`, `plan_invalid`."""
    with context.store.reading() as unit:
        plan, around = context.looking.one(unit, key)
        if around is None or around.row.is_over:
            looking, now = context.looking, unit.now()
            steps = tuple(StepRow(plan.key, step.id, since=now) for step in plan.steps)
            row = PlanRow(plan.key, PlanState.RUNNING, plan.preferences, plan.text, plan.hash, now, "", "", steps)
            around = Surroundings.of(unit, plan, row, looking.catalogue, looking.milestones)
        owned = unit.ownerships.of(plan.preferences)
    run = Run(around, dict(owned))
    actions = [_told(context, run, action) for action in run.actions()]
    return {
        "plan": plan.key,
        "title": plan.title,
        "hash": plan.hash,
        "at": utc(around.now),
        "actions": actions,
        "never": [{"step": step, "why": why} for step, why in run.never.items()],
        "assumed": list(dict.fromkeys(run.assumed)),
    }


@dataclass(frozen=True, slots=True)
class Action:
    """One step as it would start: when, what is owned before and after, and when it would be done."""

    step: Step
    row: StepRow
    at: datetime
    ends: datetime
    before: Mapping[str, Ownership]
    after: Mapping[str, Ownership]


@dataclass
class Run:
    """A plan that runs ahead of time."""

    around: Surroundings
    owned: dict[str, Ownership]
    never: dict[str, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)

    def actions(self) -> Iterator[Action]:
        """Everything that would be done, in order of time."""
        now, rows = self.around.now, dict(self.around.row.rows)
        ends = {name: now for name, row in rows.items() if row.state in (StepState.RUNNING, StepState.WATCHING)}
        for _ in range(MOST_ROUNDS):
            rows.update(
                {name: replace(rows[name], state=StepState.DONE, since=at) for name, at in ends.items() if at <= now}
            )
            ends = {name: at for name, at in ends.items() if at > now}
            nexts = set(ends.values())
            for step in self.around.plan.steps:
                found = self._look(step, rows, now)
                if isinstance(found, datetime):
                    nexts.add(found)
                elif found is not None:
                    yield found
                    rows[step.id] = replace(found.row, state=StepState.RUNNING)
                    ends[step.id] = found.ends
                    nexts.add(found.ends)
            later = [at for at in nexts if at > now]
            if not later and not any(at <= now for at in ends.values()):
                break
            now = min(later, default=now)
        self._left_over(rows)

    def _look(self, step: Step, rows: Mapping[str, StepRow], now: datetime) -> "Action | datetime | None":
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
            self.assumed.append(f"The stop is lifted: {words}." if not key else f"The lock is lifted: {words}.")
        gates = real.gates
        if step.approvals and gates.approved(step.approvals) is None:
            self.assumed.append(f"Step {step.id}: its {step.approvals} approvals are given in time.")
            gates = Gates(overrides=frozenset({APPROVALS}), overridden=self.around.now)
        reached = {name: self._assume(one, now) for name, one in real.milestones.items()}
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
        self.assumed.append(f"“{one.title}” comes on its likely day, {one.estimate.likely.isoformat()}.")
        midnight, _ = day_edges(one.estimate.likely, one.estimate.likely, self.around.plan.place)
        return max(midnight, self.around.now)

    def _act(self, step: Step, row: StepRow, now: datetime) -> Action:
        before = {key: self.owned[key] for key in step.preferences}
        after = {key: _after(one, step) for key, one in before.items()}
        self.owned.update(after)
        return Action(step, row, now, now if step.to is None else now + step.bake, before, after)

    def _left_over(self, rows: Mapping[str, StepRow]) -> None:
        for step in self.around.plan.steps:
            row = rows[step.id]
            if row.state is StepState.HELD:
                self.never[step.id] = f"It is held: {row.why}"
            elif step.id not in self.never and row.state not in ENDED and row.state is not StepState.RUNNING:
                waits = decide(self.around.plan, step, row, self.around.known(step)).waits
                unknown = ", ".join(wait.words for wait in waits) or "nothing that has a date"
                self.never[step.id] = f"No date: it waits for {unknown}."


def _after(row: Ownership, step: Step) -> Ownership:
    """A preference's row when the step is done: by the transitions of a real move."""
    surfaces = row.surfaces if step.surfaces is None else step.surfaces
    if step.to is None or row.owner == step.to or row.state not in (State.HELD, State.UNOWNED):
        return replace(row, surfaces=surfaces)
    if row.state is State.UNOWNED:
        return row if step.to is NOBODY else replace(row.after(Act.START, step.to), surfaces=surfaces)
    frozen = row.after(Act.FREEZE, step.to, move=0)
    return replace(frozen.after(Act.RETIRE if step.to is NOBODY else Act.ACTIVATE), surfaces=surfaces)


def _told(context: Context, run: Run, action: Action) -> dict[str, Any]:
    step, around = action.step, run.around
    answers = context.checks.ask(
        (ALWAYS, *step.checks) if step.to is not None else step.checks,
        Question(step.preferences, *_ways(action), around.plan.key, step.id),
        around.known(step).gates.overrides,
    )
    return {
        "step": step.id,
        "at": utc(action.at),
        "at_eastern": action.at.astimezone(EASTERN).isoformat(timespec="seconds"),
        "until": utc(action.row.until),
        "done": utc(action.ends),
        "does": _does(action),
        "freeze_limit": None if step.to is None else durations.render(step.freeze_limit),
        "checks": [answer.as_json() for answer in answers],
        "waits_now": [wait_json(wait) for wait in around.decide(step).waits] if _is_open(around, step) else [],
        "would_stop": _refused(context, around.plan, step),
        "tell": [one.as_json() for one in tellings(around.plan, step, around.milestones, action.at)],
        "sees": [_sees(action, key) for key in step.preferences],
        "notices": [_notice(one) for one in announced(around.plan, step, replace(action.row, state=StepState.WAITING))],
    }


def _is_open(around: Surroundings, step: Step) -> bool:
    return around.row.rows[step.id].state in (StepState.WAITING, StepState.DUE)


def _ways(action: Action) -> tuple[Any, Any]:
    owners = {row.owner for row in action.before.values()}
    return (owners.pop() if len(owners) == 1 else None), action.step.to


def _refused(context: Context, plan: Plan, step: Step) -> str | None:
    """What a move like this would be refused for if it were asked for now; epochs are those of now."""
    if step.to is None:
        return None
    try:
        with context.store.reading() as unit:
            examine(unit, context.catalogue, wish_of(unit, plan.key, step, By("preview", "A dry run.")))
    except Refusal as refusal:
        return str(refusal)
    return None


def _does(action: Action) -> str:
    keys = ", ".join(action.step.preferences)
    if action.step.to is None:
        return f"Change where {keys} can be changed to {', '.join(action.step.surfaces or ()) or 'nowhere'}."
    if action.step.to is NOBODY:
        return f"Retire {keys}: nobody can change it anywhere any more."
    return f"Move {keys} to {action.step.to.label}."


def _sees(action: Action, key: str) -> dict[str, Any]:
    """What systems and Veterans meet before the step, while nobody may write, and after it."""
    before, after = action.before[key], action.after[key]
    during = None
    if action.step.to is not None and before.state is State.HELD and before.owner != action.step.to:
        during = _stand(before.after(Act.FREEZE, action.step.to, move=0))
    return {"key": key, "before": _stand(before), "during": during, "after": _stand(after)}


def _stand(row: Ownership) -> dict[str, Any]:
    route = row.route
    told = {"state": row.state.value, "owner": row.owner, "read_from": route.read_from, "write_to": route.write_to}
    return {**told, "surfaces": list(row.surfaces)}


def _notice(one: Any) -> dict[str, Any]:
    times = {"from": one.begins, "until": one.ends}
    told = {name: moment.astimezone(EASTERN).isoformat(timespec="seconds") for name, moment in times.items()}
    return {"key": one.key, "level": one.level.value, "text": one.text, **told}


def sequence(told: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """The actions of a preview as rows of a table."""
    return [
        (
            one["at_eastern"],
            one["at"],
            one["step"],
            one["does"],
            "; ".join(f"{check['check']}: {check['verdict']}" for check in one["checks"]),
            one["would_stop"] or ", ".join(wait["waits_for"] for wait in one["waits_now"]) or None,
        )
        for one in told["actions"]
    ]
