"""Leases: the right of one process to write. Register, renew and acknowledge, release; and who is connected."""

import re
import secrets
from typing import Any

from apiflask import APIBlueprint

from app.domain.grants import Standing
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may, require_key
from app.entrypoints.api.bodies import LeaseIn, RenewalIn
from app.entrypoints.api.schemas import LeaseOut, LeasesOut
from app.entrypoints.asked import context
from app.services import leasing
from app.services.leasing import Renewal
from app.services.noting import note_late
from app.services.store import Lost
from app.services.watching import connected

blueprint = APIBlueprint("leases", __name__, url_prefix="/api/v1/leases", tag="Leases")

_ID = re.compile(r"[A-Za-z0-9_-]{16,80}")


@blueprint.get("")
@blueprint.output(LeasesOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Who is connected, what each has acknowledged, and which moves wait for it, until when at the latest."""
    return connected(context)


@blueprint.post("")
@blueprint.input(LeaseIn, arg_name="asked")
@blueprint.output(LeaseOut, status_code=201)
@may(Role.CLIENT)
def register(asked: LeaseIn) -> tuple[dict[str, Any], int]:
    """Register a process. Without `lease` an id is drawn: each start of a process is another lease."""
    return _renewed(asked.lease or secrets.token_hex(16), asked), 201


@blueprint.put("/<lease>")
@blueprint.input(RenewalIn, arg_name="asked")
@blueprint.output(LeaseOut)
@may(Role.CLIENT)
def renew(lease: str, asked: RenewalIn) -> dict[str, Any]:
    """Renew, and acknowledge a revision: no write that was begun by older routes is under way any more.

    One that is not known is registered anew: no answer is given that nobody would wait for.
    """
    told = _renewed(lease, asked)
    _note(asked)
    return told


@blueprint.delete("/<lease>")
@blueprint.doc(responses={204: "Released."})
@may(Role.CLIENT)
def release(lease: str) -> tuple[str, int]:
    """Give a lease up, which acknowledges everything: no write of it may be under way."""
    leasing.release(context.store, lease, caller.token)
    return "", 204


def _note(asked: RenewalIn) -> None:
    """What the process learnt about its writes. Answers that came late are written down before it is answered.

    Names wait in memory, as those of our own writes do: no acknowledgement waits for them.
    """
    for key in [one.key for one in asked.late] + [one.key for one in asked.audits]:
        require_key(key)
    context.notes.named((one.key, one.epoch, one.audit) for one in asked.audits)
    if asked.late:
        try:
            _write_down(asked)
        except Lost:  # another process was faster with the ledger
            _write_down(asked)


def _write_down(asked: RenewalIn) -> None:
    with context.store.writing() as unit:
        note_late(unit, [(one.key, one.epoch, one.write_id) for one in asked.late])


def _renewed(lease: str, asked: LeaseIn) -> dict[str, Any]:
    if not _ID.fullmatch(lease):
        detail = "The id of a lease has 16 to 80 letters, digits, dashes or underscores."
        raise Refusal("malformed", detail, "Draw a new one at random at each start of a process.")
    for key in asked.keys:
        require_key(key)
    acknowledged = asked.acknowledged if isinstance(asked, RenewalIn) else 0
    renewal = Renewal(
        lease, asked.client, asked.instance, tuple(asked.keys), context.spans.ttl, acknowledged, caller.token
    )
    standing = context.renewals.ask(renewal)
    return leasing.told(lease, standing, _permits(standing, lease), context.spans)


def _permits(standing: Standing, lease: str) -> dict[str, str]:
    """A permit for each route, also where no system asks for one yet; without a key none, where none is asked for."""
    try:
        return context.signer.permits(standing, lease, context.spans.ttl)
    except Refusal:
        if context.driver.fences.fenced:
            raise
        return {}
