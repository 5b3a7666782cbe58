"""The public keys of permits, for systems with a fence."""

from flask import Blueprint, Response, jsonify

from app.entrypoints.access import open_to_all
from app.entrypoints.asked import context
from app.services.signing import public_keys

blueprint = Blueprint("keys", __name__)


@blueprint.get("/.well-known/jwks.json")
@open_to_all
def key_set() -> Response:
    """The JSON Web Key Set that permits are checked with."""
    with context.store.reading() as unit:
        response = jsonify(public_keys(unit))
    response.headers["Cache-Control"] = "max-age=60"
    return response
