"""The threads that tell webhooks: a receiver that hangs keeps only itself waiting, and nobody's stop."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.adapters.clock import MachineClock
from app.services import sending
from app.services.sending import Sending
from tests.services.receivers import Got, add, dispatcher, receiving, states
from tests.services.test_working import eventually
from tests.services.world import ALERTS, IMAGES, RX, VA_GOV, World


@pytest.fixture
def real(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world on the real clock, looked at often."""
    sqlite_world.clock = MachineClock()
    sqlite_world.store.clock = None
    monkeypatch.setattr(sending, "LOOK_EVERY", 0.02)
    return sqlite_world


@pytest.fixture
def troubles() -> list[str]:
    """What troubled the threads."""
    return []


@pytest.fixture
def telling(real: World, troubles: list[str]) -> Iterator[Sending]:
    """Threads that are started, and stopped at the end."""
    made = Sending(dispatcher(real), lambda what, _: troubles.append(what))
    made.start()
    yield made
    made.stop()


def test_what_happens_is_told_by_itself(real: World, telling: Sending, troubles: list[str]) -> None:
    with receiving() as receiver:
        webhook, _ = add(real, receiver.url)
        real.adopt(RX)
        real.flip(VA_GOV, RX)
        assert eventually(lambda: states(real, webhook) == ["delivered"] * 5)
    assert len(receiver.got) == 5
    assert troubles == []


def test_a_receiver_that_hangs_keeps_only_itself_waiting(real: World, telling: Sending) -> None:
    released = threading.Event()

    def hang(_: Got) -> int:
        released.wait(30)
        return 200

    with receiving(hang) as hanging, receiving() as sound:
        try:
            add(real, hanging.url)
            webhook, _ = add(real, sound.url)
            real.adopt(RX, ALERTS, IMAGES)
            assert eventually(lambda: states(real, webhook) == ["delivered"] * 3)
            assert len(hanging.got) <= 1
        finally:
            released.set()


def test_a_stop_does_not_wait_for_a_receiver_that_hangs(real: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STOPS_WITHIN", 0.1)
    released = threading.Event()

    def hang(_: Got) -> int:
        released.wait(30)
        return 200

    telling = Sending(dispatcher(real), lambda *_: None)
    telling.start()
    with receiving(hang) as hanging:
        try:
            webhook, _ = add(real, hanging.url)
            real.adopt(RX, ALERTS)
            assert eventually(lambda: len(hanging.got) == 1)
            began = time.monotonic()
            telling.stop()
            assert time.monotonic() - began < 5
        finally:
            released.set()
        assert eventually(lambda: states(real, webhook).count("delivered") == 1)
        assert len(hanging.got) == 1, "no further attempt begins after a stop"


def test_a_trouble_is_told_and_ends_nothing(
    real: World, telling: Sending, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    with receiving() as receiver, monkeypatch.context() as patched:
        patched.setattr(telling.dispatcher, "take", broken)
        assert eventually(lambda: "looking for what webhooks are to be told" in troubles)
        patched.undo()
        monkeypatch.setattr(telling.dispatcher, "_attempt", broken)
        webhook, _ = add(real, receiver.url)
        real.adopt(RX)
        assert eventually(lambda: "telling a webhook" in troubles)
        assert states(real, webhook) == ["waiting"]
        monkeypatch.undo()
        real.adopt(ALERTS)
        assert eventually(lambda: states(real, webhook) == ["waiting", "delivered"])


def test_only_so_many_webhooks_are_served_at_once(
    real: World, telling: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    released, lock, now, most = threading.Event(), threading.Lock(), [0], [0]

    def count(_: Got) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        released.wait(0.2)
        with lock:
            now[0] -= 1
        return 200

    with receiving(count) as receiver:
        webhooks = [add(real, f"{receiver.url}/{number}")[0] for number in range(5)]
        real.adopt(RX)
        assert eventually(lambda: all(states(real, webhook) == ["delivered"] for webhook in webhooks))
    assert most[0] == 2
