"""Writing a step's row, and with it what Veterans are told of the step: one is never changed without the other."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.announcements import announced
from app.domain.plans import Plan, PlanRow, StepRow, StepState
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
        unit.announcements.put(plan.key, row.id, announced(plan, step, row))
    return True


def announce_all(unit: Unit, plan: Plan, row: PlanRow) -> None:
    """Tell anew what is known of every step's time."""
    unit.announcements.forget_plan(plan.key)
    for step in plan.steps:
        if step.notice is not None:
            unit.announcements.put(plan.key, step.id, announced(plan, step, row.rows[step.id]))


def tell(unit: Unit, by: By, act: str, row: StepRow, **more: Any) -> None:
    """Write into the ledger what was done about a step."""
    body: Mapping[str, Any] = {"plan": row.plan, "step": row.id, "move": row.move, **more}
    record(unit, by, act, body)
