"""Carried reads and writes of one person's preferences. Ids come in headers, never in the address."""

import re
import secrets
from typing import Any

from apiflask import APIBlueprint
from flask import request

from app.domain.people import person_from
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import ChoiceIn
from app.entrypoints.api.schemas import HeldOut, PreferencesOut
from app.entrypoints.asked import context
from app.entrypoints.problems import told
from app.services.carrying import Held, Wanted

blueprint = APIBlueprint("preferences", __name__, url_prefix="/api/v1/preferences", tag="Carried preferences")

_WRITE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@blueprint.get("")
@blueprint.output(PreferencesOut)
@may(Role.CLIENT)
def all_of_one_person() -> dict[str, Any]:
    """All preferences of one person, each from its owner; a failure is told beside its preference."""
    person = person_from(request.headers.get)
    keys = sorted(key for key in context.catalogue.preferences if caller.may_use(key))
    found = context.carrier.read_all(context.catalogue, person, keys)
    members = (
        held.as_json() if isinstance(held, Held) else {"key": key, "problem": told(held)} for key, held in found.items()
    )
    return {"preferences": list(members)}


@blueprint.get("/<key>")
@blueprint.output(HeldOut)
@may(Role.CLIENT)
def one(key: str) -> dict[str, Any]:
    """One preference of one person, from its owner."""
    caller.require_key(key)
    return context.carrier.read(context.catalogue, person_from(request.headers.get), key).as_json()


@blueprint.put("/<key>")
@blueprint.input(ChoiceIn, arg_name="asked")
@blueprint.output(HeldOut)
@may(Role.CLIENT)
def choose(key: str, asked: ChoiceIn) -> dict[str, Any]:
    """Make a choice at the owner, and read it back.

    503 means certainly not written; 504 `outcome_unknown` means perhaps: read it back before asking again. The header
    `Cutover-Write-Id` (8 to 64 letters, digits, dashes) names the write; without it one is drawn.
    """
    caller.require_key(key)
    person = person_from(request.headers.get)
    context.catalogue.preference(key)
    if asked.epoch is None:
        mend = "Send the epoch that came with the preference when it was read."
        raise Refusal("epoch_missing", "The epoch under which the form was read is missing.", mend)
    wanted = Wanted(key, asked.choice, asked.epoch, _write_id())
    return context.carrier.write(context.catalogue, person, wanted).as_json()


def _write_id() -> str:
    given = request.headers.get("Cutover-Write-Id")
    if given is None:
        return secrets.token_hex(16)
    if not _WRITE_ID.fullmatch(given):
        detail = "Cutover-Write-Id has 8 to 64 letters, digits and dashes."
        raise Refusal("malformed", detail, "Send another, or none.")
    return given
