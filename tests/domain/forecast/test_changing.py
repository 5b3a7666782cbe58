"""What would change the answer: drawn again with one milestone moved."""

from dataclasses import replace
from datetime import timedelta

from app.domain.forecast.changing import Change, what_would_change
from app.domain.forecast.comparing import compare
from app.domain.forecast.given import Known
from app.domain.milestones import Milestone
from app.domain.plans import Plan
from tests.domain.forecast.approaches import FOUR
from tests.domain.forecast.approaches import WORLD as UNCERTAIN
from tests.domain.forecast.making import known, midnight, plan, point, preference, step

ANTS, BEES = point("ants_live", "2027-05-01", title="Ants"), point("bees_live", "2027-06-01", title="Bees")
WORLD = known((ANTS, BEES), (preference("ants"), preference("bees")))
BY_ANTS = plan("by_ants", step("ants", milestones=("ants_live",)), approach="A")
BY_BEES = plan("by_bees", step("bees", milestones=("bees_live",)), approach="B")


def changes(of: Known, *plans: Plan) -> list[Change]:
    return [one for one in what_would_change(plans, of, compare(plans, of, draws=20)) if one.count == "finish"]


def test_each_milestone_that_would_make_another_plan_first_is_told_with_the_days() -> None:
    assert changes(WORLD, BY_ANTS, BY_BEES) == [
        Change(
            "ants_live",
            90,
            "finish",
            ("by_ants",),
            ("by_bees",),
            "If “Ants” comes 90 days later, B ends soonest; as estimated, A does.",
        ),
        Change(
            "bees_live",
            -90,
            "finish",
            ("by_ants",),
            ("by_bees",),
            "If “Bees” comes 90 days earlier, B ends soonest; as estimated, A does.",
        ),
    ]


def test_estimates_are_moved_by_as_many_days_as_asked() -> None:
    both = (BY_ANTS, BY_BEES)
    found = what_would_change(both, WORLD, compare(both, WORLD, draws=20), moves=(30, 40))
    assert [(one.milestone, one.days) for one in found if one.count == "finish"] == [("ants_live", 40)]


def test_a_milestone_that_only_widens_the_lead_changes_nothing() -> None:
    close = replace(BY_BEES, steps=(replace(BY_BEES.steps[0], wait=timedelta(days=200)),))
    assert changes(WORLD, BY_ANTS, close) == []


def test_plans_that_become_level_are_both_named() -> None:
    other = known((ANTS, point("bees_live", "2027-07-30", title="Bees")), WORLD.preferences.values())
    found = changes(other, BY_ANTS, BY_BEES)
    assert [(one.milestone, one.days, one.after) for one in found] == [
        ("ants_live", 90, ("by_ants", "by_bees")),
        ("bees_live", -90, ("by_ants", "by_bees")),
    ]
    assert found[0].sentence == "If “Ants” comes 90 days later, A and B end soonest; as estimated, A does."


def test_a_change_is_told_with_its_names_in_json() -> None:
    told = changes(WORLD, BY_ANTS, BY_BEES)[0].told()
    assert set(told) == {"milestone", "days", "count", "from", "to", "sentence"}
    assert (told["from"], told["to"]) == (["by_ants"], ["by_bees"])


def test_what_was_reached_or_has_no_estimate_is_not_moved() -> None:
    facts = {
        "ants_live": replace(ANTS, reached=midnight("2027-01-01")),
        "bees_live": Milestone("bees_live", "Bees"),
    }
    assert changes(replace(WORLD, milestones=facts), BY_ANTS, BY_BEES) == []


def test_the_day_on_which_mhv_is_connected_matters_without_a_step_that_waits_for_it() -> None:
    both = ("mhv_profile", "va_gov_profile")
    connected = point("connected", "2027-02-01", title="MHV is connected", connects=True)
    left = plan("left", step("ants", surfaces=both, not_before=midnight("2027-03-01"), bake=timedelta(days=9)))
    taken = plan("taken", step("ants", not_before=midnight("2027-03-05")))
    what = known((connected,), (preference("ants"),))
    found = what_would_change((left, taken), what, compare((left, taken), what, draws=5))
    assert [(one.count, one.days, one.before, one.after) for one in found] == [
        ("mismatch", 90, ("left", "taken"), ("taken",))
    ]


def test_the_same_comparison_has_the_same_changes() -> None:
    found = compare(FOUR, UNCERTAIN, draws=400)
    first, again = (what_would_change(FOUR, UNCERTAIN, found, draws=100) for _ in range(2))
    assert first == again
    assert first, "of four plans that differ so much, something would change"


def test_nobody_is_first_where_nothing_is_known_so_nothing_changes() -> None:
    undated = replace(WORLD, milestones={key: Milestone(key, key) for key in WORLD.milestones})
    assert changes(undated, BY_ANTS, BY_BEES) == []


def test_a_first_place_that_so_few_draws_see_otherwise_is_too_close_to_call() -> None:
    found = compare((BY_ANTS, BY_BEES), WORLD, draws=20)
    level = replace(found, plans=tuple(replace(one, finish=found.plans[0].finish) for one in found.plans))
    changed = what_would_change((BY_ANTS, BY_BEES), WORLD, level)
    assert "finish" not in {one.count for one in changed}
