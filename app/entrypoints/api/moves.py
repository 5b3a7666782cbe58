"""Moves: start one (or ask what it would do), look, call it off, undo it."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify

from app.domain.moves import Move, Terms
from app.domain.ownership import NOBODY, System
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import MoveIn, ReasonIn, UndoIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.schemas import MoveOut, MovesOut
from app.entrypoints.asked import context, existing, number_asked, require_unchanged
from app.services.moving import Wish, call_off, start, undoing
from app.services.recording import By
from app.services.rehearsing import rehearse
from app.services.showing import move_json
from app.services.store import Unit

blueprint = APIBlueprint("moves", __name__, url_prefix="/api/v1/moves", tag="Moves")

MOST_AT_ONCE = 200


@blueprint.post("")
@blueprint.input(MoveIn, arg_name="asked")
@blueprint.output(MoveOut, status_code=202)
@may(Role.OPERATOR)
@idempotent
def start_one(asked: MoveIn) -> tuple[dict[str, Any], int]:
    """Start a move of one or more preferences, all or none.

    `expect` holds the epoch of each that the decision was made on: a stale one is refused (412) and told the present
    owner. With `dry_run` the same questions are asked and nothing is stored (200). What needs approvals is proposed.
    """
    wish = wish_of(asked)
    if asked.dry_run:
        return move_json(rehearse(context.store, context.catalogue, context.checks, wish)), 200
    with context.store.writing() as unit:
        move = start(unit, context.catalogue, wish)
    context.notices.publish()
    return move_json(move), 202


@blueprint.get("")
@blueprint.output(MovesOut)
@may(Role.VIEWER)
def latest() -> dict[str, Any]:
    """Moves, the newest first; `?limit=` and `?before=` page on."""
    limit = number_asked("limit", 20, MOST_AT_ONCE)
    before = number_asked("before", 0, 2**31 - 1)
    with context.store.reading() as unit:
        moves = unit.moves.latest(limit, before or None)
    return {"moves": [_told(move) for move in moves]}


@blueprint.get("/<int:number>")
@blueprint.output(MoveOut)
@may(Role.VIEWER)
def one(number: int) -> Response:
    """One move: its stages, and who is being waited for."""
    with context.store.reading() as unit:
        move = _move(unit, number)
    response = jsonify(_told(move))
    response.set_etag(_etag(move).strip('"'))
    return response


@blueprint.post("/<int:number>/call-off")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(MoveOut)
@may(Role.OPERATOR)
@idempotent
def call_one_off(number: int, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """End a move before its activation: the old owner writes again."""
    with context.store.writing() as unit:
        move = _move(unit, number)
        require_unchanged(_etag(move))
        move = call_off(unit, move, By(caller.actor, asked.reason))
    context.notices.publish()
    return move_json(move), 200


@blueprint.post("/<int:number>/undo")
@blueprint.input(UndoIn, arg_name="asked")
@blueprint.output(MoveOut, status_code=202)
@may(Role.OPERATOR)
@idempotent
def undo_one(number: int, asked: UndoIn) -> tuple[dict[str, Any], int]:
    """Take an activated move back: another move, the other way."""
    with context.store.writing() as unit:
        move = _move(unit, number)
        require_unchanged(_etag(move))
        wish = undoing(unit, move, By(caller.actor, asked.reason), asked.expect)
        move = start(unit, context.catalogue, wish)
    context.notices.publish()
    return move_json(move), 202


def wish_of(asked: MoveIn) -> Wish:
    """The move that a body asks for, as its caller's."""
    to = NOBODY if asked.to == NOBODY else System(asked.to)
    surfaces = {} if asked.surfaces is None else dict.fromkeys(asked.preferences, tuple(asked.surfaces))
    return Wish(tuple(asked.preferences), to, asked.expect, Terms(caller.actor, asked.reason, surfaces))


def _move(unit: Unit, number: int) -> Move:
    return existing(unit.moves.find(number) if number < 2**31 else None, f"move {number}")


def _told(move: Move) -> dict[str, Any]:
    return move_json(move, context.driver.waited_for(move))


def _etag(move: Move) -> str:
    return f'"{move.version}"'
