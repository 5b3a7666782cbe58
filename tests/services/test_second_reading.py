"""What a second reader of the rules found, so that it stays mended."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from app.adapters.database.store import SqlUnit
from app.domain.leases import Watcher, require_sound
from app.domain.moves import Outcome, Stage
from app.domain.ownership import State
from app.domain.refusals import Refusal
from app.services import leasing
from app.services.driving import FRESH
from app.services.leasing import forget, release
from app.services.recording import By
from cutover_client.spans import Spans
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World


def test_a_new_registration_is_not_taken_for_the_dead_one_of_the_same_name(world: World) -> None:
    world.lease("x", ttl=10.0)
    watcher = Watcher()
    assert forget(world.store, watcher, lambda: 0.0) == []
    release(world.store, "x")
    world.lease("x", ttl=10.0)
    assert forget(world.store, watcher, lambda: 1_000.0) == []


def test_dead_leases_are_forgotten_after_three_of_their_ttl_and_living_ones_stay(world: World) -> None:
    world.lease("dead", ttl=10.0)
    world.lease("alive", ttl=10.0)
    watcher = Watcher()
    assert forget(world.store, watcher, lambda: 100.0) == []
    world.lease("alive", ttl=10.0)
    assert forget(world.store, watcher, lambda: 129.9) == []
    assert forget(world.store, watcher, lambda: 130.1) == ["dead"]


def test_a_clock_is_read_after_the_rows_that_it_dates(world: World) -> None:
    """A process that is stopped in between would date a living holder back, and forget it while it writes."""
    world.lease("alive", ttl=10.0)
    watcher, seen = Watcher(), list[str]()
    plain = world.store.reading

    def reading() -> AbstractContextManager[SqlUnit]:
        seen.append("rows")
        return plain()

    def clock() -> float:
        seen.append("clock")
        return 5.0

    world.store.reading = reading  # type: ignore[method-assign, assignment]  # the order is asked for
    forget(world.store, watcher, clock)
    assert seen == ["rows", "clock"]


def test_a_process_that_has_just_started_forgets_nobody(world: World) -> None:
    world.lease("dead", ttl=10.0)
    assert forget(world.store, Watcher(), lambda: 10_000.0) == []


def test_registrations_begin_to_count_at_different_numbers() -> None:
    assert leasing.FIRST_COUNTS > 1_000_000


def test_an_answer_to_a_check_is_as_old_as_its_question(world: World) -> None:
    world.adopt()
    move = world.start(VA_GOV, RX)
    driver = world.driver()

    def slow() -> None:
        world.clock.advance(FRESH.total_seconds() + 1)

    world.systems[MHV].on_reachable = slow
    driver.advance(move.id)
    world.systems[MHV].on_reachable = lambda: None
    driver.advance(move.id)
    driver.advance(move.id)
    assert world.row(RX).state is State.HELD
    assert world.move(move.id).stage is Stage.CHECK


def test_a_freeze_keeps_its_limit_while_another_move_waits_for_a_system(world: World) -> None:
    world.adopt()
    frozen = world.start(VA_GOV, RX, freeze_limit=timedelta(seconds=1))
    other = world.start(VA_GOV, ALERTS)
    driver = world.driver()
    world.bring_to(Stage.DRAIN, frozen, driver)
    world.bring_to(Stage.DRAIN, other, driver)
    world.clock.advance(1.5)
    driver.keep_limits()
    assert world.move(frozen.id).outcome is Outcome.CALLED_OFF
    assert world.move(other.id).outcome is None
    assert world.row(RX).route.write_to is MHV


@pytest.mark.parametrize("reason", ["a\0b", "half a pair: \ud800"])
def test_a_reason_that_no_database_keeps_is_refused(reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        By("token:pm", reason)
    assert refused.value.code == "invalid"


def test_a_reason_of_several_lines_and_scripts_is_kept() -> None:
    assert By("token:pm", "first\nsecond\té ñ 漢字").reason


def test_a_lease_that_outlasts_a_freeze_by_hand_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        require_sound(Spans(ttl=120.0, write_timeout=5.0, settle={"mhv": 3.0}))
    assert refused.value.code == "settings_faulty"


def test_a_person_who_is_second_to_call_off_is_told_that_it_has_ended(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    world.call_off(move.id)
    with pytest.raises(Refusal) as refused:
        world.call_off(move.id)
    assert refused.value.code == "already_ended"
