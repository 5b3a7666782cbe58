"""What Veterans are told of each preference: as announced, to the second, and never what does not hold any more."""

from datetime import datetime
from typing import Any

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import response_schema_conformance

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.plans import PlanState, StepState
from app.domain.roles import Role
from app.services.recovering import recover_now
from cutover_client.routes import FROZEN_NOTICE
from tests.entrypoints.api.announced import (
    BLOCKED,
    DUE,
    HOUR,
    NONE,
    PLAN,
    SECOND,
    STANDS_STILL,
    UNTIL,
    WARNED,
    WARNING,
    go_to,
    notice,
    put_into,
    rewrite,
    row_of,
)
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api
from tests.entrypoints.world import TESTER, World

FROZEN = {**NONE, "level": "blocked", "text": FROZEN_NOTICE}
EDGES = [
    (WARNED - SECOND, "none", StepState.WAITING),
    (WARNED, "warning", StepState.WAITING),
    (BLOCKED - SECOND, "warning", StepState.WAITING),
    (BLOCKED, "blocked", StepState.WAITING),
    (DUE - SECOND, "blocked", StepState.WAITING),
    (DUE, "none", StepState.RUNNING),
    (UNTIL - SECOND, "none", StepState.RUNNING),
    (UNTIL, "none", StepState.HELD),
]
"""Moments; what is told when the scheduler has looked; and what it makes of the step that it sees then first."""


def test_19_a_notice_begins_and_ends_to_the_second_though_nothing_else_happens(planned: World, asker: Api) -> None:
    for moment, told in (
        (WARNED - SECOND, NONE),
        (WARNED, WARNING),
        (BLOCKED - SECOND, WARNING),
        (BLOCKED, STANDS_STILL),
        (UNTIL - SECOND, STANDS_STILL),
        (UNTIL, NONE),
    ):
        go_to(planned, moment)
        assert notice(asker) == told, moment
        assert notice(asker, SECOND_KEY) == NONE


@pytest.mark.parametrize(("moment", "level", "state"), EDGES)
def test_20_notice_step_and_scheduler_go_by_the_same_row(
    planned: World, asker: Api, moment: datetime, level: str, state: StepState
) -> None:
    row = row_of(planned)
    assert (row.due, row.until) == (DUE, UNTIL)
    assert row.due is not None
    (step,) = asker_of_plans(planned)["steps"]
    assert (step["due"], step["until"]) == ("2027-03-16T04:00:00.000Z", "2027-03-16T06:00:00.000Z")
    with planned.store.reading() as unit:
        warning, blocked = sorted(unit.announcements.all(), key=lambda one: one.begins)
    assert (warning.ends, blocked.begins, blocked.ends) == (row.due - HOUR, row.due - HOUR, row.until)

    go_to(planned, moment)
    planned.context.tick()

    assert (row_of(planned).state, notice(asker)["level"]) == (state, level)


def asker_of_plans(world: World) -> dict[str, Any]:
    """The plan, as the API tells it."""
    plans = api(world, Role.VIEWER, name="eve").get("/plans").get_json()["plans"]
    told: dict[str, Any] = next(one for one in plans if one["key"] == PLAN.key)
    return told


def test_what_nobody_can_change_now_goes_before_what_was_announced(planned: World, asker: Api) -> None:
    go_to(planned, WARNED)
    number = planned.begin(System.VA_GOV, FIRST_KEY).id
    planned.drive(number, Stage.DRAIN)
    assert notice(asker) == FROZEN
    planned.drive(number)
    assert notice(asker) == WARNING


def test_a_stopped_preference_goes_before_what_was_announced(planned: World, asker: Api) -> None:
    go_to(planned, WARNED)
    recover_now(planned.store, planned.context.catalogue, TESTER)
    assert notice(asker) == FROZEN


def test_a_rescheduled_step_takes_its_notice_along(planned: World, asker: Api) -> None:
    go_to(planned, BLOCKED)
    assert notice(asker) == STANDS_STILL
    rewrite(planned, moment=DUE + 24 * HOUR)
    planned.context.tick()
    told = notice(asker)
    assert (told["level"], told["text"]) == ("warning", "You can change this on VA.gov from March 17, 2027.")
    assert (told["from"], told["until"]) == ("2027-03-10T00:00:00-05:00", "2027-03-16T23:00:00-04:00")


def test_a_step_that_is_held_tells_nothing_more(planned: World, asker: Api) -> None:
    planned.moved(System.VA_GOV, FIRST_KEY)
    go_to(planned, DUE)
    assert notice(asker) == STANDS_STILL
    assert planned.context.tick().held == (f"{PLAN.key}/first",)
    assert notice(asker) == NONE


@pytest.mark.parametrize("state", [StepState.SKIPPED, StepState.CANCELLED, StepState.DONE])
def test_a_step_that_has_ended_tells_nothing_more(planned: World, asker: Api, state: StepState) -> None:
    go_to(planned, WARNED)
    rewrite(planned, state=state)
    assert notice(asker) == NONE


@pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.CANCELLED])
def test_a_plan_that_does_not_run_tells_nothing_whatever_is_done_about_its_steps(
    planned: World, asker: Api, state: PlanState
) -> None:
    go_to(planned, WARNED)
    put_into(planned, state)
    with planned.store.reading() as unit:
        assert unit.announcements.all() == []
    rewrite(planned, moment=DUE)
    with planned.store.reading() as unit:
        assert unit.announcements.all() == []


def test_a_plan_that_runs_again_tells_again(planned: World) -> None:
    go_to(planned, WARNED)
    put_into(planned, PlanState.PAUSED)
    put_into(planned, PlanState.RUNNING)
    with planned.store.reading() as unit:
        assert [one.level for one in unit.announcements.all()] == ["blocked", "warning"]


def test_what_is_announced_of_a_preference_is_in_the_ledger(planned: World, asker: Api) -> None:
    with planned.store.reading() as unit:
        (entry,) = (one for one in unit.ledger.entries() if one.act == "notices_changed")
    assert (entry.actor, entry.body["plan"], entry.body["step"]) == ("scheduler", PLAN.key, "first")
    assert [(one["level"], one["from"], one["until"]) for one in entry.body["told"]] == [
        ("warning", WARNED.isoformat(), BLOCKED.isoformat()),
        ("blocked", BLOCKED.isoformat(), UNTIL.isoformat()),
    ]


def test_an_answer_with_a_notice_is_as_the_description_says(planned: World, asker: Api) -> None:
    headers = {"Authorization": f"Bearer {asker.token}"}
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", planned.app, headers=headers)
    for moment in (WARNED, BLOCKED, UNTIL):
        go_to(planned, moment)
        for path, names in (("/api/v1/ownership", {}), ("/api/v1/ownership/{key}", {"key": FIRST_KEY})):
            case = described[path]["GET"].Case(path_parameters=names)
            answer = case.call(headers=headers)
            assert answer.status_code == 200
            case.validate_response(answer, checks=[response_schema_conformance])
    told = asker.get("/openapi.json").get_json()["components"]["schemas"]["OwnershipOut.NoticeOut"]
    assert set(told["required"]) == {"level", "text", "from", "until", "instead"}


def test_what_is_answered_to_a_change_carries_the_notice_too(planned: World) -> None:
    planned.retired(FIRST_KEY)
    go_to(planned, WARNED)
    asked = {"expect": {FIRST_KEY: planned.row(FIRST_KEY).epoch}, "reason": "Invented."}
    answer = api(planned, Role.ADMIN).post("/ownership/restore", asked)
    assert answer.get_json()["preferences"][0]["notice"] == WARNING
    assert planned.moved(NOBODY, FIRST_KEY).outcome == "done"
