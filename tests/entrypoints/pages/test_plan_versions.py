"""The difference between the plan in force and its new text, and accepting it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.services.planning.acting import STEP_ACTS, on_step
from app.services.planning.starting import draft, start_plan
from app.services.recording import By
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import TESTER, World, mark_of

OLD = text(step("first", FIRST_KEY, "approvals = 1"), step("gone", SECOND_KEY, "not_before = 2027-05-01T00:00:00"))
NEW = text(
    step(
        "first",
        FIRST_KEY,
        "approvals = 1",
        'bake = "3d"',
        'window = { days = ["tue"], from = 22:00:00, until = 04:00:00 }',
    ),
    step("fresh", SECOND_KEY, "not_before = 2027-06-01T00:00:00"),
)
HOSTILE = "<script>alert(1)</script>"


def write(world: World, written: str, reason: str = "A better one.") -> None:
    """Keep the next text of the plan as a draft."""
    plan = world.plans.judge("one", written, world.context.catalogue)
    with world.store.writing() as unit:
        draft(unit, plan, By("token:grace", reason))


@pytest.fixture
def browser(filed: World) -> FlaskClient:
    """An operator; the plan runs by its old text, and the new one is drafted."""
    with filed.store.writing() as unit:
        start_plan(unit, filed.plans.judge("one", OLD, filed.context.catalogue), TESTER)
    write(filed, NEW)
    return filed.signed_in(Role.OPERATOR)


def page_of(browser: FlaskClient) -> Element:
    """The page, which must have no faults."""
    page = read(browser.get("/plans/one/version").text)
    assert faults(page) == []
    return page


def accept(browser: FlaskClient, **entered: str) -> TestResponse:
    """Send the form as the page gives it out now, filled in rightly but for what is said."""
    return browser.post("/plans/one/version", data={**form_of(browser), **entered})


def form_of(browser: FlaskClient) -> dict[str, str]:
    """The form as the page gives it out now, filled in rightly."""
    hidden = {one.attributes["name"]: one.attributes["value"] for one in page_of(browser).all("input", type="hidden")}
    return {**hidden, "reason": "It is better.", "typed": "one"}


def runs_by(world: World) -> str:
    """The text in force."""
    with world.store.reading() as unit:
        row = unit.plans.find("one")
    assert row is not None
    return row.text


def test_each_member_is_told_in_words_as_it_was_and_as_it_becomes(browser: FlaskClient) -> None:
    page = page_of(browser)
    told = page.one("section", aria_labelledby="differs-h").text
    assert page.one("h1").text == "Let the new text of Invented run?"
    assert "The new owner is watched for was none becomes 3 days" in told
    assert "Window was any time becomes Tuesday, from 10:00 p.m. to 4:00 a.m. on the next day" in told
    assert f"Step gone is taken out was Moves {SECOND_KEY} to VA.gov." in told
    assert f"Step fresh is new becomes Moves {SECOND_KEY} to VA.gov." in told
    assert page.one("section", aria_labelledby="differs-h").all("del")[0].text == "any time"
    assert "3 steps differ" in page.one("main").text
    assert "A draft of grace: “A better one.”" in page.one("main").text
    assert "-not_before = 2027-05-01T00:00:00" in [one.text for one in page.one("details", class_="members").all("del")]


def test_approvals_that_it_voids_are_named(filed: World, browser: FlaskClient) -> None:
    assert "No approval becomes void" in page_of(browser).one("main").text
    by = By("token:linus", "Looks right.")
    on_step(filed.context, ("one", "first"), by, lambda _: None, STEP_ACTS["approve"].do)
    assert "Approvals that become void Step first: the approval of linus" in page_of(browser).one("main").text


def test_the_new_text_runs_once_it_is_accepted_and_only_once(filed: World, browser: FlaskClient) -> None:
    answer = accept(browser)
    assert answer.status_code == 303
    assert runs_by(filed) == NEW
    with filed.store.reading() as unit:
        [entry] = [one for one in unit.ledger.entries() if one.act == "version_accepted"]
    assert (entry.actor, entry.reason) == ("person:ada <dev-ada>", "It is better.")


@pytest.mark.parametrize(
    ("entered", "field"), [({"typed": "two"}, "typed"), ({"reason": ""}, "reason"), ({"reason": "x" * 501}, "reason")]
)
def test_a_wrong_word_or_no_reason_accepts_nothing_and_keeps_what_was_seen(
    filed: World, browser: FlaskClient, entered: dict[str, str], field: str
) -> None:
    answer = accept(browser, version="7", hash="seen", **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.one("p", id=f"{field}-error").text
    assert page.one("input", name="hash").attributes["value"] == "seen"
    assert page.one("input", name="version").attributes["value"] == "7"
    assert runs_by(filed) == OLD
    assert faults(page) == []


def test_a_text_that_changed_since_it_was_seen_is_not_accepted(filed: World, browser: FlaskClient) -> None:
    seen = page_of(browser).one("input", name="hash").attributes["value"]
    write(filed, NEW.replace("3d", "4d"))
    answer = accept(browser, hash=seen)
    page = read(answer.text)
    assert answer.status_code == 412
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert page.links()["Show it as it is now"] == "/plans/one/version"
    assert runs_by(filed) == OLD


def test_a_form_without_the_hash_of_what_was_seen_accepts_nothing(filed: World, browser: FlaskClient) -> None:
    assert accept(browser, hash="").status_code == 412
    assert runs_by(filed) == OLD


def test_a_plan_that_went_on_since_it_was_seen_is_decided_anew(filed: World, browser: FlaskClient) -> None:
    assert accept(browser, version="0").status_code == 412
    assert runs_by(filed) == OLD


def test_of_two_who_accept_at_once_and_of_a_form_that_is_sent_twice_the_second_is_told_that_somebody_was_first(
    filed: World, browser: FlaskClient
) -> None:
    other = filed.person(Role.OPERATOR, name="Operator Two")
    forms = [(who, form_of(who)) for who in (browser, other)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda one: one[0].post("/plans/one/version", data=one[1]).status_code, forms))
    assert sorted(answers) == [303, 412]
    again = browser.post("/plans/one/version", data=forms[0][1])
    page = read(again.text)
    assert again.status_code == 412
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert faults(page) == []
    with filed.store.reading() as unit:
        assert [one.act for one in unit.ledger.entries()].count("version_accepted") == 1


def test_who_writes_no_plans_is_not_offered_the_next_text(filed: World, browser: FlaskClient) -> None:
    words = "Write the next text of one…"
    assert words in page_of(browser).links()
    named = filed.person(Role.VIEWER, Role.APPROVER, name="operator")
    assert words not in page_of(named).links()


def test_a_viewer_reads_the_difference_and_is_told_who_can_accept_it(filed: World, browser: FlaskClient) -> None:
    viewer = filed.signed_in(Role.VIEWER)
    page = page_of(viewer)
    assert "An operator can accept it. Your role is viewer." in page.one("main").text
    assert page.one("main").all("form") == []
    data = {"mark": mark_of(viewer), "reason": "x", "typed": "one", "version": "1", "hash": ""}
    assert viewer.post("/plans/one/version", data=data).status_code == 403
    assert runs_by(filed) == OLD


def test_the_same_text_is_nothing_new(filed: World, browser: FlaskClient) -> None:
    write(filed, OLD)
    page = page_of(browser)
    assert page.one("h1").text == "The text in force is the newest one"
    assert page.one("main").all("form") == []


def test_comments_alone_change_nothing_that_the_plan_does(filed: World, browser: FlaskClient) -> None:
    write(filed, f"# {HOSTILE}\n{OLD}", HOSTILE)
    page = page_of(browser)
    assert "Nothing that the plan does: the texts differ only in comments" in page.one("main").text
    assert HOSTILE in page.one("main").text


def test_what_has_begun_is_in_the_way_of_a_text_that_says_otherwise(filed: World, browser: FlaskClient) -> None:
    on_step(filed.context, ("one", "first"), By("token:linus", "Right."), lambda _: None, STEP_ACTS["approve"].do)
    filed.context.tick()
    write(filed, text(step("other", SECOND_KEY)))
    page = page_of(browser)
    assert "What is in the way Step first is running and is missing in the new version." in page.one("main").text
    assert page.one("main").all("form") == []
    assert "The new text cannot be accepted as it stands." in page.one("main").text


def test_a_file_with_faults_and_no_file_are_told(filed: World, browser: FlaskClient) -> None:
    with filed.store.writing() as unit:
        unit.drafts.delete("one")
    assert "There is neither a draft nor a file of the plan one." in page_of(browser).one("main").text
    put(filed, "one", OLD.replace("approvals = 1", 'approvals = "one"'))
    assert "Line 7: This must be a whole number" in page_of(browser).one("main").text
    put(filed, "one", NEW)
    assert "Next 3 steps differ Its file." in page_of(browser).one("main").text


def test_a_plan_that_was_not_started_has_no_version(filed: World, browser: FlaskClient) -> None:
    put(filed, "idle", text(step("first")))
    assert browser.get("/plans/idle/version").status_code == 409
    assert browser.get("/plans/nothing/version").status_code == 404


def test_what_is_new_of_the_plan_itself_is_told(filed: World, browser: FlaskClient) -> None:
    write(
        filed,
        OLD.replace(
            'title = "Invented"\n', 'title = "Other words"\nblackout = [{ from = 2027-04-01, until = 2027-04-02 }]\n'
        ),
    )
    told = page_of(browser).one("section", aria_labelledby="differs-h").text
    assert "Title was Invented becomes Other words" in told
    assert "Blackouts was none becomes blackout, from Thu, Apr 1, 2027, 12:00 a.m. ET" in told
