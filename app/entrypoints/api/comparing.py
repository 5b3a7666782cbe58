"""Which plan? Plans side by side, and the dates of one."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from app.domain.forecast.comparing import DRAWS
from app.domain.forecast.picture import picture
from app.domain.roles import Role
from app.domain.timeline.drawing.picture import picture as draw
from app.entrypoints.access import may
from app.entrypoints.api.plan_schemas import ComparedOut, ForecastOut, TimelineOut
from app.entrypoints.asked import context, number_asked
from app.services.planning.answering import comparison_json, forecast_json
from app.services.planning.forecasting import MOST_DRAWS, Compared
from app.services.planning.timeline_telling import timeline_json
from app.services.planning.timing import timeline_of

blueprint = APIBlueprint("comparing", __name__, url_prefix="/api/v1", tag="Plans")

JSON, SVG = "application/json", "image/svg+xml"

_BEYOND = 2**31 - 1
_SVG: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "A picture.", "content": {"image/svg+xml": {}}}
}


@blueprint.get("/plans/compare")
@blueprint.output(ComparedOut)
@may(Role.VIEWER)
def compared() -> dict[str, Any]:
    """Which plan? When each ends and what it costs until then, drawn from a seed; in figures and in plain words.

    `plan` names one; without it, all that have an approach are compared.
    """
    return comparison_json(_compared())


@blueprint.get("/plans/compare.svg")
@blueprint.doc(responses=_SVG)
@may(Role.VIEWER)
def drawn() -> Response:
    """When each of these plans ends, as a picture: 960 units wide, or 320 (`wide=0`)."""
    wide = number_asked("wide", 1, 1) == 1
    return Response(picture(_compared().comparison, wide=wide), mimetype="image/svg+xml")


@blueprint.get("/plans/<key>/forecast")
@blueprint.output(ForecastOut)
@may(Role.VIEWER)
def foretold(key: str) -> dict[str, Any]:
    """When each step of a plan starts and ends, when the plan ends, and by when other teams must be told."""
    return forecast_json(context.forecasts.of(context.looking, key, *_drawn()))


@blueprint.get("/plans/<key>/timeline")
@blueprint.output(TimelineOut)
@may(Role.VIEWER)
def timed(key: str) -> Response:
    """A plan as a timeline: its lines, and the rows of its table in plain words.

    With `Accept: image/svg+xml` the picture: 1216 units wide, or 343 (`wide=0`).
    """
    wide = number_asked("wide", 1, 1) == 1
    found = timeline_of(context, key, None, *_drawn())
    if request.accept_mimetypes.best_match((JSON, SVG)) == SVG:
        response = Response(draw(found, wide=wide), mimetype=SVG)
    else:
        response = jsonify(timeline_json(found))
    response.vary.add("Accept")
    return response


def _compared() -> Compared:
    return context.forecasts.compare(context.looking, request.args.getlist("plan") or None, *_drawn())


def _drawn() -> tuple[int, int]:
    """How many draws, from which seed."""
    return number_asked("draws", DRAWS, MOST_DRAWS), number_asked("seed", 1, _BEYOND)
