"""Who may call what: the table is the promise, and no route may be missing from it."""

from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import INCLUDES, Role
from app.entrypoints.access import may, rule_of
from app.services.tokens import revoke
from tests.entrypoints.access_table import API_ROUTES, TABLE
from tests.entrypoints.api.asking import refused
from tests.entrypoints.world import TESTER, World

INTAKE = "reports.from_va_profile"
CHANGES_NOTHING_OF_OURS = {"pages.sign_in", "pages.sign_out"}


def _differences(app: Flask) -> dict[str, str]:
    """Every route that is not as the table says, with what it is instead."""
    rules = {rule.endpoint: rule_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    wrong = {name: f"{rule}, not in the table" for name, rule in rules.items() if name not in TABLE}
    wrong |= {name: f"{rules[name]}" for name in rules.keys() & TABLE.keys() if rules[name] != TABLE[name]}
    return wrong | dict.fromkeys(TABLE.keys() - rules.keys(), "in the table, but no route")


def _may(role: Role, rule: frozenset[Role]) -> bool:
    return bool(INCLUDES[role] & rule)


def test_every_route_is_open_to_exactly_the_roles_of_the_table(app: Flask) -> None:
    assert _differences(app) == {}


def test_a_route_that_nobody_wrote_into_the_table_is_found(app: Flask) -> None:
    app.add_url_rule("/planted", "planted", may(Role.ADMIN)(lambda: "planted"))

    assert set(_differences(app)) == {"planted"}


def test_a_route_without_a_rule_is_found_and_is_open_to_nobody(world: World) -> None:
    world.app.add_url_rule("/planted", "planted", lambda: "planted")
    everything = world.token(*Role)

    assert _differences(world.app) == {"planted": "None, not in the table"}
    answer = world.app.test_client().get("/planted", headers={"Authorization": f"Bearer {everything}"})
    assert answer.status_code == 403


def test_a_rule_that_was_widened_is_found(app: Flask) -> None:
    app.view_functions["moves.start_one"] = may(Role.OPERATOR, Role.VIEWER)(lambda: "planted")

    assert set(_differences(app)) == {"moves.start_one"}


@pytest.mark.parametrize("endpoint", API_ROUTES)
def test_without_a_token_nothing_of_the_api_answers(client: FlaskClient, endpoint: str) -> None:
    method, path, _ = API_ROUTES[endpoint]

    answer = client.open(path, method=method, json={} if method != "GET" else None)

    refused(answer, "token_missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("endpoint", API_ROUTES)
def test_an_unknown_token_opens_nothing(client: FlaskClient, endpoint: str) -> None:
    method, path, _ = API_ROUTES[endpoint]
    headers = {"Authorization": "Bearer cutover_invented"}

    refused(client.open(path, method=method, headers=headers, json={}), "token_unknown")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("endpoint", API_ROUTES)
def test_a_role_opens_what_the_table_says_and_nothing_else(world: World, endpoint: str, role: Role) -> None:
    method, path, rule = API_ROUTES[endpoint]
    headers = {"Authorization": f"Bearer {world.token(role)}"}

    answer = world.app.test_client().open(path, method=method, headers=headers, json={} if method != "GET" else None)

    with closing(answer):
        if _may(role, rule):
            assert answer.status_code not in (401, 403), answer.text
        else:
            refused(answer, "not_allowed")


def test_with_no_token_in_the_database_nothing_that_changes_anything_is_open(app: Flask, client: FlaskClient) -> None:
    """A service in which nobody may sign in yet is shut, not open to everybody."""
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"} and rule.endpoint not in CHANGES_NOTHING_OF_OURS
    }

    with app.test_request_context():
        paths = {name: app.url_map.bind("").build(name, _values(app, name), force_external=False) for name in changing}
    statuses = {
        (name, method): client.open(path, method=method, json={}).status_code
        for name, path in paths.items()
        for method in ("POST", "PUT", "DELETE")
    }

    assert len(changing) >= 10
    # No keys are set: nobody's report is taken.
    assert [statuses.pop((INTAKE, method)) for method in ("POST", "PUT", "DELETE")] == [403, 405, 405]
    assert all(status in (401, 303, 405) for status in statuses.values()), statuses
    assert all(
        any(statuses[name, method] != 405 for method in ("POST", "PUT", "DELETE"))
        for name in changing - {"reports.from_va_profile"}
    )


def test_a_revoked_token_opens_nothing_from_then_on(world: World) -> None:
    secret = world.token(Role.VIEWER)
    headers = {"Authorization": f"Bearer {secret}"}
    assert world.app.test_client().get("/api/v1/moves", headers=headers).status_code == 200
    with world.store.writing() as unit:
        revoke(unit, unit.tokens.all()[0].id, TESTER)

    refused(world.app.test_client().get("/api/v1/moves", headers=headers), "token_unknown")


def test_what_is_open_to_all_answers_without_a_token(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/sign-in").status_code == 200
    assert client.get("/readyz").status_code == 503  # no thread of this process was started


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic YTpi", "cutover_invented", "Bearer\tx"])
def test_a_header_that_carries_no_bearer_token_is_a_missing_token(client: FlaskClient, header: str) -> None:
    refused(client.get("/api/v1/ownership", headers={"Authorization": header}), "token_missing")


def _values(app: Flask, endpoint: str) -> dict[str, object]:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    return {name: 1 if name in ("number", "webhook") else "parcel_on_its_way" for name in rule.arguments}
