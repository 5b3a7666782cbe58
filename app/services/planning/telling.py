"""How plans are told: the same members in the API, on the command line and on the pages."""

from typing import Any

from app.domain import durations
from app.domain.announcements import EASTERN
from app.domain.plan_deciding import Wait
from app.domain.plan_gates import basis_of, gates_of, subject_of
from app.domain.plan_leads import tellings
from app.domain.plans import Plan, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.context import Context
from app.services.planning.looking import Looking
from app.services.planning.surroundings import Surroundings
from app.services.showing import utc
from app.services.store import Unit


def plan_json(plan: Plan, around: Surroundings | None) -> dict[str, Any]:
    """A plan and, once it was started, where each step stands and what it waits for."""
    row = around.row if around is not None else None
    started: dict[str, Any] = {"state": "draft"}
    if row is not None:
        whose = {"by": row.actor, "author": row.author, "version": row.version}
        started = {"state": row.state, "started": utc(row.started), **whose}
    return {
        "key": plan.key,
        "title": plan.title,
        "approach": plan.approach,
        "time_zone": plan.time_zone,
        "hash": plan.hash,
        **started,
        "blackout": [{"from": utc(one.start), "until": utc(one.end), "why": one.why} for one in plan.blackouts],
        "steps": [_step(step, around) for step in plan.steps],
    }


def _step(step: Step, around: Surroundings | None) -> dict[str, Any]:
    told = {
        "id": step.id,
        "preferences": list(step.preferences),
        "to": step.to,
        "surfaces": None if step.surfaces is None else list(step.surfaces),
        "needs": {name: list(getattr(step, f)) for name, f in _NEEDS.items()},
        "approvals_needed": step.approvals,
        "bake": durations.render(step.bake),
        "freeze_limit": durations.render(step.freeze_limit),
        "team": step.team,
        "lead": None if step.lead is None else durations.render(step.lead),
    }
    return {**told, **(_NOT_STARTED if around is None else _where(step, around))}


def _where(step: Step, around: Surroundings) -> dict[str, Any]:
    at = around.row.rows[step.id]
    waits = around.decide(step).waits if at.state in AHEAD else ()
    subject, basis = subject_of(around.plan.key, step.id), basis_of(around.row, step.id)
    gates = gates_of(around.signed, subject, basis, around.now)
    return {
        "state": at.state,
        "since": utc(at.since),
        "due": utc(at.due),
        "due_eastern": None if at.due is None else at.due.astimezone(EASTERN).isoformat(timespec="seconds"),
        "until": utc(at.until),
        "rescheduled": utc(at.moment),
        "move": at.move,
        "why": at.why,
        "tell": _tell(step, at, around),
        "waiting_for": [wait.words for wait in waits],
        "approvals": [{"by": one.actor, "at": utc(one.at), "expires": utc(one.expires)} for one in gates.approvals],
        "overrides": sorted(gates.overrides),
    }


def _tell(step: Step, at: StepRow, around: Surroundings) -> list[dict[str, Any]]:
    """The latest day to tell each team that a step concerns, once its start is known and until it has come."""
    if at.due is None or at.state not in AHEAD:
        return []
    return [one.as_json() for one in tellings(around.plan, step, around.milestones, at.due)]


def every_plan(context: Context, unit: Unit) -> tuple[list[dict[str, Any]], list[str]]:
    """Every plan, in the order of their keys, and what is wrong in the files and texts that cannot be read."""
    found, unreadable = each_plan(context.looking, unit)
    return [plan_json(*one) for one in found], unreadable


def each_plan(looking: Looking, unit: Unit) -> tuple[list[tuple[Plan, Surroundings | None]], list[str]]:
    """The same, as they are looked at."""
    filed, faults = looking.files.load(looking.catalogue)
    found, unreadable = list[tuple[Plan, Surroundings | None]](), [str(fault) for fault in faults]
    for key in sorted({*filed, *(row.key for row in unit.plans.all()), *(one.key for one in unit.drafts.all())}):
        try:
            found.append(looking.one(unit, key))
        except Refusal as refusal:
            unreadable.append(str(refusal))
    return found, unreadable


def wait_json(wait: Wait) -> dict[str, Any]:
    """One thing that is waited for."""
    return {
        "kind": wait.kind,
        "waits_for": wait.words,
        "since": utc(wait.since),
        "until": utc(wait.until),
        "who": wait.who,
        "command": wait.command,
    }


AHEAD = (StepState.WAITING, StepState.DUE)
"""The states of a step that has not started."""

_NEEDS = {"steps": "needs_steps", "milestones": "milestones", "checks": "checks"}
_NOT_STARTED: dict[str, Any] = {
    **dict.fromkeys(("state", "since", "due", "due_eastern", "until", "rescheduled", "move", "why")),
    "tell": [],
    "waiting_for": [],
    "approvals": [],
    "overrides": [],
}
