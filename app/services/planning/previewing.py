"""A dry run of a plan: what it would do, in order, with every check asked for real and nothing stored.

Where the plan goes is worked out by `running_ahead`; here each step is asked about and told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from app.domain import durations
from app.domain.announcements import Announcement, announced
from app.domain.ownership import NOBODY, Act, Ownership, State
from app.domain.plan_leads import tellings
from app.domain.plans import Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.checks.asking import ALWAYS, Checks
from app.services.checks.questions import Question
from app.services.context import Context
from app.services.moving import examine
from app.services.planning.running_ahead import Action, Run
from app.services.planning.starting import candidate, require_free
from app.services.planning.steps import checks_of, wish_of
from app.services.planning.surfacing import changeable
from app.services.planning.surroundings import Surroundings
from app.services.planning.telling import wait_json
from app.services.recording import By
from app.services.showing import eastern, utc
from app.services.store import Unit


def preview(context: Context, key: str) -> dict[str, Any]:
    """What a plan would do from now on; one that is over, or was not started, as if it were started now.

    Refusals `not_found`, `plan_invalid`.
    """
    with context.store.reading() as unit:
        around, not_startable = _around(context, unit, key)
        run = _run(context, unit, around)
        actions = list(run.actions())
    checks = context.checks.once()
    return {
        "plan": key,
        "title": around.plan.title,
        "hash": around.plan.hash,
        "at": utc(around.now),
        "not_startable": not_startable,
        "actions": [_told(checks, run, action) for action in actions],
        "never": [{"step": step, "why": why} for step, why in run.never.items()],
        "assumed": list(dict.fromkeys(run.assumed)),
    }


def _around(context: Context, unit: Unit, key: str) -> tuple[Surroundings, str | None]:
    """The plan as it runs, or as it would run from now on, and why it could not be started now."""
    looking, row = context.looking, unit.plans.find(key)
    if row is not None and not row.is_over:
        return looking.started(unit, row), None
    plan, now = candidate(unit, looking.files, looking.catalogue, key), unit.now()
    steps = tuple(StepRow(plan.key, step.id, since=now) for step in plan.steps)
    row = PlanRow(plan.key, PlanState.RUNNING, plan.preferences, plan.text, plan.hash, now, "", "", steps)
    # What was said about the steps of its last run counts no more, as at a start.
    around = replace(Surroundings.of(unit, plan, row, looking.catalogue, looking.milestones), signed=())
    try:
        require_free(unit, plan)
    except Refusal as refusal:
        return around, str(refusal)
    return around, None


def _run(context: Context, unit: Unit, around: Surroundings) -> Run:
    numbers = {step.id: step.move for step in around.row.steps if step.move is not None}
    moves = {name: move for name, number in numbers.items() if (move := unit.moves.find(number)) is not None}

    def examined(step: Step, owned: Mapping[str, Ownership]) -> Refusal | None:
        return _refused(context, cast(Unit, _Then(unit, owned)), around.plan, step)

    run = Run(around, dict(unit.ownerships.of(around.plan.preferences)), moves, examined)
    if around.row.state is PlanState.PAUSED:
        run.assumed.append("The plan, which is paused, is resumed now.")
    return run


@dataclass(frozen=True, slots=True)
class _Then:
    """A unit in which preferences are owned as they would be by then; everything else in it is as it is now."""

    now: Unit
    owned: Mapping[str, Ownership]

    @property
    def ownerships(self) -> "_Then":
        return self

    def of(self, keys: Sequence[str]) -> dict[str, Ownership]:
        return {key: self.owned[key] for key in keys}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now, name)


def _told(checks: Checks, run: Run, action: Action) -> dict[str, Any]:
    step, around = action.step, run.around
    answers = checks.ask(
        (ALWAYS, *checks_of(step)) if step.to is not None else step.checks,
        Question(step.preferences, *_ways(action), around.plan.key, step.id),
        around.known(step).gates.overrides,
    )
    return {
        "step": step.id,
        "at": utc(action.at),
        "at_eastern": eastern(action.at),
        "until": utc(action.row.until),
        "done": utc(action.ends),
        "does": _does(action),
        "freeze_limit": None if step.to is None else durations.render(step.freeze_limit),
        "checks": [answer.as_json() for answer in answers],
        "waits_now": [wait_json(wait) for wait in around.decide(step).waits] if _is_open(around, step) else [],
        "would_stop": None if action.refusal is None else str(action.refusal),
        "tell": [one.as_json() for one in tellings(around.plan, step, around.milestones, action.at)],
        "sees": [_sees(action, key) for key in step.preferences],
        "notices": [_notice(one) for one in announced(around.plan, step, replace(action.row, state=StepState.WAITING))],
    }


def _is_open(around: Surroundings, step: Step) -> bool:
    return around.row.rows[step.id].state in (StepState.WAITING, StepState.DUE)


def _ways(action: Action) -> tuple[Any, Any]:
    owners = {row.owner for row in action.before.values()}
    return (owners.pop() if len(owners) == 1 else None), action.step.to


def _refused(context: Context, unit: Unit, plan: Plan, step: Step) -> Refusal | None:
    """What the start of a step is refused for, by the very code that refuses it in the real run."""
    try:
        if step.to is None:
            changeable(unit, step.preferences)
        else:
            examine(unit, context.catalogue, wish_of(unit, plan.key, step, By("preview", "A dry run.")))
    except Refusal as refusal:
        return refusal
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


def _notice(one: Announcement) -> dict[str, Any]:
    told = {"key": one.key, "level": one.level.value, "text": one.text, "instead": one.instead}
    return {**told, "from": eastern(one.begins), "until": eastern(one.ends)}


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


def scenes(told: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What systems and Veterans meet in a preview, as rows of a table: before, while nobody may write, and after."""
    for one in told["actions"]:
        for seen in one["sees"]:
            said = [f"{each['level']} from {each['from']}" for each in one["notices"] if each["key"] == seen["key"]]
            stands = [_in_words(seen[when]) for when in ("before", "during", "after")]
            yield one["step"], seen["key"], *stands, "; ".join(said) or None


def _in_words(stand: Mapping[str, Any] | None) -> str | None:
    if stand is None:
        return None
    pages = ", ".join(stand["surfaces"]) or "no page"
    return f"read {stand['read_from'] or 'nowhere'}, written {stand['write_to'] or 'nowhere'}, on {pages}"
