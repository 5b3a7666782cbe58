"""A plan in the browser: written, started, paused, resumed, dated anew, approved by a second person, done, changed."""

from playwright.sync_api import Page, expect

from app.domain.ownership import System
from tests.browser import planning
from tests.browser.acting import confirm, tab_to
from tests.browser.conftest import PageFor
from tests.browser.hearing import is_live
from tests.browser.service import Service
from tests.browser.signing import APPROVER_TWO, OPERATOR_ONE, OPERATOR_TWO
from tests.browser.states_moves import IMAGES, MESSAGES, NEWS, REFILLS

KEY = "invented_plan"
TEXT = planning.text_of(REFILLS, NEWS)
FIRST, SECOND = "#step-first", "#step-second"


def _write(page: Page, text: str) -> None:
    page.get_by_label("Text (TOML)").fill(text)
    page.get_by_label("Reason").fill("Invented reason.")
    page.get_by_role("button", name="Keep the draft").click()


def _begin(page: Page) -> None:
    """Write a plan, with a fault first; keep it as a draft, and start it."""
    page.goto("/plans/new")
    page.get_by_label("Name").fill(KEY)
    _write(page, TEXT.replace('"va_gov"', '"va_gof"', 1))
    expect(page.get_by_role("alert")).to_contain_text("Something in the form is missing or wrong")
    wrong = page.get_by_role("listitem").filter(has=page.get_by_text('to = "va_gof"', exact=True))
    expect(wrong.get_by_role("paragraph")).to_contain_text("va_gof")
    expect(page.get_by_label("Name")).to_have_value(KEY)
    _write(page, TEXT)
    expect(page.get_by_role("heading", name="Draft of An invented plan")).to_be_visible()
    page.get_by_role("link", name="Start the plan…").click()
    confirm(page, "Start the plan")
    page.wait_for_url(f"**/plans/{KEY}")


def _pause_and_resume(page: Page) -> None:
    page.get_by_role("link", name="Pause the plan…").click()
    confirm(page, "Pause the plan")
    expect(page.get_by_text("It is paused; a move under way goes on")).to_be_visible()
    page.get_by_role("link", name="Resume the plan…").click()
    confirm(page, "Resume the plan")
    expect(page.get_by_role("link", name="Pause the plan…")).to_be_visible()


def _date(page: Page) -> None:
    """Give the second step another date."""
    page.locator(SECOND).get_by_role("link", name="the date").or_(
        page.locator(SECOND).get_by_role("link", name="Set a date")
    ).click()
    page.get_by_label("Day").fill("2032-05-06")
    page.get_by_label("Time").fill("03:30")
    page.get_by_role("button", name="See what it would mean").click()
    expect(page.get_by_role("heading", name="What it would mean")).to_be_visible()
    page.get_by_label("Reason").fill("Later.")
    page.get_by_role("button", name="Change the date").click()
    expect(page.locator(SECOND)).to_contain_text("May 6, 2032")


def _accept(page: Page) -> None:
    """Write the next text of the plan and let it run, after a look at what differs."""
    page.goto(f"/plans/new?edit={KEY}")
    _write(page, TEXT.replace('title = "An invented plan"', 'title = "A plan with another title"'))
    page.get_by_role("link", name="See what it changes…").click()
    differs = page.get_by_role("region", name="What changes")
    expect(differs.get_by_role("deletion")).to_have_text("An invented plan")
    expect(differs.get_by_role("insertion")).to_have_text("A plan with another title")
    confirm(page, "Accept the new text now", typed=KEY)
    expect(page.get_by_role("heading", name="A plan with another title", level=1)).to_be_visible()


def test_a_plan_is_written_started_paused_resumed_dated_approved_by_another_done_and_changed(
    page_for: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, REFILLS, NEWS)
    author = page_for(OPERATOR_ONE, width=375, expected=(422,))  # an approver too, but not of their own plan
    _begin(author)
    _pause_and_resume(author)
    _date(author)
    expect(author.locator(FIRST)).to_contain_text("You started this plan, or accepted its version: another person must")
    expect(author.get_by_role("link", name="Approve step 1…")).to_have_count(0)
    assert service.row(REFILLS).owner is System.MHV
    is_live(author)
    approver = page_for(APPROVER_TWO)
    approver.goto("/approvals")
    approver.get_by_role("link", name="Approve step 1…").click()
    confirm(approver, "Approve step 1", reason="Looked at by another person.")
    expect(author.locator(FIRST)).to_contain_text("Done")
    assert service.row(REFILLS).owner is System.VA_GOV
    assert service.row(NEWS).owner is System.MHV
    move = service.latest_move()
    assert (move.terms.plan, move.terms.step) == (KEY, "first")
    _accept(author)


def test_the_keyboard_alone_gives_a_step_another_date_and_approves_one(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, IMAGES, MESSAGES)
    address = planning.start(service, "for_the_keyboard", planning.text_of(IMAGES, MESSAGES))
    operator = page_for(OPERATOR_TWO, locale="en-US")
    operator.goto(address)
    tab_to(operator, operator.locator(SECOND).get_by_role("link", name="date"))
    operator.keyboard.press("Enter")
    tab_to(operator, operator.get_by_label("Day"))
    operator.keyboard.type("05062032")
    tab_to(operator, operator.get_by_label("Time"))
    operator.keyboard.type("0330AM")
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("heading", name="What it would mean")).to_be_visible()
    tab_to(operator, operator.get_by_label("Reason"))
    operator.keyboard.type("By keyboard")
    tab_to(operator, operator.get_by_role("button", name="Change the date"))
    operator.keyboard.press("Enter")
    expect(operator.locator(SECOND)).to_contain_text("May 6, 2032")
    approver = page_for(APPROVER_TWO)
    approver.goto(address)
    tab_to(approver, approver.locator(FIRST).get_by_role("link", name="Approve step 1…"))
    approver.keyboard.press("Enter")
    tab_to(approver, approver.get_by_label("Reason"))
    approver.keyboard.type("By keyboard")
    tab_to(approver, approver.get_by_role("button", name="Approve step 1"))
    approver.keyboard.press("Enter")
    expect(approver.locator(FIRST)).to_contain_text("Done")
    assert service.row(IMAGES).owner is System.VA_GOV
