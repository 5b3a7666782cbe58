"""Stopping over the API: who may, what is answered, and what the others are told."""

import pytest

from app.domain.moves import Outcome
from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import World

WHY = {"reason": "The errors grow."}


@pytest.fixture
def admin(world: World) -> Api:
    """Somebody who may lift."""
    return api(world, Role.ADMIN, name="eve")


def test_a_stop_calls_off_what_runs_and_everybody_can_see_it(either_world: World) -> None:
    ada, viewer = api(either_world, Role.OPERATOR), api(either_world, Role.VIEWER, name="vic")
    move = either_world.begin(System.VA_GOV, FIRST_KEY)

    told = ada.post("/stop", WHY).get_json()

    assert (told["key"], told["by"], told["reason"], told["called_off"]) == (
        *(None, "token:ada", WHY["reason"]),
        [move.id],
    )
    assert either_world.move(move.id).outcome is Outcome.CALLED_OFF
    [stop] = viewer.get("/stops").get_json()["stops"]
    assert stop.items() <= told.items()
    assert stop["since"] == "2027-03-02T05:00:00.000Z"
    said = refused(ada.start(SECOND_KEY), "everything_stopped")
    assert "token:ada" in said["detail"]
    assert (said["by"], said["since"]) == ("token:ada", stop["since"])


def test_an_administrator_lifts_a_stop_and_a_lock_apart(adopted: World, operator: Api, admin: Api) -> None:
    operator.post("/stop", WHY)
    assert operator.post(f"/locks/{FIRST_KEY}", WHY).get_json()["key"] == FIRST_KEY

    [left] = admin.post("/stop/lift", WHY).get_json()["stops"]

    assert left["key"] == FIRST_KEY
    assert operator.start(SECOND_KEY).status_code == 202
    assert refused(operator.start(FIRST_KEY), "preference_locked")["key"] == FIRST_KEY
    assert admin.post(f"/locks/{FIRST_KEY}/lift", WHY).get_json() == {"stops": []}
    assert operator.start(FIRST_KEY).status_code == 202


@pytest.mark.parametrize("path", ["/stop", f"/locks/{FIRST_KEY}"])
def test_who_may_stop_may_not_lift_and_who_may_lift_may_not_stop(
    adopted: World, operator: Api, admin: Api, path: str
) -> None:
    refused(admin.post(path, WHY), "not_allowed")
    assert operator.post(path, WHY).status_code == 200
    refused(operator.post(f"{path}/lift", WHY), "not_allowed")
    assert len(operator.get("/stops").get_json()["stops"]) == 1
    assert admin.post(f"{path}/lift", WHY).status_code == 200


@pytest.mark.parametrize("path", ["/stop", f"/locks/{FIRST_KEY}"])
def test_a_stop_and_its_lifting_need_a_reason(adopted: World, operator: Api, admin: Api, path: str) -> None:
    refused(operator.post(path, {}), "reason_missing")
    assert operator.get("/stops").get_json() == {"stops": []}
    operator.post(path, WHY)
    refused(admin.post(f"{path}/lift", {"reason": " "}), "reason_missing")
    assert len(operator.get("/stops").get_json()["stops"]) == 1


def test_what_is_stopped_is_not_stopped_again_and_what_is_not_is_not_lifted(
    adopted: World, operator: Api, admin: Api
) -> None:
    refused(admin.post("/stop/lift", WHY), "not_stopped")
    refused(admin.post(f"/locks/{FIRST_KEY}/lift", WHY), "not_stopped")
    refused(operator.post("/locks/parcel_on_its_wya", WHY), "preference_unknown")
    operator.post("/stop", WHY)
    refused(operator.post("/stop", WHY), "already_stopped")


def test_a_stop_that_is_sent_again_with_its_key_is_answered_alike(adopted: World, operator: Api) -> None:
    once = {"Idempotency-Key": "stop-1"}
    assert operator.post("/stop", WHY, once).get_json() == operator.post("/stop", WHY, once).get_json()


def test_an_undo_is_let_through(adopted: World, operator: Api) -> None:
    move = adopted.moved(System.VA_GOV, FIRST_KEY)
    operator.post("/stop", WHY)
    assert operator.post(f"/moves/{move.id}/undo", WHY).status_code == 202
