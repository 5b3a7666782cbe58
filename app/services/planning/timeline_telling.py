"""How a timeline is told to programs: the same facts as in the picture, and the same words as in its table."""

from datetime import date
from typing import Any

from app.domain.forecast.figures import Spread
from app.domain.timeline.describing import describe, title_of
from app.domain.timeline.shapes import MilestoneLine, StepLine, Stretch, Timeline
from app.domain.timeline.table import COLUMNS, blackout_words, rows
from app.services.showing import utc


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """A timeline: its lines, and the rows of its table in plain words. Moments are in UTC, days are Eastern."""
    return {
        "plan": timeline.plan,
        "title": timeline.title,
        "state": "draft" if timeline.state is None else timeline.state,
        "now": utc(timeline.now),
        "first": timeline.first.isoformat(),
        "last": timeline.last.isoformat(),
        "caption": title_of(timeline),
        "description": describe(timeline),
        "steps": [_step(line) for line in timeline.steps],
        "milestones": [_milestone(line) for line in timeline.milestones],
        "blackout": [{"from": utc(one.start), "until": utc(one.end), "why": one.why} for one in timeline.blackouts],
        "columns": list(COLUMNS),
        "rows": [list(row) for row in rows(timeline)],
        "blackout_words": blackout_words(timeline),
        "trouble": timeline.trouble,
    }


def _step(line: StepLine) -> dict[str, Any]:
    return {
        "step": line.step,
        "number": line.number,
        "state": line.state,
        "look": line.look,
        "at": utc(line.at),
        "moved": utc(line.moved),
        "start": _spread(line.spread),
        "warned": _stretch(line.warned),
        "blocked": _stretch(line.blocked),
        "watched": _stretch(line.watched),
        "windows": [_stretch(one) for one in line.windows],
        "lacks_approval": line.lacks_approval,
        "why": line.why,
    }


def _milestone(line: MilestoneLine) -> dict[str, Any]:
    days = line.estimate
    estimate = None if days is None else {name: _day(getattr(days, name)) for name in ("earliest", "likely", "latest")}
    return {"key": line.key, "title": line.title, "reached": utc(line.reached), "estimate": estimate}


def _spread(of: Spread[date] | None) -> dict[str, str] | None:
    return None if of is None else {name: _day(getattr(of, name)) for name in ("p10", "p50", "p90")}


def _day(day: date) -> str:
    return day.isoformat()


def _stretch(of: Stretch | None) -> dict[str, Any] | None:
    return None if of is None else {"from": utc(of.begins), "until": utc(of.ends)}
