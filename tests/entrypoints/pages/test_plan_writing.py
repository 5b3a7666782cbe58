"""A plan that is pasted or uploaded: what is told of it, and the draft that is kept of it."""

import pytest
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.entrypoints.pages.plan_texts import MOST_LINES, listing
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.filed import HEAD, put, step, text
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.written import GOOD, HOSTILE, OTHER, kept, send, summary, uploaded
from tests.entrypoints.world import World


@pytest.fixture
def browser(filed: World) -> FlaskClient:
    """An operator; plans stand in files."""
    return filed.signed_in(Role.OPERATOR)


def test_the_empty_form_says_that_nothing_starts(browser: FlaskClient) -> None:
    page = read(browser.get("/plans/new").text)
    assert page.one("h1").text == "Write a new plan"
    assert "Nothing starts and nothing that runs changes" in page.one("main").text
    assert [one.attributes["name"] for one in page.all("textarea")] == ["text", "reason"]
    assert page.one("form", enctype="multipart/form-data").attributes["action"] == "/plans/new"
    assert faults(page) == []


def test_a_pasted_text_is_kept_as_a_draft_with_its_reason_in_the_name_of_the_person(
    filed: World, browser: FlaskClient
) -> None:
    answer = send(browser)
    assert (answer.status_code, answer.location) == (303, "/plans/one/draft")
    draft = kept(filed)
    assert draft is not None
    assert (draft.text, draft.actor, draft.reason, draft.version) == (GOOD, "person:ada <dev-ada>", "It is wanted.", 1)


def test_a_text_as_browsers_send_it_is_the_text_that_was_typed(filed: World, browser: FlaskClient) -> None:
    send(browser, text=GOOD.replace("\n", "\r\n"))
    assert getattr(kept(filed), "text", None) == GOOD


@pytest.mark.parametrize(
    "content", [GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()]
)
def test_an_uploaded_file_is_kept_alike(filed: World, browser: FlaskClient, content: bytes) -> None:
    assert send(browser, text="", file=uploaded(content)).status_code == 303
    assert getattr(kept(filed), "text", None) == GOOD


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"key": ""}, "key", "Name the plan in one word"),
        ({"key": "../etc"}, "key", "Name the plan in one word"),
        ({"key": "x" * 61}, "key", "Name the plan in one word"),
        ({"reason": " "}, "reason", "Say why."),
        ({"reason": "x" * 501}, "reason", "at most 500 characters; these are 501."),
        ({"text": " \n"}, "text", "There is no text. Paste a plan, or choose its file."),
        ({"text": None}, "text", "There is no text. Paste a plan, or choose its file."),
        ({"text": "#" * 60_001}, "text", "A plan has at most 60000 characters; this one has 60001."),
        ({"text": f"# \x00\n{GOOD}"}, "text", "The text holds a null byte"),
    ],
)
def test_what_is_missing_or_wrong_stands_beside_its_field_and_nothing_is_kept(
    filed: World, browser: FlaskClient, entered: dict[str, str | None], field: str, sentence: str
) -> None:
    answer = send(browser, **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert sentence in page.one("p", id=f"{field}-error").text
    assert any(sentence in one for one in summary(page))
    assert kept(filed) is None
    assert faults(page) == []


@pytest.mark.parametrize(
    ("pasted", "file", "sentence"),
    [
        (GOOD, (GOOD.encode(), "one.toml"), "A text was pasted and a file was chosen. Send one of the two."),
        ("", (b"", "one.toml"), "This file is empty."),
        ("", (b"\xff\xfe\x00", "one.toml"), "This file is no text in UTF-8."),
        ("", (GOOD.encode(), "one.exe"), "A plan is a file that ends in .toml."),
        ("", (b"#" * 60_001, "one.toml"), "A plan has at most 60000 characters; this one has 60001."),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_beside_the_file(
    filed: World, browser: FlaskClient, pasted: str, file: tuple[bytes, str], sentence: str
) -> None:
    answer = send(browser, text=pasted, file=uploaded(*file))
    page = read(answer.text)
    assert answer.status_code == 422
    assert sentence in page.one("p", id="file-error").text
    assert page.one("textarea", id="text").text == " ".join(pasted.split())
    assert kept(filed) is None
    assert faults(page) == []


def test_a_form_that_no_plan_can_need_is_refused_before_it_is_read(filed: World, browser: FlaskClient) -> None:
    answer = send(browser, text="#" * 450_000)
    assert answer.status_code == 413
    assert faults(read(answer.text)) == []


def test_each_fault_stands_under_its_line_and_the_summary_leads_there(filed: World, browser: FlaskClient) -> None:
    wrong = text(step("first", FIRST_KEY, "bake = 3"), step("second", SECOND_KEY, 'wait = "soon"'))
    answer = send(browser, text=wrong)
    page = read(answer.text)
    assert answer.status_code == 422
    under = {int(one.attributes["id"][5:]): one for one in page.all("li", class_="is-wrong")}
    assert sorted(under) == [7, 12]
    assert "bake = 3" in under[7].text
    assert "This must be a duration in quotes" in under[7].text
    assert 'For example: "30s"' in under[7].text
    assert '"soon" cannot be used.' in under[12].text
    links = page.one("div", id="errors").links()
    assert list(links.values()) == ["#line-7", "#line-12"]
    assert next(iter(links)).startswith("Line 7: This must be a duration")
    assert page.one("textarea", id="text").text == " ".join(wrong.split())
    assert page.one("div", role="region").attributes["tabindex"] == "0"
    assert kept(filed) is None
    assert faults(page) == []


def test_a_missing_reason_and_the_faults_of_the_text_are_told_at_once(browser: FlaskClient) -> None:
    page = read(send(browser, text=text(step("first", FIRST_KEY, "bake = 3")), reason="").text)
    assert [link.attributes["href"] for link in page.one("div", id="errors").all("a")] == ["#reason", "#line-7"]
    assert faults(page) == []


def test_a_fault_of_no_line_leads_to_the_text(browser: FlaskClient) -> None:
    page = read(send(browser, key="compare").text)
    [link] = page.one("div", id="errors").all("a")
    assert link.attributes["href"] == "#text"
    assert "compare cannot be a plan" in link.text
    assert faults(page) == []


def test_no_plan_is_called_as_the_page_that_writes_one(browser: FlaskClient) -> None:
    assert "new cannot be a plan" in send(browser, key="new").text


def test_hostile_text_is_shown_and_does_nothing(browser: FlaskClient) -> None:
    answer = send(browser, text=f"{HOSTILE}\n", reason=HOSTILE, key=HOSTILE)
    assert "<script>alert" not in answer.text
    answer = send(browser, text=f"{HEAD}{HOSTILE} = 1\n", reason=HOSTILE)
    page = read(answer.text)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert page.one("textarea", id="reason").text == HOSTILE
    send(browser, text=f"# {HOSTILE}\n{GOOD}", reason=HOSTILE)
    page = read(browser.get("/plans/one/draft").text)
    assert HOSTILE in page.one("main").text
    assert faults(page) == []


def test_a_very_long_text_is_shown_up_to_a_limit_and_with_all_its_faults() -> None:
    text_of_many = "\n" * (MOST_LINES + 500)
    fault = {"line": MOST_LINES + 400, "key": None, "what": "Wrong.", "mend": "Mend it."}
    shown = listing(text_of_many, [fault])
    assert [line.number for line in shown.lines][-2:] == [MOST_LINES, MOST_LINES + 400]
    assert shown.left_out == 499


def test_a_draft_that_is_there_already_is_not_overwritten_and_the_text_is_kept(
    filed: World, browser: FlaskClient
) -> None:
    send(browser)
    answer = send(browser, text=OTHER)
    page = read(answer.text)
    assert answer.status_code == 422
    assert "A draft of one is kept already, by ada: “It is wanted.”." in page.one("p", id="key-error").text
    assert page.one("textarea", id="text").text == " ".join(OTHER.split())
    assert getattr(kept(filed), "text", None) == GOOD
    assert faults(page) == []


def test_a_draft_is_edited_by_who_saw_it_as_it_is(filed: World, browser: FlaskClient) -> None:
    send(browser)
    form = read(browser.get("/plans/new?edit=one").text)
    assert form.one("h1").text == "Write the next text of one"
    assert form.one("input", name="seen").attributes["value"] == "1"
    assert form.one("input", name="key").attributes["value"] == "one"
    assert faults(form) == []
    assert send(browser, text=OTHER, seen="1").status_code == 303
    stale = send(browser, text=GOOD, seen="1")
    assert stale.status_code == 412
    assert read(stale.text).one("textarea", id="text").text == " ".join(GOOD.split())
    assert getattr(kept(filed), "text", None) == OTHER


def test_a_draft_that_went_meanwhile_is_not_written_anew_unseen(filed: World, browser: FlaskClient) -> None:
    answer = send(browser, seen="1")
    assert answer.status_code == 412
    assert "Somebody else was first. Nothing was done" in answer.text
    assert kept(filed) is None


def test_a_new_plan_is_written_from_another_one(filed: World, browser: FlaskClient) -> None:
    put(filed, "old", GOOD)
    page = read(browser.get("/plans/new?from=old").text)
    assert page.one("textarea", id="text").text == " ".join(GOOD.split())
    assert page.one("input", name="key").attributes["value"] == ""
    assert page.one("input", name="seen").attributes["value"] == "0"
    assert faults(page) == []
    assert browser.get("/plans/new?from=nothing").status_code == 404


def test_only_an_operator_writes(filed: World) -> None:
    viewer = filed.signed_in(Role.VIEWER)
    assert viewer.get("/plans/new").status_code == 403
    assert send(viewer).status_code == 403
    assert kept(filed) is None
