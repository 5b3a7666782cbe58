"""What persons do about the plans of a timetable, as the faces do it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from app.adapters.database.store import SqlUnit
from app.domain.plans import Plan, Step, StepState
from app.domain.refusals import Refusal
from app.services.planning import steering, versions
from app.services.planning.acting import ACTS, STEP_ACTS, confirming, overriding, step_of
from app.services.planning.stepping import write
from app.services.planning.surroundings import Surroundings
from app.services.recording import By
from tests.services.timetable import Timetable, plan
from tests.services.world import PM

ANN, BEN, CAT = (By(f"token:{name}", "I have looked at it.") for name in ("ann", "ben", "cat"))


def version(text: str, *steps: Step, **changed: Any) -> Plan:
    """A plan with a text and a hash of its own."""
    return replace(plan(*steps), text=text, hash=hashlib.sha256(text.encode()).hexdigest(), **changed)


@dataclass(frozen=True)
class Acts:
    """Acts on one plan of a timetable, each in a unit of its own."""

    times: Timetable
    key: str = "plan"

    def do(self, act: Callable[[SqlUnit, Surroundings], object]) -> None:
        """Do anything about the plan as it is now."""
        world = self.times.world
        with world.store.writing() as unit:
            unit.ledger.lock()
            act(unit, self.around(unit))

    def around(self, unit: SqlUnit) -> Surroundings:
        """The plan and what is around it."""
        row = unit.plans.find(self.key)
        assert row is not None
        running, world = self.times.read(self.key, row.text), self.times.world
        return Surroundings.of(unit, running, row, world.files, world.milestones)

    def plan(self, name: str, by: By = PM) -> None:
        """Pause, resume or cancel."""
        self.do(lambda unit, around: ACTS[name].do(unit, around, by))

    def step(self, name: str, step: str = "first", by: By = PM) -> None:
        """Retry, skip, approve or withdraw."""
        self.do(lambda unit, around: STEP_ACTS[name].do(unit, around, step_of(around, step), by))

    def override(self, name: str, step: str = "first", by: By = PM) -> None:
        """Break the glass."""
        self.do(lambda unit, around: overriding(name)(unit, around, step_of(around, step), by))

    def confirm(self, name: str, step: str = "first", by: By = PM) -> None:
        """Confirm, with evidence."""
        self.do(lambda unit, around: confirming(name)(unit, around, step_of(around, step), by))

    def reschedule(self, to: datetime | None, agreed: Mapping[str, str] | None = None, step: str = "first") -> None:
        """Give a step another date."""
        new = steering.NewDate(to, agreed or {})
        self.do(lambda unit, around: steering.reschedule(unit, around, step_of(around, step), new, PM))

    def accept(self, new: Plan, by: By = PM) -> None:
        """Let a new version run."""
        self.do(lambda unit, around: versions.accept(unit, around.plan, around.row, new, by))
        self.times.plans[new.key] = new

    def put(self, state: StepState, step: str = "first") -> None:
        """Have a step in a state, however it came there."""

        def put(unit: SqlUnit, around: Surroundings) -> None:
            row = around.row.rows[step]
            assert row.state is state or write(unit, around.plan, replace(row, state=state), row.state)

        self.do(put)

    def refused(self, code: str, act: Callable[[], object]) -> Refusal:
        """The refusal of an act, which changes nothing."""
        before, head = self.times.row(self.key), self.times.world.head
        with pytest.raises(Refusal) as found:
            act()
        assert (found.value.code, self.times.row(self.key), self.times.world.head) == (code, before, head)
        return found.value
