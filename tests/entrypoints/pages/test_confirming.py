"""The page that asks before a move, and what its button does."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.moves import Stage
from app.domain.ownership import State, System
from app.domain.roles import Role
from tests.entrypoints.invented import FIRST, ONLY_VA_GOV
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import World, mark_of

KEY = FIRST.key
ADDRESS = f"/preferences/{KEY}/move"


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """An operator; the preference is held by MHV."""
    world.adopt(KEY)
    return world.signed_in(Role.OPERATOR)


def send(browser: FlaskClient, **entered: str) -> TestResponse:
    """Send the form as the page gave it out at epoch 1, filled in rightly but for what is said."""
    data = {"mark": mark_of(browser), "to": "va_gov", "epoch": "1", "reason": "It is time.", "typed": KEY}
    return browser.post(ADDRESS, data={**data, **entered})


def test_the_page_asks_and_says_what_will_be(browser: FlaskClient) -> None:
    page = read(browser.get(f"{ADDRESS}?to=va_gov").text)
    text = page.one("main").text
    assert page.one("h1").text == "Move Parcel on its way from MHV to VA.gov?"
    for words in (
        "In invented .",
        "Now MHV can change it Epoch 1",
        "Then, for a moment Nobody can",
        "never more than 2 minutes",
        "Afterwards VA.gov can change it",
        "Undo Yes, by another move",
        "1 of 1 check passes",
        "MHV and VA.gov answer.",
        "Nothing: no Veteran’s choice is carried along.",
    ):
        assert words in text
    assert page.one("input", name="epoch").attributes["value"] == "1"
    assert page.links()["Back, change nothing"] == f"/preferences/{KEY}"
    crumbs = page.one("nav", aria_label="Breadcrumbs")
    assert crumbs.text == "Board Parcel on its way Preview"
    assert crumbs.links()["Parcel on its way"] == f"/preferences/{KEY}"
    assert [button.text for button in page.one("main").all("button")] == ["Move it to VA.gov now"]


def test_looking_changes_nothing(world: World, browser: FlaskClient) -> None:
    before = world.row(KEY)
    browser.get(f"{ADDRESS}?to=va_gov")
    assert world.row(KEY) == before
    with world.store.reading() as unit:
        assert unit.moves.latest(10) == []


def test_the_button_starts_the_move_in_the_name_of_the_person(world: World, browser: FlaskClient) -> None:
    answer = send(browser)
    assert (answer.status_code, answer.location) == (303, "/moves/1")
    move = world.move(1)
    assert (move.terms.actor, move.terms.reason) == ("person:ada <dev-ada>", "It is time.")
    world.drive(1)
    assert world.row(KEY).owner is System.VA_GOV
    assert "Done. VA.gov can change it" in browser.get("/moves/1").text


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"typed": "parcel"}, "typed", f"Type {KEY} to confirm."),
        ({"typed": ""}, "typed", f"Type {KEY} to confirm."),
        ({"typed": KEY.upper()}, "typed", f"Type {KEY} to confirm."),
        ({"reason": "  "}, "reason", "Say why."),
        ({"reason": "x" * 501}, "reason", "Say it in at most 500 characters; these are 501."),
    ],
)
def test_a_wrong_word_is_told_on_top_and_what_was_typed_is_kept(
    world: World, browser: FlaskClient, entered: dict[str, str], field: str, sentence: str
) -> None:
    answer = send(browser, **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.one("title").text.startswith("Error: ")
    summary = page.one("div", role="alert")
    assert sentence in summary.text
    assert set(summary.links().values()) == {f"#{field}"}
    assert page.one("textarea").text == {"reason": "It is time.", **entered}["reason"].strip()
    assert page.one("input", name="typed").attributes["value"] == {"typed": KEY, **entered}["typed"]
    assert page.all(id=field)[0].attributes["aria-invalid"] == "true"
    assert faults(page) == []
    assert world.row(KEY).state is State.HELD
    with world.store.reading() as unit:
        assert unit.moves.latest(10) == []


def test_the_word_may_have_blanks_around_it(browser: FlaskClient) -> None:
    assert send(browser, typed=f" {KEY} ").status_code == 303


def test_a_second_press_is_told_that_somebody_was_first_and_where_to_look(world: World, browser: FlaskClient) -> None:
    assert send(browser).status_code == 303
    second = send(browser)
    page = read(second.text)
    assert second.status_code == 409
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    told = "You asked for move 1 of Parcel on its way to VA.gov at 12:00:00 a.m. ET, and it has not ended."
    assert told in page.one("main").text
    assert "Wait for it, or call it off on its page." in page.one("main").text
    assert page.links()["Look at move 1"] == "/moves/1"
    with world.store.reading() as unit:
        assert len(unit.moves.latest(10)) == 1


@pytest.mark.parametrize("entered", [{}, {"typed": "wrong"}], ids=["right", "mistyped"])
def test_a_decision_on_an_old_epoch_is_refused_and_told_the_owner(
    world: World, browser: FlaskClient, entered: dict[str, str]
) -> None:
    world.moved(System.VA_GOV, KEY)
    answer = send(browser, **entered)
    page = read(answer.text)
    assert answer.status_code == 412
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    told = (
        "tester, on the command line moved Parcel on its way to VA.gov at 12:00:00 a.m. ET. You saw epoch 1; now it is"
    )
    assert f"{told} epoch 3 and VA.gov can change it." in page.one("main").text
    assert page.links()["Show it as it is now"] == f"/#{KEY}"


@pytest.mark.parametrize("epoch", ["", "one", "-1", "1" * 11, "²"])
def test_a_form_without_a_whole_epoch_is_refused(browser: FlaskClient, epoch: str) -> None:
    assert send(browser, epoch=epoch).status_code == 400


@pytest.mark.parametrize("to", ["", "cerner", "NOBODY"])
def test_an_address_without_a_target_is_refused(browser: FlaskClient, to: str) -> None:
    assert browser.get(f"{ADDRESS}?to={to}").status_code == 400


def test_an_unknown_preference_is_refused_with_the_nearest_name(browser: FlaskClient) -> None:
    answer = browser.get("/preferences/parcel_on_the_way/move?to=va_gov")
    assert answer.status_code == 404
    assert f"Did you mean {KEY}?" in answer.text


def test_what_cannot_be_moved_is_refused_before_anybody_types(browser: FlaskClient) -> None:
    answer = browser.get(f"{ADDRESS}?to=mhv")
    assert answer.status_code == 409
    assert "It is there already" in read(answer.text).one("h1").text


def test_a_check_that_fails_takes_the_button_away_and_says_why(world: World, browser: FlaskClient) -> None:
    world.va_gov.trouble = "No answer came within 5 seconds."
    page = read(browser.get(f"{ADDRESS}?to=va_gov").text)
    assert page.one("main").all("button") == []
    assert "0 of 1 check passes" in page.one("main").text
    assert "VA.gov does not answer: No answer came within 5 seconds." in page.one("main").text
    assert page.links()["Check again"] == f"{ADDRESS}?to=va_gov"
    assert faults(page) == []


def test_who_is_waited_for_is_told(world: World, browser: FlaskClient) -> None:
    assert "Nobody: no client may write it now" in browser.get(f"{ADDRESS}?to=va_gov").text
    world.holder.renew()
    assert "cutover (1 process)" in browser.get(f"{ADDRESS}?to=va_gov").text


def test_a_retirement_says_that_only_an_administrator_brings_it_back(world: World, browser: FlaskClient) -> None:
    page = read(browser.get(f"{ADDRESS}?to=nobody").text)
    assert page.one("h1").text == "Retire Parcel on its way?"
    assert "Undo Only by an administrator Who can restore it to MHV" in page.one("main").text
    assert send(browser, to="nobody").status_code == 303
    world.drive(1)
    assert world.row(KEY).state is State.RETIRED


def test_a_preference_that_nobody_held_is_started_without_a_pause(world: World) -> None:
    browser = world.signed_in(Role.OPERATOR)
    page = read(browser.get(f"/preferences/{ONLY_VA_GOV.key}/move?to=va_gov").text)
    assert page.one("h1").text == "Start Results ready on VA.gov?"
    assert "Then, for a moment No pause" in page.one("main").text
    assert [button.text for button in page.one("main").all("button")] == ["Start it on VA.gov now"]


def test_the_page_can_be_used_without_seeing_it(browser: FlaskClient) -> None:
    assert faults(read(browser.get(f"{ADDRESS}?to=va_gov").text)) == []


def test_the_question_is_shown_as_text_whatever_a_file_says(world: World, browser: FlaskClient) -> None:
    world.files.put(replace(FIRST, title="<b onclick=x>Parcel</b>"))
    world.context.keeper.reload()
    page = read(browser.get(f"{ADDRESS}?to=va_gov").text)
    assert page.one("h1").text == "Move <b onclick=x>Parcel</b> from MHV to VA.gov?"


def test_a_move_that_needs_an_approval_is_neither_asked_about_nor_started(world: World, browser: FlaskClient) -> None:
    world.files.put(replace(FIRST, approvals_by_hand=1))
    world.context.keeper.reload()
    for answer in (browser.get(f"{ADDRESS}?to=va_gov"), send(browser)):
        assert answer.status_code == 409
        assert "needs 1 approval. Propose it: cutover propose" in read(answer.text).one("main").text
    with world.store.reading() as unit:
        assert unit.moves.latest(10) == []


def test_how_long_nobody_can_change_it_is_told_from_the_moves_before(world: World, browser: FlaskClient) -> None:
    limit = "Then, for a moment Nobody can Until whoever may be writing has ended; never more than 2 minutes"
    for seconds, to in ((3.2, System.VA_GOV), (6.7, System.MHV)):
        paused(world, to, seconds)
    assert limit in read(browser.get(f"{ADDRESS}?to=va_gov").text).one("main").text
    paused(world, System.VA_GOV, 20)
    text = read(browser.get(f"{ADDRESS}?to=mhv").text).one("main").text
    assert "Then, for a moment Nobody can Usually under 7 seconds; never more than 2 minutes" in text
    assert "Usually under 7 seconds" in browser.get("/moves/3/undo").text


def test_an_undo_that_is_not_wanted_leads_back_to_its_move(world: World, browser: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    page = read(browser.get("/moves/1/undo").text)
    assert page.links()["Back, change nothing"] == "/moves/1"
    assert page.one("nav", aria_label="Breadcrumbs").text == "Board Move 1 Preview"


def paused(world: World, to: System, seconds: float) -> None:
    """Move it with a pause of so many seconds: for so long its lease is not renewed."""
    world.holder.renew()
    number = world.begin(to, KEY).id
    world.drive(number, until=Stage.DRAIN)
    world.clock.advance(seconds)
    world.holder.renew()
    assert world.drive(number).activated is not None
