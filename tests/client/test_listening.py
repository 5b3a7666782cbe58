"""The stream of events: resumed, dropped when it is silent, and never a reason to hang or to spin."""

import json
import time

import pytest

from cutover_client.listening import LONGEST_QUERY, back_off, news
from cutover_client.routes import Answer, Refused
from tests.client.controllers import SOON, eventually
from tests.client.http_controller import FROZEN, HEARTBEAT, HELD, MOVED, Controller, client_of, controlling


def test_a_stream_is_resumed_from_the_revision_that_was_heard_last() -> None:
    with controlling(Controller(revision=41)) as controller, client_of(controller) as client:
        client.route("a")
        controller.streams = "cut"
        controller.over.set()  # ends the stream that is open
        assert eventually(lambda: controller.opened[-1:] == ["41"] and len(controller.opened) > 1)


def test_9_a_stream_that_died_silently_is_dropped_and_opened_again() -> None:
    with controlling(Controller(streams="silent")) as controller, client_of(controller) as client:
        client.route("a")
        assert eventually(lambda: len(controller.opened) == 1)
        assert eventually(lambda: len(controller.opened) == 2)
        controller.streams = "open"
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)


def test_9_a_stream_with_heartbeats_is_kept() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        assert eventually(lambda: len(controller.opened) == 1)
        time.sleep(6 * HEARTBEAT)
        assert len(controller.opened) == 1


def test_9_a_controller_that_ends_every_stream_at_once_is_not_asked_without_a_pause() -> None:
    with controlling(Controller(streams="cut")) as controller, client_of(controller) as client:
        client.route("a")
        time.sleep(2.0)
        assert 1 < len(controller.opened) <= 5, "the pauses grow: 1/8, 1/4, 1/2, 1 second at least"


def test_9_pauses_grow_are_uneven_and_have_a_limit() -> None:
    assert len({back_off(3) for _ in range(20)}) > 10
    assert max(back_off(1) for _ in range(50)) <= 0.25
    assert 15 <= back_off(10_000) <= 30


@pytest.mark.parametrize("streams", [503, 404, "cut", "silent"])
def test_a_lease_works_without_any_stream_only_slower(streams: str | int) -> None:
    controller = Controller(streams=streams, ttl=1.2, write_timeout=0.1, settle={"mhv": 0.1})
    with controlling(controller), client_of(controller) as client:
        with client.writing("a", 7) as permit:
            permit.recheck()
            permit.answered()
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)


def test_with_streams_switched_off_none_is_asked_for() -> None:
    with controlling() as controller, client_of(controller, streams=False) as client:
        client.route("a")
        time.sleep(0.1)
        assert controller.opened == []


def test_a_stop_does_not_wait_for_a_silent_stream() -> None:
    with controlling(Controller(streams="silent")) as controller:
        client = client_of(controller, heartbeat=5.0)
        client.route("a")
        assert eventually(lambda: len(controller.opened) == 1)
        began = time.monotonic()
        client.stop()
        assert time.monotonic() - began < SOON


def test_an_event_stops_writes_by_older_routes_before_the_newer_ones_are_known() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        assert eventually(lambda: len(controller.opened) == 1 and controller.acknowledged[-1:] == [1])
        keeping = client._keeping
        assert keeping is not None
        controller.pause = 3.0  # longer than a write waits for news
        grants = keeping.holder._grants
        # A renewal that was under way before the pause may bring the first change by itself; none brings the second.
        for revision in (2, 3):
            controller.revision = revision
            assert eventually(lambda revision=revision: grants.heard >= revision)  # type: ignore[misc]  # bound now
        assert grants.revision < grants.heard
        with pytest.raises(Refused) as refused, client.writing("a", 7):
            pass
        assert refused.value.code == "no_grant"
        assert client.route("a").epoch == HELD["epoch"], "reads go on"


def test_events_are_read_from_lines() -> None:
    lines = [
        "id: 3",
        "event: revision",
        'data: {"revision":3}',
        "",
        ": alive",
        "",
        "data: nonsense",
        "",
        'data: {"x":1}',
    ]
    assert list(news(iter([*lines, ""]), ("a",))) == [Answer(3, {}), None, None]


def test_an_event_with_every_route_that_was_asked_for_is_read_and_one_that_lacks_some_is_a_revision_alone() -> None:
    told = {"key": "a", **HELD, "permit": None}
    data = json.dumps({"revision": 3, "routes": [told, {**told, "key": "b"}]})
    (answer,) = news(iter([f"data: {data}", ""]), ("a",))
    assert answer is not None
    assert (answer.revision, set(answer.routes), answer.routes["a"].epoch) == (3, {"a"}, HELD["epoch"])
    assert list(news(iter([f"data: {data}", ""]), ("a", "c"))) == [Answer(3, {})]


@pytest.mark.parametrize("routes", [7, [7], [{"key": "a"}], [{"key": 1, **HELD}], None, "ab"])
def test_routes_that_cannot_be_read_are_asked_for_with_a_renewal(routes: object) -> None:
    assert list(news(iter([f"data: {json.dumps({'revision': 3, 'routes': routes})}", ""]), ("a",))) == [None]


def test_a_freeze_that_is_told_with_its_routes_is_acknowledged_at_once_and_its_end_needs_no_renewal() -> None:
    with controlling(Controller(tells=True)) as controller, client_of(controller) as client:
        assert client.route("a").write_to == "mhv"
        assert eventually(lambda: len(controller.opened) == 1 and controller.acknowledged[-1:] == [1])
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1:] == [2])
        controller.pause = 60.0  # no renewal will be answered
        controller.change(MOVED)
        assert eventually(lambda: client.route("a").epoch == MOVED["epoch"])
        with client.writing("a", 9) as permit:
            assert permit.system == "va_gov"
            permit.recheck()
            permit.answered()
        assert len(controller.puts) == controller.acknowledged.index(2) + 1
        controller.pause = 0.0


def test_more_keys_than_an_address_takes_are_told_by_renewals() -> None:
    keys = [f"key_{number}" for number in range(LONGEST_QUERY // 6)]
    with controlling(Controller(tells=True)) as controller, client_of(controller, keys=keys) as client:
        client.route(keys[0])
        assert eventually(lambda: len(controller.opened) == 1)
        controller.change(FROZEN)
        assert eventually(lambda: client.route(keys[-1]).epoch == FROZEN["epoch"])
