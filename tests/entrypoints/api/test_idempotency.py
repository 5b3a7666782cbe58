"""`Idempotency-Key`: a double click does a thing once and is told twice the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused, wish
from tests.entrypoints.world import World

KEY = {"Idempotency-Key": "invented-1"}


def _moves(asker: Api) -> list[int]:
    return [move["id"] for move in asker.get("/moves").get_json()["moves"]]


def test_a_double_click_starts_one_move_and_is_told_it_twice(either_world: World) -> None:
    operator = api(either_world, Role.OPERATOR)
    body = wish(either_world, FIRST_KEY)

    first, second = (operator.post("/moves", body, KEY) for _ in range(2))

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.get_json() == second.get_json()
    assert _moves(operator) == [first.get_json()["id"]]


def test_the_second_click_is_told_what_the_first_was_even_after_the_move_ended(adopted: World, operator: Api) -> None:
    body = wish(adopted, FIRST_KEY)
    first = operator.post("/moves", body, KEY).get_json()
    adopted.drive(first["id"])

    assert operator.post("/moves", body, KEY).get_json() == first


def test_both_halves_of_a_simultaneous_double_click_find_one_move(either_world: World) -> None:
    operator = api(either_world, Role.OPERATOR)
    body = wish(either_world, FIRST_KEY)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: operator.post("/moves", body, KEY), range(4)))

    told = [answer for answer in answers if answer.status_code == 202]
    assert len({answer.get_json()["id"] for answer in told}) == 1
    for answer in answers:
        if answer.status_code != 202:
            assert refused(answer, "idempotency_in_progress")["retry_after"] > 0
    assert len(_moves(operator)) == 1


@pytest.mark.parametrize("path", ["/moves", "/moves/1/call-off"])
def test_the_same_key_with_another_request_is_refused(adopted: World, operator: Api, path: str) -> None:
    operator.post("/moves", wish(adopted, FIRST_KEY), KEY)
    other = wish(adopted, SECOND_KEY) if path == "/moves" else {"reason": "Invented."}

    refused(operator.post(path, other, KEY), "idempotency_key_reused")

    assert _moves(operator) == [1]


def test_while_the_first_request_runs_the_second_is_told_to_ask_again(adopted: World, operator: Api) -> None:
    body = wish(adopted, FIRST_KEY)
    operator.post("/moves", body, KEY)
    _forget_the_answer(adopted)

    answer = operator.post("/moves", body, KEY)

    refused(answer, "idempotency_in_progress")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_key_belongs_to_one_token(adopted: World) -> None:
    ada, bob = api(adopted, Role.OPERATOR, name="ada"), api(adopted, Role.OPERATOR, name="bob")
    first = ada.post("/moves", wish(adopted, FIRST_KEY), KEY).get_json()

    second = bob.post("/moves", wish(adopted, SECOND_KEY), KEY).get_json()

    assert second["preferences"] == [SECOND_KEY]
    assert second["id"] != first["id"]


def test_a_token_of_the_same_name_does_not_get_the_other_ones_answer(adopted: World) -> None:
    """Names are not unique; ids are."""
    ada, namesake = api(adopted, Role.OPERATOR), api(adopted, Role.OPERATOR)
    body = wish(adopted, FIRST_KEY)
    ada.post("/moves", body, KEY)

    refused(namesake.post("/moves", body, KEY), "move_open")


def test_a_refused_request_is_not_kept_so_that_it_can_be_mended_and_sent_again(adopted: World, operator: Api) -> None:
    right = wish(adopted, FIRST_KEY)
    refused(operator.post("/moves", {**right, "expect": {FIRST_KEY: 0}}, KEY), "epoch_stale")

    assert operator.post("/moves", right, KEY).status_code == 202


def test_after_a_day_a_key_is_free_again(adopted: World, operator: Api) -> None:
    operator.post("/moves", wish(adopted, FIRST_KEY), KEY)
    adopted.clock.advance(timedelta(hours=24, minutes=1).total_seconds())

    assert operator.post("/moves", wish(adopted, SECOND_KEY), KEY).get_json()["preferences"] == [SECOND_KEY]


@pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "schlüssel"])
def test_a_key_that_cannot_be_kept_is_refused(adopted: World, operator: Api, key: str) -> None:
    answer = operator.post("/moves", wish(adopted, FIRST_KEY), {"Idempotency-Key": key})

    assert "Idempotency-Key" in refused(answer, "malformed")["detail"]
    assert _moves(operator) == []


def _forget_the_answer(world: World) -> None:
    """As if the process that began the first request had not come to its end."""
    with world.store.writing() as unit:
        unit.connection.exec_driver_sql("UPDATE answers SET status = NULL, body = NULL")
