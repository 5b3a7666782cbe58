"""What Veterans are told is judged by one clock and by the same facts: from memory, and in every process."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from app.domain.plans import PlanState
from tests.entrypoints.api.announced import (
    AROUND,
    BLOCKED,
    DAY,
    DUE,
    NONE,
    SECOND,
    STANDS_STILL,
    WARNED,
    WARNING,
    go_to,
    notice,
    put_into,
    rewrite,
    row_of,
    tag,
    take_away,
)
from tests.entrypoints.api.asking import Api
from tests.entrypoints.world import World


def test_what_is_remembered_is_judged_by_the_time_of_the_answer(
    planned: World, asker: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(planned, WARNED - 10 * SECOND)
    assert notice(asker) == NONE
    take_away(planned, monkeypatch)
    for passed, told in ((9, NONE), (1, WARNING)):
        planned.clock.advance(passed)
        assert notice(asker) == told
    assert asker.get("/ownership").headers["Age"] == "10"


def test_a_wall_clock_that_was_set_ahead_begins_no_notice_early(
    planned: World, asker: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(planned, WARNED - 10 * SECOND)
    assert notice(asker) == NONE
    take_away(planned, monkeypatch)
    planned.clock.ahead = 30
    assert notice(asker) == NONE


def test_what_was_confirmed_since_is_judged_by_the_time_of_the_answer_too(
    planned: World, asker: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(planned, WARNED - 10 * SECOND)
    asker.get("/ownership")
    for _ in range(9):
        planned.context.worker._look()
        planned.clock.advance(1)
    take_away(planned, monkeypatch)
    assert notice(asker) == NONE
    planned.clock.advance(1)
    assert notice(asker) == WARNING


def test_a_question_that_waits_while_the_database_is_away_is_answered_at_an_edge(
    planned: World, asker: Api, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(planned, WARNED - 10 * SECOND)
    seen = tag(asker)
    take_away(planned, monkeypatch)
    planned.clock.advance(3)
    answer = asker.get("/ownership?wait=30", {"If-None-Match": seen})
    assert (answer.status_code, waits) == (200, [7.0])


def test_all_processes_make_the_same_bytes_at_the_same_moment(
    planned: World, asker: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has asked before, one that asks for the first time, and one that only remembers."""
    remembering = other_process(planned)
    for moment in AROUND:
        go_to(planned, moment - SECOND / 2)
        Api(remembering, asker.token).get("/ownership")
        go_to(planned, moment)
        fresh = other_process(planned)
        with monkeypatch.context() as away:
            take_away(remembering, away)
            answers = [Api(world, asker.token).get("/ownership") for world in (planned, fresh, remembering)]
        fresh.store.close()
        assert len({answer.data for answer in answers}) == 1, moment
        assert len({answer.headers["ETag"] for answer in answers}) == 1, moment
    remembering.store.close()


def other_process(world: World) -> World:
    """Another process on the same database."""
    made = World(world.url, clock=world.clock, files=world.files, plans=world.plans)
    made.context.keeper.reload()
    return made


def test_what_another_process_changes_about_a_notice_is_told_at_the_next_question(planned: World, asker: Api) -> None:
    """Also what no person did: the time of a step that another one kept waiting."""
    other = other_process(planned)
    go_to(planned, BLOCKED)
    asking = Api(other, asker.token)
    assert notice(asking) == STANDS_STILL
    with planned.store.writing() as unit:
        unit.ledger.lock()
        row = row_of(planned)
        assert unit.plans.change_step(replace(row, moment=DUE + DAY), row.state)  # as is, with nothing else done
    assert notice(asking) == STANDS_STILL
    planned.context.tick()
    assert notice(asking)["level"] == "warning"
    other.store.close()


def test_what_is_announced_is_read_once_while_nothing_changes(planned: World, asker: Api) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    asker.get("/ownership")
    event.listen(planned.store.engine, "before_cursor_execute", note)
    asker.get("/ownership")
    assert [one for one in asked if "announcements" in one] == []
    assert len([one for one in asked if "FROM revision" in one]) == 1
    put_into(planned, PlanState.RUNNING)
    asker.get("/ownership")
    event.remove(planned.store.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "SELECT announcements" in one]) == 1


def test_a_slower_reader_leaves_nothing_older_in_memory(planned: World, asker: Api) -> None:
    memory, clock = planned.context.memory, planned.clock
    go_to(planned, WARNED)
    planned.context.worker._look()
    older, asked = memory.newest, clock.instant()
    assert older is not None
    rewrite(planned, moment=DUE + 20 * DAY)
    planned.context.tick()
    planned.context.worker._look()
    memory.keep(older, asked)
    planned.context.worker._look()
    assert memory.newest is not None
    assert memory.newest.told != older.told


def test_a_process_that_is_asked_nothing_for_long_asks_the_database_for_its_time_again(planned: World) -> None:
    planned.context.worker._look()
    first = planned.context.memory.newest
    for _ in range(61):
        planned.clock.advance(1)
        planned.context.worker._look()
    second = planned.context.memory.newest
    assert first is not None
    assert second is not None
    assert second.at - first.at == 60 * SECOND
