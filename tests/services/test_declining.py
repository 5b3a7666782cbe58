"""An approver's no: the step is held with the reason, and waits for approval again once a person retries it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.domain.plans import Step, StepState
from app.services.planning.proposing import LASTS, open_ones, withdraw
from app.services.recording import By
from app.services.scheduling import Ticked
from tests.services.acts import ANN, BEN, CAT, Acts
from tests.services.test_plan_approvals import FIRST, playing
from tests.services.test_proposals import approved, proposed
from tests.services.test_races import race
from tests.services.test_stopping_moves import in_unit
from tests.services.world import ADMIN, ALERTS, IMAGES, PM, RX, VA_GOV, World, catalogue, preference

WEEK = timedelta(days=7)
NO = By("token:ben", "The clinics were not told.")


def decline(acts: Acts, by: By = NO) -> Callable[[], None]:
    """To decline the first step."""
    return lambda: acts.step("decline", by=by)


def test_a_declined_step_is_held_with_who_said_no_and_why(world: World) -> None:
    times, acts = playing(world, FIRST)
    before = times.row()
    acts.step("decline", by=NO)
    assert (times.state("first"), times.step("first").why) == (
        StepState.HELD,
        "token:ben declined it: The clinics were not told.",
    )
    assert times.row().version > before.version, "whoever decided on the step decided on what is old"
    entry = world.ledger[-1]
    assert (entry.act, entry.actor, entry.reason) == ("step_held", NO.actor, NO.reason)
    assert times.tick() == Ticked()


def test_a_retried_step_waits_for_approval_again_whatever_was_given_before_the_no(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=2), Step("second", (ALERTS,), VA_GOV, approvals=1))
    acts.step("approve", by=ANN)
    acts.step("approve", "second", by=ANN)
    acts.step("approve", by=CAT)
    acts.step("decline", by=NO)
    acts.step("retry", by=PM)
    assert times.tick().started == ("plan/second",), "the other step keeps its approval"
    assert times.state("first") is StepState.WAITING
    acts.step("approve", by=ANN)
    assert times.tick() == Ticked()
    acts.step("approve", by=BEN)
    assert times.tick().started == ("plan/first",)


def test_whoever_started_a_plan_declines_its_steps_though_they_approve_none(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.refused("not_four_eyes", lambda: acts.step("approve", by=PM))
    acts.step("decline", by=PM)
    assert times.state("first") is StepState.HELD


def test_a_step_is_declined_once_and_only_where_it_can_be_approved(world: World) -> None:
    times, acts = playing(world, FIRST, replace(FIRST, id="second", preferences=(ALERTS,), approvals=0, wait=WEEK))
    acts.refused("approval_needless", lambda: acts.step("decline", "second", by=NO))
    acts.step("decline", by=NO)
    acts.refused("step_state", decline(acts, ANN))
    acts.step("skip", by=PM)
    acts.refused("step_state", decline(acts))
    assert times.state("first") is StepState.SKIPPED


def test_of_those_who_decline_at_once_one_is_named_and_the_others_are_refused(world: World) -> None:
    times, acts = playing(world, FIRST)
    answers = race(decline(acts, ANN), decline(acts, BEN), decline(acts, CAT))
    assert sorted(answers, key=str) == [None, "step_state", "step_state"]
    assert [entry.act for entry in world.ledger].count("step_held") == 1
    assert times.state("first") is StepState.HELD


def test_proposals_that_are_open_are_those_that_nobody_ended_and_no_time_has(world: World) -> None:
    world.files = catalogue(*(preference(key, approvals_by_hand=1) for key in (RX, ALERTS, IMAGES)))
    world.adopt()
    ended, started, first = proposed(world, RX), proposed(world, IMAGES), proposed(world, ALERTS)
    in_unit(world, lambda unit: withdraw(unit, ended, ADMIN))
    approved(world, started, ANN)
    world.clock.advance(3600)
    second = proposed(world, RX)
    assert opened(world) == [second, first]
    world.clock.advance(LASTS.total_seconds() - 3600 - 1)
    assert opened(world) == [second, first]
    world.clock.advance(1)
    assert opened(world) == [second], "the one that was proposed an hour later has that hour left"


def opened(world: World) -> list[int]:
    """The numbers of the proposals that can still become a move, in the order in which they are told."""
    with world.store.reading() as unit:
        return [one.proposal.id for one in open_ones(unit)]
