"""Everything that a plan's steps depend on, read in one unit: what `decide` is told of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.catalogue import Catalogue
from app.domain.milestones import Milestone, MilestoneRow
from app.domain.ownership import System
from app.domain.plan_deciding import Decision, Known, decide
from app.domain.plan_faults import MAY_COME
from app.domain.plan_gates import SignOff, basis_of, gates_of, subject_of
from app.domain.plans import Plan, PlanRow, Step
from app.domain.refusals import Refusal
from app.services.plan_store import Lock
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A started plan and what is around it at one moment."""

    plan: Plan
    row: PlanRow
    now: datetime
    catalogue: Catalogue
    milestones: Mapping[str, Milestone]
    signed: tuple[SignOff, ...]
    locks: Mapping[str, Lock]

    @classmethod
    def of(
        cls, unit: Unit, plan: Plan, row: PlanRow, catalogue: Catalogue, filed: Mapping[str, Milestone]
    ) -> "Surroundings":
        """As the database has it now. `filed` are the milestones as their file says."""
        told = facts_of(filed, unit.milestones.all())
        return cls(plan, row, unit.now(), catalogue, told, tuple(unit.sign_offs.of_plan(row.key)), unit.locks.all())

    def known(self, step: Step) -> Known:
        """What is known about one step."""
        gates = gates_of(self.signed, subject_of(self.plan.key, step.id), basis_of(self.row, step.id), self.now)
        stops = tuple(stops_of(self.locks, step.preferences))
        lacking = lacking_of(self.catalogue, step)
        return Known(self.now, self.row.started, self.row.rows, self.milestones, gates, lacking, stops)

    def decide(self, step: Step) -> Decision:
        """What becomes of one step that has not started."""
        return decide(self.plan, step, self.row.rows[step.id], self.known(step))


def facts_of(filed: Mapping[str, Milestone], rows: Mapping[str, MilestoneRow]) -> dict[str, Milestone]:
    """The milestones with what persons recorded. What was recorded stays true of one that its file names no more."""
    known = {key: one.with_facts(rows.get(key)) for key, one in filed.items()}
    gone = {key: Milestone(key, key).with_facts(row) for key, row in rows.items() if key not in filed}
    return {**known, **gone}


def stops_of(locks: Mapping[str, Lock], preferences: Iterable[str]) -> Iterable[tuple[str, str, datetime]]:
    """What stops moves of these preferences: key, in words that fit behind "waits for", since when."""
    for key in ("", *preferences):
        lock = locks.get(key)
        if lock is not None:
            what = f"the lock of {key}" if key else "the stop of everything"
            yield key, f"{what} to be lifted, which is by {lock.actor}: “{lock.reason}”", lock.at


def lacking_of(catalogue: Catalogue, step: Step) -> str | None:
    """What keeps a step's target from being one, and may come; a step that changes only surfaces lacks nothing."""
    if step.to is None:
        return None
    for key in step.preferences:
        try:
            catalogue.require_movable(key, step.to if isinstance(step.to, System) else None, step.accept_advisory)
        except Refusal as refusal:
            if refusal.code in MAY_COME:
                return str(refusal)
    return None
