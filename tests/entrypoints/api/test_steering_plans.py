"""What persons do about plans that run, over the API: by whom, on which version, and what is answered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.api.planned import NIGHT, WHY
from tests.entrypoints.filed import HEAD, put, step, text
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

NEXT = "2027-03-20T00:00:00"
CHECKED = 'needs = { checks = ["confirmed:ready"] }'
TEXT = text(step("first", FIRST_KEY, NIGHT, CHECKED, "approvals = 1"), step("second", SECOND_KEY, NIGHT))
NEW = text(step("first", FIRST_KEY, NIGHT), step("second", SECOND_KEY))
STEP = "/plans/one/steps/first"

ACTS: dict[str, tuple[Role, dict[str, Any]]] = {
    "/plans/one/pause": (Role.OPERATOR, {}),
    "/plans/one/resume": (Role.OPERATOR, {}),
    "/plans/one/cancel": (Role.OPERATOR, {}),
    "/plans/one/accept": (Role.OPERATOR, {}),
    f"{STEP}/retry": (Role.OPERATOR, {}),
    f"{STEP}/skip": (Role.OPERATOR, {}),
    f"{STEP}/reschedule": (Role.OPERATOR, {"to": NEXT}),
    f"{STEP}/confirm": (Role.OPERATOR, {"name": "ready"}),
    f"{STEP}/approve": (Role.APPROVER, {}),
    f"{STEP}/withdraw": (Role.APPROVER, {}),
    f"{STEP}/decline": (Role.APPROVER, {}),
    f"{STEP}/override": (Role.ADMIN, {"name": "approvals"}),
}
"""Every act, whose it is, and what it says beside its reason."""


@pytest.fixture
def one(filed: World, ada: Api) -> World:
    """A service in which ada has started a plan whose steps wait for tomorrow."""
    put(filed, "one", TEXT)
    assert ada.post("/plans/one/start", WHY).status_code == 200
    filed.context.tick()
    return filed


@pytest.fixture
def everyone(one: World) -> Api:
    """Somebody who may do everything, and did not start the plan."""
    return api(one, *Role, name="eve")


def seen(who: Api) -> dict[str, str]:
    """The header of a change that is decided on the plan as it is now."""
    return {"If-Match": who.get("/plans/one").headers["ETag"]}


def do(who: Api, path: str, /, **said: Any) -> TestResponse:
    """Act on the plan as it is now."""
    return who.post(path, {**ACTS[path][1], **WHY, **said}, seen(who))


def states(told: Mapping[str, Any]) -> dict[str, str]:
    """Each step with its state."""
    return {step["id"]: step["state"] for step in told["steps"]}


def test_the_entity_tag_of_a_plan_is_its_version_which_every_change_makes_another(one: World, ada: Api) -> None:
    answer = ada.get("/plans/one")
    assert answer.headers["ETag"] == f'"{answer.get_json()["version"]}"'

    told = do(ada, "/plans/one/pause").get_json()

    after = ada.get("/plans/one")
    assert after.headers["ETag"] == f'"{told["version"]}"' != answer.headers["ETag"]
    assert after.get_json() == told


@pytest.mark.parametrize("path", ACTS)
def test_an_act_that_says_not_on_which_version_it_was_decided_is_refused(everyone: Api, path: str) -> None:
    before = everyone.get("/plans/one").get_json()

    told = refused(everyone.post(path, {**ACTS[path][1], **WHY}), "match_missing")

    assert told["version"] == before["version"]
    assert everyone.get("/plans/one").get_json() == before


@pytest.mark.parametrize("path", ACTS)
def test_15_of_two_people_who_act_on_one_version_the_second_is_told_and_overwrites_nothing(
    everyone: Api, ada: Api, path: str
) -> None:
    """Both looked at the plan; ada was first."""
    old = seen(everyone)
    do(ada, "/plans/one/steps/first/reschedule", to="2027-04-01T00:00:00")
    before = ada.get("/plans/one").get_json()

    refused(everyone.post(path, {**ACTS[path][1], **WHY}, old), "changed_meanwhile")

    assert everyone.get("/plans/one").get_json() == before
    assert before["steps"][0]["rescheduled"] == "2027-04-01T04:00:00.000Z"


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("role", Role)
def test_an_act_is_of_one_role(one: World, path: str, role: Role) -> None:
    who, (needed, _) = api(one, role, name="bob"), ACTS[path]
    said = {**ACTS[path][1], **WHY}
    answer = who.post(path, said, {"If-Match": '"0"'})
    refused(answer, "changed_meanwhile" if role is needed else "not_allowed")


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("reason", ["", "   "])
def test_an_act_that_would_be_done_needs_a_reason(everyone: Api, path: str, reason: str) -> None:
    prepare(everyone, path)
    before = everyone.get("/plans/one").get_json()

    refused(do(everyone, path, reason=reason), "reason_missing")

    assert everyone.get("/plans/one").get_json() == before


@pytest.mark.parametrize("path", ACTS)
def test_an_act_is_done_once_told_with_its_actor_and_answered_with_the_plan(everyone: Api, path: str) -> None:
    prepare(everyone, path)
    once = {**seen(everyone), "Idempotency-Key": "act-1"}
    said = {**ACTS[path][1], **WHY}

    first, second = (everyone.post(path, said, once) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert first.get_json() == second.get_json() == everyone.get("/plans/one").get_json()
    with everyone.world.store.reading() as unit:
        last = list(unit.ledger.entries())[-1]
    assert (last.actor, last.reason, last.body["plan"]) == ("token:eve", "Invented.", "one")


def prepare(everyone: Api, path: str) -> None:
    """Bring the plan to where the act is possible."""
    act = path.rpartition("/")[2]
    if act == "resume":
        do(everyone, "/plans/one/pause")
    elif act == "accept":
        put(everyone.world, "one", NEW)
    elif act == "withdraw":
        do(everyone, f"{STEP}/approve")
    elif act == "retry":
        do(everyone, f"{STEP}/approve")
        everyone.world.clock.advance(30 * 3600)
        everyone.world.context.tick()


@pytest.mark.parametrize("path", ACTS)
def test_what_is_not_there_is_not_acted_on(everyone: Api, path: str) -> None:
    put(everyone.world, "two", text(step("first", "results_ready", 'surfaces = ["va_gov_profile"]', to=None)))
    said = {**ACTS[path][1], **WHY}
    for key, code in {"two": "not_started", "three": "not_found", "%00": "not_found"}.items():
        refused(everyone.post(path.replace("/one", f"/{key}"), said, {"If-Match": "*"}), code)
    if "/steps/" in path:
        told = refused(everyone.post(path.replace("/first", "/third"), said, {"If-Match": "*"}), "not_found")
        assert told["mend"] == "It has: first, second."


def test_what_a_plan_or_step_is_not_in_the_state_for_is_refused_with_what_it_is(everyone: Api) -> None:
    refused(do(everyone, "/plans/one/resume"), "plan_state")
    assert refused(do(everyone, f"{STEP}/retry"), "step_state")["state"] == "waiting"
    do(everyone, f"{STEP}/skip")
    refused(do(everyone, f"{STEP}/reschedule"), "step_state")
    do(everyone, "/plans/one/cancel")
    for path in ("pause", "resume", "cancel", "accept"):
        refused(do(everyone, f"/plans/one/{path}"), "plan_state")


def test_whoever_started_a_plan_approves_nothing_of_it(one: World, ada: Api, everyone: Api) -> None:
    both = api(one, Role.OPERATOR, Role.APPROVER, name="ada")
    refused(do(both, f"{STEP}/approve"), "not_four_eyes")
    [given] = do(everyone, f"{STEP}/approve").get_json()["steps"][0]["approvals"]
    assert given["by"] == "token:eve"
    refused(do(everyone, f"{STEP}/approve"), "already_approved")
    refused(do(everyone, "/plans/one/steps/first/override", name="no_such_check"), "check_unknown")
    refused(do(everyone, "/plans/one/steps/first/confirm", name="no_such_check"), "check_unknown")


def test_a_date_is_read_in_the_plans_zone_or_by_its_offset(everyone: Api) -> None:
    moments = {
        "2027-03-20": "2027-03-20T04:00:00.000Z",
        "2027-03-20T00:00:00": "2027-03-20T04:00:00.000Z",
        "2027-03-20T00:00:00-08:00": "2027-03-20T08:00:00.000Z",
        "2027-03-20T00:00:00Z": "2027-03-20T00:00:00.000Z",
        "2027-11-07T01:30:00-05:00": "2027-11-07T06:30:00.000Z",
    }
    for written, moment in moments.items():
        told = do(everyone, f"{STEP}/reschedule", to=written).get_json()
        assert told["steps"][0]["rescheduled"] == moment
    assert do(everyone, f"{STEP}/reschedule", to=None).get_json()["steps"][0]["rescheduled"] is None


DATES = {
    "tomorrow morning": "Write it like 2027-03-02T00:00:00.",
    "2027-02-30T00:00:00": "Write it like 2027-03-02T00:00:00.",
    "2027-03-02T25:00:00": "Write it like 2027-03-02T00:00:00.",
    "2027-03-20T00:00:00 ET": "Write it like 2027-03-02T00:00:00.",
    "2027-03-20T00:00:00+25:00": "Write it like 2027-03-02T00:00:00.",
    "2027-03-20T00:00:00[US/Eastern]": "Write it like 2027-03-02T00:00:00.",
    "1999-03-20T00:00:00": "The year must be from 2000 to 2199.",
    "2200-01-01T00:00:00": "The year must be from 2000 to 2199.",
    "2027-03-14T02:30:00": "America/New_York skips this time: write 2027-03-14T03:30:00-04:00, or a later time.",
    "2027-11-07T01:30:00": "America/New_York has this time twice that day: write 2027-11-07T01:30:00-04:00 or "
    "2027-11-07T01:30:00-05:00.",
    "2027-03-01T00:00:00": "Say a date to come.",
    "2027-03-20T00:00:00\x00": "Write it like 2027-03-02T00:00:00.",
}


@pytest.mark.parametrize("written", DATES, ids=ascii)
def test_a_date_that_is_none_is_refused_with_what_to_write(everyone: Api, written: str) -> None:
    told = refused(do(everyone, f"{STEP}/reschedule", to=written), "invalid")

    assert told["mend"] == DATES[written]
    assert everyone.get("/plans/one").get_json()["steps"][0]["rescheduled"] is None


@pytest.mark.parametrize("to", ["2027", "2" * 41, 7, True, ["2027-03-20"], {}])
def test_a_date_of_another_shape_is_refused(everyone: Api, to: object) -> None:
    refused(do(everyone, f"{STEP}/reschedule", to=to), "invalid")


def test_a_team_inside_whose_lead_a_step_is_must_have_agreed(one: World, ada: Api) -> None:
    put(one, "one", text(step("first", FIRST_KEY, NIGHT, 'team = "Parcels"', 'lead = "6w"')))
    do(ada, "/plans/one/accept")

    told = refused(do(ada, f"{STEP}/reschedule"), "team_not_asked")

    assert [one["team"] for one in told["teams"]] == ["Parcels"]
    refused(do(ada, f"{STEP}/reschedule", agreed={"Parcels": "  "}), "team_not_asked")
    refused(do(ada, f"{STEP}/reschedule", agreed={"Parcels": 7}), "invalid")
    assert do(ada, f"{STEP}/reschedule", agreed={"Parcels": "By mail of March 1."}).status_code == 200


def test_a_new_version_is_shown_with_its_difference_and_accepted_as_it_was_seen(one: World, ada: Api) -> None:
    assert ada.get("/plans/one/difference").get_json()["same"] is True
    refused(do(ada, "/plans/one/accept"), "nothing_new")
    put(one, "one", NEW)

    told = ada.get("/plans/one/difference").get_json()

    assert (told["same"], told["conflicts"]) == (False, [])
    assert told["steps"]["second"].startswith("window: ")
    assert "-approvals = 1" in told["diff"]
    assert told["before"] == ada.get("/plans/one").get_json()["hash"]
    refused(do(ada, "/plans/one/accept", hash="0" * 64), "changed_meanwhile")
    refused(do(ada, "/plans/one/accept", hash="0"), "invalid")
    assert do(ada, "/plans/one/accept", hash=told["after"]).get_json()["hash"] == told["after"]


def test_a_difference_is_of_what_runs(one: World, ada: Api) -> None:
    put(one, "two", HEAD)
    refused(ada.get("/plans/three/difference"), "not_found")
    refused(ada.get("/plans/two/difference"), "plan_invalid")
    (one.plans.folder.folder / "one.toml").unlink()  # type: ignore[attr-defined]
    refused(ada.get("/plans/one/difference"), "not_found")


@pytest.mark.parametrize(("act", "state"), [("pause", "paused"), ("cancel", "cancelled")])
def test_a_plan_whose_text_cannot_be_read_any_more_can_be_paused_and_cancelled(
    world: World, act: str, state: str
) -> None:
    who = api(world, Role.OPERATOR)
    world.adopt(FIRST_KEY)
    world.run(plan("one", Step("first", (FIRST_KEY,), System.VA_GOV, not_before=world.clock.now() + timedelta(days=1))))
    version = who.get("/plans/one").headers["ETag"]
    world.plans.plans.clear()

    refused(who.get("/plans/one"), "plan_invalid")
    told = who.post(f"/plans/one/{act}", WHY, {"If-Match": version})

    assert (told.status_code, told.get_json()["state"]) == (200, state)
    refused(who.post("/plans/one/resume", WHY, {"If-Match": version}), "plan_invalid")
