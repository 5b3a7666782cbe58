"""What is stopped: everything or one preference. An operator stops, an administrator lifts."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import ReasonIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.stop_schemas import LiftedOut, StoppedOut, StopsOut
from app.entrypoints.asked import context
from app.services.planning.stopping import Stopped, insisting, lift, lock, lock_json, stop_all, stops_json, unlock
from app.services.recording import By
from app.services.store import Unit

blueprint = APIBlueprint("stops", __name__, url_prefix="/api/v1", tag="Stops")


@blueprint.get("/stops")
@blueprint.output(StopsOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Everything that is stopped, by whom, why, since when. `key` is null for everything."""
    with context.store.reading() as unit:
        return {"stops": stops_json(unit)}


@blueprint.post("/stop")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(StoppedOut)
@may(Role.OPERATOR)
@idempotent
def stop_everything(asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Stop everything: no step and no move starts but an undo, and moves before their activation are called off."""
    by = By(caller.actor, asked.reason)
    return _stopped(lambda unit: stop_all(unit, by)), 200


@blueprint.post("/stop/lift")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(LiftedOut)
@may(Role.ADMIN)
@idempotent
def lift_the_stop(asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Let everything go on. What was called off stays so, and held steps wait for a person."""
    with context.store.writing() as unit:
        lift(unit, By(caller.actor, asked.reason))
        return {"stops": stops_json(unit)}, 200


@blueprint.post("/locks/<key>")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(StoppedOut)
@may(Role.OPERATOR)
@idempotent
def lock_one(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Lock one preference: the same as a stop, for it alone. Its open move is called off, with all that it moves."""
    by = By(caller.actor, asked.reason)
    return _stopped(lambda unit: lock(unit, context.catalogue, key, by)), 200


@blueprint.post("/locks/<key>/lift")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(LiftedOut)
@may(Role.ADMIN)
@idempotent
def unlock_one(key: str, asked: ReasonIn) -> tuple[dict[str, Any], int]:
    """Let one preference go on."""
    with context.store.writing() as unit:
        unlock(unit, key, By(caller.actor, asked.reason))
        return {"stops": stops_json(unit)}, 200


def _stopped(stop: Callable[[Unit], Stopped]) -> dict[str, Any]:
    did = insisting(context.store, stop)
    context.notices.publish()
    return {**lock_json(did.lock), "called_off": list(did.moves)}
