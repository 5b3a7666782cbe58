"""Whether this process lives, and whether it can do its work."""

from typing import Any

from flask import Blueprint, Response, jsonify

from app.entrypoints.access import open_to_all
from app.entrypoints.asked import context
from app.services.guarding import is_another
from app.services.store import Unreachable

blueprint = Blueprint("health", __name__)

DATABASE_CHANGED = (
    "The database is not the one it was: nothing is granted before an administrator runs cutover recover."
)


@blueprint.get("/healthz")
@open_to_all
def lives() -> Response:
    """The process answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
@open_to_all
def ready() -> tuple[Response, int]:
    """The database answers and is the one it was, the threads run, and there are preference files to go by."""
    reasons: list[str] = []
    facts: dict[str, Any] = {}
    try:
        with context.store.reading() as unit:
            head = unit.ledger.head()
            changed = is_another(unit, head.identity)
        facts |= {"revision": head.revision, "recovering": head.is_waiting}
        reasons += [DATABASE_CHANGED] if changed else []
    except Unreachable:
        reasons.append("The database cannot be reached.")
    if not context.worker.is_alive:
        reasons.append("A thread of this process has ended.")
    if not reasons and context.catalogue.faults:
        facts["faults"] = len(context.catalogue.faults)
        if not context.catalogue.preferences:
            reasons.append("The preference files cannot be read, and none were kept.")
    status = 503 if reasons else 200
    return jsonify({"status": "not ready" if reasons else "ready", "reasons": reasons, **facts}), status
