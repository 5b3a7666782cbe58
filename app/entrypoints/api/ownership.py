"""Who owns what now, for anyone who asks; and the two changes of it that are not moves."""

import math
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import READERS, caller, from_memory, may
from app.entrypoints.api.bodies import AdoptIn, ExpectIn
from app.entrypoints.api.idempotency import idempotent
from app.entrypoints.api.schemas import AdoptionOut, OwnershipOut, OwnershipsOut
from app.entrypoints.asked import context, number_asked
from app.services.adopting import adopt
from app.services.announcing import told_of
from app.services.asking import ownership, ownership_other_than
from app.services.moving import restore
from app.services.recording import By
from app.services.showing import ownership_json
from app.services.waiting import waiting_place

blueprint = APIBlueprint("ownership", __name__, url_prefix="/api/v1/ownership", tag="Ownership")

LONGEST_WAIT = 30


@blueprint.get("")
@blueprint.doc(responses={304: "It is as you saw it."})
@blueprint.output(OwnershipsOut)
@from_memory
@may(*READERS)
def all_of_them() -> Response:
    """Who owns each preference now. Advisory: an answer grants nothing.

    With `If-None-Match` and `?wait=SECONDS` (at most 30) it answers as soon as the entity tag differs, else 304. The
    tag differs also when a notice for Veterans begins or ends, though the revision stays.
    """
    return _answer(None)


@blueprint.get("/<key>")
@blueprint.doc(responses={304: "It is as you saw it."})
@blueprint.output(OwnershipOut)
@from_memory
@may(*READERS)
def one_of_them(key: str) -> Response:
    """Who owns one preference now."""
    return _answer(key)


@blueprint.post("/adopt")
@blueprint.input(AdoptIn, arg_name="asked")
@blueprint.output(AdoptionOut)
@may(Role.ADMIN)
@idempotent
def adopt_them(asked: AdoptIn) -> tuple[dict[str, Any], int]:
    """Take `starts_with` from the files of preferences that no system holds yet; once."""
    with context.store.writing() as unit:
        did = adopt(unit, context.catalogue, asked.preferences, By(caller.actor, asked.reason))
    context.notices.publish()
    return {"adopted": {key: row.epoch for key, row in did.adopted.items()}, "left": dict(did.left)}, 200


@blueprint.post("/restore")
@blueprint.input(ExpectIn, arg_name="asked")
@blueprint.output(OwnershipsOut)
@may(Role.ADMIN)
@idempotent
def restore_them(asked: ExpectIn) -> tuple[dict[str, Any], int]:
    """Give retired preferences back to their last owner."""
    for key in asked.expect:
        context.catalogue.preference(key)
    with context.store.writing() as unit:
        rows = restore(unit, asked.expect, By(caller.actor, asked.reason))
        revision = unit.ledger.head().revision
        told = [ownership_json(row, context.catalogue, told_of(unit, key)) for key, row in rows.items()]
    context.notices.publish()
    return {"revision": revision, "preferences": told}, 200


def _answer(key: str | None) -> Response:
    seconds = number_asked("wait", 0, LONGEST_WAIT)
    seen = next(iter(request.if_none_match), None) if request.if_none_match else None
    if seconds and seen:
        with waiting_place():
            present = ownership_other_than(context, f'"{seen}"', key, seconds)
    else:
        present = ownership(context)
    body = present.body(key)
    if body is None:
        context.catalogue.preference(key or "")
        raise Refusal("preference_unknown", "There is no such preference.", "GET /api/v1/ownership lists them.")
    response = Response(body, content_type="application/json")
    response.set_etag(present.etag(body).strip('"'))
    response.headers["Cache-Control"] = "no-cache"
    if present.age:
        response.headers["Age"] = str(math.ceil(present.age))
    return response.make_conditional(request)  # type: ignore[return-value]  # a conditional response is the same one
