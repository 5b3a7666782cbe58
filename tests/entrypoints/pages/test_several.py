"""Moving several in one move, and asking for approval."""

from dataclasses import replace

from flask.testing import FlaskClient

from app.domain.ownership import System
from app.domain.roles import Role
from app.services.planning.proposing import latest
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World, mark_of

BOTH = f"keys={FIRST.key}&keys={SECOND.key}&to=va_gov"


def seen(browser: FlaskClient, address: str) -> Element:
    """A page that has no faults."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    page = read(answer.text)
    assert faults(page) == []
    return page


def form(page: Element, **entered: str) -> dict[str, str]:
    """The form as it would be sent."""
    hidden = {one.attributes["name"]: one.attributes["value"] for one in page.one("main").all("input", type="hidden")}
    return {**hidden, **entered}


def needs_approval(world: World) -> None:
    """The first preference's file wants one."""
    world.files.put(replace(FIRST, approvals_by_hand=1))
    world.context.keeper.reload()


def test_several_are_chosen_on_a_page_of_their_own(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    browser = world.signed_in(Role.OPERATOR)
    assert seen(browser, "/").links()["Move several…"] == "/move-several"
    boxes = {one.attributes["value"] for one in seen(browser, "/move-several").all("input", type="checkbox")}
    assert {FIRST.key, SECOND.key} <= boxes
    assert "Nothing is chosen yet" in seen(browser, "/move-several?to=va_gov").one("main").text
    assert "Move several…" not in seen(world.signed_in(Role.VIEWER), "/").links()


def test_several_move_in_one_move_once_their_number_is_typed(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    browser = world.signed_in(Role.OPERATOR)
    page = seen(browser, f"/move-several?{BOTH}")
    assert "Move 2 preferences from MHV to VA.gov?" in page.one("h1").text
    assert "move 2" in page.one("main").text
    wrong = browser.post("/move-several", data=form(page, reason="Together.", typed="move 3"))
    assert (wrong.status_code, faults(read(wrong.text))) == (422, [])
    assert "Together." in wrong.text
    answer = browser.post("/move-several", data=form(page, reason="Together.", typed="move 2"))
    assert answer.headers["Location"] == "/moves/1"
    assert world.move(1).preferences == (FIRST.key, SECOND.key)
    assert "2 preferences" in seen(browser, "/moves/1").one("h1").text


def test_with_one_of_them_changed_meanwhile_none_moves(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    browser = world.signed_in(Role.OPERATOR)
    page = seen(browser, f"/move-several?{BOTH}")
    world.moved(System.VA_GOV, SECOND.key)
    answer = browser.post("/move-several", data=form(page, reason="Together.", typed="move 2"))
    assert answer.status_code == 412
    assert "Somebody else was first. Nothing was done" in answer.text
    assert world.row(FIRST.key).epoch == 1


def test_an_approval_is_asked_for_where_a_file_wants_one(world: World) -> None:
    needs_approval(world)
    world.adopt(FIRST.key)
    browser = world.signed_in(Role.OPERATOR)
    page = seen(browser, f"/propose?keys={FIRST.key}&to=va_gov")
    assert "1 approval by others" in page.one("main").text
    assert browser.post("/propose", data=form(page)).status_code == 422
    answer = browser.post("/propose", data=form(page, reason="It is time."))
    assert answer.status_code == 303
    with world.store.reading() as unit:
        [found] = latest(unit, 5)
    assert (found.state, found.proposal.reason, found.proposal.expect) == ("open", "It is time.", {FIRST.key: 1})
    assert world.row(FIRST.key).epoch == 1


def test_several_of_which_one_wants_an_approval_are_proposed_together(world: World) -> None:
    needs_approval(world)
    world.adopt(FIRST.key, SECOND.key)
    browser = world.signed_in(Role.OPERATOR)
    page = seen(browser, f"/move-several?{BOTH}")
    assert "Ask for approval" in page.one("h1").text
    assert browser.post("/move-several", data=form(page, reason="Together.")).status_code == 303
    with world.store.reading() as unit:
        assert [one.proposal.preferences for one in latest(unit, 5)] == [(FIRST.key, SECOND.key)]


def test_what_is_not_complete_or_not_known_is_refused(world: World) -> None:
    world.adopt(FIRST.key)
    browser = world.signed_in(Role.OPERATOR)
    for address in ("/propose", f"/propose?keys={FIRST.key}", f"/propose?keys={FIRST.key}&to=moon"):
        assert browser.get(address).status_code == 400
    broken = {"mark": mark_of(browser), "keys": FIRST.key, "epochs": "x", "to": "va_gov", "reason": "r"}
    assert browser.post("/propose", data=broken).status_code == 400
    approver = world.signed_in(Role.APPROVER)
    assert approver.post("/propose", data={**broken, "mark": mark_of(approver)}).status_code == 403
