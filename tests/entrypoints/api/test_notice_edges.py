"""When a notice begins or ends, though nothing else happens: tags, long polls and streams."""

from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from tests.entrypoints.api.announced import (
    AROUND,
    BLOCKED,
    DAY,
    DUE,
    HOUR,
    NONE,
    SECOND,
    STANDS_STILL,
    UNTIL,
    WARNED,
    WARNING,
    go_to,
    notice,
    rewrite,
    tag,
    wait_for_another,
)
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api
from tests.entrypoints.world import World
from tests.fakes.clock import BEGINNING


@pytest.mark.parametrize("path", ["/ownership", f"/ownership/{FIRST_KEY}"])
def test_the_entity_tag_differs_when_a_notice_begins_or_ends_and_only_then(
    planned: World, asker: Api, path: str
) -> None:
    moments = sorted({*AROUND, *(BEGINNING + days * DAY for days in range(20))})
    changes, before = list[datetime](), tag(asker, path)
    for moment in moments:
        go_to(planned, moment)
        if tag(asker, path) != before:
            changes.append(moment)
        before = tag(asker, path)
    assert changes == [WARNED, BLOCKED, UNTIL]


def test_the_entity_tag_of_another_preference_stays(planned: World, asker: Api) -> None:
    path, tags = f"/ownership/{SECOND_KEY}", set[str]()
    for moment in AROUND:
        go_to(planned, moment)
        tags.add(tag(asker, path))
    assert len(tags) == 1


@pytest.mark.parametrize("change", [(WARNED, WARNING), (BLOCKED, STANDS_STILL), (UNTIL, NONE)])
@pytest.mark.parametrize("path", ["/ownership", f"/ownership/{FIRST_KEY}"])
def test_a_waiting_question_is_answered_when_a_notice_begins_or_ends(
    planned: World, asker: Api, waits: list[float], path: str, change: tuple[datetime, dict[str, Any]]
) -> None:
    edge, told = change
    go_to(planned, edge - 7 * SECOND)
    answer = wait_for_another(asker, path)
    assert (answer.status_code, waits) == (200, [7.0])
    assert notice(asker) == told


def test_a_waiting_question_goes_on_waiting_at_an_edge_that_changes_nothing_for_it(
    planned: World, asker: Api, waits: list[float]
) -> None:
    go_to(planned, WARNED - 7 * SECOND)
    answer = wait_for_another(asker, f"/ownership/{SECOND_KEY}")
    assert (answer.status_code, waits) == (304, [7.0, 23.0])


def test_a_waiting_question_ends_before_an_edge_that_is_further_away(
    planned: World, asker: Api, waits: list[float]
) -> None:
    go_to(planned, WARNED - HOUR)
    answer = wait_for_another(asker, "/ownership", 20)
    assert (answer.status_code, waits) == (304, [20.0])


def stream(asker: Api, seen: int | None = None) -> Generator[bytes]:
    """The pieces of a stream, behind the one that says that it is open."""
    answer = asker.get("/events", {} if seen is None else {"Last-Event-ID": str(seen)})
    pieces: Iterator[Any] = iter(answer.response)
    try:
        yield from islice(pieces, 1, None)
    finally:
        answer.close()


def test_a_stream_tells_when_a_notice_begins_or_ends(planned: World, asker: Api, waits: list[float]) -> None:
    go_to(planned, WARNED - 7 * SECOND)
    planned.context.worker._look()
    pieces = stream(asker, seen=5)
    found = list(islice(pieces, 3))
    pieces.close()
    quiet, told = b": nothing has changed\n\n", b'event: notices\ndata: {"revision":5}\n\n'
    assert (found, waits) == ([quiet, told, quiet], [5.0, 2.0, 5.0])


def test_a_stream_tells_at_once_when_what_veterans_are_told_is_taken_back(planned: World, asker: Api) -> None:
    go_to(planned, WARNED)
    planned.context.worker._look()
    pieces, revision = stream(asker), planned.standing().revision
    assert next(pieces) == b'id: %d\nevent: revision\ndata: {"revision":%d}\n\n' % (revision, revision)

    rewrite(planned, moment=DUE + 20 * DAY)
    planned.context.tick()
    assert planned.standing().revision == revision
    before = planned.context.notices.retold
    planned.context.worker._look()

    assert next(pieces) == b'event: notices\ndata: {"revision":%d}\n\n' % revision
    assert planned.context.notices.retold == before + 1, "no stream waits for its next heartbeat"
    pieces.close()
