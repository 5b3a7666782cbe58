"""Whatever is sent, the answer is a problem that says what to do, and nothing is changed by it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.ledger import Head
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, IDS, Api, api, refused
from tests.entrypoints.world import World

WHY = {"reason": "Invented."}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/ownership/adopt"): WHY,
    ("POST", "/ownership/restore"): {"expect": {FIRST_KEY: 1}, **WHY},
    ("PUT", f"/preferences/{FIRST_KEY}"): {"choice": "off", "epoch": 1},
    ("POST", "/moves"): {"preferences": [FIRST_KEY], "to": "va_gov", "expect": {FIRST_KEY: 1}, **WHY},
    ("POST", "/moves/1/call-off"): WHY,
    ("POST", "/moves/1/undo"): WHY,
    ("POST", "/plans/invented/start"): WHY,
    ("POST", "/plans"): {"key": "invented", "text": "title", **WHY},
    ("POST", "/plans/invented/pause"): WHY,
    ("POST", "/plans/invented/steps/one/approve"): WHY,
    ("POST", "/plans/invented/steps/one/confirm"): {"name": "ready", **WHY},
    ("POST", "/plans/invented/steps/one/reschedule"): {"to": None, **WHY},
    ("POST", "/milestones/invented/estimate"): WHY,
}
JSON = {"Content-Type": "application/json"}
UNREADABLE = {
    "cut off": b'{"reason": "Inv',
    "no body": b"",
    "not UTF-8": b'{"reason": "\xff\xfe"}',
    "a form": b"reason=Invented",
    "two documents": b'{"reason": "a"}{"reason": "b"}',
    "deeper than anybody can read": b"[" * 60_000,
    "objects in objects": b'{"a":' * 12_000,
    "a number with too many digits": b'{"reason": ' + b"9" * 5000 + b"}",
}
WRONG: dict[str, Any] = {
    "a list": ["Invented."],
    "a text": "Invented.",
    "a number": 7,
    "true": True,
    "an unknown member": {**WHY, "invented": 1},
    "a number for a reason": {"reason": 7},
    "a reason that is too long": {"reason": "x" * 501},
    "a null byte": {"reason": "Invented\x00."},
    "half a character": {"reason": "Invented \ud800."},
    "NaN": {"reason": float("nan")},
    "an object for a reason": {"reason": {}},
}
MOVES: dict[str, Any] = {
    "true for an epoch": {"expect": {FIRST_KEY: True}},
    "NaN for an epoch": {"expect": {FIRST_KEY: float("nan")}},
    "infinity for an epoch": {"expect": {FIRST_KEY: float("inf")}},
    "a fraction for an epoch": {"expect": {FIRST_KEY: 1.5}},
    "a float for an epoch": {"expect": {FIRST_KEY: 1.0}},
    "a text for an epoch": {"expect": {FIRST_KEY: "1"}},
    "an epoch below nought": {"expect": {FIRST_KEY: -1}},
    "an epoch beyond the database": {"expect": {FIRST_KEY: 2**31}},
    "an epoch of 300 digits": {"expect": {FIRST_KEY: 10**300}},
    "a list for expect": {"expect": [FIRST_KEY]},
    "no preference": {"preferences": []},
    "51 preferences": {"preferences": [f"key_{number}" for number in range(51)]},
    "a number for a preference": {"preferences": [7]},
    "a text for preferences": {"preferences": FIRST_KEY},
    "a null byte in a key": {"preferences": [f"{FIRST_KEY}\x00"]},
    "a key that ends with a line": {"preferences": [f"{FIRST_KEY}\n"]},
    "a key of another alphabet": {"preferences": ["\N{CYRILLIC SMALL LETTER ER}arcel_on_its_way"]},
    "a text for dry_run": {"dry_run": "false"},
    "a number for dry_run": {"dry_run": 1},
    "a list for to": {"to": ["va_gov"]},
    "null for to": {"to": None},
    "another spelling of to": {"to": "VA_GOV"},
}
CHOICES: dict[str, Any] = {
    "true for an epoch": {"choice": "off", "epoch": True},
    "a text for an epoch": {"choice": "off", "epoch": "1"},
    "a number for a choice": {"choice": 1, "epoch": 1},
    "false for a choice": {"choice": False, "epoch": 1},
    "null for a choice": {"choice": None, "epoch": 1},
    "an empty choice": {"choice": "", "epoch": 1},
    "no choice": {"epoch": 1},
    "a choice that is too long": {"choice": "x" * 61, "epoch": 1},
    "an id in the body": {"choice": "off", "epoch": 1, "va_profile_id": "1000001"},
}


@pytest.fixture
def everyone(writing: World) -> Api:
    """Somebody who may do everything."""
    return api(writing, *Role)


@pytest.fixture(autouse=True)
def _nothing_changes(writing: World, everyone: Api) -> Iterator[None]:
    """The ledger's head is the same before and after, and no system was written."""
    before = _head(writing)
    yield
    assert _head(writing) == before
    assert writing.mhv.writes == writing.va_gov.writes == []


def _head(world: World) -> Head:
    with world.store.reading() as unit:
        return unit.ledger.head()


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_not_json_is_refused_as_malformed(everyone: Api, route: tuple[str, str], data: bytes) -> None:
    told = everyone.ask(*route, {**IDS, **JSON}, data=data)

    refused(told, "malformed")


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_json_under_another_name_is_refused(everyone: Api, route: tuple[str, str], content_type: str | None) -> None:
    """What a form of another site can send is never read as JSON."""
    headers = IDS if content_type is None else {**IDS, "Content-Type": content_type}

    refused(everyone.ask(*route, headers, data=json.dumps(BODIES[route])), "malformed")


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_json_that_says_something_else_is_refused_as_invalid(everyone: Api, route: tuple[str, str], body: Any) -> None:
    refused(everyone.ask(*route, {**IDS, **JSON}, data=json.dumps(body)), "invalid")


@pytest.mark.parametrize("said", MOVES.values(), ids=MOVES)
def test_a_move_of_the_wrong_kind_is_refused_with_the_place(everyone: Api, said: dict[str, Any]) -> None:
    body = {**BODIES["POST", "/moves"], **said}

    told = refused(everyone.ask("POST", "/moves", JSON, data=json.dumps(body)), "invalid")

    assert next(iter(said)) in told["detail"]


@pytest.mark.parametrize("body", CHOICES.values(), ids=CHOICES)
def test_a_choice_of_the_wrong_kind_is_refused(everyone: Api, body: dict[str, Any]) -> None:
    refused(everyone.put(FIRST_KEY, body), "invalid")


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
def test_a_body_over_the_limit_is_not_read(everyone: Api, route: tuple[str, str]) -> None:
    body = {**BODIES[route], "reason": "x" * 70_000}

    refused(everyone.ask(*route, IDS, json=body), "too_large")


def test_what_was_sent_is_never_repeated_in_the_problem(everyone: Api) -> None:
    """A client that puts a Veteran's data in the wrong place must not find it in a log of answers."""
    for body in ({"choice": "a private matter\x00", "epoch": "1000001"}, {"choice": ["1000001"], "epoch": 1}):
        told = everyone.put(FIRST_KEY, body)
        refused(told, "invalid")
        assert "1000001" not in told.text
        assert "private" not in told.text


@pytest.mark.parametrize("path", ["/nothing", "/ownership/a/b", "/moves/one", "/moves/-1", "/plans/", "/ownership/%00"])
def test_an_address_at_which_nothing_is_says_so(everyone: Api, path: str) -> None:
    answer = everyone.get(path)

    assert answer.status_code == 404
    assert answer.get_json(force=True)["code"] in ("not_found", "preference_unknown")
    refused(answer, answer.get_json(force=True)["code"])


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/ownership"), ("PATCH", "/moves"), ("POST", "/ledger")])
def test_a_method_that_an_address_does_not_take_is_refused(everyone: Api, method: str, path: str) -> None:
    refused(everyone.ask(method, path), "method_not_allowed")


@pytest.mark.parametrize(
    "query", ["limit=ten", "limit=-1", "limit=1e3", "limit=1001", "after=٣", "after=" + "1" * 5000]
)
def test_a_page_that_is_no_number_is_refused(everyone: Api, query: str) -> None:
    refused(everyone.get(f"/ledger?{query}"), "malformed")
