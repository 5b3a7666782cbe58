"""Milestones: that one is reached is a recorded act of a person, and steps that wait for it ripen then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.adapters.database.store import SqlUnit
from app.domain.milestones import Estimate, Milestone
from app.domain.plans import Step, StepState
from app.domain.refusals import Refusal
from app.services.planning import reaching
from app.services.scheduling import Ticked
from app.services.store import Lost
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN
from tests.services.test_races import race
from tests.services.timetable import Timetable, plan
from tests.services.world import RX, VA_GOV, World

HOUR = timedelta(hours=1)
FILED = Estimate(date(2027, 4, 1), date(2027, 5, 1), date(2027, 6, 1))
NEWER = Estimate(date(2027, 5, 1), date(2027, 6, 1), date(2027, 7, 1))
LIVE = Milestone("live", "It is live", estimate=FILED)
FIRST = Step("first", (RX,), VA_GOV, milestones=("live",))
Act = Callable[[SqlUnit, Milestone], Milestone]


@pytest.fixture
def filed(world: World) -> World:
    """A world whose file has one milestone."""
    world.milestones = {"live": LIVE}
    return world


def now(world: World) -> Milestone:
    """The milestone as it is now."""
    with world.store.reading() as unit:
        return reaching.milestone(unit, world.milestones, "live")


def do(world: World, act: Act, seen: Milestone | None = None) -> Milestone:
    """Do something about the milestone, decided on how it was seen."""
    seen = seen or now(world)
    with world.store.writing() as unit:
        return act(unit, seen)


def reach(unit: SqlUnit, seen: Milestone) -> Milestone:
    """Reached."""
    return reaching.reach(unit, seen, ANN)


def reopen(unit: SqlUnit, seen: Milestone) -> Milestone:
    """Not reached after all."""
    return reaching.reopen(unit, seen, ANN)


def estimate(unit: SqlUnit, seen: Milestone) -> Milestone:
    """Later than the file says."""
    return reaching.estimate(unit, seen, NEWER, ANN)


def estimate_nothing(unit: SqlUnit, seen: Milestone) -> Milestone:
    """Nobody knows when."""
    return reaching.estimate(unit, seen, None, ANN)


def test_a_step_waits_for_its_milestone_however_late_and_starts_when_it_is_reached(filed: World) -> None:
    times = Timetable(filed, plan(FIRST))
    filed.clock.advance(400 * 86_400)
    assert times.tick(2) == Ticked()
    assert (times.state("first"), times.step("first").due) == (StepState.WAITING, None)
    do(filed, reach)
    assert times.tick().started == ("plan/first",)


def test_a_wait_counts_from_when_the_milestone_was_reached(filed: World) -> None:
    times = Timetable(filed, plan(replace(FIRST, wait=2 * HOUR)))
    filed.clock.advance(86_400)
    do(filed, reach)
    filed.clock.advance(7199)
    assert times.tick() == Ticked()
    filed.clock.advance(1)
    assert times.tick().started == ("plan/first",)


def test_a_step_waits_again_for_a_milestone_that_is_reopened_and_its_wait_counts_anew(filed: World) -> None:
    times = Timetable(filed, plan(replace(FIRST, wait=2 * HOUR)))
    do(filed, reach)
    times.tick()
    assert times.step("first").due == BEGINNING + 2 * HOUR
    filed.clock.advance(3600)
    do(filed, reopen)
    filed.clock.advance(3600)
    assert times.tick() == Ticked()
    assert times.step("first").due is None
    do(filed, reach)
    filed.clock.advance(7199)
    assert times.tick() == Ticked()
    filed.clock.advance(1)
    assert times.tick().started == ("plan/first",)


def test_what_is_recorded_has_its_time_its_person_and_the_next_version(filed: World) -> None:
    filed.clock.advance(60)
    reached = do(filed, reach)
    assert (reached.reached, reached.facts, reached.estimate) == (BEGINNING + timedelta(seconds=60), 1, FILED)
    assert now(filed) == reached
    entry = filed.ledger[-1]
    body = {"milestone": "live", "estimate": reaching.estimate_json(FILED)}
    assert (entry.act, entry.actor, entry.reason, entry.body) == ("milestone_reached", ANN.actor, ANN.reason, body)
    assert (do(filed, reopen).reached, now(filed).facts, filed.ledger[-1].act) == (None, 2, "milestone_reopened")


@pytest.mark.parametrize(("act", "expected"), [(estimate, NEWER), (estimate_nothing, None)])
def test_a_recorded_estimate_counts_before_the_files_also_once_it_is_reached(
    filed: World, act: Act, expected: Estimate | None
) -> None:
    assert now(filed).estimate == FILED
    assert do(filed, act).estimate == expected
    assert filed.ledger[-1].act == "milestone_estimated"
    assert filed.ledger[-1].body["estimate"] == reaching.estimate_json(expected)
    do(filed, reach)
    do(filed, reopen)
    assert (now(filed).estimate, now(filed).facts) == (expected, 3)


@pytest.mark.parametrize(
    ("before", "act", "code"),
    [
        (reach, reach, "milestone_reached"),
        (reach, estimate, "milestone_reached"),
        (estimate, reopen, "not_reached"),
    ],
)
def test_an_act_that_would_do_nothing_is_refused(filed: World, before: Act, act: Act, code: str) -> None:
    do(filed, before)
    head, seen = filed.head, now(filed)
    with pytest.raises(Refusal) as refused:
        do(filed, act)
    assert (refused.value.code, filed.head, now(filed)) == (code, head, seen)


def test_a_milestone_that_nobody_filed_or_recorded_is_not_found(filed: World) -> None:
    filed.milestones = {}
    with pytest.raises(Refusal) as refused:
        now(filed)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("act", [reach, estimate])
def test_what_was_decided_on_an_older_record_is_lost(filed: World, act: Act) -> None:
    seen = now(filed)
    do(filed, estimate_nothing)
    before, head = now(filed), filed.head
    with pytest.raises(Lost):
        do(filed, act, seen)
    assert (now(filed), filed.head) == (before, head)


def test_of_two_who_record_something_at_once_one_is_first_and_the_other_is_told(filed: World) -> None:
    seen = now(filed)
    answers = race(lambda: do(filed, reach, seen).reached is None, lambda: do(filed, estimate, seen).reached is None)
    assert answers.count("lost") == 1
    assert now(filed).facts == 1
    assert (now(filed).reached is not None) is (answers[1] == "lost")


def test_what_was_recorded_stays_true_of_a_milestone_that_its_file_names_no_more(filed: World) -> None:
    times = Timetable(filed, plan(FIRST))
    do(filed, reach)
    filed.milestones = {}
    assert (now(filed).title, now(filed).reached) == ("live", BEGINNING)
    assert times.tick().started == ("plan/first",)


def test_a_step_waits_for_a_milestone_that_its_file_names_no_more_and_nobody_recorded(filed: World) -> None:
    times = Timetable(filed, plan(FIRST))
    filed.milestones = {}
    assert times.tick() == Ticked()
    assert times.state("first") is StepState.WAITING
