"""The forms of plans and steps: who may, from which state, on which version, and once."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.domain.plans import Plan, PlanState, StepState
from app.domain.refusals import CODES
from app.domain.roles import Role
from tests.entrypoints.pages.plans.asking import HOSTILE, acts, post, row, send, show, step_of, step_row, text_of
from tests.entrypoints.world import World

STEP = "/plans/one/steps/first"
OPERATORS = (
    *(f"/plans/one/{act}" for act in ("start", "pause", "resume", "cancel")),
    *(f"{STEP}/{act}" for act in ("retry", "skip", "reschedule", "confirm/ready")),
)
APPROVERS = (f"{STEP}/approve", f"{STEP}/withdraw")
ADMINS = (f"{STEP}/override/approvals", f"{STEP}/override/confirmed:ready")
PEOPLE = (Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.ADMIN)
STALE = ("/plans/one/pause", "/plans/one/cancel", f"{STEP}/skip", f"{STEP}/confirm/ready", *APPROVERS[:1], *ADMINS)
FIRST_WINS = "Somebody else was first. Nothing was done"


def test_a_plan_is_started_as_its_text_was_seen(world: World, two: Plan, operator: FlaskClient) -> None:
    page = show(operator, "/plans/one/start")
    assert page.one("h1").text == "Start the plan “One”?"
    hash_seen = page.one("input", name="hash").attributes["value"]
    world.plans.plans["one"] = replace(two, hash="f" * 64)
    refused = post(operator, "/plans/one/start", 412, reason="Go.", hash=hash_seen)
    assert refused.one("h1").text == FIRST_WINS
    assert "plan_started" not in acts(world)
    page = send(operator, "/plans/one/start", reason="Go.")
    assert "Running" in page.one("main").text
    assert (row(world).hash, row(world).reason) == ("f" * 64, "Go.")


def test_a_start_needs_a_reason_and_keeps_what_was_seen(world: World, two: Plan, operator: FlaskClient) -> None:
    page = send(operator, "/plans/one/start", 422, reason=" ")
    assert page.one("div", role="alert").links() == {"Say why. The ledger keeps it for ever.": "#reason"}
    assert page.one("input", name="hash").attributes["value"] == two.hash
    assert "plan_started" not in acts(world)


def test_a_plan_is_started_once(running: Plan, operator: FlaskClient) -> None:
    assert "The plan one is running already." in text_of(operator, "/plans/one/start", 409)
    page = post(operator, "/plans/one/start", 409, reason="Again.", hash=running.hash)
    assert "The plan one is running already." in page.one("main").text


def test_it_is_paused_resumed_and_cancelled(world: World, running: Plan, operator: FlaskClient) -> None:
    assert "It is running 0 of 2 steps are over" in text_of(operator, "/plans/one/pause")
    assert "Resume the plan…" in send(operator, "/plans/one/pause").links()
    assert row(world).state is PlanState.PAUSED
    assert "Pause the plan…" in send(operator, "/plans/one/resume").links()
    assert row(world).state is PlanState.RUNNING
    send(operator, "/plans/one/cancel", reason=HOSTILE)
    assert row(world).state is PlanState.CANCELLED
    assert HOSTILE in text_of(operator)


@pytest.mark.parametrize("address", ["/plans/one/resume", f"{STEP}/retry", f"{STEP}/withdraw"])
def test_what_is_not_possible_now_is_refused_before_it_is_asked(running: Plan, world: World, address: str) -> None:
    everybody = world.person(*Role, name="Everybody")
    head = acts(world)
    status = 404 if address.endswith("withdraw") else 409
    assert show(everybody, address, status).all("form", method="post")[1:] == []
    post(everybody, address, status, reason="Anyway.", version=str(row(world).version))
    assert acts(world) == head


def test_asking_changes_nothing(world: World, running: Plan) -> None:
    everybody = world.person(*Role, name="Everybody")
    before, head = row(world), acts(world)
    for address in (*OPERATORS[3:4], f"{STEP}/skip", f"{STEP}/confirm/ready", f"{STEP}/approve", *ADMINS):
        show(everybody, address)
    assert (row(world), acts(world)) == (before, head)


@pytest.mark.parametrize("address", STALE)
def test_whoever_is_second_is_told_so(world: World, running: Plan, operator: FlaskClient, address: str) -> None:
    everybody = world.person(*Role, name="Everybody")
    page = show(everybody, address)
    seen = page.one("input", name="version").attributes["value"]
    send(operator, "/plans/one/pause")
    send(operator, "/plans/one/resume")
    head = acts(world)
    typed = {f"{STEP}/skip": "1"}.get(address, "first")
    for reason in ("Mine.", ""):
        refused = post(everybody, address, 412, reason=reason, typed=typed, version=seen)
        assert refused.one("h1").text == FIRST_WINS
    assert acts(world) == head


def test_a_second_press_of_the_same_button_does_nothing(world: World, running: Plan, operator: FlaskClient) -> None:
    version = str(row(world).version)
    post(operator, f"{STEP}/skip", reason="Once.", typed="1", version=version)
    post(operator, f"{STEP}/skip", 412, reason="Once.", typed="1", version=version)
    assert acts(world).count("step_skipped") == 1


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        *((address, Role.OPERATOR) for address in OPERATORS),
        *((address, Role.APPROVER) for address in APPROVERS),
        *((address, Role.ADMIN) for address in ADMINS),
    ],
)
def test_each_form_is_for_one_role(world: World, running: Plan, address: str, holder: Role) -> None:
    head = acts(world)
    for role in set(PEOPLE) - {holder}:
        who = world.person(role, name=role.value)
        show(who, address, 403)
        post(who, address, 403, reason="Anyway.", version=str(row(world).version), typed="first")
    assert acts(world) == head


def test_a_held_step_is_retried(world: World, held: Plan, operator: FlaskClient) -> None:
    assert "Retry step 1: Parcel on its way?" in text_of(operator, f"{STEP}/retry")
    page = send(operator, f"{STEP}/retry")
    assert step_row(world).state is StepState.WAITING
    assert "Last act: step retried" in step_of(page, "first").text


def test_skipping_asks_for_the_number_and_keeps_the_rest(world: World, held: Plan, operator: FlaskClient) -> None:
    page = send(operator, f"{STEP}/skip", 422, typed="first", reason=HOSTILE)
    assert page.one("textarea", name="reason").text == HOSTILE
    assert "Type 1 to confirm" in page.one("main").text
    assert "Steps that need it go on without it: 2" in page.one("main").text
    page = send(operator, f"{STEP}/skip", typed="1", reason=HOSTILE)
    assert f"“{HOSTILE}”" in step_of(page, "first").text
    assert "Skipped" in step_of(page, "first").text
    assert step_row(world).state is StepState.SKIPPED


def test_another_person_approves_once_and_may_take_it_back(world: World, running: Plan, approver: FlaskClient) -> None:
    page = send(approver, f"{STEP}/approve", reason=HOSTILE)
    first = step_of(page, "first")
    assert f"1 of 1 approval Approver One, Tue, Mar 2: “{HOSTILE}”; holds until Thu, Apr 1" in first.text
    assert "Approve step 1…" not in first.links()
    show(approver, f"{STEP}/approve", 409)
    page = send(approver, f"{STEP}/withdraw")
    assert "0 of 1 approval" in step_of(page, "first").text
    assert acts(world)[-2:] == ["step_approved", "approval_withdrawn"]


def test_who_started_a_plan_approves_none_of_its_steps(world: World, two: Plan) -> None:
    both = world.person(Role.OPERATOR, Role.APPROVER, name="Ada")
    send(both, "/plans/one/start")
    assert "Whoever started a plan" in text_of(both, f"{STEP}/approve", 403)


def test_what_a_check_asks_for_is_confirmed_with_evidence(world: World, running: Plan, operator: FlaskClient) -> None:
    page = show(operator, f"{STEP}/confirm/ready")
    assert page.one("h1").text == "Confirm “ready” for step 1: Parcel on its way?"
    assert page.one("label", for_="reason").text == "Evidence"
    page = send(operator, f"{STEP}/confirm/ready", reason="Seen in the report of March 1.")
    assert "Confirm it…" not in page.links()
    assert acts(world)[-1] == "step_confirmed"
    show(operator, f"{STEP}/confirm/ready", 409)
    assert "has no check confirmed:other" in text_of(operator, f"{STEP}/confirm/other", CODES["check_unknown"][0])


@pytest.mark.parametrize("name", ["approvals", "confirmed:ready"])
def test_an_override_is_typed_and_stands_in_red(world: World, running: Plan, admin: FlaskClient, name: str) -> None:
    page = show(admin, f"{STEP}/override/{name}")
    assert "This breaks the glass" in page.one("p", class_="box box--bad").text
    send(admin, f"{STEP}/override/{name}", 422, typed="else")
    assert "break_glass" not in acts(world)
    page = send(admin, f"{STEP}/override/{name}", typed="first", reason=HOSTILE)
    red = step_of(page, "first").one("li", class_="is-overridden").text
    assert red.startswith(f"Overridden: {name} , by Administrator One")
    assert HOSTILE in red
    world.clock.advance(8 * 86_400)
    later = step_of(show(world.person(Role.VIEWER)), "first")
    assert "it held until" in later.one("li", class_="is-overridden").text
    assert "break_glass" in acts(world)


def test_an_override_stays_in_red_when_the_plan_runs_by_another_text_or_is_started_anew(
    world: World, running: Plan, admin: FlaskClient, operator: FlaskClient
) -> None:
    page = send(admin, f"{STEP}/override/approvals", typed="first", reason=HOSTILE)
    assert "; until " in step_of(page, "first").one("li", class_="is-overridden").text
    send(operator, "/plans/one/cancel")
    send(operator, "/plans/one/start")
    red = step_of(show(operator), "first").one("li", class_="is-overridden").text
    assert red.startswith("Overridden: approvals , by Administrator One")
    assert HOSTILE in red
    assert red.endswith("it counts no more")
    send(operator, "/plans/one/cancel")
    world.plans.plans["one"] = replace(running, steps=(replace(running.steps[1], needs_steps=()),))
    send(operator, "/plans/one/start")
    gone = show(operator).one("section", aria_labelledby="gone-h").text
    assert "Overridden: approvals , by Administrator One" in gone
    assert HOSTILE in gone


def test_what_was_overridden_in_another_plan_is_not_shown(
    world: World, running: Plan, admin: FlaskClient, viewer: FlaskClient
) -> None:
    send(admin, f"{STEP}/override/approvals", typed="first")
    world.plans.plans["other"] = replace(running, key="other")
    assert show(viewer, "/plans/other").all("li", class_="is-overridden") == []


def test_a_reason_that_is_too_long_is_kept_and_asked_again(running: Plan, operator: FlaskClient) -> None:
    page = send(operator, "/plans/one/pause", 422, reason="x" * 501)
    assert page.one("textarea", name="reason").text == "x" * 501


def test_a_step_that_is_not_there_is_a_page_that_says_which_there_are(running: Plan, operator: FlaskClient) -> None:
    assert "It has: first, second." in text_of(operator, "/plans/one/steps/none/skip", 404)


def test_a_form_of_a_plan_that_was_not_started_says_so(two: Plan, operator: FlaskClient) -> None:
    for address in ("/plans/one/pause", f"{STEP}/skip", f"{STEP}/reschedule"):
        assert "The plan one was not started." in text_of(operator, address, 409)


def test_a_form_without_its_version_does_nothing(running: Plan, world: World, operator: FlaskClient) -> None:
    post(operator, "/plans/one/pause", 400, reason="Now.")
    assert row(world).state is PlanState.RUNNING
