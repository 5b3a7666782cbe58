"""Proposals over the API: who may what, and that four eyes are four."""

from dataclasses import replace

import pytest

from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused, wish
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.world import World, proposed

WHY = {"reason": "I looked at it."}


@pytest.fixture
def strict(either_world: World) -> World:
    """A service in which a move of one preference by hand needs an approval, and of another two."""
    either_world.files.put(replace(FIRST, approvals_by_hand=1), replace(SECOND, approvals_by_hand=2))
    either_world.context.keeper.reload()
    return either_world


@pytest.fixture
def ada(strict: World) -> Api:
    """Somebody who proposes, and could approve what others do."""
    return api(strict, Role.OPERATOR, Role.APPROVER)


@pytest.fixture
def bob(strict: World) -> Api:
    """Somebody who approves."""
    return api(strict, Role.APPROVER, name="bob")


def test_a_move_that_needs_an_approval_is_refused_proposed_approved_and_starts(
    strict: World, ada: Api, bob: Api
) -> None:
    assert refused(ada.start(FIRST_KEY), "approval_needed")["needed"] == 1

    answer = ada.post("/proposals", wish(strict, FIRST_KEY))

    told = answer.get_json()
    assert (answer.status_code, told["state"], told["needed"], told["by"]) == (201, "open", 1, "token:ada")
    refused(ada.post(f"/proposals/{told['id']}/approve", WHY), "not_four_eyes")
    after = bob.post(f"/proposals/{told['id']}/approve", WHY).get_json()
    assert (after["state"], [one["by"] for one in after["approvals"]]) == ("started", ["token:bob"])
    assert bob.get(f"/proposals/{told['id']}").get_json() == after
    move = strict.move(after["move"])
    assert (move.preferences, move.to, move.terms.actor) == ((FIRST_KEY,), System.VA_GOV, "token:ada")


def test_two_approvals_are_of_two_persons(strict: World, ada: Api, bob: Api) -> None:
    number = ada.post("/proposals", wish(strict, FIRST_KEY, SECOND_KEY)).get_json()["id"]
    assert bob.post(f"/proposals/{number}/approve", WHY).get_json()["state"] == "open"
    refused(bob.post(f"/proposals/{number}/approve", WHY), "already_approved")
    eve = api(strict, Role.APPROVER, name="eve")
    assert eve.post(f"/proposals/{number}/approve", WHY).get_json()["state"] == "started"


def test_a_dry_run_of_a_proposal_stores_nothing(strict: World, ada: Api) -> None:
    answer = ada.post("/proposals", {**wish(strict, FIRST_KEY), "dry_run": True})
    assert (answer.status_code, answer.get_json()["id"]) == (200, None)
    assert answer.get_json()["stages"][0]["detail"]["answers"]
    assert ada.get("/proposals").get_json() == {"proposals": []}


def test_a_proposal_is_declined_by_an_approver_as_it_is_on_its_page(strict: World, bob: Api) -> None:
    number = proposed(strict, FIRST_KEY)
    refused(api(strict, Role.VIEWER, Role.ADMIN, name="eve").post(f"/proposals/{number}/withdraw", WHY), "not_allowed")
    assert bob.post(f"/proposals/{number}/withdraw", WHY).get_json()["state"] == "withdrawn"
    refused(bob.post(f"/proposals/{number}/approve", WHY), "proposal_ended")


def test_a_proposal_is_withdrawn_by_an_operator_and_overridden_by_an_administrator(
    strict: World, ada: Api, bob: Api
) -> None:
    first, second = proposed(strict, FIRST_KEY), proposed(strict, SECOND_KEY)
    refused(ada.post(f"/proposals/{first}/override", WHY), "not_allowed")
    assert ada.post(f"/proposals/{first}/withdraw", WHY).get_json()["state"] == "withdrawn"
    admin = api(strict, Role.ADMIN, name="eve")
    refused(admin.post(f"/proposals/{second}/override", {}), "reason_missing")
    assert admin.post(f"/proposals/{second}/override", WHY).get_json()["state"] == "started"
    listed = ada.get("/proposals").get_json()["proposals"]
    assert [(one["id"], one["state"]) for one in listed] == [(second, "started"), (first, "withdrawn")]
    assert len(ada.get("/proposals?limit=1").get_json()["proposals"]) == 1
    refused(bob.post(f"/proposals/{first}/approve", WHY), "proposal_ended")


def test_an_approval_of_what_has_changed_is_refused_and_tells_the_owner(strict: World, bob: Api) -> None:
    number = proposed(strict, FIRST_KEY)
    other = proposed(strict, FIRST_KEY)
    strict.drive(bob.post(f"/proposals/{other}/approve", WHY).get_json()["move"])
    said = refused(bob.post(f"/proposals/{number}/approve", WHY), "epoch_stale")
    assert (said["owner"], said["epoch"]) == ("va_gov", 3)
    assert bob.get(f"/proposals/{number}").get_json()["state"] == "open"


@pytest.mark.parametrize("number", [7, 2**31 - 1])
def test_a_proposal_that_does_not_exist_is_not_found(strict: World, bob: Api, number: int) -> None:
    refused(bob.get(f"/proposals/{number}"), "not_found")
    refused(bob.post(f"/proposals/{number}/approve", WHY), "not_found")


def test_an_approval_that_is_sent_again_with_its_key_is_answered_alike(strict: World, bob: Api) -> None:
    number, once = proposed(strict, FIRST_KEY), {"Idempotency-Key": "approve-1"}
    told = bob.post(f"/proposals/{number}/approve", WHY, once).get_json()
    assert bob.post(f"/proposals/{number}/approve", WHY, once).get_json() == told
    assert told["state"] == "started"
