"""Acts on plans and their steps, by name: one list for the API, the command line and the pages."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.milestone_file import estimate_of
from app.domain.milestones import Milestone
from app.domain.plans import Plan, Step
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.domain.zones import moment
from app.services.context import Context
from app.services.planning import approving, reaching, steering, versions
from app.services.planning.starting import candidate
from app.services.planning.surroundings import Surroundings
from app.services.planning.telling import plan_json
from app.services.recording import By
from app.services.store import Unit

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")

OnPlan = Callable[[Unit, Surroundings, By], None]
OnStep = Callable[[Unit, Surroundings, Step, By], None]
Seen = Callable[[int], None]
"""Told the present version; refuses what was decided on another one."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a plan that was started: what it does, for people, and whose it is."""

    role: Role
    words: str
    do: OnPlan


@dataclass(frozen=True, slots=True)
class StepAct:
    """The same on one step."""

    role: Role
    words: str
    do: OnStep


ACTS: Mapping[str, Act] = {
    "pause": Act(
        Role.OPERATOR,
        "Pause a plan: no step starts until it is resumed; a move under way goes on.",
        lambda unit, around, by: steering.pause(unit, around.plan, around.row, by),
    ),
    "resume": Act(
        Role.OPERATOR,
        "Let a paused plan go on. A step whose time passed meanwhile is held.",
        lambda unit, around, by: steering.resume(unit, around.plan, around.row, by),
    ),
    "cancel": Act(
        Role.OPERATOR,
        "End a plan: no further step starts, and its move is called off if it can be. What is done stays done.",
        lambda unit, around, by: steering.cancel(unit, around.plan, around.row, by),
    ),
}
STEP_ACTS: Mapping[str, StepAct] = {
    "retry": StepAct(
        Role.OPERATOR,
        "Let a held step go on: it waits for its next opening, and is asked everything again.",
        lambda unit, around, step, by: steering.retry(unit, around.plan, around.row.rows[step.id], by),
    ),
    "skip": StepAct(
        Role.OPERATOR,
        "Pass a step over; those that need it go on without it.",
        lambda unit, around, step, by: steering.skip(unit, around.plan, around.row.rows[step.id], by),
    ),
    "approve": StepAct(Role.APPROVER, "Approve a step of the version that runs.", approving.approve),
    "withdraw": StepAct(Role.APPROVER, "Take your own approval back.", approving.withdraw),
    "decline": StepAct(
        Role.APPROVER, "Say no to a step that waits for approval: it is held, and a person decides.", approving.decline
    ),
}


ENDING = (ACTS["pause"].do, ACTS["cancel"].do)


def on_plan(context: Context, key: str, by: By, seen: Seen, do: OnPlan) -> dict[str, Any]:
    """Do something about a plan that was started, and tell it as it is then. Refusals `not_found`, `not_started`.

    One whose text cannot be read any more can be paused and cancelled all the same: it would keep its preferences.
    """
    with context.store.writing() as unit:
        told = _acted(context, unit, key, by, Doing(do, seen))
    context.notices.publish()
    return told


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done, and who is told the version before it is."""

    do: OnPlan
    seen: Seen


class _Tried(Exception):
    """Nothing is kept of a try."""


def tried(context: Context, key: str, by: By, do: OnPlan) -> dict[str, Any]:
    """What `on_plan` would answer now. It is done, and nothing of it is kept. Refusals: those that it would have."""
    told: dict[str, Any] = {}
    try:
        with context.store.writing() as unit:
            told |= _acted(context, unit, key, by, Doing(do, lambda _: None))
            raise _Tried
    except _Tried:
        return told


def _acted(context: Context, unit: Unit, key: str, by: By, doing: Doing) -> dict[str, Any]:
    look = context.looking.ending if doing.do in ENDING else context.looking.one
    unit.ledger.lock()
    around = _started(*look(unit, key))
    doing.seen(around.row.version)
    doing.do(unit, around, by)
    return plan_json(*look(unit, key))


def on_step(context: Context, named: tuple[str, str], by: By, seen: Seen, do: OnStep) -> dict[str, Any]:
    """Do something about a step, named by its plan and itself, and tell its plan as it is then."""
    key, name = named
    return on_plan(context, key, by, seen, at_step(name, do))


def at_step(name: str, do: OnStep) -> OnPlan:
    """What is done about one step, as something that is done about its plan."""
    return lambda unit, around, by: do(unit, around, step_of(around, name), by)


def started(context: Context, unit: Unit, key: str) -> Surroundings:
    """A plan that was started. Refusals `not_found`, `not_started`."""
    return _started(*context.looking.one(unit, key))


def _started(plan: Plan, around: Surroundings | None) -> Surroundings:
    if around is None:
        mend = f"Start it: cutover plans start {plan.key} --reason …"
        raise Refusal("not_started", f"The plan {plan.key} was not started.", mend, {"plan": plan.key})
    return around


def step_of(around: Surroundings, name: str) -> Step:
    """A step of a plan. Refusal `not_found`."""
    found = next((step for step in around.plan.steps if step.id == name), None)
    if found is None:
        names = ", ".join(step.id for step in around.plan.steps)
        detail = f"The plan {around.plan.key} has no step {name[:60]}."
        raise Refusal("not_found", detail, f"It has: {names}.")
    return found


def accepting(context: Context, hash_seen: str | None) -> OnPlan:
    """Accepting the candidate of a plan; `hash_seen` is the hash of the text that was looked at."""

    def accept(unit: Unit, around: Surroundings, by: By) -> None:
        new = candidate(unit, context.plans, context.catalogue, around.plan.key)
        if hash_seen is not None and hash_seen != new.hash:
            detail = "The new version was changed since you looked at it. Nothing was done."
            raise Refusal("changed_meanwhile", detail, "Look at the difference again.", {"hash": new.hash})
        versions.accept(unit, around.plan, around.row, new, by)

    return accept


def rescheduling(when: str | None, agreed: Mapping[str, str]) -> OnStep:
    """Giving a step another date: a local date and time of the plan's zone, or one with an offset; None: the plan's."""

    def reschedule(unit: Unit, around: Surroundings, step: Step, by: By) -> None:
        to = None if when is None else _moment(when, around)
        steering.reschedule(unit, around, step, steering.NewDate(to, agreed), by)

    return reschedule


def confirming(name: str) -> OnStep:
    """Confirming what a check `confirmed:NAME` asks for."""
    return lambda unit, around, step, by: approving.confirm(unit, around, step, name, by)


def overriding(name: str) -> OnStep:
    """Break-glass: overriding one check of a step, or its missing approvals."""
    return lambda unit, around, step, by: approving.override(unit, around, step, name, by)


def on_milestone(
    context: Context, key: str, by: By, seen: Seen, do: Callable[[Unit, Milestone, By], Milestone]
) -> dict[str, Any]:
    """Record something about a milestone, and tell it as it is then. Refusal `not_found`."""
    with context.store.writing() as unit:
        unit.ledger.lock()
        present = reaching.milestone(unit, context.plans.milestones(), key)
        seen(present.facts)
        told = reaching.milestone_json(do(unit, present, by))
    context.notices.publish()
    return told


def estimating(dates: tuple[date, date, date] | None) -> Callable[[Unit, Milestone, By], Milestone]:
    """Recording when a milestone is expected. Refusal `invalid` for dates in another order."""
    try:
        expected = None if dates is None else estimate_of(*dates)
    except ValueError as error:
        raise Refusal("invalid", "These dates are no estimate.", str(error)) from error
    return lambda unit, present, by: reaching.estimate(unit, present, expected, by)


def _moment(written: str, around: Surroundings) -> datetime:
    try:
        local = datetime.fromisoformat(written) if _WRITTEN.fullmatch(written) else None
    except ValueError:  # the thirtieth of February; what Python says of it is not for people
        local = None
    if local is None:
        raise _no_date(written, "Write it like 2027-03-02T00:00:00.")
    try:
        return moment(local, around.plan.place)
    except ValueError as error:
        raise _no_date(written, str(error)) from error


def _no_date(written: str, mend: str) -> Refusal:
    return Refusal("invalid", f"“{written[:40]}” is no date that can be used.", mend)
