"""Writing a step's row, and with it what Veterans are told of the step: one is never changed without the other."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.announcements import Announcement, announced
from app.domain.plans import Plan, PlanRow, PlanState, StepRow, StepState
from app.services.recording import By, record
from app.services.store import Unit


def write(unit: Unit, plan: Plan, row: StepRow, seen: StepState) -> bool:
    """Write a step if it still has the state that was seen."""
    if row.state is not seen:
        row = replace(row, since=unit.now())
    if not unit.plans.change_step(row, seen):
        return False
    step = plan.step(row.id)
    if step.notice is not None:
        told = announced(plan, step, row)
        unit.announcements.put(plan.key, row.id, told if told and _runs(unit, plan) else ())
    return True


def announce_all(unit: Unit, plan: Plan, row: PlanRow) -> None:
    """Tell anew what is known of every step's time; nothing of a plan that does not run."""
    unit.announcements.forget_plan(plan.key)
    for step in plan.steps:
        if step.notice is not None and row.state is PlanState.RUNNING:
            unit.announcements.put(plan.key, step.id, announced(plan, step, row.rows[step.id]))


def tell_announced(unit: Unit, by: By, plan: Plan, before: StepRow, after: StepRow) -> None:
    """Write into the ledger what Veterans are told of a step from now on, if it is something else than before.

    A change that has no other entry needs this one: other processes read what is told again when the head is another.
    """
    step = plan.step(after.id)
    told = announced(plan, step, after)
    if told != announced(plan, step, before):
        tell(unit, by, "notices_changed", after, told=[_told(one) for one in told])


def _told(one: Announcement) -> dict[str, str | None]:
    times = {"from": one.begins.isoformat(), "until": one.ends.isoformat()}
    return {"key": one.key, "level": one.level.value, "text": one.text, **times, "instead": one.instead}


def _runs(unit: Unit, plan: Plan) -> bool:
    row = unit.plans.find(plan.key)
    return row is not None and row.state is PlanState.RUNNING


def tell(unit: Unit, by: By, act: str, row: StepRow, **more: Any) -> None:
    """Write into the ledger what was done about a step."""
    body: Mapping[str, Any] = {"plan": row.plan, "step": row.id, "move": row.move, **more}
    record(unit, by, act, body)
