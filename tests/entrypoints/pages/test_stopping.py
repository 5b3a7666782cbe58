"""Stop and Start again, Lock and Unlock: what they say, to whom, twice at once, and on every page."""

import pytest
from flask.testing import FlaskClient

from app.domain.moves import Outcome, Stage
from app.domain.ownership import State, System
from app.domain.roles import Role
from app.services.recording import LONGEST_REASON
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.pages.test_moves import draining, send
from tests.entrypoints.world import World, mark_of

KEY = FIRST.key
HOSTILE = "<script>alert(1)</script> “quoted” & more"


@pytest.fixture
def operator(world: World) -> FlaskClient:
    """An operator; two preferences are held by MHV."""
    world.adopt(KEY, SECOND.key)
    return world.person(Role.OPERATOR, name="Operator One")


def page_of(browser: FlaskClient, address: str) -> Element:
    """A page, without faults."""
    page = read(browser.get(address).text)
    assert faults(page) == []
    return page


def main_of(browser: FlaskClient, address: str) -> str:
    """The words of a page."""
    return page_of(browser, address).one("main").text


def stopped(browser: FlaskClient, reason: str = "") -> None:
    """Stop everything."""
    answer = send(browser, "/stop", why="VA Profile shows errors", reason=reason)
    assert (answer.status_code, answer.location) == (303, "/stop"), answer.text


def since(browser: FlaskClient, address: str) -> str:
    """What a form to start again, or to unlock, carries of the stop that it showed."""
    return page_of(browser, address).one("input", name="since").attributes["value"]


def test_the_page_says_what_a_stop_does_to_each_move_that_runs(world: World, operator: FlaskClient) -> None:
    draining(world)
    text = main_of(operator, "/stop")
    assert "No step starts, and moves before stage 7 are called off" in text
    assert "1 move runs now" in text
    assert "Move 1 : Parcel on its way from MHV to VA.gov" in text
    assert "Is called off. MHV can change it again within about a second, and no choice is lost." in text
    for word in ("Pause One plan", "Stop Everything", "Lock One preference", "Hold One step", "Call off One move"):
        assert word in text


def test_one_press_stops_everything_and_the_page_says_what_was_called_off(world: World, operator: FlaskClient) -> None:
    number = draining(world)
    form = page_of(operator, "/stop").one("form", action="/stop")
    first = form.one("select").all("option")[0].attributes["value"]
    answer = operator.post("/stop", data={"mark": mark_of(operator), "why": first, "reason": ""})
    assert answer.status_code == 303, answer.text
    assert world.move(number).outcome is Outcome.CALLED_OFF
    assert world.row(KEY).state is State.HELD
    text = main_of(operator, "/stop")
    assert "Everything is stopped" in text
    assert f"by Operator One Why: “{first}”" in text
    assert "No step starts and 1 move was called off. Each preference stays with its owner" in text
    assert f"Called off: move {number} , Parcel on its way from MHV to VA.gov" in text


def test_a_move_past_its_activation_goes_on_and_is_not_told_as_called_off(world: World, operator: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    stopped(operator)
    assert "No step starts and 0 moves were called off" in main_of(operator, "/stop")


def test_an_earlier_stop_s_moves_are_not_told_of_a_later_one(world: World, operator: FlaskClient) -> None:
    draining(world)
    stopped(operator)
    admin = world.person(Role.ADMIN, name="boss")
    send(admin, "/stop/lift", since=since(admin, "/stop/lift"))
    stopped(operator, "Again")
    assert "0 moves were called off" in main_of(operator, "/stop")


def test_stopping_twice_says_that_it_is_stopped_already_and_by_whom(world: World, operator: FlaskClient) -> None:
    stopped(operator)
    second = world.person(Role.OPERATOR, name="Operator Two")
    answer = send(second, "/stop", why="Something looks wrong", reason="")
    assert answer.status_code == 409
    page = read(answer.text)
    assert "It is stopped already. Nothing more was done" in page.one("main").text
    assert "by Operator One" in page.one("main").text
    assert "Operator Two" not in page.one("main").text
    assert faults(page) == []


def test_a_reason_is_one_of_the_list_and_own_words_are_not_too_long(world: World, operator: FlaskClient) -> None:
    for why, own, field in (
        ("Anything", "", "why"),
        ("", "", "why"),
        ("Something looks wrong", "x" * LONGEST_REASON, "reason"),
    ):
        answer = send(operator, "/stop", why=why, reason=own)
        page = read(answer.text)
        assert answer.status_code == 422
        assert f"#{field}" in page.links().values()
        assert own in page.one("textarea").text
        assert faults(page) == []
    with world.store.reading() as unit:
        assert unit.locks.all() == {}


def test_a_hostile_reason_is_shown_as_it_was_typed(world: World, operator: FlaskClient) -> None:
    stopped(operator, HOSTILE)
    for address in ("/stop", "/incidents"):
        page = page_of(operator, address)
        assert f"“VA Profile shows errors: {HOSTILE}”" in page.one("main").text
        assert not [one for one in page.all("script") if "src" not in one.attributes]


def test_every_page_says_that_everything_is_stopped_with_the_way_to_start_again(
    world: World, operator: FlaskClient
) -> None:
    assert not page_of(operator, "/").all("div", class_="usa-alert usa-alert--error")
    draining(world)
    stopped(operator)
    for address in ("/", "/approvals", "/incidents", "/clients", "/moves/1", "/milestones"):
        page = page_of(operator, address)
        text = page.one("div", id="everything-stopped").text
        assert text.startswith("Everything is stopped Since")
        assert "No step starts and 1 move was called off. Each preference stays with its owner." in text
        assert page.one("main").links()["Start again…"] == "/stop/lift"
        assert page.one("header").links()["Stop everything…"] == "/stop"


def test_who_looks_or_operates_reads_who_starts_again(world: World, operator: FlaskClient) -> None:
    viewer = world.person(Role.VIEWER, name="looker")
    text = main_of(viewer, "/stop")
    assert "You can’t stop everything. Your role is viewer; an operator can, in one press." in text
    assert not page_of(viewer, "/stop").one("main").all("form")
    assert send(viewer, "/stop", why="Something looks wrong").status_code == 403
    stopped(operator)
    for browser, role in ((viewer, "viewer"), (operator, "operator")):
        for address in ("/stop", "/stop/lift"):
            assert f"You can’t start it again. Your role is {role}; an administrator can." in main_of(browser, address)
            assert not page_of(browser, address).one("main").all("form")
        assert send(browser, "/stop/lift", since="").status_code == 403


def test_an_administrator_starts_again_with_a_reason(world: World, operator: FlaskClient) -> None:
    stopped(operator)
    admin = world.person(Role.ADMIN, name="boss")
    shown = since(admin, "/stop/lift")
    text = main_of(admin, "/stop/lift")
    assert "Start again?" in text
    assert "By Operator One: “VA Profile shows errors”" in text
    empty = send(admin, "/stop/lift", since=shown, reason=" ")
    assert empty.status_code == 422
    assert faults(read(empty.text)) == []
    assert send(admin, "/stop/lift", since=shown).location == "/stop"
    assert "Stop everything?" in main_of(admin, "/stop")
    assert send(admin, "/stop/lift", since=shown).status_code == 409


def test_a_stop_that_is_not_the_page_s_is_not_lifted(world: World, operator: FlaskClient) -> None:
    stopped(operator)
    admin = world.person(Role.ADMIN, name="boss")
    shown = since(admin, "/stop/lift")
    send(admin, "/stop/lift", since=shown)
    world.clock.advance(5)
    stopped(operator, "A second trouble")
    answer = send(admin, "/stop/lift", since=shown)
    assert answer.status_code == 412
    page = read(answer.text)
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert "Operator One stopped everything anew" in page.one("main").text
    assert "Everything is stopped" in main_of(admin, "/stop")


def test_a_locked_preference_says_so_and_cannot_move(world: World, operator: FlaskClient) -> None:
    number = draining(world)
    address = f"/preferences/{KEY}/lock"
    text = main_of(operator, address)
    assert "Lock Parcel on its way?" in text
    assert "Is called off. MHV can change it again" in text
    assert send(operator, address, reason=" ").status_code == 422
    assert send(operator, address, reason=HOSTILE).location == address
    assert world.move(number).outcome is Outcome.CALLED_OFF
    text = main_of(operator, address)
    assert "Parcel on its way is locked" in text
    assert f"by Operator One: “{HOSTILE}”. It cannot move. MHV can change it." in text
    assert "You can’t unlock it. Your role is operator; an administrator can." in text
    again = send(operator, address)
    assert again.status_code == 409
    assert "It is locked already. Nothing more was done" in read(again.text).one("main").text


def test_a_lock_leaves_another_preference_s_move_alone(world: World, operator: FlaskClient) -> None:
    number = draining(world)
    assert "None of it runs now" in main_of(operator, f"/preferences/{SECOND.key}/lock")
    send(operator, f"/preferences/{SECOND.key}/lock")
    assert world.move(number).stage is Stage.DRAIN


def test_an_administrator_unlocks_the_lock_that_the_page_showed(world: World, operator: FlaskClient) -> None:
    address, lock = f"/preferences/{KEY}/unlock", f"/preferences/{KEY}/lock"
    admin = world.person(Role.ADMIN, name="boss")
    assert "is not locked" in main_of(admin, address)
    send(operator, lock)
    assert page_of(admin, lock).one("main").links()["Unlock…"] == address
    shown = since(admin, address)
    assert send(operator, address, since=shown).status_code == 403
    assert send(admin, address, since=shown).location == lock
    assert send(admin, address, since=shown).status_code == 409
    world.clock.advance(5)
    send(operator, lock)
    assert send(admin, address, since=shown).status_code == 412
    with world.store.reading() as unit:
        assert KEY in unit.locks.all()


def test_a_preference_that_does_not_exist_is_not_found(world: World, operator: FlaskClient) -> None:
    assert operator.get("/preferences/no_such/lock").status_code == 404
    assert send(operator, "/preferences/no_such/lock").status_code == 404
