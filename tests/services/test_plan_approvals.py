"""What persons say of steps: approvals by others than the author, bound to what they saw; and break-glass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.moves import Stage
from app.domain.plans import Step, StepState
from app.services.recording import By
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, BEN, CAT, Acts, version
from tests.services.test_races import race
from tests.services.timetable import Timetable
from tests.services.world import ADMIN, ALERTS, PM, RX, VA_GOV, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = Step("first", (RX,), VA_GOV, approvals=1)


def playing(world: World, *steps: Step) -> tuple[Timetable, Acts]:
    """A plan of these steps that runs, and who acts on it."""
    times = Timetable(world, version("one", *steps))
    return times, Acts(times)


def approve(acts: Acts, by: By = ANN) -> Callable[[], None]:
    """To approve the first step."""
    return lambda: acts.step("approve", by=by)


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_a_step_starts_when_as_many_persons_approved_it_as_its_plan_says(world: World, needed: int) -> None:
    times, acts = playing(world, replace(FIRST, approvals=needed))
    for by in (ANN, BEN, CAT)[:needed]:
        assert times.tick() == Ticked()
        acts.step("approve", by=by)
    assert times.tick().started == ("plan/first",)


def test_each_step_has_approvals_of_its_own(world: World) -> None:
    times, acts = playing(world, FIRST, Step("second", (ALERTS,), VA_GOV, approvals=1))
    acts.step("approve", by=ANN)
    assert times.tick().started == ("plan/first",)
    acts.step("approve", "second", by=ANN)
    assert times.tick().started == ("plan/second",)


def test_an_approval_stands_in_the_ledger_and_is_a_new_version_of_the_plan(world: World) -> None:
    times, acts = playing(world, FIRST)
    before = times.row()
    acts.step("approve", by=ANN)
    assert times.row().version == before.version + 1
    entry = world.ledger[-1]
    body = {"plan": "plan", "step": "first", "hash": before.hash}
    assert (entry.act, entry.actor, entry.reason, entry.body) == ("step_approved", ANN.actor, ANN.reason, body)


def test_whoever_started_a_plan_approves_none_of_its_steps(world: World) -> None:
    _, acts = playing(world, FIRST)
    refused = acts.refused("not_four_eyes", approve(acts, PM))
    assert refused.facts == {"author": PM.actor}


def test_whoever_accepted_the_present_version_is_its_author_and_the_former_one_is_not(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.accept(version("two", replace(FIRST, bake=HOUR)), ANN)
    acts.refused("not_four_eyes", approve(acts, ANN))
    acts.step("approve", by=PM)
    assert times.tick().started == ("plan/first",)


def test_nobody_counts_twice(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=2))
    acts.step("approve", by=ANN)
    acts.refused("already_approved", approve(acts))
    assert times.tick() == Ticked()


def test_a_step_that_needs_no_approval_takes_none(world: World) -> None:
    _, acts = playing(world, replace(FIRST, approvals=0, not_before=BEGINNING + DAY))
    acts.refused("approval_needless", approve(acts))
    acts.refused("approval_needless", lambda: acts.override("approvals", by=ADMIN))


def test_an_edit_voids_every_approval(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    acts.accept(version("two", FIRST, title="Another"), BEN)
    assert times.tick() == Ticked()
    acts.step("approve", by=ANN)
    assert times.tick().started == ("plan/first",)


def test_an_approval_does_not_count_again_when_its_giver_has_become_the_author_of_the_same_text(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    acts.accept(version("two", FIRST, title="Another"), ANN)
    acts.accept(version("one", FIRST), ANN)
    assert times.tick() == Ticked()
    acts.refused("not_four_eyes", approve(acts))


def test_an_approval_expires_and_can_be_given_again(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approval_lasts=2 * DAY, not_before=BEGINNING + 2 * DAY))
    acts.step("approve", by=ANN)
    world.clock.advance(2 * 86_400)
    assert times.tick() == Ticked()
    assert times.state("first") is StepState.WAITING
    acts.step("approve", by=ANN)
    assert times.tick().started == ("plan/first",)


def test_an_approval_counts_until_it_expires(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approval_lasts=2 * DAY, not_before=BEGINNING + DAY))
    acts.step("approve", by=ANN)
    world.clock.advance(86_400)
    assert times.tick().started == ("plan/first",)


def test_an_approval_can_be_taken_back_by_its_giver_alone(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    acts.refused("not_found", lambda: acts.step("withdraw", by=BEN))
    before = times.row().version
    acts.step("withdraw", by=ANN)
    assert times.row().version > before, "whoever decided on the approval decided on what is old"
    assert (world.ledger[-1].act, times.tick()) == ("approval_withdrawn", Ticked())
    acts.refused("not_found", lambda: acts.step("withdraw", by=ANN))
    acts.step("approve", by=ANN)
    assert times.tick().started == ("plan/first",)


def test_nothing_can_be_taken_back_once_the_step_has_begun(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    times.tick()
    acts.refused("step_state", lambda: acts.step("withdraw", by=ANN))


def test_a_step_takes_the_next_opening_after_its_last_approval(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=2))
    acts.step("approve", by=ANN)
    world.clock.advance(3 * 86_400)
    assert times.tick() == Ticked(), "its first opening passed while it waited for people, which holds nothing"
    acts.step("approve", by=BEN)
    assert times.tick().started == ("plan/first",)
    assert (times.step("first").due, times.step("first").until) == (BEGINNING + 3 * DAY, BEGINNING + 3 * DAY + HOUR)


def test_an_approved_step_that_nobody_started_in_time_is_held(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    world.clock.advance(3601)
    assert times.tick().held == ("plan/first",)


def test_an_administrator_can_let_a_step_go_on_without_approvals_and_it_stands_out_for_ever(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=2))
    world.clock.advance(86_400)
    acts.override("approvals", by=ADMIN)
    body = {"plan": "plan", "step": "first", "overridden": "approvals", "hash": times.row().hash}
    assert (world.ledger[-1].act, world.ledger[-1].actor, world.ledger[-1].body) == ("break_glass", ADMIN.actor, body)
    assert times.tick().started == ("plan/first",)
    acts.refused("step_state", lambda: acts.override("approvals", by=ADMIN))


def test_an_override_of_approvals_is_for_one_text_and_seven_days(world: World) -> None:
    times, acts = playing(world, replace(FIRST, not_before=BEGINNING + 8 * DAY))
    acts.override("approvals", by=ADMIN)
    acts.refused("already_overridden", lambda: acts.override("approvals", by=ADMIN))
    world.clock.advance(8 * 86_400)
    assert times.tick() == Ticked()
    acts.override("approvals", by=ADMIN)
    acts.accept(version("two", FIRST), PM)
    assert times.tick() == Ticked()


def test_an_administrator_can_override_one_check_and_its_answer_stays_and_says_so(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=0, checks=("confirmed:ready", "confirmed:told")))
    acts.override("confirmed:ready", by=ADMIN)
    times.tick()
    assert (times.state("first"), world.ledger[-1].act) == (StepState.DUE, "break_glass")
    assert "told" in str(times.step("first").why), "the other check is asked as before"
    acts.confirm("told", by=BEN)
    world.clock.advance(16)
    assert times.tick().started == ("plan/first",)
    world.bring_to(Stage.FREEZE, times.move("first"))
    answers = times.move("first").record(Stage.CHECK).detail["answers"]
    [told] = [one for one in answers if one["check"] == "confirmed:ready"]
    assert (told["verdict"], told["overridden"]) == ("fail", True)


def test_what_is_no_check_of_the_step_is_neither_confirmed_nor_overridden(world: World) -> None:
    _, acts = playing(world, replace(FIRST, checks=("confirmed:ready",)))
    acts.refused("check_unknown", lambda: acts.confirm("other"))
    acts.refused("check_unknown", lambda: acts.override("systems_reachable", by=ADMIN))
    acts.confirm("ready", by=ANN)
    acts.refused("already_confirmed", lambda: acts.confirm("ready", by=ANN))


def test_a_plan_that_starts_anew_has_no_approvals_of_before(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.step("approve", by=ANN)
    acts.plan("cancel")
    times.start(version("one", FIRST))
    assert times.tick() == Ticked()


def test_of_several_approvers_at_once_each_counts(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=3))
    assert race(approve(acts, ANN), approve(acts, BEN), approve(acts, CAT)) == [None] * 3
    assert times.tick().started == ("plan/first",)


def test_one_approver_who_clicks_several_times_at_once_counts_once(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=2))
    assert sorted(race(*[approve(acts)] * 3), key=str) == [None, "already_approved", "already_approved"]
    assert times.tick() == Ticked()
