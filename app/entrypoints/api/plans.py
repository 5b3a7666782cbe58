"""Plans, and the tick that an outside scheduler may give."""

import hashlib
from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import DraftIn, ReasonIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.plan_schemas import DraftOut, PlanOut, PlansOut, TickedOut
from app.entrypoints.asked import context, existing, require_match
from app.services.plan_store import Draft
from app.services.planning.starting import candidate, discard, draft, start_plan
from app.services.planning.telling import every_plan, plan_json
from app.services.recording import By
from app.services.showing import utc

blueprint = APIBlueprint("plans", __name__, url_prefix="/api/v1", tag="Plans")


@blueprint.get("/plans")
@blueprint.output(PlansOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Every plan, where it stands, and what is wrong in the files that cannot be read."""
    with context.store.reading() as unit:
        plans, faults = every_plan(context, unit)
    return {"plans": plans, "faults": faults}


@blueprint.get("/plans/<key>")
@blueprint.output(PlanOut)
@may(Role.VIEWER)
def one(key: str) -> Response:
    """One plan and its steps. Its version stands in `ETag`: a change of it says it in `If-Match`."""
    with context.store.reading() as unit:
        told = plan_json(*context.looking.one(unit, key))
    response = jsonify(told)
    response.set_etag(str(told.get("version", 0)))
    return response


@blueprint.post("/plans")
@blueprint.input(DraftIn, arg_name="asked")
@blueprint.output(DraftOut, status_code=201)
@may(Role.OPERATOR)
@idempotent
def write(asked: DraftIn) -> tuple[dict[str, Any], int]:
    """Keep a text as the draft of a plan, or of its next version. What is wrong in it is told line by line (422).

    A draft of the same key is replaced; the version of it that you saw stands in `If-Match` then.
    """
    by = By(caller.actor, asked.reason)
    plan = context.plans.judge(asked.key, asked.text, context.catalogue)
    with context.store.writing() as unit:
        unit.ledger.lock()
        before = unit.drafts.find(asked.key)
        if before is not None:
            require_match(before.version)
        kept = draft(unit, plan, by)
    return _draft(kept), 201


@blueprint.get("/plans/<key>/draft")
@blueprint.output(DraftOut)
@may(Role.VIEWER)
def drafted(key: str) -> dict[str, Any]:
    """The draft of a plan, with its text."""
    with context.store.reading() as unit:
        kept = existing(unit.drafts.find(key), f"draft of {key[:60]}")
    return {**_draft(kept), "text": kept.text}


@blueprint.post("/plans/<key>/draft/discard")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(DraftOut)
@may(Role.OPERATOR)
@idempotent
def forget(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Forget a draft; what runs goes on. Its version stands in `If-Match`."""
    with context.store.writing() as unit:
        unit.ledger.lock()
        kept = existing(unit.drafts.find(key), f"draft of {key[:60]}")
        require_match(kept.version)
        discard(unit, key, By(caller.actor, asked.reason))
    return _draft(kept), 200


@blueprint.post("/plans/<key>/start")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(PlanOut)
@may(Role.OPERATOR)
@idempotent
def start(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Copy the plan's text and hash into the database and let it run; editing the file changes nothing then."""
    with context.store.writing() as unit:
        start_plan(unit, candidate(unit, context.plans, context.catalogue, key), By(caller.actor, asked.reason))
        told = plan_json(*context.looking.one(unit, key))
    return told, 200


@blueprint.post("/tick")
@blueprint.output(TickedOut)
@may(Role.OPERATOR)
def tick() -> dict[str, Any]:
    """Do what is due now. Safe to be repeated."""
    return {name: list(steps) for name, steps in asdict(context.tick()).items()}


def _draft(kept: Draft) -> dict[str, Any]:
    told = {"key": kept.key, "hash": hashlib.sha256(kept.text.encode()).hexdigest(), "version": kept.version}
    return {**told, "by": kept.actor, "reason": kept.reason, "at": utc(kept.at)}
