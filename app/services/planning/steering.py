"""What a person does about a plan that runs, and about its steps: pause, resume, cancel; retry, skip, reschedule.

Each is possible from some states only, refused from every other, and answered with the plan as it is then. What is
accepted does something: nothing is accepted and then ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.moves import Move, Outcome
from app.domain.plan_leads import tellings
from app.domain.plans import ENDED, Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.moving import call_off
from app.services.planning.stepping import announce_all, tell, write
from app.services.planning.surroundings import Surroundings
from app.services.recording import LONGEST_REASON, By, record
from app.services.store import Lost, Unit

NOT_STARTED = (StepState.WAITING, StepState.DUE)


def pause(unit: Unit, plan: Plan, row: PlanRow, by: By) -> None:
    """No step starts any more until the plan is resumed; a move under way goes on. Refusal `plan_state`."""
    _require(row, PlanState.RUNNING, "paused")
    _change(unit, replace(row, state=PlanState.PAUSED))
    unit.announcements.forget_plan(plan.key)
    record(unit, by, "plan_paused", {"plan": row.key})


def resume(unit: Unit, plan: Plan, row: PlanRow, by: By) -> None:
    """Let a paused plan go on. A step whose time passed meanwhile is held, never run at another hour."""
    _require(row, PlanState.PAUSED, "resumed")
    running = replace(row, state=PlanState.RUNNING)
    _change(unit, running)
    announce_all(unit, plan, running)
    record(unit, by, "plan_resumed", {"plan": row.key})


def cancel(unit: Unit, plan: Plan, row: PlanRow, by: By) -> None:
    """End a plan: no further step starts, and a move of it that can be called off is. What is done stays done."""
    _require(row, (PlanState.RUNNING, PlanState.PAUSED), "cancelled")
    _change(unit, replace(row, state=PlanState.CANCELLED))
    called_off = []
    for step in row.steps:
        if step.state in ENDED:
            continue
        move = None if step.move is None else unit.moves.find(step.move)
        if move is not None and move.may_be_called_off:
            call_off(unit, move, By(by.actor, f"Its plan was cancelled: {by.reason}"[:LONGEST_REASON]))
            called_off.append(move.id)
        _write(unit, plan, replace(step, state=_ended_as(move)), step)
    unit.announcements.forget_plan(plan.key)
    record(unit, by, "plan_cancelled", {"plan": row.key, "called_off": called_off})


def retry(unit: Unit, plan: Plan, step: StepRow, by: By) -> None:
    """Let a held step go on: it waits for its next opening and is asked everything again; or is watched again.

    Refusal `step_state`.
    """
    _require_step(step, (StepState.HELD,), "retried")
    move = None if step.move is None else unit.moves.find(step.move)
    if move is not None and _is_in_force(move):
        _watch_again(unit, plan, step, move)
    else:
        anew = replace(step, state=StepState.WAITING, why=None, anew=unit.now(), asked=None, move=None)
        _write(unit, plan, replace(anew, needs_met=None, due=None, until=None), step)
    tell(unit, by, "step_retried", step)


def skip(unit: Unit, plan: Plan, step: StepRow, by: By) -> None:
    """Pass a step over; those that need it go on without it. Refusal `step_state`."""
    _require_step(step, (*NOT_STARTED, StepState.HELD), "skipped")
    _write(unit, plan, replace(step, state=StepState.SKIPPED), step)
    tell(unit, by, "step_skipped", step)


@dataclass(frozen=True, slots=True)
class NewDate:
    """A date to which a step is rescheduled, or None for what its plan says. `agreed` holds for each team the evidence
    that it agreed."""

    moment: datetime | None
    agreed: Mapping[str, str] = field(default_factory=dict)


def reschedule(unit: Unit, around: Surroundings, step: Step, to: NewDate, by: By) -> None:
    """Give a step another date, in place of its wait and its `not_before`; needs, windows and blackouts stay.

    Its approvals were given for the old date and are void. A held step waits again, unless its move is in force.
    Refusals `step_state`, `invalid`, and `team_not_asked` when a team that must be told longer before has not agreed.
    """
    row = around.row.rows[step.id]
    _require_step(row, (*NOT_STARTED, StepState.HELD), "rescheduled")
    _require_no_change(unit, row)
    if to.moment is not None and to.moment <= around.now:
        raise Refusal("invalid", "That date has passed.", "Say a date to come.")
    moved = replace(row, moment=to.moment, anew=None, state=StepState.WAITING, asked=None, why=None, move=None)
    decided = replace(around, row=replace(around.row, steps=_with(around.row, moved))).decide(step)
    if decided.never is not None:
        raise Refusal("invalid", f"Step {step.id} could not start then. {decided.never}", "Say another date.")
    _require_agreed(around, step, (row.due, decided.row.due or to.moment), to.agreed)
    _change(unit, around.row)
    _write(unit, around.plan, replace(decided.row, state=StepState.WAITING), row)
    body = {"to": None if to.moment is None else to.moment.isoformat(), "agreed": dict(to.agreed)}
    tell(unit, by, "step_rescheduled", row, **body)


def _require_no_change(unit: Unit, row: StepRow) -> None:
    """A held step whose move gave its preferences another owner has begun: it has no date to come."""
    move = None if row.move is None else unit.moves.find(row.move)
    if move is not None and _is_in_force(move):
        detail = f"Step {row.id} is held, and its move {row.move} is in force, so it cannot be rescheduled."
        raise Refusal("step_state", detail, "Retry it, or undo its move.", {"state": row.state, "step": row.id})


def _require_agreed(
    around: Surroundings, step: Step, dates: tuple[datetime | None, ...], agreed: Mapping[str, str]
) -> None:
    """Other teams cannot turn quickly: within their lead, before the old or the new date, they must have agreed."""
    known = [date for date in dates if date is not None]
    told = [one for date in known for one in tellings(around.plan, step, around.milestones, date)]
    past = {one.team: one for one in told if one.is_past(around.now)}
    asked = [one for one in past.values() if not agreed.get(one.team, "").strip()]
    if asked:
        teams = " and ".join(f"{one.team} ({one.words})" for one in asked)
        raise Refusal(
            "team_not_asked",
            f"Step {step.id} is inside the lead of {teams}. Nothing was changed.",
            f'Ask them, and say so: "agreed": {{"{asked[0].team}": "how they agreed"}}.',
            {"teams": [one.as_json() for one in asked]},
        )


def _watch_again(unit: Unit, plan: Plan, step: StepRow, move: Move) -> None:
    """The new owner is watched anew: what was found so far counts no more."""
    if move.outcome is Outcome.DONE:
        _write(unit, plan, replace(step, state=StepState.DONE, why=None), step)
        return
    unit.moves.save(move.note(move.stage, failing=0, in_the_way=""))
    _write(unit, plan, replace(step, state=StepState.WATCHING, why=None), step)


def _is_in_force(move: Move) -> bool:
    return move.activated is not None and move.undone_by is None


def _ended_as(move: Move | None) -> StepState:
    """How a step ends whose plan is cancelled."""
    if move is None or move.activated is None:
        return StepState.CANCELLED
    return StepState.DONE if move.undone_by is None else StepState.UNDONE


def _with(row: PlanRow, step: StepRow) -> tuple[StepRow, ...]:
    return tuple(step if one.id == step.id else one for one in row.steps)


def _write(unit: Unit, plan: Plan, row: StepRow, seen: StepRow) -> None:
    if not write(unit, plan, row, seen.state):
        raise Lost


def _change(unit: Unit, row: PlanRow) -> None:
    if not unit.plans.change(row):
        raise Lost


def _require(row: PlanRow, states: PlanState | tuple[PlanState, ...], done: str) -> None:
    allowed = states if isinstance(states, tuple) else (states,)
    if row.state not in allowed:
        detail = f"The plan {row.key} is {row.state}, so it cannot be {done}."
        raise Refusal("plan_state", detail, f"Only a plan that is {' or '.join(allowed)} can be.", {"state": row.state})


def _require_step(row: StepRow, states: tuple[StepState, ...], done: str) -> None:
    if row.state not in states:
        detail = f"Step {row.id} is {row.state}, so it cannot be {done}."
        mend = f"Only a step that is {' or '.join(states)} can be."
        raise Refusal("step_state", detail, mend, {"state": row.state, "step": row.id})
