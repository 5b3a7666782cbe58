"""Events that bring routes: those that were asked for, of the revision that they tell."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import World


@pytest.fixture
def listener(adopted: World) -> Api:
    """Somebody with the token of a client, in a process that has looked at the database."""
    adopted.context.worker._look()
    return api(adopted, Role.CLIENT)


def told(listener: Api, query: str) -> dict[str, Any]:
    """The data of the first event of a stream."""
    answer = listener.get(f"/events{query}")
    pieces: Iterator[Any] = iter(answer.response)
    text = b"".join(islice(pieces, 2)).decode()
    answer.close()
    line = next(one for one in text.splitlines() if one.startswith("data: "))
    data: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return data


def test_an_event_brings_the_routes_that_were_asked_for_with_the_revision_that_they_are_of(
    adopted: World, listener: Api
) -> None:
    data = told(listener, f"?routes={FIRST_KEY},{SECOND_KEY},not_known")
    assert data["revision"] == adopted.standing().revision
    routes = {route["key"]: route for route in data["routes"]}
    assert set(routes) == {FIRST_KEY, SECOND_KEY, "not_known"}
    assert (routes[FIRST_KEY]["write_to"], routes[FIRST_KEY]["epoch"]) == ("mhv", adopted.row(FIRST_KEY).epoch)
    assert (routes["not_known"]["state"], routes["not_known"]["write_to"]) == ("unowned", None)


def test_an_event_that_nobody_asked_for_routes_brings_none(listener: Api) -> None:
    assert set(told(listener, "")) == set(told(listener, "?routes=,")) == {"revision"}


def test_routes_are_left_to_each_lease_where_a_system_checks_permits(adopted: World, listener: Api) -> None:
    adopted.context.driver.fences.fenced = frozenset({System.MHV})
    assert set(told(listener, f"?routes={FIRST_KEY}")) == {"revision"}


def test_routes_of_an_older_reading_are_not_told_with_a_newer_revision(adopted: World, listener: Api) -> None:
    newest = adopted.standing().revision + 1
    adopted.context.notices.publish(newest)
    assert told(listener, f"?routes={FIRST_KEY}") == {"revision": newest}


def test_a_freeze_is_told_as_a_revision_alone_to_those_whom_it_concerns(adopted: World, listener: Api) -> None:
    number = api(adopted, Role.OPERATOR, name="eve").start(FIRST_KEY).get_json()["id"]
    adopted.drive(number, Stage.DRAIN)
    adopted.context.worker._look()
    assert set(told(listener, f"?routes={FIRST_KEY},{SECOND_KEY}")) == {"revision"}
    assert set(told(listener, f"?routes={SECOND_KEY}")) == {"revision", "routes"}


def test_a_token_for_other_preferences_is_told_no_routes_of_this_one(adopted: World) -> None:
    limited = Api(adopted, adopted.token(Role.CLIENT, keys=[FIRST_KEY]))
    refused(limited.get(f"/events?routes={FIRST_KEY},{SECOND_KEY}"), "not_allowed")
