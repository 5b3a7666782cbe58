"""Help explains every word, and says of roles what the rules of the routes say."""

import re

import pytest

from app.domain.moves import Stage
from app.domain.ownership import State
from app.domain.plans import PlanState, StepState
from app.domain.roles import INCLUDES, Role
from app.entrypoints.access import may, rule_of
from app.entrypoints.pages.help_words import CHECKS, PLANS, STEPS
from app.entrypoints.pages.helping import ROLE_NAMES, holders
from app.services.checks.answers import Verdict
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World

WORDS = (
    *("preference", "system", "ownership", "epoch", "revision", "lease", "permit", "move", "stage", "freeze", "drain"),
    *("plan", "step", "version", "milestone", "check", "surfaces", "retired", "ledger"),
    *("pause", "stop", "lock", "hold", "call-off"),
)


@pytest.fixture
def page(world: World) -> Element:
    """The page as a viewer sees it."""
    return read(world.signed_in(Role.VIEWER).get("/help").text)


def test_every_word_is_explained_and_can_be_linked_to(page: Element) -> None:
    for word in WORDS:
        place = page.one("dt", id=word)
        assert place.text
    assert faults(page) == []


def test_the_list_of_contents_leads_to_every_part(page: Element) -> None:
    listed = {link.attributes["href"] for link in page.one("nav", aria_label="On this page").all("a")}
    assert {f"#{heading.attributes['id']}" for heading in page.all("h2")} == listed - {"/api#codes"}


def test_every_stage_and_every_state_is_there(page: Element) -> None:
    ids = {one.attributes["id"] for one in page.all("dt") if "id" in one.attributes}
    assert {f"stage-{stage.value}" for stage in Stage} <= ids
    assert {f"plan-{state.value}" for state in PlanState} <= ids
    assert {f"step-{state.value}" for state in StepState} <= ids
    assert {f"check-{answer.value}" for answer in Verdict} <= ids
    assert [len(table) for table in (PLANS, STEPS, CHECKS)] == [len(PlanState), len(StepState), len(Verdict)]
    for state in State:
        assert page.all("span", class_=f"track track--{state.value}")


def test_what_a_role_may_is_what_the_rules_say_and_nothing_else(world: World, page: Element) -> None:
    told = page.one("section", aria_labelledby="roles")
    for holder in holders(world.app):
        changes = {
            rule.endpoint
            for rule in world.app.url_map.iter_rules()
            if (rule.rule.startswith("/api/") or rule.endpoint in {"pages.make_token", "pages.revoke_now"})
            and (rule.methods or set()) & {"POST", "PUT", "DELETE"}
            and holder.role in (rule_of(world.app, rule.endpoint) or ())
        }
        assert len(holder.changes) == len(changes)
        assert {ROLE_NAMES[role] for role in INCLUDES[holder.role]} - {holder.name} == set(holder.includes)
        assert all(sentence in told.text for sentence in holder.changes)


def test_a_rule_that_is_changed_changes_the_page(world: World) -> None:
    def planted() -> str:
        """Plant something. Nobody does."""
        return "planted"

    world.app.add_url_rule("/api/v1/planted", "planted", may(Role.APPROVER)(planted), methods=["POST"])
    text = read(world.signed_in(Role.VIEWER).get("/help").text).one("section", aria_labelledby="roles").text
    assert text.count("Plant something.") == 1
    assert text.index("Approver") < text.index("Plant something.") < text.index("Administrator")


def test_the_ambiguous_word_is_never_used(page: Element) -> None:
    assert not re.search(r"\bphase\b", page.text, re.IGNORECASE)
