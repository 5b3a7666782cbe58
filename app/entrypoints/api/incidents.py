"""Incidents: what a person must look at, and closing one."""

from typing import Any

from apiflask import APIBlueprint

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import ReasonIn
from app.entrypoints.api.schemas import IncidentOut, IncidentsOut
from app.entrypoints.asked import context, number_asked
from app.services.incidents import MOST, close
from app.services.recording import By
from app.services.showing import incident_json

blueprint = APIBlueprint("incidents", __name__, url_prefix="/api/v1/incidents", tag="Incidents")


@blueprint.get("")
@blueprint.output(IncidentsOut)
@may(Role.VIEWER)
def latest() -> dict[str, Any]:
    """Incidents, the newest first; only those that are open with `?open=1`."""
    only_open, most = number_asked("open", 0, 1) == 1, number_asked("limit", MOST, MOST)
    with context.store.reading() as unit:
        return {"incidents": [incident_json(one) for one in unit.incidents.latest(most, only_open=only_open)]}


@blueprint.post("/<int:number>/close")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.output(IncidentOut)
@may(Role.OPERATOR)
def close_one(number: int, asked: ReasonIn) -> dict[str, Any]:
    """Close an incident that somebody has looked at. The reason is kept for ever."""
    with context.store.writing() as unit:
        return incident_json(close(unit, number, By(caller.actor, asked.reason)))
