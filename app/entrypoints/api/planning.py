"""What persons do about plans that were started, and about their steps."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import request

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import AcceptIn, NamedIn, ReasonIn, RescheduleIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.plan_schemas import DifferenceOut, PlanOut, PreviewOut, WhyOut
from app.entrypoints.asked import context, require_match
from app.services.planning.acting import (
    ACTS,
    STEP_ACTS,
    accepting,
    confirming,
    on_plan,
    on_step,
    overriding,
    rescheduling,
    started,
)
from app.services.planning.explaining import why
from app.services.planning.previewing import preview
from app.services.planning.starting import candidate
from app.services.planning.versions import difference
from app.services.recording import By

blueprint = APIBlueprint("planning", __name__, url_prefix="/api/v1", tag="Plans")


def _on_plan(name: str) -> Callable[..., tuple[dict[str, Any], int]]:
    def view(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
        return on_plan(context, key, By(caller.actor, asked.reason), require_match, ACTS[name].do), 200

    view.__doc__, view.__name__ = ACTS[name].words, name
    return view


def _on_step(name: str) -> Callable[..., tuple[dict[str, Any], int]]:
    def view(key: str, step: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
        return on_step(context, (key, step), By(caller.actor, asked.reason), require_match, STEP_ACTS[name].do), 200

    view.__doc__, view.__name__ = STEP_ACTS[name].words, name
    return view


def _route(path: str, role: Role, view: Callable[..., tuple[dict[str, Any], int]]) -> None:
    answered = may(role)(idempotent(view))
    blueprint.post(path)(blueprint.input(ReasonIn, arg_name="asked")(blueprint.output(PlanOut)(answered)))


for _name, _act in ACTS.items():
    _route(f"/plans/<key>/{_name}", _act.role, _on_plan(_name))
for _name, _step_act in STEP_ACTS.items():
    _route(f"/plans/<key>/steps/<step>/{_name}", _step_act.role, _on_step(_name))


@blueprint.post("/plans/<key>/accept")
@blueprint.input(AcceptIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.OPERATOR)
@idempotent
def accept(key: str, asked: AcceptIn) -> tuple[dict[str, Any], int]:
    """Let the draft of a plan, or else its file, run in place of the present version; approvals are void then.

    `hash` is that of the text whose difference you saw.
    """
    return on_plan(context, key, By(caller.actor, asked.reason), require_match, accepting(context, asked.hash)), 200


@blueprint.post("/plans/<key>/steps/<step>/reschedule")
@blueprint.input(RescheduleIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.OPERATOR)
@idempotent
def reschedule(key: str, step: str, asked: RescheduleIn) -> tuple[dict[str, Any], int]:
    """Give a step another date, in place of its wait and its `not_before`; its approvals are void then.

    Inside the lead of another team, `agreed` says for each team how it agreed.
    """
    do = rescheduling(asked.to, asked.agreed)
    return on_step(context, (key, step), By(caller.actor, asked.reason), require_match, do), 200


@blueprint.post("/plans/<key>/steps/<step>/confirm")
@blueprint.input(NamedIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.OPERATOR)
@idempotent
def confirm(key: str, step: str, asked: NamedIn) -> tuple[dict[str, Any], int]:
    """Confirm what a check `confirmed:NAME` of a step asks for; the reason is the evidence."""
    return on_step(context, (key, step), By(caller.actor, asked.reason), require_match, confirming(asked.name)), 200


@blueprint.post("/plans/<key>/steps/<step>/override")
@blueprint.input(NamedIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.ADMIN)
@idempotent
def override(key: str, step: str, asked: NamedIn) -> tuple[dict[str, Any], int]:
    """Break-glass: let a step go on whatever one check of it answers, or without its approvals (name: approvals)."""
    return on_step(context, (key, step), By(caller.actor, asked.reason), require_match, overriding(asked.name)), 200


@blueprint.get("/plans/<key>/difference")
@blueprint.output(DifferenceOut)
@may(Role.VIEWER)
def compared(key: str) -> dict[str, Any]:
    """How the draft of a plan, or else its file, differs from what runs."""
    with context.store.reading() as unit:
        around = started(context, unit, key)
        new = candidate(unit, context.plans, context.catalogue, key)
    return difference(around.plan, around.row, new).as_json()


@blueprint.get("/plans/<key>/preview")
@blueprint.output(PreviewOut)
@may(Role.VIEWER)
def previewed(key: str) -> dict[str, Any]:
    """A dry run: what the plan would do from now on, in order, with every check asked for real."""
    return preview(context, key)


@blueprint.get("/why")
@blueprint.output(WhyOut)
@may(Role.VIEWER)
def explained() -> dict[str, Any]:
    """Why has nothing moved? Everything that a step (plan/step), a plan or a preference waits for (`?of=`)."""
    asked = request.args.get("of", "")
    if not asked or "\x00" in asked:
        raise Refusal("malformed", "What is asked about is missing, or is no name.", "For example: ?of=demo/rx")
    return why(context, asked)
