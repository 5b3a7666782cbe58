"""Dates, windows and terms of a plan by form: what becomes of the text, and what is told beside the fields."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.services.planning.starting import draft, start_plan
from app.services.recording import By
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import TESTER, World, mark_of

HEAD = """title = "Invented" # as people call it
time_zone = "America/New_York"
blackout = [
    { from = 2027-04-01, until = 2027-04-02, why = "first" }, # agreed
    { from = 2027-05-01, until = 2027-05-02, why = "second" },
]

[defaults]
bake = "3d"

"""
TEXT = text(step("one", FIRST_KEY, 'wait = "2d" # to rest'), step("two", SECOND_KEY), head=HEAD)
STEP, PLAN = "/plans/mine/steps/one/edit", "/plans/mine/edit"


@pytest.fixture
def browser(filed: World) -> FlaskClient:
    """An operator; the plan stands in its file."""
    put(filed, "mine", TEXT)
    return filed.signed_in(Role.OPERATOR)


def form_of(browser: FlaskClient, address: str) -> dict[str, str]:
    """The form as the page gives it out, which must have no faults."""
    page = read(browser.get(address).text)
    assert faults(page) == []
    fields = page.one("form", method="post", action=address).all("input")
    sent = [one for one in fields if one.attributes.get("type") != "checkbox" or "checked" in one.attributes]
    return {one.attributes["name"]: one.attributes.get("value", "") for one in sent}


def send(browser: FlaskClient, address: str, **entered: str) -> TestResponse:
    """Send the form as the page gave it out, but for what is said."""
    return browser.post(address, data={**form_of(browser, address), **entered})


def reviewed(answer: TestResponse) -> Element:
    """The page that shows what differs; nothing is kept yet."""
    page = read(answer.text)
    assert answer.status_code == 200, page.one("main").text
    assert page.one("h1").text == "Keep this as a draft of Invented?"
    assert faults(page) == []
    return page


def new_text(page: Element) -> str:
    """The text that the page would keep."""
    return page.one("input", name="text").attributes["value"]


def drafted(world: World) -> str | None:
    """The text of the draft."""
    with world.store.reading() as unit:
        kept = unit.drafts.find("mine")
    return None if kept is None else kept.text


def test_the_form_of_a_step_shows_what_it_says_itself_and_what_the_defaults_say(browser: FlaskClient) -> None:
    page = read(browser.get(STEP).text)
    assert page.one("h1").text == "Change step one of Invented"
    assert page.one("input", id="wait").attributes["value"] == "2d"
    assert page.one("input", id="bake").attributes["value"] == ""
    assert "what the defaults say. That is now: 3 days." in page.one("span", id="bake-hint").text
    assert faults(page) == []


def test_a_changed_step_is_shown_before_it_is_kept_and_then_kept_as_a_draft(filed: World, browser: FlaskClient) -> None:
    page = reviewed(send(browser, STEP, wait="4d", not_before="2027-03-02T01:00", freeze_limit="90s"))
    told = page.one("section", aria_labelledby="differs-h").text
    assert "Waits after its needs are met was 2 days becomes 4 days" in told
    assert "Not before was none becomes Tue, Mar 2, 2027, 1:00 a.m. ET (Monday night)" in told
    assert "Nobody can change it for at most was 2 minutes becomes 1 minute 30 seconds" in told
    assert drafted(filed) is None
    form = page.one("main").one("form")
    sent = {one.attributes["name"]: one.attributes["value"] for one in form.all("input", type="hidden")}
    assert 'wait = "4d" # to rest' in sent["text"]
    assert 'title = "Invented" # as people call it' in sent["text"]
    sent["text"] = sent["text"].replace("\n", "\r\n")
    answer = browser.post(form.attributes["action"], data={**sent, "reason": "They asked for it."})
    assert (answer.status_code, answer.location) == (303, "/plans/mine/draft")
    assert drafted(filed) == sent["text"].replace("\r\n", "\n")


def test_without_a_reason_nothing_is_kept_and_the_text_stands_in_the_form(filed: World, browser: FlaskClient) -> None:
    page = reviewed(send(browser, STEP, wait="4d"))
    form = page.one("main").one("form")
    sent = {one.attributes["name"]: one.attributes["value"] for one in form.all("input", type="hidden")}
    answer = browser.post("/plans/new", data={**sent, "reason": ""})
    assert answer.status_code == 422
    assert 'wait = "4d" # to rest' in read(answer.text).one("textarea", id="text").text
    assert drafted(filed) is None


def test_a_window_and_a_notice_are_written_and_taken_out_again(filed: World, browser: FlaskClient) -> None:
    words = {"notice_text": "From {date} on <VA.gov>.", "notice_warning": "14d"}
    page = reviewed(
        send(browser, STEP, window_days_tue="on", window_from="22:00", window_until="04:00", wait="", **words)
    )
    written = new_text(page)
    assert 'window = {days = ["tue"], from = 22:00:00, until = 04:00:00}' in written
    assert 'notice = {warning = "14d", text = "From {date} on <VA.gov>."}' in written
    assert "wait" not in written
    put(filed, "mine", written)
    form = form_of(browser, STEP)
    assert (form["window_days_tue"], form["window_from"], form["notice_warning"]) == ("on", "22:00", "14d")
    emptied = {**form, "window_from": "", "window_until": "", "notice_text": "", "notice_warning": ""}
    emptied.pop("window_days_tue")
    assert "window" not in new_text(reviewed(browser.post(STEP, data=emptied)))


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"wait": "soon"}, "wait", '"soon" cannot be used. A duration is a whole number'),
        ({"late": "0s"}, "late", "It would be over at once"),
        ({"freeze_limit": "1s"}, "freeze_limit", "could end before every older write has"),
        ({"not_before": "2027-02-30T00:00"}, "not_before", "“2027-02-30T00:00” cannot be used."),
        ({"not_before": "2027-03-14T02:30"}, "not_before", "America/New_York skips this time"),
        ({"not_before": "9999-01-01T00:00"}, "not_before", "The year must be from 2000 to 2199."),
        ({"window_from": "22:00", "window_until": "04:00"}, "window_days_mon", "Choose the days"),
        ({"window_days_tue": "on", "window_from": "25:00", "window_until": "04:00"}, "window_from", "“25:00” cannot"),
        ({"window_days_tue": "on", "window_from": "22:00"}, "window_until", "A window needs both times."),
        ({"notice_warning": "14d"}, "notice_text", "Say what Veterans are told"),
        ({"notice_text": "On {day}."}, "notice_text", "Only {date} and {time} may stand in braces"),
        ({"notice_text": "x", "notice_blocked": "<script>"}, "notice_blocked", '"<script>" cannot be used.'),
        ({}, "not_before", "Nothing was changed in this form"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_everything_typed_stays(
    filed: World, browser: FlaskClient, entered: dict[str, str], field: str, sentence: str
) -> None:
    answer = send(browser, STEP, **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert sentence in page.one("p", id=f"{field}-error").text
    assert page.one("div", id="errors").one("a").attributes["href"] == f"#{field}"
    for name, value in entered.items():
        assert page.one("input", id=name).attributes["value"] == value
    assert drafted(filed) is None
    assert faults(page) == []


def test_the_form_of_a_plan_has_its_blackouts_and_leads_to_its_steps(browser: FlaskClient) -> None:
    form = form_of(browser, PLAN)
    assert (form["blackout_0_from"], form["blackout_1_why"], form["blackout_3_from"]) == ("2027-04-01", "second", "")
    page = read(browser.get(PLAN).text)
    assert page.links()["Change step two…"] == "/plans/mine/steps/two/edit"


def test_blackouts_are_changed_put_in_and_taken_out(browser: FlaskClient) -> None:
    page = reviewed(
        send(
            browser,
            PLAN,
            blackout_0_until="2027-04-03",
            blackout_2_from="2027-07-02T18:00",
            blackout_2_until="2027-07-06",
        )
    )
    written = new_text(page)
    assert '{ from = 2027-04-01, until = 2027-04-03, why = "first" }, # agreed' in written
    assert "from = 2027-07-02T18:00:00, until = 2027-07-06" in written
    assert "Blackouts was first, from" in page.one("main").text
    emptied = {f"blackout_{row}_{name}": "" for row in (0, 1) for name in ("from", "until", "why")}
    assert "blackout" not in new_text(reviewed(send(browser, PLAN, **emptied)))


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"blackout_1_until": "2027-01-01"}, "blackout_1_until", "This blackout ends before it begins."),
        ({"blackout_2_from": "2027-07-01"}, "blackout_2_until", "A blackout needs both ends."),
        ({"blackout_2_from": "soon", "blackout_2_until": "2027-07-01"}, "blackout_2_from", "“soon” cannot be used."),
        (
            {"blackout_0_from": "", "blackout_0_until": "", "blackout_0_why": "", "blackout_1_why": "x" * 501},
            "blackout_1_why",
            "Write one line of 1 to 500 characters.",
        ),
        ({}, "blackout_0_from", "Nothing was changed in this form"),
    ],
)
def test_a_wrong_blackout_is_told_in_its_own_row(
    browser: FlaskClient, entered: dict[str, str], field: str, sentence: str
) -> None:
    answer = send(browser, PLAN, **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert sentence in page.one("p", id=f"{field}-error").text
    assert faults(page) == []


@pytest.mark.parametrize(("address", "field"), [(STEP, "wait"), (PLAN, "blackout_0_why")])
def test_a_text_that_changed_meanwhile_is_looked_at_first(
    filed: World, browser: FlaskClient, address: str, field: str
) -> None:
    form = form_of(browser, address)
    put(filed, "mine", f"# newer\n{TEXT}")
    answer = browser.post(address, data={**form, field: "9d"})
    page = read(answer.text)
    assert answer.status_code == 412
    assert "The text was changed since you opened this form." in page.one("div", id="errors").text
    assert page.one("input", id=field).attributes["value"] == "9d"
    assert faults(page) == []
    fresh = page.one("input", name="base").attributes["value"]
    reviewed(browser.post(address, data={**form, field: "9d", "base": fresh}))


def test_a_draft_is_edited_before_what_runs_and_kept_only_by_who_saw_it(filed: World, browser: FlaskClient) -> None:
    catalogue = filed.context.catalogue
    with filed.store.writing() as unit:
        start_plan(unit, filed.plans.judge("mine", TEXT, catalogue), TESTER)
    assert "# newer" not in new_text(reviewed(send(browser, STEP, wait="4d")))
    with filed.store.writing() as unit:
        draft(unit, filed.plans.judge("mine", f"# newer\n{TEXT}", catalogue), By("token:grace", "Newer."))
    page = reviewed(send(browser, STEP, wait="4d"))
    assert new_text(page).startswith("# newer")
    assert page.one("input", name="seen").attributes["value"] == "1"


def test_only_an_operator_edits_and_what_is_not_there_is_told(filed: World, browser: FlaskClient) -> None:
    viewer = filed.signed_in(Role.VIEWER)
    for address in (STEP, PLAN):
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, data={"mark": mark_of(viewer)}).status_code == 403
    assert browser.get("/plans/mine/steps/nothing/edit").status_code == 404
    assert browser.get("/plans/nothing/edit").status_code == 404
