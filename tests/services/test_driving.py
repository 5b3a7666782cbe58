"""Carrying a move through its stages, to its end or to its call-off."""

import pytest

from app.domain.moves import STAGES, Outcome, Stage, StageState
from app.domain.ownership import NOBODY, Route, State, System
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World, limit

FROZEN = (Stage.CLOSE, Stage.DRAIN, Stage.CATCH_UP, Stage.ACTIVATE)


def test_a_move_gives_all_its_preferences_to_the_new_owner_with_the_pages_that_were_asked_for(world: World) -> None:
    world.adopt()
    pages = {RX: ("va_gov_profile",)}
    move = world.flip(VA_GOV, RX, ALERTS, surfaces=pages)
    assert move.outcome is Outcome.DONE
    for key, row in world.rows(RX, ALERTS).items():
        assert (row.state, row.owner, row.epoch, row.move) == (State.HELD, VA_GOV, 3, None)
        assert row.surfaces == pages.get(key, ("mhv_profile",))
    assert world.row(IMAGES).owner is MHV
    assert move.epochs == {RX: 3, ALERTS: 3}


@pytest.mark.parametrize(
    ("fenced", "passed_over", "at_once"),
    [(False, Stage.CLOSE, (Stage.CLOSE, Stage.ACTIVATE)), (True, Stage.DRAIN, (Stage.DRAIN,))],
)
def test_each_stage_is_stored_before_it_begins_but_one_with_nothing_to_ask_of_anybody_ends_with_the_stage_before(
    world: World, fenced: bool, passed_over: Stage, at_once: tuple[Stage, ...]
) -> None:
    world.adopt()
    world.fenced |= set(System) if fenced else set()
    driver, started = world.driver(), world.start(VA_GOV, RX)
    seen = [started.stage]
    while driver.advance(started.id) is not None:
        move = world.move(started.id)
        seen.append(move.stage)
        assert [record.name for record in move.stages if record.state is StageState.RUNNING] == [move.stage]
    assert seen == [stage for stage in STAGES if stage not in at_once]
    ended = {record.name: record.state for record in world.move(started.id).stages}
    assert ended[passed_over] is StageState.SKIPPED
    assert set(ended.values()) <= {StageState.DONE, StageState.SKIPPED}, "none is left out"


def test_nobody_may_write_from_the_freeze_until_the_activation_and_reading_goes_on(world: World) -> None:
    world.adopt()
    driver, move = world.driver(), world.start(VA_GOV, RX)
    while driver.advance(move.id) is not None:
        stage, route = world.move(move.id).stage, world.row(RX).route
        if stage in FROZEN:
            assert route == Route(read_from=MHV, write_to=None)
        else:
            owner = VA_GOV if stage is Stage.WATCH else MHV
            assert route == Route(owner, owner)


def test_each_arrow_of_a_move_is_an_entry_with_the_reason_of_who_asked(world: World) -> None:
    world.adopt(RX)
    move = world.flip(VA_GOV, RX)
    entries = world.ledger[1:]
    assert [entry.act for entry in entries] == ["move", "freeze", "activate", "move_done"]
    assert {entry.body["move"] for entry in entries} == {move.id}
    assert {entry.reason for entry in entries[:3]} == {"It is time."}


def test_the_activation_names_the_marks_that_it_stands_on(world: World) -> None:
    world.adopt(RX)
    world.flip(VA_GOV, RX)
    assert world.ledger[-2].body["marks"] == {"mhv": {RX: 1}, "va_gov": {RX: 1}}
    line = world.systems[MHV].log[0]
    assert (line.kind, line.key, line.epoch) == ("mark", RX, 2), "of the freeze's epoch"


def test_marks_are_asked_for_only_after_the_drain_is_stored_as_done(world: World) -> None:
    world.adopt(RX)
    world.lease()
    driver, move = world.driver(), world.start(VA_GOV, RX)
    world.bring_to(Stage.DRAIN, move, driver)
    driver.advance(move.id)
    assert world.systems[MHV].log == []
    world.lease(acknowledged=world.head.revision)
    assert world.bring_to(Stage.CATCH_UP, move, driver).record(Stage.DRAIN).state is StageState.DONE
    assert world.systems[MHV].log == []


@pytest.mark.parametrize("closed", [MHV, VA_GOV])
def test_a_check_that_fails_calls_the_move_off_before_anything_changed(world: World, closed: object) -> None:
    world.adopt()
    row, revision = world.row(RX), world.head.revision
    world.systems[closed].down = "It is closed."  # type: ignore[index]
    move = world.flip(VA_GOV, RX)
    assert move.outcome is Outcome.CALLED_OFF
    assert (world.row(RX), world.head.revision) == (row, revision)
    record = move.record(Stage.CHECK)
    assert record.state is StageState.FAILED
    assert "It is closed." in record.detail["called_off"]
    assert [(one["check"], one["verdict"]) for one in record.detail["answers"]] == [("systems_reachable", "fail")]


def test_a_retirement_does_not_ask_for_the_system_that_it_does_not_go_to(world: World) -> None:
    world.adopt()
    world.systems[VA_GOV].down = "It is closed."
    assert world.flip(NOBODY, RX).outcome is Outcome.DONE


@pytest.mark.parametrize(("waited", "again"), [(9.0, False), (11.0, True)])
def test_answers_older_than_ten_seconds_are_asked_for_again_before_the_freeze(
    world: World, waited: float, again: bool
) -> None:
    world.adopt()
    driver = world.driver()
    move = world.bring_to(Stage.FREEZE, world.start(VA_GOV, RX), driver)
    world.clock.advance(waited)
    driver.advance(move.id)
    assert (world.move(move.id).stage is Stage.CHECK) is again
    assert world.row(RX).state is (State.HELD if again else State.MOVING)
    assert world.finish(move, driver).outcome is Outcome.DONE
    assert world.systems[VA_GOV].asked == (2 if again else 1)


def test_what_stopped_answering_since_is_found_when_it_is_asked_again(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.FREEZE, world.start(VA_GOV, RX))
    world.clock.advance(60)
    world.systems[VA_GOV].down = "It is closed."
    assert world.finish(move).outcome is Outcome.CALLED_OFF
    assert world.row(RX).epoch == 1


def test_a_preference_that_nobody_held_starts_without_a_freeze_and_waits_for_no_lease(world: World) -> None:
    world.lease(keys=(NEWS,))
    move = world.flip(VA_GOV, NEWS, surfaces={NEWS: ("va_gov_profile",)})
    row = world.row(NEWS)
    assert (row.state, row.owner, row.epoch, row.surfaces) == (State.HELD, VA_GOV, 1, ("va_gov_profile",))
    assert (move.outcome, move.frozen) == (Outcome.DONE, None)
    skipped = [record.name for record in move.stages if record.state is StageState.SKIPPED]
    assert skipped == [Stage.SEED, Stage.FREEZE, Stage.CLOSE, Stage.DRAIN, Stage.CATCH_UP]
    assert "start" in [entry.act for entry in world.ledger]


def test_a_freeze_that_outlives_its_limit_is_called_off_and_the_old_owner_writes_again(world: World) -> None:
    world.adopt()
    world.lease()
    driver = world.driver()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, **limit(20)), driver)
    world.clock.advance(20)
    driver.advance(move.id)
    assert world.move(move.id).outcome is None
    world.clock.advance(0.1)
    assert driver.advance(move.id) is None
    assert world.move(move.id).outcome is Outcome.CALLED_OFF
    assert (world.row(RX).route.write_to, world.row(RX).epoch) == (MHV, 3)
    assert "limit of 20 seconds" in world.ledger[-1].reason


def test_a_freeze_that_nobody_looked_at_in_time_is_called_off_by_the_clock_of_the_database(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.CATCH_UP, world.start(VA_GOV, RX, **limit(20)))
    world.clock.advance(21)
    assert world.finish(move, world.driver()).outcome is Outcome.CALLED_OFF


def test_a_freeze_is_called_off_by_the_clock_of_the_process_where_that_of_the_database_stands_still(
    world: World,
) -> None:
    world.adopt()
    world.lease()
    driver = world.driver()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, **limit(20)), driver)
    driver.advance(move.id)
    world.clock.advance(21)
    world.clock.ahead = -21
    assert driver.advance(move.id) is None
    assert world.move(move.id).outcome is Outcome.CALLED_OFF


def test_the_limit_is_no_longer_counted_once_the_new_owner_may_be_written(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX, **limit(20)))
    world.clock.advance(1000)
    assert world.finish(move).outcome is Outcome.DONE
    assert world.row(RX).owner is VA_GOV


def test_a_driver_that_looks_at_a_move_that_has_ended_changes_nothing(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    before = world.head
    assert world.driver().advance(move.id) is None
    assert world.driver().advance(move.id + 1) is None
    assert world.head == before
