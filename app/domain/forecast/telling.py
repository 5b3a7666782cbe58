"""A comparison as rows of a table and as members of JSON."""

from datetime import date

from app.domain import durations
from app.domain.forecast.figures import Comparison, Deliverable, Figures, Spread
from app.domain.forecast.wording import number

HEADINGS = (
    "Plan",
    "Ends (even chance)",
    "Ends (8 in 10)",
    "Split days",
    "Detour days",
    "Mismatch days",
    "Frozen minutes",
    "Most in one move",
    "Other teams must deliver",
)


def table(comparison: Comparison) -> list[list[str]]:
    """Headings and a row for each plan. What nobody can tell is a question mark; the sentences why stand in JSON."""
    return [list(HEADINGS), *(_row(one) for one in comparison.plans)]


def _row(one: Figures) -> list[str]:
    name = f"{one.approach}: {one.title}" if one.approach else one.title
    finish = one.finish
    return [
        name,
        "?" if finish is None else finish.p50.isoformat(),
        "?" if finish is None else f"{finish.p10.isoformat()} to {finish.p90.isoformat()}",
        *("?" if days is None else number(days.p50) for days in (one.split, one.detour, one.mismatch)),
        number(one.frozen_minutes),
        number(one.largest_move),
        teams(one),
    ]


def teams(one: Figures) -> str:
    """The teams that must deliver something, each with how much."""
    names = [each.team or "nobody named" for each in one.deliverables]
    return ", ".join(f"{name}: {names.count(name)}" for name in dict.fromkeys(names)) or "nothing"


def members(comparison: Comparison) -> list[dict[str, object]]:
    """A list of plans, as JSON has them: dates as ISO dates, durations as text."""
    return [_plan(one) for one in comparison.plans]


def _plan(one: Figures) -> dict[str, object]:
    fields = {"finish": "finish", "split": "split_days", "detour": "detour_days", "mismatch": "mismatch_days"}
    spreads = (
        *_spread("finish", one.finish),
        *_spread("split_days", one.split),
        *_spread("detour_days", one.detour),
        *_spread("mismatch_days", one.mismatch),
    )
    return {
        "plan": one.plan,
        "title": one.title,
        "approach": one.approach,
        **dict(spreads),
        "frozen_minutes": int(one.frozen_minutes) if one.frozen_minutes.is_integer() else one.frozen_minutes,
        "largest_move": one.largest_move,
        "deliverables": [_deliverable(each) for each in one.deliverables],
        "why": {f"{fields[count]}_p50": sentence for count, sentence in one.why.items()},
    }


def _spread(name: str, of: Spread[int] | Spread[date] | None) -> list[tuple[str, object]]:
    return [(f"{name}_{rank}", None if of is None else _plain(getattr(of, rank))) for rank in ("p10", "p50", "p90")]


def _plain(value: int | date) -> int | str:
    return value.isoformat() if isinstance(value, date) else value


def _deliverable(one: Deliverable) -> dict[str, object]:
    return {
        "milestone": one.milestone,
        "step": one.step,
        "title": one.title,
        "team": one.team,
        "lead": None if one.lead is None else durations.render(one.lead),
        "tell_by": None if one.tell_by is None else one.tell_by.isoformat(),
        "needed_by": None if one.needed_by is None else one.needed_by.isoformat(),
        "why": one.why,
    }
