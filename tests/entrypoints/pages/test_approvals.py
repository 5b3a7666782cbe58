"""Approvals: what waits, for whom, who is missing; approving, declining, overriding, each bound to what was seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.moves import Terms
from app.domain.ownership import System
from app.domain.plans import Plan, PlanState, Step, StepState
from app.domain.roles import Role
from app.services.moving import Wish
from app.services.planning.proposing import propose
from app.services.planning.starting import start_plan
from app.services.recording import By
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.pages.test_moves import send
from tests.entrypoints.pages.test_stopping import HOSTILE, main_of, page_of
from tests.entrypoints.world import World

KEY = FIRST.key
STEP = "/plans/night/steps/first"
ADA = "person:ada <dev-ada>"


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """An operator and approver; MHV holds two preferences, whose moves by hand need one approval and two."""
    world.files.put(replace(FIRST, approvals_by_hand=1), replace(SECOND, approvals_by_hand=2))
    world.context.keeper.reload()
    world.adopt(KEY, SECOND.key)
    return world.person(Role.OPERATOR, Role.APPROVER)


@pytest.fixture
def bob(world: World, ada: FlaskClient) -> FlaskClient:
    """Another approver."""
    return world.person(Role.APPROVER, name="bob")


def runs(world: World, approvals: int = 1, title: str = "The night") -> None:
    """Ada starts a plan with one step that needs approvals."""
    step = Step("first", (KEY,), System.VA_GOV, approvals=approvals, checks=("systems_reachable",))
    plan = Plan("night", title, "America/New_York", (step,), "text", "a" * 64)
    world.plans.plans[plan.key] = plan
    with world.store.writing() as unit:
        start_plan(unit, plan, By(ADA, "Invented."))
    world.context.tick()


def proposed_by(world: World, key: str = KEY, reason: str = "Invented.", actor: str = ADA) -> int:
    """Ada proposes a move by hand."""
    with world.store.writing() as unit:
        expect = {key: unit.ownerships.of([key])[key].epoch}
        wish = Wish((key,), System.VA_GOV, expect, Terms(actor, reason))
        return propose(unit, world.context.catalogue, wish, By(actor, reason)).proposal.id


def carried(browser: FlaskClient, address: str, name: str) -> str:
    """What a form carries of what it showed."""
    return page_of(browser, address).one("input", name=name).attributes["value"]


def state(world: World) -> StepState:
    """Where the step stands."""
    with world.store.reading() as unit:
        row = unit.plans.find("night")
    assert row is not None
    return row.rows["first"].state


def count(browser: FlaskClient, address: str = "/approvals") -> str:
    """What the menu says beside Approvals."""
    nav: Element = page_of(browser, address).one("nav", aria_label="Main")
    return next(one.text for one in nav.all("a") if one.text.startswith("Approvals"))


def test_with_nothing_waiting_the_page_says_so(world: World, ada: FlaskClient) -> None:
    text = main_of(ada, "/approvals")
    assert "Nothing waits for an approval" in text
    assert count(ada) == "Approvals"


def test_a_step_says_what_it_would_do_who_asked_and_who_is_missing(world: World, bob: FlaskClient) -> None:
    runs(world, 2)
    text = main_of(bob, "/approvals")
    assert "Step 1 of The night: Parcel on its way to VA.gov" in text
    assert f"Moves {KEY}: afterwards VA.gov can change it." in text
    assert "0 of 2 approvals given. Missing: 2." in text
    assert "Author ada, who started the plan or accepted this version of it" in text
    assert "An approval lasts 30 days" in text
    assert "systems_reachable. Asked when it is due." in text
    assert page_of(bob, "/approvals").links()["Approve step 1…"] == f"{STEP}/approve"


def test_the_author_reads_why_not_and_who_can(world: World, ada: FlaskClient, bob: FlaskClient) -> None:
    runs(world)
    page = page_of(ada, "/approvals")
    sentence = "You can’t approve this step. You are its author; another person must. These people can: bob."
    assert sentence in page.one("main").text
    assert not [words for words in page.links() if words.startswith(("Approve step", "Decline step"))]
    refused = ada.get(f"{STEP}/approve")
    assert refused.status_code == 403
    assert "approves none of its steps" in read(refused.text).one("main").text
    version = carried(bob, f"{STEP}/approve", "version")
    assert send(ada, f"{STEP}/approve", version=version).status_code == 403
    assert state(world) is StepState.WAITING


def test_who_only_looks_reads_who_can_and_is_refused(world: World, bob: FlaskClient) -> None:
    runs(world)
    for role in (Role.VIEWER, Role.OPERATOR):
        browser = world.person(role, name=role.value)
        text = main_of(browser, "/approvals")
        assert f"You can’t approve it: your role is {role}. These people can: bob." in text
        assert count(browser) == "Approvals"
        for act in ("approve", "decline", "override/approvals"):
            assert browser.get(f"{STEP}/{act}").status_code == 403
            assert send(browser, f"{STEP}/{act}", version="1").status_code == 403


def test_with_no_other_approver_known_the_sentence_says_so(world: World, ada: FlaskClient) -> None:
    runs(world)
    assert "Any other approver can; none is signed in now." in main_of(ada, "/approvals")
    world.token(Role.APPROVER, name="script")
    assert "These people can: script." in main_of(ada, "/approvals")


def test_the_menu_counts_what_waits_for_this_person_on_every_page(
    world: World, ada: FlaskClient, bob: FlaskClient
) -> None:
    runs(world)
    for address in ("/", "/approvals", "/incidents", "/stop"):
        assert count(bob, address) == "Approvals 1 waits for you"
        assert count(ada, address) == "Approvals"
    proposed_by(world, SECOND.key)
    assert count(bob, "/") == "Approvals 2 wait for you"
    send(bob, f"{STEP}/approve", version=carried(bob, f"{STEP}/approve", "version"))
    assert count(bob, "/") == "Approvals 1 waits for you"


def test_an_approval_is_given_for_the_plan_that_was_seen(world: World, bob: FlaskClient) -> None:
    runs(world)
    address = f"{STEP}/approve"
    text = main_of(bob, address)
    assert "Approve step 1: Parcel on its way?" in text
    assert "For this text of the plan and this date of the step" in text
    version = carried(bob, address, "version")
    empty = send(bob, address, version=version, reason=" ")
    assert empty.status_code == 422
    assert faults(read(empty.text)) == []
    assert send(bob, address, version=version, reason=HOSTILE).location == "/plans/night#step-first"
    with world.store.reading() as unit:
        [given] = unit.sign_offs.of(["night/first"])
    assert (given.actor, given.reason) == ("person:bob <dev-bob>", HOSTILE)


def test_of_two_who_press_at_once_the_second_is_told(world: World, bob: FlaskClient) -> None:
    runs(world, 3)
    carol = world.person(Role.APPROVER, name="carol")
    address = f"{STEP}/approve"
    version = carried(bob, address, "version")
    assert send(bob, address, version=version).status_code == 303
    late = send(carol, address, version=version)
    assert late.status_code == 412
    page = read(late.text)
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert faults(page) == []
    text = main_of(carol, "/approvals")
    assert "1 of 3 approvals given, by bob. Missing: 2." in text
    again = main_of(bob, "/approvals")
    assert "You have approved it, and count once. These people can: carol." in again


def test_an_approval_is_taken_back_by_its_giver_only(world: World, ada: FlaskClient, bob: FlaskClient) -> None:
    runs(world, 2)
    send(bob, f"{STEP}/approve", version=carried(bob, f"{STEP}/approve", "version"))
    address = page_of(bob, "/approvals").links()["Take my approval of step 1 back…"]
    assert "Take my approval of step 1 back…" not in page_of(ada, "/approvals").links()
    assert send(ada, address, version=carried(bob, address, "version")).status_code == 404
    assert send(bob, address, version="1").status_code == 412
    assert "1 of 2 approvals given, by bob" in main_of(bob, "/approvals")
    assert send(bob, address, version=carried(bob, address, "version")).location == "/plans/night#step-first"
    assert "0 of 2 approvals given" in main_of(bob, "/approvals")
    assert count(bob) == "Approvals 1 waits for you"


def test_declining_holds_the_step_with_the_reason(world: World, bob: FlaskClient) -> None:
    runs(world)
    address = f"{STEP}/decline"
    assert "Decline step 1: Parcel on its way?" in main_of(bob, address)
    version = carried(bob, address, "version")
    assert send(bob, address, version=version, reason=HOSTILE).location == "/plans/night#step-first"
    assert state(world) is StepState.HELD
    assert f"bob declined it: {HOSTILE}" in main_of(bob, "/approvals")
    assert send(bob, address, version=version).status_code == 412
    second = bob.get(address)
    assert second.status_code == 409
    assert "is held already" in read(second.text).one("main").text


def test_an_administrator_overrides_with_the_typed_name_of_the_step(world: World, bob: FlaskClient) -> None:
    runs(world)
    admin = world.person(Role.ADMIN, name="boss")
    address = f"{STEP}/override/approvals"
    assert page_of(admin, "/approvals").links()["Override the approvals of step 1…"] == address
    version = carried(admin, address, "version")
    wrong = send(admin, address, version=version, typed="second")
    assert wrong.status_code == 422
    assert faults(read(wrong.text)) == []
    assert send(admin, address, version=version, typed="first").status_code == 303
    assert "Nothing waits for an approval" in main_of(admin, "/approvals")


def test_a_paused_plan_waits_too_and_one_that_ended_does_not(world: World, bob: FlaskClient) -> None:
    runs(world)
    for plan_state, waits in ((PlanState.PAUSED, True), (PlanState.CANCELLED, False)):
        with world.store.writing() as unit:
            row = unit.plans.find("night")
            assert row is not None
            assert unit.plans.change(replace(row, state=plan_state))
        assert ("Step 1 of The night" in main_of(bob, "/approvals")) is waits


def test_a_hostile_title_and_reason_are_shown_as_they_are(world: World, bob: FlaskClient) -> None:
    runs(world, title=HOSTILE)
    number = proposed_by(world, SECOND.key, reason=HOSTILE)
    for address in ("/approvals", f"{STEP}/approve", f"/approvals/{number}", f"/approvals/{number}/approve"):
        page = page_of(bob, address)
        assert HOSTILE in page.one("main").text
        assert not [one for one in page.all("script") if "src" not in one.attributes]


def test_what_does_not_exist_is_not_found(world: World, bob: FlaskClient) -> None:
    runs(world)
    for address in (
        "/approvals/9",
        "/approvals/9/approve",
        "/plans/night/steps/no/approve",
        "/plans/no/steps/first/approve",
    ):
        answer = bob.get(address)
        assert answer.status_code == 404, address
        assert faults(read(answer.text)) == []


def test_an_approval_that_runs_out_is_missing_again(world: World, bob: FlaskClient) -> None:
    runs(world, 2)
    send(bob, f"{STEP}/approve", version=carried(bob, f"{STEP}/approve", "version"))
    assert "The first approval runs out" in main_of(bob, "/approvals")
    world.clock.advance(timedelta(days=31).total_seconds())
    again = world.person(Role.APPROVER, name="bob")
    assert "0 of 2 approvals given. Missing: 2." in main_of(again, "/approvals")
