"""Milestones over the API: what their file says, what persons record, and on which version."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, Api, api, refused
from tests.entrypoints.api.planned import LIVE, WHY
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.world import World

FILE = f'{LIVE}team = "Parcels"\nlead = "6w"\n[any_day]\ntitle = "Any day"\n'
DAYS = {"earliest": "2027-05-01", "likely": "2027-06-01", "latest": "2027-06-01"}
ACTS = {"reach": {}, "reopen": {}, "estimate": DAYS}
BEGINNING = "2027-03-02T05:00:00.000Z"


@pytest.fixture(autouse=True)
def _milestones(filed: World) -> None:
    put(filed, "milestones", FILE)


def do(who: Api, act: str, version: int | None = 0, key: str = "live", /, **said: Any) -> TestResponse:
    """Record something, decided on a version."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return who.post(f"/milestones/{key}/{act}", {**WHY, **said}, headers)


def told(who: Api, key: str = "live") -> dict[str, Any]:
    """A milestone as it is now."""
    found: dict[str, Any] = next(one for one in who.get("/milestones").get_json()["milestones"] if one["key"] == key)
    return found


def test_every_milestone_is_told_in_the_order_of_the_keys_as_its_file_says(ada: Api) -> None:
    any_day, live = ada.get("/milestones").get_json()["milestones"]

    assert (any_day["key"], any_day["estimate"], any_day["team"], any_day["version"]) == ("any_day", None, None, 0)
    assert (live["title"], live["team"], live["lead"], live["reached"]) == ("It is live", "Parcels", "6w", None)
    assert live["estimate"] == {"earliest": "2027-03-04", "likely": "2027-03-10", "latest": "2027-04-01"}


def test_reaching_lets_steps_go_on_and_reopening_lets_those_that_have_not_begun_wait_again(
    filed: World, ada: Api
) -> None:
    put(filed, "one", text(step("first", FIRST_KEY, 'needs = { milestones = ["live"] }', 'wait = "1d"')))
    ada.post("/plans/one/start", WHY)

    reached = do(ada, "reach").get_json()

    assert (reached["reached"], reached["version"]) == (BEGINNING, 1)
    assert reached == told(ada)
    assert "its time" in ada.get("/plans/one").get_json()["steps"][0]["waiting_for"][0]
    assert (do(ada, "reopen", 1).get_json()["reached"], told(ada)["version"]) == (None, 2)
    assert ada.get("/plans/one").get_json()["steps"][0]["waiting_for"] == ["the milestone “It is live”"]
    with filed.store.reading() as unit:
        acts = [(entry.act, entry.actor) for entry in unit.ledger.entries() if entry.act.startswith("milestone_")]
    assert acts == [("milestone_reached", "token:ada"), ("milestone_reopened", "token:ada")]


def test_an_estimate_is_three_days_or_none(ada: Api) -> None:
    assert do(ada, "estimate", 0, **DAYS).get_json()["estimate"] == DAYS
    assert do(ada, "estimate", 1).get_json()["estimate"] is None
    assert told(ada)["estimate"] is None
    assert do(ada, "estimate", 2, earliest=None, likely=None, latest=None).status_code == 200


SAID: dict[str, dict[str, Any]] = {
    "one day": {"likely": "2027-05-01"},
    "two days": {"earliest": "2027-05-01", "latest": "2027-06-01"},
    "another order": {**DAYS, "likely": "2027-07-01"},
    "the order of the alphabet": {"earliest": "2027-06-01", "latest": "2027-05-01", "likely": "2027-05-15"},
    "a day that no calendar has": {**DAYS, "earliest": "2027-02-30"},
    "the year nought": {**DAYS, "earliest": "0000-01-01"},
    "a year far away": {**DAYS, "latest": "2200-01-01"},
    "a year long ago": {**DAYS, "earliest": "1999-12-31"},
    "a time": {**DAYS, "earliest": "2027-05-01T00:00:00"},
    "digits of another script": {**DAYS, "earliest": "\u0662027-05-01"},
    "a number": {**DAYS, "earliest": 20270501},
    "an empty day": {**DAYS, "earliest": ""},
    "a null byte": {**DAYS, "earliest": "2027-05-01\x00"},
    "an unknown member": {**DAYS, "probably": "2027-05-01"},
}


@pytest.mark.parametrize("case", SAID)
def test_an_estimate_that_says_less_or_something_else_is_refused_and_records_nothing(ada: Api, case: str) -> None:
    before = told(ada)

    said = refused(do(ada, "estimate", 0, **SAID[case]), "invalid")

    assert "unpack" not in said["mend"]
    assert told(ada) == before


def test_what_is_reached_is_neither_reached_nor_estimated_again_and_what_is_not_is_not_reopened(ada: Api) -> None:
    refused(do(ada, "reopen"), "not_reached")
    do(ada, "reach")
    assert refused(do(ada, "reach", 1), "milestone_reached")["version"] == 1
    refused(do(ada, "estimate", 1, **DAYS), "milestone_reached")


@pytest.mark.parametrize("act", ACTS)
def test_15_of_two_people_who_record_on_one_version_the_second_is_told(filed: World, ada: Api, act: str) -> None:
    bob = api(filed, Role.OPERATOR, name="bob")
    assert refused(do(ada, act, None, **ACTS[act]), "match_missing")["version"] == 0
    do(ada, "estimate")
    if act == "reopen":
        do(ada, "reach", 1)
    before = told(ada)

    refused(do(bob, act, 0, **ACTS[act]), "changed_meanwhile")

    assert told(ada) == before


@pytest.mark.parametrize("act", ACTS)
def test_recording_is_of_operators_needs_a_reason_and_a_milestone_that_there_is(
    filed: World, ada: Api, act: str
) -> None:
    if act == "reopen":
        do(ada, "reach")
    version = told(ada)["version"]
    for role in set(Role) - {Role.OPERATOR}:
        refused(do(api(filed, role, name="bob"), act, version, **ACTS[act]), "not_allowed")
    refused(do(ada, act, version, reason=" ", **ACTS[act]), "reason_missing")
    assert refused(do(ada, act, 0, "invented", **ACTS[act]), "not_found")["mend"] == "There are: any_day, live."
    refused(do(ada, act, 0, "%00", **ACTS[act]), "not_found")
    assert told(ada)["version"] == version


def test_a_record_that_is_sent_twice_with_one_key_is_made_once(ada: Api) -> None:
    headers = {"If-Match": '"0"', "Idempotency-Key": "reach-1"}
    first, second = (ada.post("/milestones/live/reach", WHY, headers) for _ in range(2))
    assert first.get_json() == second.get_json()
    assert told(ada)["version"] == 1


def test_what_was_recorded_of_a_milestone_outlasts_its_file(filed: World, ada: Api) -> None:
    do(ada, "reach")
    put(filed, "milestones", "")
    assert told(ada)["reached"] == BEGINNING
    assert do(ada, "reopen", 1).status_code == 200
