"""Answers kept under Idempotency-Keys: for a day, for one token, and not for those who died over them."""

import pytest

from app.adapters.database.store import SqlStore
from app.services.store import Kept
from tests.fakes.clock import BEGINNING, FakeClock


@pytest.fixture
def clock(store: SqlStore) -> FakeClock:
    """A clock that the store goes by in this test."""
    made = FakeClock()
    store.clock = made.now
    return made


def begin(store: SqlStore, key: str = "key", token: str = "token", request: str = "hash") -> Kept | None:
    """Claim a key."""
    with store.writing() as unit:
        return unit.answers.begin(token, key, request)


def finish(store: SqlStore, key: str = "key") -> None:
    """Keep an answer."""
    with store.writing() as unit:
        unit.answers.finish("token", key, 202, {"id": 1, "list": [None]})


def test_a_key_is_claimed_by_the_first_and_kept_with_its_answer(store: SqlStore, clock: FakeClock) -> None:
    assert begin(store) is None
    assert begin(store, request="other") == Kept("hash", BEGINNING), "the caller sees that the body is another"
    finish(store)
    assert begin(store) == Kept("hash", BEGINNING, 202, {"id": 1, "list": [None]})


def test_each_token_has_keys_of_its_own(store: SqlStore, clock: FakeClock) -> None:
    assert begin(store) is None
    assert begin(store, token="other") is None


def test_an_answer_is_kept_for_a_day(store: SqlStore, clock: FakeClock) -> None:
    begin(store)
    finish(store)
    clock.advance(24 * 3600)
    assert begin(store) is not None
    clock.advance(1)
    assert begin(store) is None


def test_a_request_that_died_without_an_answer_gives_its_key_up_after_a_minute(
    store: SqlStore, clock: FakeClock
) -> None:
    begin(store)
    clock.advance(60)
    assert begin(store) is not None
    clock.advance(1)
    assert begin(store) is None


def test_a_refused_request_gives_its_key_up_and_an_answered_one_does_not(store: SqlStore, clock: FakeClock) -> None:
    for key in ("refused", "answered"):
        begin(store, key)
    finish(store, "answered")
    with store.writing() as unit:
        for key in ("refused", "answered"):
            unit.answers.drop("token", key)
    assert begin(store, "refused") is None
    assert begin(store, "answered") is not None
