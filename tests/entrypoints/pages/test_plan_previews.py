"""The rehearsal of a plan on its page."""

import pytest
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services.planning.starting import draft, start_plan
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.api.planned import LIVE, NIGHT, ON_PAGE
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import TESTER, World

TWO = text(
    step("first", FIRST_KEY, ON_PAGE, NIGHT, 'freeze_limit = "90s"', 'team = "VA Profile"', 'lead = "6w"'),
    step(
        "second",
        SECOND_KEY,
        ON_PAGE,
        'needs = { steps = ["first"], milestones = ["live"] }',
        NIGHT,
        'notice = { warning = "14d", text = "From {date} on VA.gov <b>." }',
    ),
)


@pytest.fixture
def viewer(filed: World) -> FlaskClient:
    """A viewer; a plan of two steps stands in its file."""
    put(filed, "milestones", LIVE)
    put(filed, "one", TWO)
    return filed.signed_in(Role.VIEWER)


def page_of(browser: FlaskClient, key: str = "one", query: str = "?ask=1") -> Element:
    """The page, which must have no faults and change nothing."""
    answer = browser.get(f"/plans/{key}/preview{query}")
    assert answer.status_code == 200, answer.text
    page = read(answer.text)
    assert faults(page) == []
    return page


def test_actions_stand_in_order_with_when_and_what_is_seen(filed: World, viewer: FlaskClient) -> None:
    with filed.store.reading() as unit:
        before = unit.ledger.head()
    page = page_of(viewer)
    first, second = page.one("ol", class_="acts").all("li", class_="box")
    assert first.one("h3").text == "1. Move Parcel on its way to VA.gov"
    assert "(Tuesday night)" in first.text
    assert "Nobody can change it for at most 1 minute 30 seconds" in first.text
    assert "Tell VA Profile by 2027-01-20, 42 days before it" in first.text
    rows = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in first.one("tbody").all("tr")]
    assert rows == [
        ["Parcel on its way", "Before it", "MHV", "MHV", "the profile on MHV"],
        ["Parcel on its way", "While nobody can change it", "MHV", "nobody", "the profile on MHV"],
        ["Parcel on its way", "After it", "VA.gov", "VA.gov", "the profile on VA.gov"],
    ]
    assert "From March 10, 2027 on VA.gov <b>." in second.text
    assert "“It is live” comes on its likely day" in page.one("section", aria_labelledby="assumed-h").text
    assert "as if it were started now" in page.one("main").text
    with filed.store.reading() as unit:
        assert unit.ledger.head() == before


def test_every_check_is_asked_for_real_and_what_fails_is_in_the_way(filed: World, viewer: FlaskClient) -> None:
    assert "Passes : MHV and VA.gov answer." in page_of(viewer).one("main").text
    filed.mhv.trouble = "It sleeps."
    told = page_of(viewer).one("main").text
    assert "In the way 2 things as it stands now" in told
    assert "It sleeps." in told


def test_several_preferences_are_counted_and_told_of_once_and_the_other_acts_have_their_words(
    filed: World, viewer: FlaskClient
) -> None:
    both = f'preferences = ["{FIRST_KEY}", "{SECOND_KEY}"]\n'
    notice = 'notice = { warning = "1d", text = "Soon.", instead = "Call." }\n'
    put(filed, "both", text(f'[[steps]]\nid = "all"\nto = "va_gov"\n{both}{notice}not_before = 2027-05-01T00:00:00\n'))
    page = page_of(viewer, "both")
    assert page.one("h3").text == "1. Move 2 preferences to VA.gov"
    assert page.one("main").text.count("“Soon.” Meanwhile: “Call.”") == 1
    assert "Veterans are told of Parcel on its way, Visit reminders from" in page.one("main").text
    put(
        filed,
        "gone",
        text(step("out", FIRST_KEY, "surfaces = []", to="nobody"), step("on", SECOND_KEY, ON_PAGE, to=None)),
    )
    assert sorted(one.text[3:] for one in page_of(viewer, "gone").all("h3")) == [
        "Change where Veterans find Visit reminders: the profile on VA.gov",
        "Retire Parcel on its way: nobody can change it any more",
    ]


def test_what_would_never_be_done_is_told_with_why(filed: World, viewer: FlaskClient) -> None:
    put(filed, "milestones", '[live]\ntitle = "It is live"\n')
    page = page_of(viewer)
    assert "Step second : No date: it waits for" in page.one("section", aria_labelledby="never-h").text
    assert "Ends No date 1 step would never be done." in page.one("main").text


def test_what_keeps_it_from_its_start_is_told(filed: World, viewer: FlaskClient) -> None:
    with filed.store.writing() as unit:
        start_plan(unit, filed.plans.judge("runs", TWO, filed.context.catalogue), TESTER)
    told = page_of(viewer).one("section", aria_labelledby="not-h").text
    assert "is in the plan runs, which is running." in told


def test_a_draft_is_rehearsed_before_its_file_and_a_running_plan_as_it_runs(filed: World, viewer: FlaskClient) -> None:
    plan = filed.plans.judge("one", text(step("only", SECOND_KEY)), filed.context.catalogue)
    with filed.store.writing() as unit:
        draft(unit, plan, TESTER)
    page = page_of(viewer)
    assert "The draft one as if it were started now." in page.one("main").text
    assert [one.text for one in page.all("h3")] == ["1. Move Visit reminders to VA.gov"]
    with filed.store.writing() as unit:
        start_plan(unit, filed.plans.judge("one", TWO, filed.context.catalogue), TESTER)
        draft(unit, plan, TESTER)
    page = page_of(viewer)
    assert "The plan one as it runs, from now on." in page.one("main").text
    assert page.links()["another page"] == "/plans/one/version"
    assert len(page.all("h3")) == 2


def test_several_steps_are_only_asked_about_when_somebody_asks(filed: World, viewer: FlaskClient) -> None:
    def reachable() -> str | None:
        raise AssertionError("a system was asked")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(filed.mhv, "reachable", reachable)
        page = page_of(viewer, query="")
    assert page.one("h1").text == "Rehearse Invented?"
    assert "that one is waited for, which takes about 2 seconds more" in page.one("main").text
    assert page.one("main").one("button").text == "Ask every check now"
    form = page.one("form", method="get")
    assert (form.attributes["action"], form.one("input").attributes["name"]) == ("/plans/one/preview", "ask")
    put(filed, "single", text(step("only")))
    assert len(page_of(viewer, "single", "").all("h3")) == 1


def test_no_such_plan_and_a_faulty_one_are_told(filed: World, viewer: FlaskClient) -> None:
    put(filed, "broken", "title = 3\n")
    assert viewer.get("/plans/nothing/preview").status_code == 404
    assert viewer.get("/plans/broken/preview").status_code == 422
