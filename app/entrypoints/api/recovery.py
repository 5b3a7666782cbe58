"""Recovery: stopping everything when it is not certain who owns what, and naming each owner anew."""

from typing import Any

from apiflask import APIBlueprint

from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import NameIn, RecoverIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.schemas import OwnershipsOut, RecoveryOut
from app.entrypoints.asked import context
from app.services.announcing import told_of
from app.services.certainty import certainty_json
from app.services.recording import By
from app.services.recovering import name, recover_now
from app.services.showing import ownership_json

blueprint = APIBlueprint("recovery", __name__, url_prefix="/api/v1/recovery", tag="Recovery")


@blueprint.get("")
@blueprint.output(RecoveryOut)
@may(Role.VIEWER)
def how_it_stands() -> dict[str, Any]:
    """Whether the database changed, how long old grants are still waited for, and what is stopped."""
    with context.store.reading() as unit:
        return certainty_json(unit, context.worker.outlasting)


@blueprint.post("")
@blueprint.input(RecoverIn, arg_name="asked")
@blueprint.output(RecoveryOut)
@may(Role.ADMIN)
@idempotent
def stop_everything(asked: RecoverIn) -> tuple[dict[str, Any], int]:
    """Stop every preference until its owner is certain: after a failover, a restore, or a lost database.

    Open moves end as called off. `above` is the highest epoch or revision that was seen anywhere, where this copy of
    the database is older than a recovery before.
    """
    recover_now(context.store, context.catalogue, By(caller.actor, asked.reason), asked.above)
    context.notices.publish()
    with context.store.reading() as unit:
        return certainty_json(unit, context.worker.outlasting), 200


@blueprint.post("/name")
@blueprint.input(NameIn, arg_name="asked")
@blueprint.output(OwnershipsOut)
@may(Role.ADMIN)
@idempotent
def name_owner(asked: NameIn) -> tuple[dict[str, Any], int]:
    """Say which system owns stopped preferences; they can be written again from then on."""
    for key in asked.expect:
        context.catalogue.preference(key)
    with context.store.writing() as unit:
        rows = name(unit, asked.expect, System(asked.owner), By(caller.actor, asked.reason))
        revision = unit.ledger.head().revision
        told = [ownership_json(row, context.catalogue, told_of(unit, key)) for key, row in rows.items()]
    context.notices.publish()
    return {"revision": revision, "preferences": told}, 200
