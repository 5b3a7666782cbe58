"""A move by hand in the browser: asked, confirmed, waited for, done, called off, undone; by whatever hand."""

from typing import Any

import pytest
from playwright.sync_api import expect

from app.domain.moves import Stage
from app.domain.ownership import System
from tests.browser.acting import ask_to_move, begun, confirm, sees, tab_to
from tests.browser.conftest import PageFor
from tests.browser.service import Service
from tests.browser.signing import OPERATOR_ONE, OPERATOR_TWO, VIEWER_ONE
from tests.browser.states_moves import IMAGES, MESSAGES, NEWS, REFILLS, VISITS

NOW = "Move it to VA.gov now"
WINDOWS: dict[str, dict[str, Any]] = {"wide": {}, "phone": {"width": 375}, "no-script": {"java_script_enabled": False}}


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_a_move_is_asked_for_confirmed_done_and_undone(
    window: dict[str, Any], page_for: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, REFILLS)
    page = page_for(OPERATOR_ONE, **window)
    ask_to_move(page, REFILLS)
    assert service.row(REFILLS).owner is System.MHV
    confirm(page, NOW, typed=REFILLS)
    move = service.ends(begun(page, service).id)
    sees(page, "Done. VA.gov can change it")
    assert service.row(REFILLS).owner is System.VA_GOV
    assert OPERATOR_ONE.name in move.terms.actor
    assert move.terms.reason == "Invented reason."
    page.get_by_role("link", name="Undo: move back to MHV…").click()
    confirm(page, "Undo: move back to MHV now")
    back = service.ends(begun(page, service).id)
    sees(page, "Done. MHV can change it")
    assert back.terms.undoes == move.id
    assert service.row(REFILLS).owner is System.MHV
    page.goto("/")
    expect(page.locator(f"#{REFILLS}")).to_contain_text("MHV can change it")


def test_a_move_that_waits_names_whom_for_and_is_called_off_with_one_press(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, VISITS)
    client = service.client(VISITS, name="Invented front end")
    page = page_for(OPERATOR_ONE)
    ask_to_move(page, VISITS)
    confirm(page, NOW, typed=VISITS)
    move = service.stands_at(begun(page, service).id, Stage.DRAIN)
    sees(page, "Nobody can change it right now")
    expect(page.get_by_text("Invented front end").first).to_be_visible()
    page.get_by_label("Reason").select_option("Something looks wrong")
    page.get_by_role("button", name="Call off the move").click()
    expect(page.get_by_role("heading", name="Called off. MHV can change it again")).to_be_visible()
    assert service.row(VISITS).owner is System.MHV
    assert not service.move(move.id).may_be_called_off
    expect(page.get_by_role("button", name="Call off the move")).to_have_count(0)
    client.leave()


def test_who_calls_off_too_late_is_told_so_and_shown_the_undo(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, NEWS)
    client = service.client(NEWS)
    # A live page would take the button away in time.
    page = page_for(OPERATOR_ONE, expected=(409,), java_script_enabled=False)
    ask_to_move(page, NEWS)
    confirm(page, NOW, typed=NEWS)
    move = service.stands_at(begun(page, service).id, Stage.DRAIN)
    sees(page, "Nobody can change it right now")
    client.leave()
    service.ends(move.id)
    page.get_by_role("button", name="Call off the move").click()
    expect(page.get_by_role("heading", name="Too late to call off")).to_be_visible()
    assert service.row(NEWS).owner is System.VA_GOV
    page.get_by_role("link", name="Undo: move back to MHV…").click()
    expect(page.get_by_role("button", name="Undo: move back to MHV now")).to_be_visible()


def test_a_wrong_word_does_nothing_and_keeps_the_rest_of_the_form(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, MESSAGES)
    before = service.row(MESSAGES)
    page = page_for(OPERATOR_ONE, expected=(422,))
    ask_to_move(page, MESSAGES)
    confirm(page, NOW, typed="something_else", reason="Kept: <b>as it is</b> & whole")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    assert page.title().startswith("Error: ")
    expect(page.get_by_label("Reason")).to_have_value("Kept: <b>as it is</b> & whole")
    assert service.row(MESSAGES) == before
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("to confirm")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(MESSAGES)
    page.keyboard.press("Enter")
    service.ends(begun(page, service).id)
    assert service.row(MESSAGES).owner is System.VA_GOV


def test_the_keyboard_alone_moves_and_calls_off(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, VISITS)
    client = service.client(VISITS)
    page = page_for(OPERATOR_ONE)
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Skip to main content"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator(f"#{VISITS}").get_by_role("link", name="Move it to VA.gov…"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Reason"))
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type(VISITS)
    tab_to(page, page.get_by_role("button", name=NOW))
    page.keyboard.press("Enter")
    move = service.stands_at(begun(page, service).id, Stage.DRAIN)
    page.reload()
    tab_to(page, page.get_by_role("button", name="Call off the move"))
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Called off. MHV can change it again")).to_be_visible()
    client.leave()
    assert move.terms.reason == "By keyboard"


def test_of_two_who_ask_for_the_same_the_second_is_told_and_nothing_is_done_twice(
    page_for: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, IMAGES)
    first, second = page_for(OPERATOR_ONE), page_for(OPERATOR_TWO, expected=(412,))
    ask_to_move(first, IMAGES)
    ask_to_move(second, IMAGES)
    confirm(first, NOW, typed=IMAGES)
    move = service.ends(begun(first, service).id)
    confirm(second, NOW, typed=IMAGES)
    expect(second.get_by_role("heading", name="Somebody else was first. Nothing was done")).to_be_visible()
    assert service.latest_move() == service.move(move.id)
    second.get_by_role("link", name="Show it as it is now").click()
    expect(second.locator(f"#{IMAGES}")).to_contain_text("VA.gov can change it")


def test_a_viewer_reads_who_can_where_the_buttons_would_be(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, VISITS)
    page = page_for(VIEWER_ONE)
    page.goto("/")
    row = page.locator(f"#{VISITS}")
    expect(row).to_contain_text("MHV can change it")
    expect(row.get_by_role("link", name="Move it to VA.gov…")).to_have_count(0)
    row.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_text("An operator can move it to VA.gov")).to_be_visible()
    expect(page.get_by_role("link", name="Move it to VA.gov…")).to_have_count(0)
