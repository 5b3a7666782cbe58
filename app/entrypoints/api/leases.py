"""Leases: the right of one process to write. Register, renew and acknowledge, release; and who is connected."""

import secrets
from typing import Any

from apiflask import APIBlueprint

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import LeaseIn, RenewalIn
from app.entrypoints.api.schemas import LeaseOut, LeasesOut
from app.entrypoints.asked import context
from app.entrypoints.renewing import MAY_RENEW, renewed
from app.services import leasing
from app.services.watching import connected

blueprint = APIBlueprint("leases", __name__, url_prefix="/api/v1/leases", tag="Leases")


@blueprint.get("")
@blueprint.output(LeasesOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Who is connected, what each has acknowledged, and which moves wait for it, until when at the latest."""
    return connected(context)


@blueprint.post("")
@blueprint.input(LeaseIn, arg_name="asked")
@blueprint.output(LeaseOut, status_code=201)
@may(MAY_RENEW)
def register(asked: LeaseIn) -> tuple[dict[str, Any], int]:
    """Register a process. Without `lease` an id is drawn: each start of a process is another lease."""
    return renewed(context, caller, asked.lease or secrets.token_hex(16), asked), 201


@blueprint.put("/<lease>")
@blueprint.input(RenewalIn, arg_name="asked")
@blueprint.output(LeaseOut)
@may(MAY_RENEW)
def renew(lease: str, asked: RenewalIn) -> dict[str, Any]:
    """Renew, and acknowledge a revision: no write that was begun by older routes is under way any more.

    One that is not known is registered anew: no answer is given that nobody would wait for.
    """
    return renewed(context, caller, lease, asked)


@blueprint.delete("/<lease>")
@blueprint.doc(responses={204: "Released."})
@may(MAY_RENEW)
def release(lease: str) -> tuple[str, int]:
    """Give a lease up, which acknowledges everything: no write of it may be under way."""
    leasing.release(context.store, lease, caller.token)
    return "", 204
