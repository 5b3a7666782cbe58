"""The figures of a comparison, each worked out by hand from milestones of which the day is known."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from app.domain.catalogue import Status
from app.domain.forecast.comparing import compare
from app.domain.forecast.figures import Comparison, Figures
from app.domain.forecast.given import Known, Standing
from app.domain.milestones import Milestone
from app.domain.ownership import NOBODY
from app.domain.plans import Plan
from app.domain.windows import Blackout
from tests.domain.forecast.making import (
    AT_BOTH,
    AT_MHV_PAGE,
    AT_VA_GOV,
    MHV,
    NIGHTS,
    VA_GOV,
    known,
    midnight,
    plan,
    point,
    preference,
    step,
)

DAY = timedelta(days=1)
MEDICINES, LETTERS = preference("medicines"), preference("letters")
LIVE = (
    point("medicines_live", "2027-02-01", feature="medicines_feature"),
    point("letters_live", "2027-03-01", feature="letters_feature"),
)
BOTH = known(LIVE, (MEDICINES, LETTERS))
ONE_BY_ONE = plan(
    "one_by_one",
    step("medicines", milestones=("medicines_live",), bake=3 * DAY),
    step("letters", milestones=("letters_live",), bake=3 * DAY),
)
AT_ONCE = plan("at_once", step("all", "medicines", "letters", milestones=("medicines_live", "letters_live")))


def compared(of: Known, *plans: Plan) -> Comparison:
    return compare(plans, of, draws=3)


def only(of: Known, *plans: Plan) -> Figures:
    """The figures of the first of the plans."""
    return compared(of, *plans).plans[0]


def counts(one: Figures) -> tuple[int | None, ...]:
    """Split, detour and mismatch days."""
    return tuple(None if of is None else of.p50 for of in (one.split, one.detour, one.mismatch))


def finish(one: Figures) -> date | None:
    return None if one.finish is None else one.finish.p50


def test_a_plan_ends_when_its_last_step_has_been_watched() -> None:
    assert finish(only(BOTH, ONE_BY_ONE)) == date(2027, 3, 4)
    assert finish(only(BOTH, AT_ONCE)) == date(2027, 3, 1)


def test_days_are_split_while_one_preference_has_left_mhv_and_another_has_not() -> None:
    assert counts(only(BOTH, ONE_BY_ONE)) == (28, 0, 0), "from February 1 until March 1"


def test_all_at_once_splits_nothing_and_lets_the_first_feature_wait_for_the_last() -> None:
    assert counts(only(BOTH, AT_ONCE)) == (0, 28, 0), "medicines from February 1 until March 1"


def test_a_day_counts_as_it_stands_at_its_end() -> None:
    at_three = midnight("2027-02-01") + timedelta(hours=3)
    late = plan("late", step("medicines", not_before=at_three), step("letters", not_before=midnight("2027-02-03")))
    assert counts(only(BOTH, late))[0] == 2


def test_what_moves_after_the_plan_has_ended_elsewhere_still_counts() -> None:
    """Both are counted until March 4, when the last of the two has ended."""
    idle = plan("idle", step("medicines", not_before=midnight("2027-01-11")))
    alone, beside = only(BOTH, idle), only(BOTH, idle, ONE_BY_ONE)
    assert counts(alone) == (0, 0, 0), "it ends as soon as it has split them"
    assert counts(beside) == (52, 3, 0), "split from January 11, and letters on a detour from March 1, until March 4"


def test_a_page_of_mhv_left_behind_writes_the_wrong_system() -> None:
    left = plan("left", step("medicines", surfaces=AT_BOTH, milestones=("medicines_live",), bake=10 * DAY))
    one = known(LIVE, (MEDICINES,))
    assert counts(only(one, left)) == (0, 0, 10)


def test_from_the_day_on_which_mhv_is_connected_its_pages_write_whoever_owns() -> None:
    left = plan("left", step("medicines", surfaces=AT_BOTH, milestones=("medicines_live",), bake=10 * DAY))
    connected = point("connected", "2027-02-05", connects=True)
    assert counts(only(known((*LIVE, connected), (MEDICINES,)), left)) == (0, 0, 4)
    reached = replace(connected, reached=midnight("2026-12-01"))
    assert counts(only(known((*LIVE, reached), (MEDICINES,)), left)) == (0, 0, 0)


def test_a_page_of_va_gov_writes_va_profile_also_when_mhv_is_connected() -> None:
    early = plan(
        "early",
        step("page", "medicines", to=None, surfaces=AT_BOTH, not_before=midnight("2027-01-10")),
        step("move", "medicines", needs_steps=("page",), not_before=midnight("2027-01-17")),
    )
    reached = point("connected", "2027-02-05", connects=True, reached=midnight("2026-12-01"))
    assert counts(only(known((reached,), (MEDICINES,)), early)) == (0, 0, 7)


def test_a_step_without_a_target_changes_pages_and_no_owner() -> None:
    pages = plan("pages", step("page", "medicines", to=None, surfaces=AT_MHV_PAGE, bake=5 * DAY))
    found = only(known(LIVE, (MEDICINES,)), pages)
    assert counts(found) == (0, 0, 0)
    assert (found.frozen_minutes, found.largest_move) == (0, 0)


def test_a_retired_preference_is_in_no_place_and_on_no_detour() -> None:
    retiring = plan(
        "retiring",
        step("medicines", to=NOBODY, surfaces=None, not_before=midnight("2027-02-10")),
        step("letters", milestones=("letters_live",), bake=3 * DAY),
    )
    assert counts(only(BOTH, retiring)) == (0, 9, 0), "medicines from February 1 to 10, and then nowhere"


def test_a_feature_that_was_live_before_counts_from_the_start() -> None:
    live = replace(LIVE[0], reached=midnight("2026-06-01"))
    moving = plan("moving", step("medicines", not_before=midnight("2027-01-14")))
    assert counts(only(known((live,), (MEDICINES,)), moving)) == (0, 10, 0)


def test_a_feature_is_live_with_the_first_of_its_milestones() -> None:
    other = point("in_part", "2027-01-20", feature="medicines_feature")
    moving = plan("moving", step("medicines", milestones=("medicines_live",)))
    assert counts(only(known((*LIVE, other), (MEDICINES,)), moving)) == (0, 12, 0)


def test_a_feature_that_is_live_already_waits_for_no_other_milestone_of_it() -> None:
    live = replace(LIVE[0], reached=midnight("2026-06-01"))
    other = Milestone("more", "More of medicines", feature="medicines_feature")
    moving = plan("moving", step("medicines", not_before=midnight("2027-01-14")))
    assert counts(only(known((live, other), (MEDICINES,)), moving)) == (0, 10, 0)


def test_present_owners_and_pages_stand_in_place_of_the_files() -> None:
    moved = replace(BOTH, present={"medicines": Standing(VA_GOV, AT_VA_GOV)})
    letters = plan("letters", step("letters", milestones=("letters_live",)))
    assert counts(only(moved, letters)) == (56, 0, 0), "split from January 4 on"
    assert counts(only(BOTH, letters)) == (0, 28, 0)


def test_what_is_not_live_counts_as_live_once_the_milestones_of_its_step_are_reached() -> None:
    held = preference("letters", status=Status.ON_HOLD)
    on_hold = known(LIVE, (MEDICINES, held))
    waiting = plan(
        "waiting",
        step("medicines", not_before=midnight("2027-01-11")),
        step("letters", milestones=("letters_live",), wait=7 * DAY),
    )
    found = compared(on_hold, waiting)
    assert counts(found.plans[0]) == (7, 7, 0), "letters are live on March 1, and move on March 8"
    assert any("Letters news" in each and "Not live yet" in each for each in found.assumptions)


def test_what_is_not_live_waits_for_the_milestones_of_the_steps_before_its_own_too() -> None:
    held = preference("letters", status=Status.PLANNED)
    behind = plan(
        "behind",
        step("medicines", milestones=("medicines_live",), bake=7 * DAY),
        step("letters", needs_steps=("medicines",), bake=DAY),
    )
    split = only(known(LIVE, (MEDICINES, held, preference("news", surfaces=AT_VA_GOV, starts_with=VA_GOV))), behind)
    assert counts(split)[0] == 35, "medicines from January 4, until letters, live on February 1, follow on February 8"
    alone = only(known(LIVE, (held, preference("news", surfaces=AT_VA_GOV, starts_with=VA_GOV), MEDICINES)), behind)
    assert counts(alone) == counts(split), "in whatever order they stand"
    at_va_gov = preference("medicines", surfaces=AT_VA_GOV, starts_with=VA_GOV)
    assert counts(only(known(LIVE, (at_va_gov, held)), behind))[0] == 7, "letters alone, from February 1 to 8"


def test_a_plan_does_not_look_better_for_leaving_alone_what_is_not_live_yet() -> None:
    held = preference("letters", status=Status.PLANNED)
    on_hold = known(LIVE, (MEDICINES, held))
    lazy = plan("lazy", step("medicines", not_before=midnight("2027-01-11")))
    assert counts(only(on_hold, lazy)) == (0, 0, 0), "nobody moves letters, so they are not live"
    assert counts(only(on_hold, lazy, ONE_BY_ONE)) == (3, 3, 0), "from March 1, when they could have moved, to March 4"


def test_what_no_system_holds_is_started_and_nothing_of_it_is_frozen() -> None:
    born = preference("letters", status=Status.PLANNED, starts_with=None, surfaces=())
    two = timedelta(minutes=2)
    moving = plan("moving", step("all", "medicines", "letters", freeze_limit=two), step("back", "letters", to=MHV))
    moving = replace(moving, steps=(moving.steps[0], replace(moving.steps[1], needs_steps=("all",), freeze_limit=two)))
    found = only(known(LIVE, (MEDICINES, born)), moving)
    assert found.frozen_minutes == 4.0, "medicines, and letters on their way back"
    assert found.largest_move == 2


def test_frozen_minutes_are_freeze_limits_times_preferences() -> None:
    half = timedelta(seconds=90)
    assert only(BOTH, plan("p", step("all", "medicines", "letters", freeze_limit=half))).frozen_minutes == 3.0


def test_a_step_waits_after_its_needs_and_not_before_its_date_for_the_next_opening() -> None:
    by_night = partial(step, "medicines", window=NIGHTS)
    waiting = plan("waiting", by_night(milestones=("medicines_live",), wait=2 * DAY))
    assert finish(only(BOTH, waiting)) == date(2027, 2, 3), "Wednesday: reached on Monday, ready on Wednesday"
    waiting = plan("waiting", by_night(milestones=("medicines_live",), wait=3 * DAY))
    assert finish(only(BOTH, waiting)) == date(2027, 2, 9), "ready on Thursday"
    waiting = plan("waiting", by_night(not_before=midnight("2027-02-11")))
    assert finish(only(BOTH, waiting)) == date(2027, 2, 16)


def test_nothing_starts_in_a_blackout() -> None:
    freeze = Blackout(midnight("2027-01-30"), midnight("2027-02-20"), "code freeze")
    waiting = plan("waiting", step("medicines", milestones=("medicines_live",)), blackouts=(freeze,))
    assert finish(only(BOTH, waiting)) == date(2027, 2, 20)


def test_a_step_behind_another_waits_until_that_was_watched() -> None:
    chain = plan("chain", step("medicines", bake=10 * DAY), step("letters", needs_steps=("medicines",), wait=DAY))
    assert finish(only(BOTH, chain)) == date(2027, 1, 15)


def test_days_are_those_of_the_plans_zone_and_of_new_york_if_they_name_several() -> None:
    moving = step("medicines", not_before=midnight("2027-02-01"))
    in_honolulu = plan("far", moving, time_zone="Pacific/Honolulu")
    assert finish(only(BOTH, in_honolulu)) == date(2027, 1, 31)
    both = compared(BOTH, in_honolulu, plan("near", moving))
    assert both.time_zone == "America/New_York"
    assert finish(both.plans[0]) == date(2027, 2, 1)


def test_a_comparison_of_no_plans_has_no_figures() -> None:
    assert compare((), BOTH, draws=3).plans == ()


def test_a_preference_that_nobody_described_is_no_guess() -> None:
    with pytest.raises(KeyError):
        compared(BOTH, plan("strange", step("strange")))
