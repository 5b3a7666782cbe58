"""What a plan names that stands elsewhere: milestones, and checks with what each asks about."""

from dataclasses import replace

import pytest

from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.plan_faults import Outside
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from tests.domain.file_texts import PLAN, changed, plan_source
from tests.domain.test_plan_file import catalogue

KNOWN = Outside(
    {key: Milestone(key, key) for key in ("letters_live", "cards_live")},
    {"systems_reachable": None, "confirmed": "a name for what is confirmed"},
)


def read(needs: str, outside: Outside = KNOWN, files: Catalogue | None = None) -> Plan | list[Fault]:
    """The usual plan, whose second step needs something else."""
    text = changed(PLAN, '{ steps = ["first"] }', f"{{ {needs} }}")
    return read_plan(plan_source(text), files or catalogue(), outside=outside)


def test_milestones_and_checks_are_read_as_they_are_named() -> None:
    plan = read(
        'steps = ["first"], milestones = ["cards_live", "letters_live"], '
        'checks = ["systems_reachable", "confirmed:printed-7.2"]'
    )
    assert isinstance(plan, Plan)
    step = plan.steps[1]
    assert (step.needs_steps, step.milestones) == (("first",), ("cards_live", "letters_live"))
    assert step.checks == ("systems_reachable", "confirmed:printed-7.2")


def test_no_plan_is_called_as_the_address_at_which_plans_are_compared() -> None:
    source = plan_source(PLAN)
    found = read_plan(replace(source, key="compare", file="cutover_plans/compare.toml"), catalogue(), outside=KNOWN)
    assert not isinstance(found, Plan)
    assert [(fault.file, fault.key) for fault in found] == [("cutover_plans/compare.toml", None)]
    assert "address" in found[0].what


# what it needs, key of the fault, words of it
BAD = [
    ('milestones = ["card_live"]', "milestones[1]", "Did you mean cards_live?"),
    ('milestones = ["letters_live", "x"]', "milestones[2]", "Known here: cards_live, letters_live."),
    ('milestones = ["cards_live", "cards_live"]', "milestones[2]", "named twice"),
    ('milestones = ["Cards live"]', "milestones[1]", "small letters"),
    ('milestones = "cards_live"', "milestones", "must be a list"),
    ('checks = ["system_reachable"]', "checks[1]", "Did you mean systems_reachable?"),
    ('checks = ["confirmed"]', "checks[1]", 'Write "confirmed:" and a name for what is confirmed.'),
    ('checks = ["systems_reachable:mhv"]', "checks[1]", 'Write "systems_reachable".'),
    ('checks = ["confirmed:"]', "checks[1]", "a colon and that name"),
    ('checks = ["confirmed:two words"]', "checks[1]", "a colon and that name"),
    ('checks = ["confirmed:a", "confirmed:a"]', "checks[2]", "named twice"),
    ('check = ["confirmed:a"]', "check", "Did you mean checks?"),
]


@pytest.mark.parametrize(("needs", "key", "words"), BAD)
def test_a_name_of_nothing_is_refused_with_the_nearest_one(needs: str, key: str, words: str) -> None:
    told = read(needs)
    assert isinstance(told, list)
    assert [(fault.line, fault.key) for fault in told] == [(19, f"steps[2].needs.{key}")]
    assert words in str(told[0])


def test_one_check_may_be_asked_about_several_things() -> None:
    assert isinstance(read('checks = ["confirmed:a", "confirmed:b"]'), Plan)


def test_a_milestone_is_not_called_misspelt_while_the_file_of_milestones_cannot_be_read() -> None:
    told = read('milestones = ["cards_live"]', Outside({}, KNOWN.checks, readable=False))
    assert isinstance(told, list)
    assert told[0].mend == "Mend milestones.toml first."


def test_a_plan_that_was_started_is_read_although_what_it_names_has_gone() -> None:
    text = changed(PLAN, '{ steps = ["first"] }', '{ milestones = ["gone"], checks = ["gone:x"] }')
    assert isinstance(read_plan(plan_source(text)), Plan)
