"""Calendars that people subscribe to."""

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from app.domain.roles import Role
from app.entrypoints.access import known_by, may
from app.entrypoints.asked import context
from app.entrypoints.calendar_callers import TRIES, say_how, who_asks
from app.entrypoints.ical import MIME, rendered
from app.services.planning.calendar import feed_of
from app.services.tries import Tries

blueprint = Blueprint("calendar", __name__)
blueprint.after_request(say_how)


@blueprint.get("/plans/<key>.ics")
@may(Role.VIEWER)
@known_by(who_asks)
def of_plan(key: str) -> Response:
    """One plan: its steps, windows, blackouts, whom to tell by when, and what is forecast."""
    response = Response(rendered(feed_of(context, key)), content_type=MIME)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = "inline"
    response.add_etag()
    response.make_conditional(request)
    return response


def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[TRIES] = Tries()


blueprint.record_once(_prepare)
