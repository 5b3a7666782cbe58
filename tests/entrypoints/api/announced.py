"""A plan of one step that Veterans are warned of, and looking at what they are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.ownership import System
from app.domain.plans import NoticeTerms, PlanRow, PlanState, Step, StepRow
from app.services.planning.stepping import announce_all, write
from app.services.recording import record
from app.services.store import Unreachable
from tests.entrypoints.api.asking import FIRST_KEY, Api
from tests.entrypoints.invented import plan
from tests.entrypoints.world import TESTER, World
from tests.fakes.clock import BEGINNING

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
DUE = datetime(2027, 3, 16, 4, tzinfo=UTC)
"""Midnight of March 16 in the East, two days after the clocks went forward."""

WARNED, BLOCKED, UNTIL = DUE - 7 * DAY + HOUR, DUE - HOUR, DUE + 2 * HOUR
AROUND = [edge + way * SECOND for edge in (WARNED, BLOCKED, DUE, UNTIL) for way in (-1, 0, 1)]
TERMS = NoticeTerms(7 * DAY, HOUR, "You can change this on VA.gov from {date}.", "Until then, call MHV.")
STEP = Step("first", (FIRST_KEY,), System.VA_GOV, not_before=DUE, late=2 * HOUR, notice=TERMS)
PLAN = plan("announced", STEP)
NONE = {"level": "none", "text": None, "from": None, "until": None, "instead": None}
WARNING = {
    "level": "warning",
    "text": "You can change this on VA.gov from March 16, 2027.",
    "from": "2027-03-09T00:00:00-05:00",
    "until": "2027-03-15T23:00:00-04:00",
    "instead": "Until then, call MHV.",
}
STANDS_STILL = {**WARNING, "level": "blocked", "from": WARNING["until"], "until": "2027-03-16T02:00:00-04:00"}


def go_to(world: World, moment: datetime) -> None:
    """Let time pass until a moment. Nothing ticks meanwhile."""
    passed = (moment - BEGINNING).total_seconds() - world.clock.elapsed
    assert passed >= 0
    world.clock.advance(passed)


def notice(asker: Api, key: str = FIRST_KEY) -> dict[str, Any]:
    """What Veterans are told of one preference now."""
    answer = asker.get(f"/ownership/{key}")
    told: dict[str, Any] = answer.get_json()["notice"]
    everything = asker.get("/ownership").get_json()["preferences"]
    assert next(one for one in everything if one["key"] == key)["notice"] == told
    return told


def row_of(world: World) -> StepRow:
    """The step as it is stored."""
    return plan_row(world).rows[STEP.id]


def plan_row(world: World) -> PlanRow:
    """The plan as it is stored."""
    with world.store.reading() as unit:
        found = unit.plans.find(PLAN.key)
    assert found is not None
    return found


def rewrite(world: World, **changed: Any) -> None:
    """Write the step, as every act of a person does."""
    row = row_of(world)
    with world.store.writing() as unit:
        unit.ledger.lock()
        assert write(unit, PLAN, replace(row, **changed), row.state)
        record(unit, TESTER, "step_changed", {"plan": PLAN.key})


def put_into(world: World, state: PlanState) -> None:
    """Put the plan into a state, as a person does, and tell anew what is known of its steps."""
    with world.store.writing() as unit:
        unit.ledger.lock()
        row = unit.plans.find(PLAN.key)
        assert row is not None
        after = replace(row, state=state)
        assert unit.plans.change(after)
        announce_all(unit, PLAN, after)
        record(unit, TESTER, f"plan_{state}", {"plan": PLAN.key})


def take_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not answer any more."""

    def reading() -> None:
        raise Unreachable("it is away")

    monkeypatch.setattr(world.store, "reading", reading)


def tag(asker: Api, path: str = "/ownership") -> str:
    """The entity tag of an answer."""
    return asker.get(path).headers["ETag"]


def wait_for_another(asker: Api, path: str, seconds: int = 30) -> TestResponse:
    """Ask for what differs from how it is now."""
    return asker.get(f"{path}?wait={seconds}", {"If-None-Match": tag(asker, path)})
