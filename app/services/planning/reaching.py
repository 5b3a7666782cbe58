"""Milestones: that one was reached, and when one is expected, are recorded acts of a person."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain import durations
from app.domain.milestones import Estimate, Milestone, MilestoneRow
from app.domain.refusals import Refusal
from app.services.planning.surroundings import facts_of
from app.services.recording import By, record
from app.services.showing import utc
from app.services.store import Lost, Unit


def milestone(unit: Unit, filed: Mapping[str, Milestone], key: str) -> Milestone:
    """One milestone as it is now. Refusal `not_found`."""
    found = facts_of(filed, unit.milestones.all()).get(key)
    if found is None:
        known = ", ".join(sorted(filed)) or "none"
        raise Refusal("not_found", f"There is no milestone {key[:60]}.", f"There are: {known}.")
    return found


def reach(unit: Unit, present: Milestone, by: By) -> Milestone:
    """Record that a milestone is reached, now. Refusal `milestone_reached`."""
    if present.reached is not None:
        detail = f"“{present.title}” is recorded as reached."
        raise Refusal("milestone_reached", detail, "There is nothing to do.", {"version": present.facts})
    return _put(unit, present, by, replace(_row(unit, present, by), reached=unit.now()), "milestone_reached")


def reopen(unit: Unit, present: Milestone, by: By) -> Milestone:
    """Take back that a milestone is reached: steps that have not started wait for it again. Refusal `not_reached`."""
    if present.reached is None:
        raise Refusal("not_reached", f"“{present.title}” is not reached.", "There is nothing to take back.")
    return _put(unit, present, by, replace(_row(unit, present, by), reached=None), "milestone_reopened")


def estimate(unit: Unit, present: Milestone, expected: Estimate | None, by: By) -> Milestone:
    """Record when a milestone is expected; None: nobody knows. Refusal `milestone_reached`."""
    if present.reached is not None:
        detail = f"“{present.title}” is recorded as reached."
        raise Refusal("milestone_reached", detail, "Reopen it first, if that is wrong.", {"version": present.facts})
    row = replace(_row(unit, present, by), estimated=True, estimate=expected)
    return _put(unit, present, by, row, "milestone_estimated")


def _row(unit: Unit, present: Milestone, by: By) -> MilestoneRow:
    """What is recorded of a milestone, in its next version and not changed yet."""
    unit.ledger.lock()
    before = unit.milestones.all().get(present.key)
    if (0 if before is None else before.version) != present.facts:
        raise Lost
    words = (by.actor, by.reason, unit.now(), present.facts + 1)
    estimated, estimate = (False, None) if before is None else (before.estimated, before.estimate)
    return MilestoneRow(present.key, present.reached, estimated, estimate, *words)


def _put(unit: Unit, present: Milestone, by: By, row: MilestoneRow, act: str) -> Milestone:
    unit.milestones.put(row)
    after = present.with_facts(row)
    record(unit, by, act, {"milestone": row.key, "estimate": estimate_json(after.estimate)})
    return after


def milestone_json(one: Milestone) -> dict[str, Any]:
    """One milestone as people and programs see it; the lead as a duration."""
    return {
        "key": one.key,
        "title": one.title,
        "feature": one.feature,
        "team": one.team,
        "lead": None if one.lead is None else durations.render(one.lead),
        "connects": one.connects,
        "reached": utc(one.reached),
        "estimate": estimate_json(one.estimate),
        "version": one.facts,
    }


def estimate_json(one: Estimate | None) -> dict[str, str] | None:
    """The three dates of an estimate."""
    if one is None:
        return None
    return {name: getattr(one, name).isoformat() for name in ("earliest", "likely", "latest")}
