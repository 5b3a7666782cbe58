"""Milestones: what plans wait for outside of this product, with a date that is uncertain or not known at all.

`cutover_plans/milestones.toml` says what they are. That one is reached, and a new estimate of one, is a recorded act
of a person and stands in the database.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Estimate:
    """When something is expected: at the earliest, most likely, at the latest. In this order, both ends included."""

    earliest: date
    likely: date
    latest: date


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone. `team` must be told `lead` before a step that waits for it; without an estimate it has none.

    `feature` is the VA.gov feature that is live once it is reached. `connects` says that from then on the pages of MHV
    write to whoever owns a preference. `reached` is when a person recorded it; `facts` is the version of that record.
    """

    key: str
    title: str
    feature: str | None = None
    team: str | None = None
    lead: timedelta | None = None
    estimate: Estimate | None = None
    connects: bool = False
    reached: datetime | None = None
    facts: int = 0

    def with_facts(self, row: "MilestoneRow | None") -> "Milestone":
        """The milestone as its file says, with what persons recorded of it."""
        if row is None:
            return self
        estimate = row.estimate if row.estimated else self.estimate
        return replace(self, estimate=estimate, reached=row.reached, facts=row.version)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """What persons recorded of a milestone. `estimated` says that the estimate stands here, even if it is none."""

    key: str
    reached: datetime | None
    estimated: bool
    estimate: Estimate | None
    actor: str
    reason: str
    at: datetime
    version: int
