"""A dry run of a plan says what happens then: the same steps, at the same times, with the same questions."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System, Target
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api
from tests.entrypoints.api.planned import LIVE, NIGHT, ON_PAGE, WHY, preview
from tests.entrypoints.filed import HEAD, put, step, text
from tests.entrypoints.world import World

PLANS = {
    "one after the other": text(
        step("first", FIRST_KEY, 'bake = "1h"'),
        step("second", SECOND_KEY, 'needs = { steps = ["first"] }', 'wait = "2h"', ON_PAGE),
        step("back", FIRST_KEY, 'needs = { steps = ["second"] }', 'wait = "1d"', to="mhv"),
    ),
    "in windows and a blackout": text(
        step("first", FIRST_KEY, NIGHT),
        step("second", SECOND_KEY, NIGHT, 'needs = { steps = ["first"] }', 'wait = "1d"'),
        head=f"{HEAD}blackout = [{{ from = 2027-03-03, until = 2027-03-04 }}]\n",
    ),
    "through the change of clocks": text(
        step("first", FIRST_KEY, "not_before = 2027-03-14T01:30:00"),
        step("second", SECOND_KEY, 'window = { days = ["sun"], from = 02:30:00, until = 05:00:00 }'),
    ),
    "behind a milestone and an approval": text(
        step("pages", SECOND_KEY, ON_PAGE, to=None),
        step("first", FIRST_KEY, 'needs = { milestones = ["live"] }', "approvals = 1", 'wait = "36h"'),
    ),
}
LIVE_AT = datetime(2027, 3, 10, 5, tzinfo=UTC)
DRIFT = timedelta(minutes=5)
"""How much later than its dry run a step may start: moves take a moment, which the dry run leaves out."""


@pytest.mark.parametrize("name", PLANS)
def test_6_a_dry_run_of_a_plan_starts_what_the_real_run_starts_at_the_same_time(
    filed: World, ada: Api, name: str
) -> None:
    put(filed, "milestones", LIVE)
    put(filed, "one", PLANS[name])
    said = preview(ada)
    ada.post("/plans/one/start", WHY)
    if "approval" in name:
        bob = api(filed, Role.APPROVER, name="bob")
        assert bob.post("/plans/one/steps/first/approve", WHY, {"If-Match": "*"}).status_code == 200

    started = really(filed, ada, live="milestones" in PLANS[name])

    assert [one for one, _ in started] == [one["step"] for one in said["actions"]]
    for (step_id, moment), one in zip(started, said["actions"], strict=True):
        early = datetime.fromisoformat(one["at"])
        assert early <= moment <= early + DRIFT, (step_id, moment, early)
        assert asked(filed, step_id) == [check["check"] for check in one["checks"]]
    after = {seen["key"]: seen["after"]["owner"] for one in said["actions"] for seen in one["sees"]}
    assert {key: filed.row(key).owner for key in after} == after
    assert {one["state"] for one in ada.get("/plans/one").get_json()["steps"]} == {"done"}


LATER = "not_before = 2027-03-05T00:00:00"
MOVED, PAGES = step("first", FIRST_KEY, LATER), step("first", FIRST_KEY, LATER, ON_PAGE, to=None)


@pytest.mark.parametrize(
    ("first", "done", "why"),
    [
        (MOVED, System.VA_GOV, "is held by VA.gov already"),
        (MOVED, NOBODY, "is retired"),
        (PAGES, NOBODY, "is retired"),
    ],
)
def test_6_a_step_that_a_dry_run_says_would_be_held_is_held(
    filed: World, ada: Api, first: str, done: Target, why: str
) -> None:
    put(filed, "one", text(first, step("second", SECOND_KEY, LATER)))
    filed.moved(done, FIRST_KEY)

    said = preview(ada)
    ada.post("/plans/one/start", WHY)
    started = really(filed, ada, live=False)

    assert [one for one, _ in started] == [one["step"] for one in said["actions"]]
    [never] = said["never"]
    stands = {one["id"]: one for one in ada.get("/plans/one").get_json()["steps"]}
    assert (never["step"], stands["first"]["state"]) == ("first", "held")
    assert why in never["why"]
    assert never["why"] == f"When its time comes it is held: {stands['first']['why']}"


def really(world: World, ada: Api, *, live: bool) -> list[tuple[str, datetime]]:
    """Let the scheduler and the drivers run for 20 days: what started, and when."""
    end = world.clock.now() + timedelta(days=20)
    started: list[tuple[str, datetime]] = []
    while world.clock.now() < end:
        now = world.clock.now()
        if live and now >= LIVE_AT:
            live = ada.post("/milestones/live/reach", WHY, {"If-Match": '"0"'}).status_code != 200
        ticked = world.context.tick()
        begun = (*ticked.started, *(one for one in ticked.ended if one.endswith("/pages")))
        started += [(one.partition("/")[2], now) for one in begun]
        world.clock.advance(max(1.0, min(waits(world, [LIVE_AT] if live else []))))
    return started


def waits(world: World, dates: list[datetime]) -> list[float]:
    """Carry on what runs; seconds until there is something to do again."""
    with world.store.reading() as unit:
        moves, row = unit.moves.unfinished(), unit.plans.find("one")
    carried = [world.context.driver.advance(move.id) or 0.0 for move in moves]
    assert row is not None
    dates = [*dates, *(one.due for one in row.steps if one.due is not None)]
    now = world.clock.now()
    return [3600.0, *carried, *((date - now).total_seconds() for date in dates if date > now)]


def asked(world: World, name: str) -> list[str]:
    """The checks that the move of a step asked in the real run."""
    with world.store.reading() as unit:
        row = unit.plans.find("one")
    assert row is not None
    number = row.rows[name].move
    if number is None:
        return []
    return [one["check"] for one in world.move(number).record(Stage.CHECK).detail["answers"]]
