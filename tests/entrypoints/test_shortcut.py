"""The way past the framework: each answer is to the byte what the view answers, and what is odd is left to the view."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.shortcut import Shortcut
from app.services.store import Unreachable
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.world import World

LEASE = "/api/v1/leases/0123456789abcdef-one"
JSON = {"Content-Type": "application/json"}
BODY = {"client": "portal", "instance": "process 7", "keys": [FIRST_KEY, SECOND_KEY, "unknown_key"], "acknowledged": 0}
LATE = {"key": FIRST_KEY, "epoch": 1, "write_id": "w-1"}
NAME = {"key": FIRST_KEY, "epoch": 1, "audit": "a-1"}


@pytest.fixture
def shortcut(world: World) -> Shortcut:
    """The application as it is served, with two preferences adopted."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    assert isinstance(world.app.wsgi_app, Shortcut)
    return world.app.wsgi_app


def asked(application: Any, path: str, sent: bytes | str, headers: Mapping[str, str], method: str = "PUT") -> Any:
    """What is answered: status, headers in their order of names, body."""
    answer: TestResponse = Client(application).open(path, method=method, data=sent, headers=dict(headers))
    return answer.status, sorted(answer.headers.items()), answer.data


class Watched:
    """The framework behind a shortcut, and how often it was asked."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind
        self.count = 0

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Count it, and hand it on."""
        self.count += 1
        found: Iterable[bytes] = self.behind(environ, start_response)
        return found


def both(world: World, shortcut: Shortcut, sent: bytes | str, headers: Mapping[str, str], path: str = LEASE) -> Any:
    """One answer, which both ways must give; and whether the framework was needed for it."""
    watched = Watched(shortcut.behind)
    quick = asked(Shortcut(watched, lambda: world.context, world._trouble), path, sent, headers)
    assert quick == asked(shortcut.behind, path, sent, headers)
    return quick, watched.count == 1


def bearer(secret: str) -> dict[str, str]:
    """The headers of a caller with this token."""
    return {**JSON, "Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    "more",
    [
        *({}, {"acknowledged": 1}, {"acknowledged": 2**31 - 1}, {"lease": "said-twice"}, {"keys": [FIRST_KEY]}),
        *({"late": [LATE]}, {"audits": [NAME]}, {"client": "ab <c> \"d\" & 'e'"}),
    ],
)
def test_a_renewal_is_answered_as_the_view_answers_it_without_asking_it(
    world: World, shortcut: Shortcut, more: dict[str, Any]
) -> None:
    (status, headers, body), needed = both(
        world, shortcut, json.dumps({**BODY, **more}), bearer(world.token(Role.CLIENT))
    )
    assert (status, needed) == ("200 OK", False)
    assert ("Content-Length", str(len(body))) in headers
    assert json.loads(body)["routes"][0]["permit"]


def test_a_freeze_is_told_by_both_ways(world: World, shortcut: Shortcut) -> None:
    headers = bearer(world.token(Role.CLIENT))
    both(world, shortcut, json.dumps(BODY), headers)
    world.drive(world.begin(System.VA_GOV, FIRST_KEY).id, Stage.DRAIN)
    (_, _, body), needed = both(world, shortcut, json.dumps(BODY), headers)
    told = json.loads(body)["routes"][0]
    assert (told["key"], told["write_to"], told["target"], needed) == (FIRST_KEY, None, "va_gov", False)


def test_what_a_renewal_tells_of_writes_is_noted(world: World, shortcut: Shortcut) -> None:
    asked(shortcut, LEASE, json.dumps({**BODY, "audits": [NAME]}), bearer(world.token(Role.CLIENT)))
    assert world.context.notes.flush() is False
    with world.store.reading() as unit:
        assert unit.audits.find(System.MHV, "a-1") is not None


@pytest.mark.parametrize(
    ("roles", "keys", "code"),
    [
        ((Role.VIEWER,), None, "not_allowed"),
        ((Role.CLIENT,), [FIRST_KEY], "not_allowed"),
        ((Role.CLIENT,), [FIRST_KEY, SECOND_KEY, "unknown_key"], None),
    ],
)
def test_who_may_not_is_refused_by_both_ways(
    world: World, shortcut: Shortcut, roles: tuple[Role, ...], keys: list[str] | None, code: str | None
) -> None:
    (_, _, body), needed = both(world, shortcut, json.dumps(BODY), bearer(world.token(*roles, keys=keys)))
    assert (json.loads(body).get("code"), needed) == (code, False)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic abc", "Bearer cutover_unknown"])
def test_a_token_that_is_missing_or_unknown_is_refused_by_both_ways(
    world: World, shortcut: Shortcut, header: str
) -> None:
    (status, headers, _), _ = both(world, shortcut, json.dumps(BODY), {**JSON, "Authorization": header})
    assert status == "401 UNAUTHORIZED"
    assert ("WWW-Authenticate", "Bearer") in headers


@pytest.mark.parametrize("name", ["short", "a" * 81, "0123456789abcdef.", "0123456789abcdéf-x", "0123456789abcdef%2Fx"])
def test_an_id_that_is_none_is_refused_by_both_ways(world: World, shortcut: Shortcut, name: str) -> None:
    path = f"/api/v1/leases/{name}"
    (status, _, _), _ = both(world, shortcut, json.dumps(BODY), bearer(world.token(Role.CLIENT)), path)
    assert status.startswith("40")


def test_somebody_elses_lease_is_refused_by_both_ways(world: World, shortcut: Shortcut) -> None:
    both(world, shortcut, json.dumps(BODY), bearer(world.token(Role.CLIENT)))
    (_, _, body), needed = both(world, shortcut, json.dumps(BODY), bearer(world.token(Role.CLIENT, name="eve")))
    assert (json.loads(body)["code"], needed) == ("not_allowed", False)


DEEP = '{"client": ' + "[" * 20_000 + "]" * 20_000 + "}"


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        *((b"", JSON), (b"{", JSON), (b"null", JSON), (b"[]", JSON), (b"\xff\xfe", JSON), (DEEP, JSON)),
        *((json.dumps({**BODY, "surplus": 1}), JSON), (json.dumps({**BODY, "acknowledged": "1"}), JSON)),
        *((json.dumps({**BODY, "acknowledged": -1}), JSON), (json.dumps({**BODY, "keys": []}), JSON)),
        (json.dumps(BODY), {"Content-Type": "text/plain"}),
        (json.dumps(BODY), {"Content-Type": "application/json; charset=utf-8"}),
        (json.dumps({**BODY, "client": "x" * 70_000}), JSON),
        (json.dumps(BODY) + " " * 64 * 1024, JSON),
    ],
    ids=lambda one: repr(one)[:50],
)
def test_what_is_not_as_it_should_be_is_left_to_the_view(
    world: World, shortcut: Shortcut, sent: bytes | str, headers: Mapping[str, str]
) -> None:
    _, needed = both(world, shortcut, sent, {**bearer(world.token(Role.CLIENT)), **headers})
    assert needed


@pytest.mark.parametrize("length", [None, "", "\u00b2", "-1", " 7", "seven", "9" * 30, "1e2"])
def test_a_length_that_is_none_is_left_to_the_view(world: World, shortcut: Shortcut, length: str | None) -> None:
    headers = bearer(world.token(Role.CLIENT))

    def cut(behind: Any) -> Any:
        def application(environ: Any, start_response: Any) -> Any:
            environ["CONTENT_LENGTH"] = length
            if length is None:
                del environ["CONTENT_LENGTH"]
            return behind(environ, start_response)

        return application

    watched = Watched(shortcut.behind)
    quick = asked(cut(Shortcut(watched, lambda: world.context, world._trouble)), LEASE, json.dumps(BODY), headers)
    assert quick == asked(cut(shortcut.behind), LEASE, json.dumps(BODY), headers)
    assert watched.count == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", LEASE), ("POST", LEASE), ("DELETE", LEASE), ("PUT", LEASE + "/"), ("PUT", "/api/v1/leases")],
)
def test_other_methods_and_addresses_are_left_to_the_views(
    world: World, shortcut: Shortcut, method: str, path: str
) -> None:
    headers = bearer(world.token(Role.CLIENT))
    quick = asked(shortcut, path, json.dumps(BODY), headers, method)
    assert quick == asked(shortcut.behind, path, json.dumps(BODY), headers, method)
    assert quick[0] != "200 OK"


@pytest.mark.parametrize(
    ("error", "code"), [(Unreachable("away"), "database_unreachable"), (KeyError("x"), "unexpected")]
)
def test_what_goes_wrong_within_is_told_as_a_problem_by_both_ways(
    world: World, shortcut: Shortcut, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(_: object) -> None:
        raise error

    headers = bearer(world.token(Role.CLIENT))
    monkeypatch.setattr(world.context.renewals, "ask", fail)
    (_, _, body), needed = both(world, shortcut, json.dumps(BODY), headers)
    assert (json.loads(body)["code"], needed) == (code, False)
    assert world.troubles == [error, error]
    world.troubles.clear()


def test_a_child_of_a_fork_is_started_by_a_renewal_too(world: World) -> None:
    started: list[str] = []
    object.__setattr__(world.context, "ensure_started", lambda: started.append("yes"))
    asked(world.app.wsgi_app, LEASE, json.dumps(BODY), JSON)
    assert started == ["yes"]
