"""The ledger: everything that happened, in order, and whether it is whole."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import request

from app.domain.ledger import verify
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.api.schemas import LedgerOut, VerdictOut
from app.entrypoints.asked import context, number_asked
from app.services.showing import entry_json

blueprint = APIBlueprint("ledger", __name__, url_prefix="/api/v1/ledger", tag="Ledger")

MOST_AT_ONCE = 1000


@blueprint.get("")
@blueprint.output(LedgerOut)
@may(Role.VIEWER)
def entries() -> dict[str, Any]:
    """Entries in their order, from the one after `?after=`, at most `?limit=`."""
    after, limit = number_asked("after", 0, 2**31 - 1), number_asked("limit", 100, MOST_AT_ONCE)
    with context.store.reading() as unit:
        found = [entry_json(entry) for entry in unit.ledger.entries(after, limit)]
    return {"entries": found, "next_after": found[-1]["number"] if found and len(found) == limit else None}


@blueprint.get("/verify")
@blueprint.output(VerdictOut)
@may(Role.VIEWER)
def verified() -> dict[str, Any]:
    """Whether no entry was changed, reordered or removed. `?head=HASH` compares with a head noted elsewhere."""
    with context.store.reading() as unit:
        return asdict(verify(unit.ledger.entries(), unit.ledger.head(), request.args.get("head")))
