"""How comparisons and forecasts are told: the same members in the API, on the command line and on the pages."""

from datetime import date
from typing import Any

from app.domain.forecast.figures import Spread
from app.domain.forecast.foretelling import Forecast, StepForecast, Telling
from app.domain.forecast.telling import members
from app.domain.forecast.wording import day
from app.services.planning.forecasting import Compared
from app.services.showing import utc


def comparison_json(found: Compared) -> dict[str, Any]:
    """Plans side by side, and what it was drawn from."""
    comparison = found.comparison
    return {
        "plans": members(comparison),
        "paragraph": found.paragraph,
        "would_change": [change.told() for change in found.would_change],
        "steady": found.steady,
        "assumptions": list(comparison.assumptions),
        "unreadable": list(found.unreadable),
        "start": utc(comparison.start),
        "time_zone": comparison.time_zone,
        "draws": comparison.draws,
        "seed": comparison.seed,
    }


def forecast_json(found: Forecast) -> dict[str, Any]:
    """The dates of one plan; what nobody can tell is null, and `why` says why."""
    return {
        "plan": found.plan,
        "start": utc(found.start),
        "time_zone": found.time_zone,
        "draws": found.draws,
        "seed": found.seed,
        "finish": _spread(found.finish),
        "why": found.why,
        "steps": [_step(one, found) for one in found.steps],
    }


def telling_words(one: Telling, why: str | None, today: date) -> str:
    """By when a team must be told, in a sentence."""
    what = "" if one.milestone is None else f" of the milestone {one.milestone}"
    if one.by is None:
        return f"By when {one.team} must be told{what} is not known: {why or 'the step has no date.'}"
    if one.by < today:
        return f"{one.team} should have been told{what} by {day(one.by)}."
    return f"Tell {one.team}{what} by {day(one.by)}."


def _step(one: StepForecast, found: Forecast) -> dict[str, Any]:
    return {
        "step": one.step,
        "ahead": one.ahead,
        "start": _spread(one.start),
        "end": _spread(one.end),
        "expected": utc(one.expected),
        "tell": [_tell(each, one, found) for each in one.tell],
        "why": one.why,
    }


def _tell(each: Telling, one: StepForecast, found: Forecast) -> dict[str, Any]:
    return {
        "team": each.team,
        "milestone": each.milestone,
        "latest": None if each.by is None else each.by.isoformat(),
        "sentence": telling_words(each, one.why, found.today),
    }


def _spread(of: Spread[date] | None) -> dict[str, str] | None:
    return None if of is None else {name: getattr(of, name).isoformat() for name in ("p10", "p50", "p90")}
