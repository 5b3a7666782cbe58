"""The page of one move, calling it off, undoing it, and restoring what was retired."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.moves import Outcome, Stage
from app.domain.ownership import State, System
from app.domain.roles import Role
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World, mark_of

KEY = FIRST.key


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """An operator; two preferences are held by MHV."""
    world.adopt(KEY, SECOND.key)
    return world.signed_in(Role.OPERATOR)


def send(browser: FlaskClient, address: str, **entered: str) -> TestResponse:
    """Send a form with its mark and a reason."""
    return browser.post(address, data={"mark": mark_of(browser), "reason": "Something looks wrong", **entered})


def draining(world: World) -> int:
    """The number of a move that waits for the lease of this process."""
    world.holder.renew()
    return world.drive(world.begin(System.VA_GOV, KEY).id, until=Stage.DRAIN).id


def test_a_frozen_move_says_how_long_it_lasts_at_most_and_who_is_waited_for(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    world.clock.advance(4.2)
    page = read(browser.get(f"/moves/{number}").text)
    text = page.one("main").text
    assert "Nobody can change it right now" in text
    assert "The pause has lasted 4.2 seconds . It ends by itself, at the latest at 12:02:00 a.m. ET" in text
    assert "Pause: 4.2 seconds of at most 2 minutes" in text
    heading = "Stage 5 of 8: waiting for 1 of 1 client, until 12:00:34 a.m. ET at the latest"
    assert page.one("h2", id="stages-h").text == heading
    [line] = page.one("li", aria_current="step").one("tbody").all("tr")
    assert line.text.startswith("cutover, process 1 No answer yet : last heard of 4.2 seconds ago;")
    assert line.text.endswith("12:00:34 a.m. ET , in 30 seconds")
    assert page.one("progress").attributes["max"] == "120.0"
    assert faults(page) == []


def test_the_eight_stages_stand_in_order_with_the_present_one_marked(world: World, browser: FlaskClient) -> None:
    page = read(browser.get(f"/moves/{draining(world)}").text)
    lines = [one.text for one in page.one("ol", class_="stages").parts if isinstance(one, Element)]
    names = ["Check", "Seed", "Freeze", "Close", "Drain", "Catch up and verify", "Activate", "Watch"]
    assert [line for line in lines if line.startswith("Point of no return")] == [lines[6]]
    del lines[6]
    told = ["Done", "Passed over", "Done", "Passed over", "Now", "Not yet", "Not yet", "Not yet"]
    expected = [f"{state}: {number}. {name}" for number, (state, name) in enumerate(zip(told, names, strict=True), 1)]
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=True)] == expected
    assert page.one("li", aria_current="step").text.startswith("Now: 5. Drain")


def test_one_press_calls_a_move_off_and_the_old_owner_writes_again(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    form = read(browser.get(f"/moves/{number}").text).one("section", id="call-off").one("form")
    assert form.all("option")[0].text == "Called off by hand"
    assert send(browser, form.attributes["action"]).location == f"/moves/{number}"
    assert world.row(KEY).route.write_to is System.MHV
    text = read(browser.get(f"/moves/{number}").text).one("main").text
    assert "Called off. MHV can change it again" in text
    assert "ada called it off at 12:00:00 a.m. ET : “Something looks wrong”. No choice was lost." in text
    assert "Called off here: 5. Drain" in text
    assert "Not reached: 7. Activate" in text


def test_calling_off_needs_a_reason(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    assert send(browser, f"/moves/{number}/call-off", reason=" ").status_code == 422
    assert world.move(number).outcome is None


def test_too_late_to_call_off_is_told_with_the_way_to_undo(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    answer = send(browser, "/moves/1/call-off")
    page = read(answer.text)
    assert answer.status_code == 409
    assert page.one("h1").text == "Too late to call off"
    told = "VA.gov has been able to change it since 12:00:00 a.m. ET. You can undo the move."
    assert told in page.one("main").text
    assert "cutover undo" not in page.one("main").text
    assert page.links()["Undo: move back to MHV…"] == "/moves/1/undo"
    assert faults(page) == []


def test_a_move_that_is_done_says_so_and_offers_its_undo(world: World, browser: FlaskClient) -> None:
    world.holder.renew()
    number = world.begin(System.VA_GOV, KEY).id
    world.drive(number, until=Stage.DRAIN)
    world.clock.advance(7.6)
    world.holder.renew()
    world.drive(number)
    page = read(browser.get("/moves/1").text)
    assert "Done. VA.gov can change it" in page.one("main").text
    assert "Changes were paused for 7.6 seconds." in page.one("main").text
    assert page.links()["Undo: move back to MHV…"] == "/moves/1/undo"
    assert page.one("main").all("button") == []
    assert faults(page) == []


def test_a_viewer_is_told_that_an_operator_can(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    viewer = world.signed_in(Role.VIEWER)
    assert "An operator can. Your role is viewer." in viewer.get(f"/moves/{number}").text
    assert read(viewer.get(f"/moves/{number}").text).one("main").all("form") == []
    send(browser, f"/moves/{number}/call-off")
    world.holder.renew()
    second = world.begin(System.VA_GOV, SECOND.key).id
    world.drive(second, until=Stage.DRAIN)
    world.holder.renew()
    world.drive(second)
    page = read(viewer.get(f"/moves/{second}").text)
    assert "An operator can undo it." in page.one("main").text
    assert "Undo: move back to MHV…" not in page.links()


def test_an_undo_is_asked_and_is_another_move_the_other_way(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    page = read(browser.get("/moves/1/undo").text)
    assert page.one("h1").text == "Undo move 1: move Parcel on its way back to MHV?"
    assert page.all("input", name="typed") == []
    assert "1 of 1 check passes" in page.one("main").text
    assert faults(page) == []
    assert send(browser, "/moves/1/undo").location == "/moves/2"
    world.drive(2)
    assert world.row(KEY).owner is System.MHV
    undone = read(browser.get("/moves/1").text)
    assert "It was undone" in undone.one("main").text
    assert undone.links()["move 2"] == "/moves/2"


def test_an_undo_without_a_reason_is_asked_again(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    answer = send(browser, "/moves/1/undo", reason="")
    assert answer.status_code == 422
    assert "Say why." in read(answer.text).one("div", role="alert").text


def test_what_has_changed_since_cannot_be_undone_and_says_why(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    world.moved(System.MHV, KEY)
    page = read(browser.get("/moves/1").text)
    assert "Done. It has changed again since" in page.one("main").text
    assert "It cannot be undone now. What move 1 moved has changed again since." in page.one("main").text
    assert send(browser, "/moves/1/undo").status_code == 409


def test_a_move_of_several_is_shown_and_undone_as_one(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY, SECOND.key)
    assert "Move 1: 2 preferences from MHV to VA.gov" in browser.get("/moves/1").text
    assert read(browser.get("/moves/1/undo").text).one("h1").text == "Undo move 1: move 2 preferences back to MHV?"
    send(browser, "/moves/1/undo")
    world.drive(2)
    assert {world.row(KEY).owner, world.row(SECOND.key).owner} == {System.MHV}


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_a_move_that_is_not_there_is_a_page_that_says_so(browser: FlaskClient, number: str) -> None:
    for address in (f"/moves/{number}", f"/moves/{number}/undo"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "not_found" in answer.text


def test_a_move_that_was_called_off_before_its_freeze_says_that_nothing_changed(
    world: World, browser: FlaskClient
) -> None:
    world.va_gov.trouble = "No answer came."
    assert world.moved(System.VA_GOV, KEY).outcome is Outcome.CALLED_OFF
    text = read(browser.get("/moves/1").text).one("main").text
    assert "Called off. MHV can change it, as before" in text
    assert "VA.gov does not answer: No answer came." in text


def test_only_an_administrator_restores_what_is_retired(world: World, browser: FlaskClient) -> None:
    world.retired(KEY)
    address = f"/preferences/{KEY}/restore"
    assert browser.get(address).status_code == 403
    admin = world.signed_in(Role.ADMIN)
    page = read(admin.get(address).text)
    assert page.one("h1").text == "Restore Parcel on its way to MHV?"
    assert faults(page) == []
    epoch = page.one("input", name="epoch").attributes["value"]
    assert send(admin, address, epoch=epoch, typed="wrong").status_code == 422
    assert world.row(KEY).state is State.RETIRED
    assert send(admin, address, epoch=epoch, typed=KEY).location == f"/#{KEY}"
    assert (world.row(KEY).state, world.row(KEY).owner) == (State.HELD, System.MHV)
    assert send(admin, address, epoch=epoch, typed=KEY).status_code in {409, 412}


def test_what_is_not_retired_cannot_be_restored(world: World, browser: FlaskClient) -> None:
    answer = world.signed_in(Role.ADMIN).get(f"/preferences/{KEY}/restore")
    assert answer.status_code == 409
    assert f"{KEY} is held by MHV, so it cannot do this: restore." in answer.text


def test_while_nobody_can_change_it_the_page_says_that_reading_goes_on_and_where(world: World) -> None:
    world.adopt(FIRST.key)
    world.holder.renew()
    world.drive(world.begin(System.VA_GOV, FIRST.key).id, until=Stage.DRAIN)
    found = read(world.signed_in(Role.VIEWER).get("/moves/1").text)
    assert faults(found) == []
    told = found.one("dl", class_="three")
    assert [one.text for one in told.all("dt")] == ["MHV", "Nobody", "VA.gov"]
    assert "MHV Veterans still see their choice here: reading goes on" in told.text
    assert "VA.gov can change it when the move is done" in told.text
    seen = found.one("section", id="seen")
    assert "Parcel on its way You can't change this setting right now." in seen.one("div", class_="dashed").text
    assert found.links()[FIRST.title] == f"/preferences/{FIRST.key}"


def test_who_calls_off_what_somebody_else_called_off_is_told_by_whom_and_when(
    world: World, browser: FlaskClient
) -> None:
    number = draining(world)
    form = read(browser.get(f"/moves/{number}").text).one("section", id="call-off").one("form")
    epoch = form.one("input", name="epoch").attributes["value"]
    world.clock.advance(7)
    other = world.person(Role.OPERATOR, name="Approver Two (MHV)")
    assert send(other, f"/moves/{number}/call-off").status_code == 303
    answer = send(browser, f"/moves/{number}/call-off", epoch=epoch)
    page = read(answer.text)
    assert (answer.status_code, faults(page)) == (409, [])
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    told = "Approver Two (MHV) called this move off at 12:00:07 a.m. ET. You saw epoch 2; now it is epoch 3 and MHV can"
    assert told in page.one("main").text
    assert page.links()[f"Look at move {number}"] == f"/moves/{number}"
