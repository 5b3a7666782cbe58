"""Moves by hand that need approvals: propose one, look, approve, withdraw, override."""

from typing import Any

from apiflask import APIBlueprint

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import MoveIn, ReasonIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.moves import wish_of
from app.entrypoints.api.stop_schemas import ProposalOut, ProposalsOut
from app.entrypoints.asked import context, number_asked
from app.services.planning.proposing import MOST, approve, latest, look, override, proposal_json, propose, withdraw
from app.services.recording import By
from app.services.rehearsing import rehearse
from app.services.showing import move_json

blueprint = APIBlueprint("proposals", __name__, url_prefix="/api/v1/proposals", tag="Moves")


@blueprint.post("")
@blueprint.input(MoveIn, arg_name="asked")
@blueprint.output(ProposalOut, status_code=201)
@may(Role.OPERATOR)
@idempotent
def propose_one(asked: MoveIn) -> tuple[dict[str, Any], int]:
    """Propose a move by hand to those who approve. It starts with the last approval, if the epochs are as they were.

    With `dry_run` the answer is what the move would do, as `POST /moves` answers it, and nothing is stored (200).
    """
    wish = wish_of(asked)
    if asked.dry_run:
        return move_json(rehearse(context.store, context.catalogue, context.checks, wish, approved=True)), 200
    with context.store.writing() as unit:
        seen = propose(unit, context.catalogue, wish, By(caller.actor, asked.reason))
    return proposal_json(seen), 201


@blueprint.get("")
@blueprint.output(ProposalsOut)
@may(Role.VIEWER)
def latest_of_them() -> dict[str, Any]:
    """Proposals, the newest first."""
    limit = number_asked("limit", 20, MOST)
    with context.store.reading() as unit:
        return {"proposals": [proposal_json(one) for one in latest(unit, limit)]}


@blueprint.get("/<int:number>")
@blueprint.output(ProposalOut)
@may(Role.VIEWER)
def one(number: int) -> dict[str, Any]:
    """One proposal, and who has approved it."""
    with context.store.reading() as unit:
        return proposal_json(look(unit, number))


@blueprint.post("/<int:number>/approve")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(ProposalOut)
@may(Role.APPROVER)
@idempotent
def approve_one(number: int, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Approve a move that somebody else proposed. With the last approval that is needed it starts."""
    with context.store.writing() as unit:
        seen = approve(unit, context.catalogue, number, By(caller.actor, asked.reason))
    context.notices.publish()
    return proposal_json(seen), 200


@blueprint.post("/<int:number>/withdraw")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(ProposalOut)
@may(Role.OPERATOR, Role.APPROVER)
@idempotent
def withdraw_one(number: int, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """End a proposal: an operator takes it back, or an approver declines it."""
    with context.store.writing() as unit:
        return proposal_json(withdraw(unit, number, By(caller.actor, asked.reason))), 200


@blueprint.post("/<int:number>/override")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(ProposalOut)
@may(Role.ADMIN)
@idempotent
def override_one(number: int, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Break the glass: start a proposed move without the approvals that are missing. It stands out in the ledger."""
    with context.store.writing() as unit:
        seen = override(unit, context.catalogue, number, By(caller.actor, asked.reason))
    context.notices.publish()
    return proposal_json(seen), 200
