"""Plans as the API shows and starts them, and the tick that an outside scheduler may give."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.catalogue import Fault
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

WHY = {"reason": "Invented."}
ONE = Step("parcels", (FIRST_KEY,), System.VA_GOV)
TWO = Step("visits", (SECOND_KEY,), System.VA_GOV, needs_steps=("parcels",))


@pytest.fixture
def planned(adopted: World) -> World:
    """A service with one plan of two steps, and another that has a preference of it."""
    adopted.plans.plans = {"one_by_one": plan("one_by_one", ONE, TWO), "rival": plan("rival", TWO)}
    return adopted


def _ticks(operator: Api, times: int) -> list[dict[str, list[str]]]:
    answers = [operator.ask("POST", "/tick") for _ in range(times)]
    assert [answer.status_code for answer in answers] == [200] * times
    return [answer.get_json() for answer in answers]


def _all(ticks: list[dict[str, list[str]]], what: str) -> list[str]:
    return [step for tick in ticks for step in tick[what]]


def test_every_plan_is_listed_with_what_is_wrong_in_the_others(planned: World, viewer: Api) -> None:
    planned.plans.faults = (Fault("cutover_plans/other.toml", 3, "title", "There is none.", "Write one."),)

    told = viewer.get("/plans").get_json()

    assert {one["key"]: one["state"] for one in told["plans"]} == {"one_by_one": "draft", "rival": "draft"}
    assert len(told["faults"]) == 1
    assert "cutover_plans/other.toml:3" in told["faults"][0]


def test_a_started_plan_shows_each_step_and_what_it_waits_for(planned: World, operator: Api) -> None:
    answer = operator.post("/plans/one_by_one/start", WHY)
    _ticks(operator, 2)

    told = operator.get("/plans/one_by_one").get_json()

    assert (answer.status_code, answer.get_json()["state"]) == (200, "running")
    assert (told["state"], told["by"], told["hash"]) == ("running", "token:ada", "0" * 64)
    assert [(step["id"], step["state"]) for step in told["steps"]] == [("parcels", "running"), ("visits", "waiting")]
    assert told["steps"][0]["move"] == 1
    assert told["steps"][1]["waiting_for"] == ["step parcels to be done"]


def test_ticking_twice_starts_what_is_due_once(planned: World, operator: Api) -> None:
    operator.post("/plans/one_by_one/start", WHY)

    ticks = _ticks(operator, 4)

    assert all(tick.keys() == {"started", "ended", "held"} for tick in ticks)
    assert _all(ticks, "started") == ["one_by_one/parcels"]
    assert _all(ticks, "ended") == _all(ticks, "held") == []
    assert len(operator.get("/moves").get_json()["moves"]) == 1


def test_many_ticks_at_once_start_what_is_due_once(either_world: World) -> None:
    operator = api(either_world, Role.OPERATOR)
    either_world.plans.plans = {"one_by_one": plan("one_by_one", ONE, TWO)}
    operator.post("/plans/one_by_one/start", WHY)
    first = _ticks(operator, 1)
    with ThreadPoolExecutor(4) as pool:
        others = [tick for ticks in pool.map(lambda _: _ticks(operator, 1), range(4)) for tick in ticks]

    assert _all([*first, *others], "started") == ["one_by_one/parcels"]
    assert len(operator.get("/moves").get_json()["moves"]) == 1


def test_when_a_step_is_done_the_next_tick_starts_what_needed_it(planned: World, operator: Api) -> None:
    operator.post("/plans/one_by_one/start", WHY)
    _ticks(operator, 2)
    planned.drive(1)

    ticks = _ticks(operator, 3)

    assert _all(ticks, "ended") == ["one_by_one/parcels"]
    assert _all(ticks, "started") == ["one_by_one/visits"]


def test_a_running_plan_is_not_started_again_and_shares_no_preference(planned: World, operator: Api) -> None:
    operator.post("/plans/one_by_one/start", WHY)

    refused(operator.post("/plans/one_by_one/start", WHY), "plan_not_startable")
    refused(operator.post("/plans/rival/start", WHY), "preference_in_plan")


def test_a_start_without_a_reason_or_of_no_plan_is_refused(planned: World, operator: Api) -> None:
    refused(operator.post("/plans/one_by_one/start", {"reason": " "}), "reason_missing")
    refused(operator.post("/plans/invented/start", WHY), "not_found")
    refused(operator.get("/plans/invented"), "not_found")
    assert {one["state"] for one in operator.get("/plans").get_json()["plans"]} == {"draft"}


def test_a_double_click_starts_a_plan_once(planned: World, operator: Api) -> None:
    key = {"Idempotency-Key": "invented-1"}

    first, second = (operator.post("/plans/one_by_one/start", WHY, key) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json()
