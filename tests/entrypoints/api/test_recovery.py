"""Recovery over the API: an administrator stops everything and names each owner; whoever looks sees how it stands."""

import pytest

from app.domain.ownership import State, System
from app.domain.roles import Role
from app.services.recovering import RAISED_BY
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import World

WHY = {"reason": "Invented."}


@pytest.fixture
def boss(world: World) -> Api:
    """The API as an administrator sees it, with two preferences that MHV holds."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    return api(world, Role.ADMIN)


def outlast(world: World) -> None:
    """Let every grant run out."""
    while (seconds := world.context.worker.outlasting.look()) is not None:
        world.clock.advance(seconds)


def test_the_whole_way_from_a_stop_to_an_owner(world: World, boss: Api) -> None:
    world.moved(System.VA_GOV, FIRST_KEY)
    told = boss.post("/recovery", WHY).get_json()
    assert (told["recovering"], told["database_changed"], told["revision"]) == (True, False, told["stopped"])
    assert told["seconds"] > 0
    by_key = {one["key"]: one for one in told["preferences"]}
    first = by_key[FIRST_KEY]
    assert (first["owner_before"], first["epoch"]) == ("va_gov", RAISED_BY + 3)
    assert (first["last_activation"]["to"], first["last_activation"]["epoch"]) == ("va_gov", 3)
    assert set(first["last_activation"]["marks"]) == {"mhv", "va_gov"}
    assert by_key[SECOND_KEY]["last_activation"] is None

    name = {"owner": "va_gov", "expect": {FIRST_KEY: first["epoch"]}, **WHY}
    waiting = boss.post("/recovery/name", name)
    assert refused(waiting, "recovering")["retry_after"] > 0
    assert int(waiting.headers["Retry-After"]) > 0
    outlast(world)
    assert boss.get("/recovery").get_json()["recovering"] is False
    named = boss.post("/recovery/name", name).get_json()["preferences"][0]
    assert (named["state"], named["owner"], named["epoch"]) == ("held", "va_gov", first["epoch"] + 1)
    refused(boss.post("/recovery/name", name), "epoch_stale")
    assert {one["key"] for one in boss.get("/recovery").get_json()["preferences"]} == {SECOND_KEY}


def test_a_stopped_preference_is_told_to_clients_as_one_that_nobody_can_change(world: World, boss: Api) -> None:
    boss.post("/recovery", WHY)
    client = api(world, Role.CLIENT)
    told = client.get(f"/ownership/{FIRST_KEY}").get_json()
    assert (told["state"], told["read_from"], told["write_to"]) == ("stopped", "mhv", None)
    assert told["notice"]["level"] == "blocked"
    world.holder.renew()
    answer = client.put(FIRST_KEY, {"choice": "off", "epoch": told["epoch"]})
    assert refused(answer, "stopped")["owner"] == "mhv"


def test_only_an_administrator_stops_and_names(world: World, boss: Api) -> None:
    operator = api(world, Role.OPERATOR)
    refused(operator.post("/recovery", WHY), "not_allowed")
    refused(operator.post("/recovery/name", {"owner": "mhv", "expect": {FIRST_KEY: 1}, **WHY}), "not_allowed")
    assert operator.get("/recovery").status_code == 200
    assert world.row(FIRST_KEY).state is State.HELD


def test_a_stop_without_a_reason_is_none(world: World, boss: Api) -> None:
    refused(boss.post("/recovery", {}), "reason_missing")
    assert world.row(FIRST_KEY).state is State.HELD


def test_a_recovery_can_go_above_what_was_seen(world: World, boss: Api) -> None:
    assert boss.post("/recovery", {**WHY, "above": 7_000_000}).get_json()["revision"] == 8_000_000
    refused(boss.post("/recovery", {**WHY, "above": -1}), "invalid")


def test_a_stop_that_is_sent_twice_with_one_key_is_made_once(world: World, boss: Api) -> None:
    twice = [boss.post("/recovery", WHY, {"Idempotency-Key": "once"}).get_json() for _ in range(2)]
    assert twice[0] == twice[1]
    assert world.row(FIRST_KEY).epoch == RAISED_BY + 1
