"""Plans, and the tick that an outside scheduler may give."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint

from app.domain.plans import Plan
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import ReasonIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.schemas import PlanOut, PlansOut, TickedOut
from app.entrypoints.asked import context, existing
from app.services.recording import By
from app.services.scheduling import start_plan
from app.services.showing import plan_json
from app.services.store import Unit

blueprint = APIBlueprint("plans", __name__, url_prefix="/api/v1", tag="Plans")


@blueprint.get("/plans")
@blueprint.output(PlansOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Every plan, where it stands, and what is wrong in the files that cannot be read."""
    plans, faults = context.plans.load(context.catalogue)
    with context.store.reading() as unit:
        told = [_told(unit, plan) for plan in plans.values()]
    return {"plans": told, "faults": [str(fault) for fault in faults]}


@blueprint.get("/plans/<key>")
@blueprint.output(PlanOut)
@may(Role.VIEWER)
def one(key: str) -> dict[str, Any]:
    """One plan and its steps."""
    with context.store.reading() as unit:
        return _told(unit, _plan(key))


@blueprint.post("/plans/<key>/start")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.OPERATOR)
@idempotent
def start(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Copy the plan's text and hash into the database and let it run; editing the file changes nothing then."""
    plan = _plan(key)
    with context.store.writing() as unit:
        start_plan(unit, plan, By(caller.actor, asked.reason))
        told = _told(unit, plan)
    return told, 200


@blueprint.post("/tick")
@blueprint.output(TickedOut)
@may(Role.OPERATOR)
def tick() -> dict[str, Any]:
    """Do what is due now. Safe to be repeated."""
    return {name: list(steps) for name, steps in asdict(context.tick()).items()}


def _plan(key: str) -> Plan:
    plans, _ = context.plans.load(context.catalogue)
    return existing(plans.get(key), f"plan {key[:60]}")


def _told(unit: Unit, plan: Plan) -> dict[str, Any]:
    row = unit.plans.find(plan.key)
    in_force = plan if row is None else context.plans.read(row.key, row.text)
    return plan_json(in_force, row, unit.now())
