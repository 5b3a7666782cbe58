"""Reports of the writes that a system accepted: the intake of VA Profile's push, and how they were judged."""

from typing import Any

from apiflask import APIBlueprint
from flask import request

from app.domain.evidence import NAME
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import may, open_to_all
from app.entrypoints.api.schemas import ReportsOut, TakenOut
from app.entrypoints.asked import context
from app.services.reporting import reports_in, take
from app.services.showing import reports_json

blueprint = APIBlueprint("reports", __name__, url_prefix="/api/v1/reports", tag="Reports")


@blueprint.get("")
@blueprint.output(ReportsOut)
@may(Role.VIEWER)
def counted() -> dict[str, Any]:
    """How many writes each system reported, by preference and verdict."""
    with context.store.reading() as unit:
        return {"reports": reports_json(unit.reports.counts())}


@blueprint.post("/va-profile")
@blueprint.output(TakenOut)
@open_to_all  # no token of ours: the JSON Web Token is the proof
def from_va_profile() -> tuple[dict[str, Any], int]:
    """Take one event of VA Profile's push. A report that was taken before changes nothing: COMPLETED_NOOP."""
    context.proof.require(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
    event = request.get_json(silent=True)
    audit = event.get("txAuditId") if isinstance(event, dict) else None
    named = {"txAuditId": audit if isinstance(audit, str) and NAME.fullmatch(audit) else None}
    try:
        taken = take(context.store, context.catalogue, reports_in(event))
    except Refusal as refusal:
        why = {"code": refusal.code, "detail": refusal.detail, "mend": refusal.mend}
        return {**named, "status": "COMPLETED_FAILURE", "judged": [], **why}, refusal.status
    return {**named, "status": taken.status, "judged": [one.value for one in taken.judged]}, 200
