"""The API's own description of itself: complete, sound, and kept to by every answer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.refusals import CODES
from app.domain.roles import Role
from app.entrypoints.access import rule_of
from tests.entrypoints.api.asking import FIRST_KEY, IDS, Api, api
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

STREAM = "/api/v1/events"
NOT_A_FAULT = {502, 503, 504}
"""What a system or a freeze is to blame for: told with a code, and never a fault of the service."""


@pytest.fixture
def document(viewer: Api) -> dict[str, Any]:
    """The description as a client gets it."""
    told: dict[str, Any] = viewer.get("/openapi.json").get_json()
    return told


def _routes(app: Flask) -> set[tuple[str, str, str]]:
    """Every route of the API: method, path with its names in braces, endpoint."""
    return {
        (method.lower(), re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1")
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def test_it_is_openapi_3_1_and_every_role_may_read_it(world: World, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    for role in Role:
        assert api(world, role).get("/openapi.json").get_json() == document


def test_every_route_is_described_with_exactly_the_roles_that_may_call_it(
    world: World, document: dict[str, Any]
) -> None:
    described = {
        (method, path): operation["x-roles"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }

    assert described == {
        (method, path): sorted(rule_of(world.app, endpoint) or ()) for method, path, endpoint in _routes(world.app)
    }


def test_every_operation_says_that_it_needs_a_token_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            proof = "report" if (method, path) == ("post", "/api/v1/reports/va-profile") else "token"
            assert operation["security"] == [{proof: []}]
            assert set(operation["responses"]["default"]["content"]) == {"application/problem+json"}
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_every_reference_leads_to_something(document: dict[str, Any]) -> None:
    references = set(_references(document))

    assert references
    for reference in references:
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]


def test_every_name_in_a_path_is_a_described_parameter(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            told = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path)), path


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/v1/ownership", {"wait", "If-None-Match"}),
        ("/api/v1/preferences", set(IDS)),
        ("/api/v1/preferences/{key}", set(IDS)),
        ("/api/v1/ledger", {"after", "limit"}),
        ("/api/v1/ledger/verify", {"head"}),
        ("/api/v1/moves", {"before", "limit"}),
        ("/api/v1/webhooks/{number}/deliveries", {"before", "limit"}),
        ("/api/v1/incidents", {"open", "limit"}),
        ("/api/v1/plans/compare", {"plan", "draws", "seed"}),
        ("/api/v1/plans/compare.svg", {"plan", "draws", "seed", "wide"}),
        ("/api/v1/plans/{key}/forecast", {"draws", "seed"}),
        ("/api/v1/plans/{key}/timeline", {"draws", "seed", "wide"}),
        ("/api/v1/why", {"of"}),
    ],
)
def test_what_may_be_asked_beside_the_path_is_described(document: dict[str, Any], path: str, names: set[str]) -> None:
    assert {one["name"] for one in document["paths"][path]["get"]["parameters"] if one["in"] != "path"} == names


def test_every_act_on_a_plan_or_milestone_says_that_it_needs_the_version_that_was_seen(
    world: World, document: dict[str, Any]
) -> None:
    """What an address does without If-Match, and what is told of it, are the same."""
    world.plans.plans = {"one": plan("one", Step("first", (FIRST_KEY,), System.VA_GOV))}
    world.plans.filed = {"live": Milestone("live", "It is live")}
    everyone = api(world, *Role)
    everyone.post("/plans/one/start", {"reason": "Invented."})
    everyone.post("/plans", {"key": "one", "text": "invented one", "reason": "Invented."})
    more: dict[str, dict[str, Any]] = {
        "reschedule": {"to": None},
        "confirm": {"name": "ready"},
        "override": {"name": "approvals"},
    }
    told, found = set(), set()
    for path, operations in document["paths"].items():
        if "post" not in operations or not path.startswith(("/api/v1/plans/{", "/api/v1/milestones/{")):
            continue
        headers = {one["name"]: one["required"] for one in operations["post"]["parameters"] if one["in"] == "header"}
        assert "Idempotency-Key" in headers
        told |= {path} if headers.get("If-Match") else set()
        key = "one" if "/plans/" in path else "live"
        body = {"reason": "Invented.", **more.get(path.rpartition("/")[2], {})}
        answer = everyone.post(path.removeprefix("/api/v1").format(key=key, step="first"), body)
        found |= {path} if answer.status_code == 428 else set()

    assert len(found) == 16
    assert told == found


def test_the_readable_documents_name_every_address_and_every_code(viewer: Api) -> None:
    page = viewer.get("/docs").text

    assert "/api/v1/ownership/{key}" in page
    assert [code for code in CODES if f'id="{code}"' not in page] == []


def test_made_up_requests_find_no_fault_of_the_service(writing: World) -> None:
    """Every operation, with requests made up from the description and against it."""
    token = writing.token(*Role)
    headers = {"Authorization": f"Bearer {token}"}
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", writing.app, headers=headers)
    statuses: set[int] = set()
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        if found.ok().path == STREAM:
            continue  # it does not end
        _ask_often(found.ok(), {**headers, **IDS}, statuses)

    assert {200, 422} <= statuses


def _ask_often(operation: Any, headers: dict[str, str], statuses: set[int]) -> None:
    @settings(
        max_examples=12, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(headers=headers)
        statuses.add(answer.status_code)
        if answer.status_code not in NOT_A_FAULT:
            case.validate_response(answer, checks=[not_a_server_error])
        elif not answer.headers["content-type"][0].startswith("application/problem+json"):
            raise AssertionError(answer.text)

    ask()
