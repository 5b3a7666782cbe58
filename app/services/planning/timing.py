"""One plan as a timeline: what happened, what is set, what is uncertain; read in one snapshot.

Nothing here works out a time of its own: openings are the scheduler's, forecasts those of `forecasting`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.forecast.comparing import DRAWS
from app.domain.forecast.foretelling import Forecast, forecast
from app.domain.forecast.given import Known
from app.domain.plan_gates import basis_of, gates_of, subject_of
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.timeline.facts import Facts
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.telling import timeline
from app.services.context import Context
from app.services.planning.forecasting import dated_by, require_bounded
from app.services.planning.looking import Looking
from app.services.planning.surroundings import Surroundings, facts_of
from app.services.store import Unit

SEED = 1


def timeline_of(
    context: Context, key: str, found: Forecast | None = None, draws: int = DRAWS, seed: int = SEED
) -> Timeline:
    """The timeline of a plan in any state. Refusals `not_found`, `plan_invalid`, `invalid`.

    `found` is its forecast where the caller has one, for it takes most of the time; without it, it is drawn once
    everything has been read, and only if a step is to come that nothing dates.
    """
    require_bounded(draws)
    looking = context.looking
    with context.store.reading() as unit:
        facts = facts_in(unit, looking, key)
        facts, known = (facts, None) if found is not None else _with_known(unit, looking, facts)
    if known is not None:
        found = forecast(facts.plan, known, draws=draws, seed=seed)
    return timeline(replace(facts, forecast=found))


def facts_in(unit: Unit, looking: Looking, key: str) -> Facts:
    """What a plan's timeline is made from, but for its forecast. Refusals `not_found`, `plan_invalid`."""
    plan, around = looking.one(unit, key)
    return Facts(
        plan=plan,
        row=None if around is None else around.row,
        now=unit.now(),
        milestones=facts_of(looking.milestones, unit.milestones.all()),
        titles={name: one.title for name, one in looking.catalogue.preferences.items()},
        activated={} if around is None else _activated(unit, around),
        approved={} if around is None else dict(_approved(plan, around)),
    )


def _with_known(unit: Unit, looking: Looking, facts: Facts) -> tuple[Facts, Known | None]:
    """What a forecast is to be drawn from, if one is needed; or why there cannot be one, and the timeline goes on."""
    if not facts.needs_forecast:
        return facts, None
    try:
        return facts, dated_by(unit, looking, facts.plan.key)[1]
    except Refusal as refusal:
        return replace(facts, trouble=f"There is no forecast. {refusal}"), None


def _activated(unit: Unit, around: Surroundings) -> Mapping[str, datetime]:
    """When the move of each step was activated, where it is not undone."""
    moves = {step.id: unit.moves.find(step.move) for step in around.row.steps if step.move is not None}
    return {
        step: move.activated
        for step, move in moves.items()
        if move is not None and move.activated is not None and move.undone_by is None
    }


def _approved(plan: Plan, around: Surroundings) -> Mapping[str, datetime]:
    """When each step that needs approvals had them all, by what holds now."""
    found = {}
    for step in plan.steps:
        gates = gates_of(around.signed, subject_of(plan.key, step.id), basis_of(around.row, step.id), around.now)
        at = gates.approved(step.approvals) if step.approvals else None
        if at is not None:
            found[step.id] = at
    return found
