"""What keeps things from moving: the stop of everything, the lock of one preference, and approvals of moves by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.domain.moves import Stage
from app.domain.ownership import System
from app.services.planning.stopping import EVERYTHING, lift
from tests.browser.acting import confirm, tab_to
from tests.browser.conftest import PageFor
from tests.browser.hearing import hears, is_live, listen
from tests.browser.service import TESTER, Service, until
from tests.browser.signing import ADMINISTRATOR_ONE, APPROVER_TWO, OPERATOR_ONE, OPERATOR_TWO, VIEWER_ONE
from tests.browser.states_moves import IMAGES, NEWS, REFILLS, VISITS

SENTENCE = "Everything is stopped."


@pytest.fixture(autouse=True)
def _going(service: Service) -> Iterator[None]:
    """Nothing is stopped when the next test begins, however this one ends."""
    yield
    if _is_stopped(service):
        with service.context.store.writing() as unit:
            lift(unit, TESTER)


def _is_stopped(service: Service, key: str = EVERYTHING) -> bool:
    with service.context.store.reading() as unit:
        return key in unit.locks.all()


def _stop(page: Page, start: str = "/milestones") -> None:
    """Two pages and one press."""
    page.goto(start)
    page.get_by_role("link", name="Stop everything…").click()
    expect(page.get_by_role("heading", name="Stop everything?")).to_be_visible()
    page.get_by_role("button", name="Stop everything").click()


def test_one_press_stops_everything_every_open_page_says_so_and_an_administrator_starts_again(
    page_for: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, VISITS)
    client = service.client(VISITS)
    move = service.stands_at(service.begin(System.VA_GOV, VISITS).id, Stage.DRAIN)
    open_pages = [page_for(VIEWER_ONE, width=375) for _ in range(3)]
    for page, address in zip(open_pages, ("/", f"/preferences/{NEWS}", f"/moves/{move.id}"), strict=True):
        page.goto(address)
        listen(page)
    operator = page_for(OPERATOR_ONE)
    _stop(operator)
    expect(operator.get_by_role("heading", name="Everything is stopped")).to_be_visible()
    expect(operator.get_by_role("listitem").filter(has_text=f"Called off: move {move.id}")).to_be_visible()
    assert not service.ends(move.id).activated
    assert service.row(VISITS).owner is System.MHV
    for page in open_pages:
        hears(page, SENTENCE)
        box = page.locator("#everything-stopped")
        expect(box).to_contain_text("by Operator One (VA.gov): “Something looks wrong”")
        expect(box).to_contain_text("1 move was called off")
    expect(open_pages[2].get_by_role("heading", name="Called off. MHV can change it again")).to_be_visible()
    client.leave()
    operator.goto("/stop/lift")
    expect(operator.get_by_text("an administrator can")).to_be_visible()
    expect(operator.get_by_role("button", name="Start again")).to_have_count(0)
    administrator = page_for(ADMINISTRATOR_ONE)
    administrator.goto("/")
    administrator.locator("#everything-stopped").get_by_role("link", name="Start again…").click()
    confirm(administrator, "Start again")
    expect(administrator.get_by_role("heading", name="Stop everything?")).to_be_visible()
    assert not _is_stopped(service)
    for page in open_pages:
        expect(page.locator("#everything-stopped")).to_have_text("")


def test_the_second_who_stops_is_told_that_it_is_stopped_and_by_whom(page_for: PageFor, service: Service) -> None:
    first, second = page_for(OPERATOR_ONE), page_for(OPERATOR_TWO, expected=(409,))
    second.goto("/stop")
    _stop(first)
    expect(first.get_by_role("heading", name="Everything is stopped")).to_be_visible()
    second.get_by_role("button", name="Stop everything").click()
    expect(second.get_by_role("alert")).to_contain_text("It is stopped already. Nothing more was done")
    expect(second.get_by_role("heading", name="by Operator One (VA.gov)")).to_be_visible()


def test_the_keyboard_alone_stops_everything_without_a_script_on_a_phone(page_for: PageFor, service: Service) -> None:
    page = page_for(OPERATOR_ONE, width=375, java_script_enabled=False)
    page.goto("/ledger")
    page.keyboard.press("Tab")  # the link that skips the menu
    _tab_until(page, "Stop everything…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Stop everything?")).to_be_visible()
    _tab_until(page, "Stop everything")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Everything is stopped")).to_be_visible()
    assert _is_stopped(service)


def _tab_until(page: Page, words: str) -> None:
    wanted = (
        page.get_by_role("link", name=words, exact=True).or_(page.get_by_role("button", name=words, exact=True)).first
    )
    tab_to(page, wanted)


def test_an_operator_locks_one_preference_and_only_an_administrator_unlocks_it(
    page_for: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, NEWS, REFILLS)
    looks = page_for(VIEWER_ONE)
    looks.goto(f"/preferences/{NEWS}")
    is_live(looks)
    operator = page_for(OPERATOR_TWO)
    operator.goto(f"/preferences/{NEWS}")
    operator.get_by_role("link", name="Lock this preference…").click()
    confirm(operator, "Lock this preference", reason="Kept where it is.")
    expect(operator.get_by_role("heading", name="Biweekly MHV newsletter is locked")).to_be_visible()
    expect(operator.get_by_text("You can’t unlock it. Your role is operator; an administrator can.")).to_be_visible()
    expect(operator.get_by_role("link", name="Unlock…")).to_have_count(0)
    expect(looks.get_by_role("heading", name="Biweekly MHV newsletter is locked")).to_be_visible()
    expect(looks.get_by_text("Kept where it is.").first).to_be_visible()
    operator.goto(f"/preferences/{NEWS}")
    expect(operator.get_by_role("link", name="Move it to VA.gov…")).to_have_count(0)
    operator.goto(f"/preferences/{REFILLS}")
    expect(operator.get_by_role("link", name="Move it to VA.gov…")).to_be_visible()
    administrator = page_for(ADMINISTRATOR_ONE)
    administrator.goto(f"/preferences/{NEWS}/lock")
    administrator.get_by_role("link", name="Unlock…").click()
    confirm(administrator, "Unlock this preference")
    expect(administrator.get_by_role("heading", name="Biweekly MHV newsletter is not locked")).to_be_visible()
    expect(looks.get_by_role("heading", name="is locked")).to_have_count(0)
    assert not _is_stopped(service, NEWS)


def test_a_move_by_hand_that_needs_an_approval_is_proposed_by_one_approved_by_another_and_then_starts(
    page_for: PageFor, service: Service
) -> None:
    service.edit(f"flags/{IMAGES}.toml", "approvals_by_hand = 0", "approvals_by_hand = 1")
    service.held_by(System.MHV, IMAGES)
    author = page_for(OPERATOR_ONE)  # an approver too, but not of what they propose themselves
    asking = author.get_by_role("link", name="Ask for approval: move it to VA.gov…")
    until(lambda: True if author.goto(f"/preferences/{IMAGES}") and asking.count() else None, author.content)
    asking.click()
    confirm(author, "Ask for approval")
    expect(author.get_by_role("heading", name="What you can do")).to_be_visible()
    proposal = author.url
    expect(author.get_by_role("link", name="Approve this move…")).to_have_count(0)
    assert service.row(IMAGES).owner is System.MHV
    is_live(author)
    approver = page_for(APPROVER_TWO)
    approver.goto(proposal)
    approver.get_by_role("link", name="Approve this move…").click()
    confirm(approver, "Approve this move", reason="Looked at by another person.")
    approver.wait_for_url("**/moves/*")
    move = service.ends(int(approver.url.rpartition("/")[2]))
    assert service.row(IMAGES).owner is System.VA_GOV
    assert OPERATOR_ONE.name in move.terms.actor
    expect(author.get_by_role("link", name=f"Look at move {move.id}")).to_be_visible()
    expect(author.get_by_text("Looked at by another person.")).to_be_visible()
