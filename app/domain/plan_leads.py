"""Other teams have plans of their own: by when each must be told of a step, at the latest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.milestones import Milestone
from app.domain.plans import Plan, Step


@dataclass(frozen=True, slots=True)
class Telling:
    """That a team must be told of a step: `latest` is the last day on which it can be, in the zone of `start`, which
    is that of its plan."""

    team: str
    lead: timedelta
    step: str
    start: datetime
    latest: date

    @property
    def words(self) -> str:
        """By when, as people say it."""
        return f"to be told by {self.latest:%B} {self.latest.day}, {self.latest.year}"

    def is_past(self, now: datetime) -> bool:
        """Whether the step is so near that the team can be told in time no more: the latest day is over."""
        return now.astimezone(self.start.tzinfo).date() > self.latest

    def as_json(self) -> dict[str, Any]:
        """As it stands in an answer; the lead in days."""
        return {"team": self.team, "step": self.step, "lead_days": self.lead.days, "latest": self.latest.isoformat()}


def tellings(plan: Plan, step: Step, milestones: Mapping[str, Milestone], start: datetime) -> Iterator[Telling]:
    """Whom a step that starts at `start` concerns: its own team, and those of the milestones that it waits for."""
    named = [(step.team, step.lead)]
    named += [(one.team, one.lead) for name in step.milestones if (one := milestones.get(name)) is not None]
    local = start.astimezone(plan.place)
    for team, lead in dict.fromkeys(named):
        if team is not None and lead is not None:
            yield Telling(team, lead, step.id, local, (local - lead).date())
