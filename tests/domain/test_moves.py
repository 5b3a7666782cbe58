"""What a stored move looks like next: stages in their order, the end, and the point of no return."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.moves import STAGES, Move, Outcome, Stage, StageState, Terms
from app.domain.ownership import System
from app.domain.refusals import Refusal

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
MOVE = Move(4, ("a",), System.MHV, System.VA_GOV, Terms("token:pm", "It is time."), {"a": 7}).begin(Stage.CHECK, NOON)


def at(stage: Stage) -> Move:
    """The move when it has come to a stage, a second for each one before."""
    move = MOVE
    for number in range(STAGES.index(stage)):
        move = move.finish(NOON + timedelta(seconds=number + 1))
    return move


def test_the_stages_of_a_move_come_in_the_order_in_which_the_protocol_has_them() -> None:
    assert [stage.value for stage in STAGES] == [
        *("check", "seed", "freeze", "close", "drain", "catch_up", "activate", "watch")
    ]


@pytest.mark.parametrize(("stage", "following"), list(pairwise(STAGES)))
def test_a_finished_stage_is_followed_by_the_next_which_begins_when_it_ended(stage: Stage, following: Stage) -> None:
    later = NOON + timedelta(minutes=1)
    move = at(stage).finish(later, found="nothing")
    assert move.stage is following
    ended, begun = move.record(stage), move.record(following)
    assert (ended.state, ended.ended, ended.detail) == (StageState.DONE, later, {"found": "nothing"})
    assert (begun.state, begun.began, begun.ended) == (StageState.RUNNING, later, None)


def test_each_stage_remembers_when_it_began_although_it_ends_later() -> None:
    move = at(Stage.DRAIN).finish(NOON + timedelta(hours=1))
    assert move.record(Stage.DRAIN).began == NOON + timedelta(seconds=4)


def test_after_the_last_stage_none_begins() -> None:
    move = at(Stage.WATCH).finish(NOON)
    assert move.stage is Stage.WATCH
    assert all(record.state is StageState.DONE for record in move.stages)


def test_a_stage_that_is_passed_over_says_why() -> None:
    record = at(Stage.SEED).skip(NOON, "No records.").record(Stage.SEED)
    assert (record.state, record.detail) == (StageState.SKIPPED, {"why": "No records."})


def test_a_note_adds_to_what_is_known_of_a_stage() -> None:
    move = MOVE.note(Stage.CHECK, answers=[1]).note(Stage.CHECK, more=2)
    assert move.record(Stage.CHECK).detail == {"answers": [1], "more": 2}
    assert move.stage is Stage.CHECK


@pytest.mark.parametrize("stage", STAGES)
def test_exactly_one_stage_runs_at_a_time(stage: Stage) -> None:
    running = [record.name for record in at(stage).stages if record.state is StageState.RUNNING]
    assert running == [stage]


def test_asking_again_goes_back_to_the_first_stage_and_forgets_the_answers() -> None:
    again = replace(at(Stage.FREEZE), asked=NOON).ask_again(NOON)
    assert (again.stage, again.asked) == (Stage.CHECK, None)
    assert [record.state for record in again.stages] == [StageState.RUNNING, *[StageState.WAITING] * 7]
    assert all(not record.detail for record in again.stages)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage is not Stage.WATCH])
def test_a_move_can_be_called_off_at_every_stage_before_the_activation(stage: Stage) -> None:
    ended = at(stage).call_off(NOON, "Not today.")
    assert ended.outcome is Outcome.CALLED_OFF
    record = ended.record(stage)
    assert (record.state, record.detail["called_off"]) == (StageState.FAILED, "Not today.")


def test_a_move_that_was_activated_is_too_late_to_call_off() -> None:
    with pytest.raises(Refusal) as refused:
        replace(at(Stage.WATCH), activated=NOON).call_off(NOON, "Not today.")
    assert refused.value.code == "too_late_to_call_off"
    assert "undo 4" in refused.value.mend


def test_a_move_that_is_done_is_too_late_to_call_off_too() -> None:
    with pytest.raises(Refusal) as refused:
        replace(MOVE, outcome=Outcome.DONE).call_off(NOON, "Not today.")
    assert refused.value.code == "too_late_to_call_off"


def test_a_move_is_called_off_once() -> None:
    with pytest.raises(Refusal) as refused:
        MOVE.call_off(NOON, "Not today.").call_off(NOON, "Really not.")
    assert refused.value.code == "already_ended"


@pytest.mark.parametrize(
    ("changed", "frozen"),
    [
        ({}, False),
        ({"frozen": NOON}, True),
        ({"frozen": NOON, "activated": NOON}, False),
        ({"frozen": NOON, "outcome": Outcome.CALLED_OFF}, False),
    ],
)
def test_a_move_freezes_from_its_freeze_until_it_is_activated_or_called_off(
    changed: dict[str, object], frozen: bool
) -> None:
    assert replace(MOVE, **changed).is_frozen is frozen  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(["finish", "skip", "ask_again", "call_off"]), max_size=12))
def test_any_sequence_leaves_one_record_for_each_stage_in_its_order(acts: list[str]) -> None:
    move = MOVE
    for act in acts:
        if move.outcome is not None:
            break
        if act == "call_off":
            move = move.call_off(NOON, "No.")
        elif act == "ask_again":
            move = move.ask_again(NOON)
        else:
            move = move.finish(NOON) if act == "finish" else move.skip(NOON, "No.")
        assert tuple(record.name for record in move.stages) == STAGES
