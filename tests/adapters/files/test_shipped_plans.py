"""The four approaches of the brief are four complete plans, and one tells what happened in the end."""

from datetime import timedelta

import pytest

from app.adapters.files import plans
from app.domain.catalogue import Catalogue
from app.domain.ownership import NOBODY, System
from app.domain.plans import Plan, Step
from tests.adapters.files.test_shipped_files import APPROACHES, LIMITS, ROOT, SHIPPED, shipped

FILES = shipped("production")
LOADED = plans.load(ROOT / "cutover_plans", Catalogue(FILES), LIMITS)
FOUR = {approach: LOADED.plans[key] for approach, key in APPROACHES.items()}
HAD_BY_MHV = {key for key, one in FILES.items() if one.starts_with is System.MHV}
MHV_PROFILE, MHV_PAGE, VA_GOV_PROFILE = "mhv_profile", "mhv_feature_page", "va_gov_profile"


def moves(plan: Plan) -> list[Step]:
    """The steps of a plan that move something."""
    return [step for step in plan.steps if step.to is not None]


def pages_at_the_end(plan: Plan) -> dict[str, tuple[str, ...] | None]:
    """The pages of each preference when every step is done. No preference stands in two steps without an order."""
    return {key: step.surfaces for step in plan.steps for key in step.preferences}


@pytest.mark.parametrize("approach", APPROACHES)
def test_each_approach_moves_all_seven_preferences_to_va_gov_once(approach: str) -> None:
    plan = FOUR[approach]
    assert plan.approach == approach
    assert sorted(key for step in moves(plan) for key in step.preferences) == sorted(SHIPPED)
    assert {step.to for step in moves(plan)} == {System.VA_GOV}


@pytest.mark.parametrize("approach", APPROACHES)
def test_each_approach_uses_the_gates_that_the_language_has(approach: str) -> None:
    plan = FOUR[approach]
    assert plan.blackouts
    for step in plan.steps:
        assert step.window is not None
        assert step.approvals >= 1
        assert step.notice is not None
        assert step.bake >= timedelta(days=1)
        assert step.freeze_limit == timedelta(minutes=2)
    asked = {"leases_current", "write_errors"}
    assert all(asked <= set(step.checks) and step.team and step.lead for step in moves(plan))
    assert any(check.startswith("confirmed:") for step in plan.steps for check in step.checks)


@pytest.mark.parametrize("approach", "AC")
def test_one_at_a_time_is_a_move_for_each_preference_that_leaves_its_page_on_va_gov_alone(approach: str) -> None:
    plan = FOUR[approach]
    assert all(len(step.preferences) == 1 for step in plan.steps)
    assert set(pages_at_the_end(plan).values()) == {(VA_GOV_PROFILE,)}


def test_in_b_everything_that_mhv_has_waits_for_mhv_to_be_connected_and_keeps_its_page_there() -> None:
    connecting = {key for key, one in LOADED.milestones.items() if one.connects}
    assert len(connecting) == 1
    for step in FOUR["B"].steps:
        assert step.preferences != ()
        assert set(step.preferences) <= HAD_BY_MHV | {"lab_results_ready"}
        if set(step.preferences) <= HAD_BY_MHV:
            assert connecting <= set(step.milestones)
            assert step.surfaces == (MHV_PROFILE, VA_GOV_PROFILE)
    assert all(not connecting & set(step.milestones) for name in "ACD" for step in FOUR[name].steps)


def test_b_is_a_and_that_milestone() -> None:
    for one, other in zip(FOUR["A"].steps, FOUR["B"].steps, strict=True):
        assert (one.id, one.preferences, one.checks) == (other.id, other.preferences, other.checks)
        assert set(other.milestones) - set(one.milestones) <= {"mhv_writes_to_va_profile"}


def test_c_changes_the_page_of_each_preference_that_mhv_has_before_it_moves_it_and_is_a_from_there() -> None:
    plan = FOUR["C"]
    paged = {step.preferences[0]: step for step in plan.steps if step.to is None}
    assert set(paged) == HAD_BY_MHV
    assert {step.surfaces for step in paged.values()} == {(MHV_PAGE,)}
    for step, in_a in zip(moves(plan), FOUR["A"].steps, strict=True):
        before = paged.get(step.preferences[0])
        assert step.needs_steps == (() if before is None else (before.id,))
        assert (step.id, step.preferences, step.milestones) == (in_a.id, in_a.preferences, in_a.milestones)


def test_d_moves_all_that_mhv_has_in_one_step_which_waits_for_everything_that_a_waits_for() -> None:
    together, alone = FOUR["D"].steps
    assert set(together.preferences) == HAD_BY_MHV
    assert (together.surfaces, together.approvals) == ((VA_GOV_PROFILE,), 2)
    assert set(together.milestones) == {name for step in FOUR["A"].steps for name in step.milestones}
    assert (alone.preferences, alone.needs_steps) == (("lab_results_ready",), (together.id,))


def test_every_milestone_has_an_estimate_a_team_to_be_told_and_a_plan_that_waits_for_it() -> None:
    waited_for = {name for plan in FOUR.values() for step in plan.steps for name in step.milestones}
    assert set(LOADED.milestones) == waited_for
    for one in LOADED.milestones.values():
        assert one.estimate is not None
        assert one.team
        assert one.lead


def test_the_feature_of_every_preference_goes_live_by_one_milestone() -> None:
    live = [one.feature for one in LOADED.milestones.values() if one.feature]
    assert sorted(live) == sorted({one.feature for one in FILES.values()})


def test_what_happened_is_three_moves_one_by_one_in_april_2025_and_a_retirement() -> None:
    steps = LOADED.plans["as_it_happened"].steps
    assert [(step.preferences, step.to) for step in steps] == [
        (("rx_refill_shipment",), System.VA_GOV),
        (("appointment_reminders",), System.VA_GOV),
        (("medical_images_available",), System.VA_GOV),
        (("secure_messaging_alerts",), NOBODY),
    ]
    assert [step.needs_steps for step in steps] == [(), ("rx",), ("appointments",), ("images",)]
    for step in steps:
        assert step.not_before is not None
        assert (step.not_before.year, step.not_before.month) == (2025, 4)
    text = LOADED.plans["as_it_happened"].text
    assert all(key in text for key in SHIPPED)
