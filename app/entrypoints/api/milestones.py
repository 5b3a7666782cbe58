"""Milestones: what plans wait for, that one was reached, and when one is expected."""

from typing import Any

from apiflask import APIBlueprint

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import EstimateIn, ReasonIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.plan_schemas import MilestoneOut, MilestonesOut
from app.entrypoints.asked import context, require_match
from app.services.planning import reaching
from app.services.planning.acting import estimating, on_milestone
from app.services.planning.surroundings import facts_of
from app.services.recording import By

blueprint = APIBlueprint("milestones", __name__, url_prefix="/api/v1/milestones", tag="Plans")


@blueprint.get("")
@blueprint.output(MilestonesOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Every milestone: what its file says, and what persons recorded."""
    with context.store.reading() as unit:
        found = facts_of(context.plans.milestones(), unit.milestones.all())
    return {"milestones": [reaching.milestone_json(one) for _, one in sorted(found.items())]}


@blueprint.post("/<key>/reach")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(MilestoneOut)
@may(Role.OPERATOR)
@idempotent
def reach(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Record that a milestone is reached, now. The version that you saw stands in `If-Match`."""
    return on_milestone(context, key, By(caller.actor, asked.reason), require_match, reaching.reach), 200


@blueprint.post("/<key>/reopen")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(MilestoneOut)
@may(Role.OPERATOR)
@idempotent
def reopen(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Take back that a milestone is reached: steps that have not started wait for it again."""
    return on_milestone(context, key, By(caller.actor, asked.reason), require_match, reaching.reopen), 200


@blueprint.post("/<key>/estimate")
@blueprint.input(EstimateIn, arg_name="asked")
@blueprint.output(MilestoneOut)
@may(Role.OPERATOR)
@idempotent
def estimate(key: str, asked: EstimateIn) -> tuple[dict[str, Any], int]:
    """Record when a milestone is expected: three dates, or none when nobody knows."""
    return on_milestone(context, key, By(caller.actor, asked.reason), require_match, estimating(asked.dates)), 200
