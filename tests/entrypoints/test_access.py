"""Who may call what: the table below is the promise, and no route may be missing from it."""

from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import INCLUDES, Role
from app.entrypoints.access import may, rule_of
from app.services.tokens import revoke
from tests.entrypoints.api.asking import refused
from tests.entrypoints.world import TESTER, World

NOBODY_ASKED: frozenset[Role] = frozenset()
READERS = frozenset({Role.VIEWER, Role.CLIENT})
VIEWER, CLIENT = frozenset({Role.VIEWER}), frozenset({Role.CLIENT})
OPERATOR, APPROVER, ADMIN = frozenset({Role.OPERATOR}), frozenset({Role.APPROVER}), frozenset({Role.ADMIN})

API_ROUTES = {
    "ownership.all_of_them": ("GET", "/api/v1/ownership", READERS),
    "ownership.one_of_them": ("GET", "/api/v1/ownership/parcel_on_its_way", READERS),
    "ownership.adopt_them": ("POST", "/api/v1/ownership/adopt", ADMIN),
    "ownership.restore_them": ("POST", "/api/v1/ownership/restore", ADMIN),
    "leases.all_of_them": ("GET", "/api/v1/leases", VIEWER),
    "leases.register": ("POST", "/api/v1/leases", CLIENT),
    "leases.renew": ("PUT", "/api/v1/leases/invented-lease-1", CLIENT),
    "leases.release": ("DELETE", "/api/v1/leases/invented-lease-1", CLIENT),
    "recovery.how_it_stands": ("GET", "/api/v1/recovery", VIEWER),
    "recovery.stop_everything": ("POST", "/api/v1/recovery", ADMIN),
    "recovery.name_owner": ("POST", "/api/v1/recovery/name", ADMIN),
    "events.stream": ("GET", "/api/v1/events", READERS),
    "preferences.all_of_one_person": ("GET", "/api/v1/preferences", CLIENT),
    "preferences.one": ("GET", "/api/v1/preferences/parcel_on_its_way", CLIENT),
    "preferences.choose": ("PUT", "/api/v1/preferences/parcel_on_its_way", CLIENT),
    "moves.start_one": ("POST", "/api/v1/moves", OPERATOR),
    "moves.latest": ("GET", "/api/v1/moves", VIEWER),
    "moves.one": ("GET", "/api/v1/moves/1", VIEWER),
    "moves.call_one_off": ("POST", "/api/v1/moves/1/call-off", OPERATOR),
    "moves.undo_one": ("POST", "/api/v1/moves/1/undo", OPERATOR),
    "proposals.propose_one": ("POST", "/api/v1/proposals", OPERATOR),
    "proposals.latest_of_them": ("GET", "/api/v1/proposals", VIEWER),
    "proposals.one": ("GET", "/api/v1/proposals/1", VIEWER),
    "proposals.approve_one": ("POST", "/api/v1/proposals/1/approve", APPROVER),
    "proposals.withdraw_one": ("POST", "/api/v1/proposals/1/withdraw", OPERATOR),
    "proposals.override_one": ("POST", "/api/v1/proposals/1/override", ADMIN),
    "stops.all_of_them": ("GET", "/api/v1/stops", VIEWER),
    "stops.stop_everything": ("POST", "/api/v1/stop", OPERATOR),
    "stops.lift_the_stop": ("POST", "/api/v1/stop/lift", ADMIN),
    "stops.lock_one": ("POST", "/api/v1/locks/parcel_on_its_way", OPERATOR),
    "stops.unlock_one": ("POST", "/api/v1/locks/parcel_on_its_way/lift", ADMIN),
    "plans.all_of_them": ("GET", "/api/v1/plans", VIEWER),
    "plans.one": ("GET", "/api/v1/plans/invented", VIEWER),
    "plans.start": ("POST", "/api/v1/plans/invented/start", OPERATOR),
    "plans.write": ("POST", "/api/v1/plans", OPERATOR),
    "plans.drafted": ("GET", "/api/v1/plans/invented/draft", VIEWER),
    "plans.forget": ("POST", "/api/v1/plans/invented/draft/discard", OPERATOR),
    "planning.pause": ("POST", "/api/v1/plans/invented/pause", OPERATOR),
    "planning.resume": ("POST", "/api/v1/plans/invented/resume", OPERATOR),
    "planning.cancel": ("POST", "/api/v1/plans/invented/cancel", OPERATOR),
    "planning.retry": ("POST", "/api/v1/plans/invented/steps/first/retry", OPERATOR),
    "planning.skip": ("POST", "/api/v1/plans/invented/steps/first/skip", OPERATOR),
    "planning.approve": ("POST", "/api/v1/plans/invented/steps/first/approve", APPROVER),
    "planning.withdraw": ("POST", "/api/v1/plans/invented/steps/first/withdraw", APPROVER),
    "planning.accept": ("POST", "/api/v1/plans/invented/accept", OPERATOR),
    "planning.reschedule": ("POST", "/api/v1/plans/invented/steps/first/reschedule", OPERATOR),
    "planning.confirm": ("POST", "/api/v1/plans/invented/steps/first/confirm", OPERATOR),
    "planning.override": ("POST", "/api/v1/plans/invented/steps/first/override", ADMIN),
    "planning.compared": ("GET", "/api/v1/plans/invented/difference", VIEWER),
    "comparing.compared": ("GET", "/api/v1/plans/compare?draws=9", VIEWER),
    "comparing.drawn": ("GET", "/api/v1/plans/compare.svg?draws=9", VIEWER),
    "comparing.foretold": ("GET", "/api/v1/plans/invented/forecast", VIEWER),
    "comparing.timed": ("GET", "/api/v1/plans/invented/timeline", VIEWER),
    "planning.previewed": ("GET", "/api/v1/plans/invented/preview", VIEWER),
    "planning.explained": ("GET", "/api/v1/why?of=invented", VIEWER),
    "milestones.all_of_them": ("GET", "/api/v1/milestones", VIEWER),
    "milestones.reach": ("POST", "/api/v1/milestones/live/reach", OPERATOR),
    "milestones.reopen": ("POST", "/api/v1/milestones/live/reopen", OPERATOR),
    "milestones.estimate": ("POST", "/api/v1/milestones/live/estimate", OPERATOR),
    "plans.tick": ("POST", "/api/v1/tick", OPERATOR),
    "ledger.entries": ("GET", "/api/v1/ledger", VIEWER),
    "ledger.verified": ("GET", "/api/v1/ledger/verify", VIEWER),
    "incidents.latest": ("GET", "/api/v1/incidents", VIEWER),
    "incidents.close_one": ("POST", "/api/v1/incidents/1/close", OPERATOR),
    "reports.counted": ("GET", "/api/v1/reports", VIEWER),
    "webhooks.add_one": ("POST", "/api/v1/webhooks", ADMIN),
    "webhooks.all_of_them": ("GET", "/api/v1/webhooks", VIEWER),
    "webhooks.remove_one": ("DELETE", "/api/v1/webhooks/1", ADMIN),
    "webhooks.deliveries": ("GET", "/api/v1/webhooks/1/deliveries", VIEWER),
    "webhooks.resend_one": ("POST", "/api/v1/webhooks/1/deliveries/1/resend", OPERATOR),
    "documents.openapi": ("GET", "/api/v1/openapi.json", frozenset(Role)),
    "documents.readable": ("GET", "/api/v1/docs", frozenset(Role)),
}
OTHER_ROUTES = {
    "reports.from_va_profile": NOBODY_ASKED,  # a JSON Web Token of VA Profile is the proof: see test_reports.py
    "static": NOBODY_ASKED,
    "health.lives": NOBODY_ASKED,
    "health.ready": NOBODY_ASKED,
    "keys.key_set": NOBODY_ASKED,
    "calendar.of_plan": VIEWER,
    "pages.sign_in_form": NOBODY_ASKED,
    "pages.sign_in": NOBODY_ASKED,
    "pages.sign_in_start": NOBODY_ASKED,
    "pages.sign_in_return": NOBODY_ASKED,
    "pages.sign_out": NOBODY_ASKED,
    "pages.board": VIEWER,
    "pages.stream": VIEWER,
    "pages.preference": VIEWER,
    "pages.propose_form": OPERATOR,
    "pages.propose_now": OPERATOR,
    "pages.move_several": OPERATOR,
    "pages.move_several_now": OPERATOR,
    "pages.move_form": OPERATOR,
    "pages.move_now": OPERATOR,
    "pages.restore_form": ADMIN,
    "pages.restore_now": ADMIN,
    "pages.move": VIEWER,
    "pages.call_move_off": OPERATOR,
    "pages.undo_form": OPERATOR,
    "pages.undo_now": OPERATOR,
    "pages.compare": VIEWER,
    "pages.milestones": VIEWER,
    "pages.reach_form": OPERATOR,
    "pages.reach_now": OPERATOR,
    "pages.reopen_form": OPERATOR,
    "pages.reopen_now": OPERATOR,
    "pages.estimate_form": OPERATOR,
    "pages.estimate_now": OPERATOR,
    "pages.ledger": VIEWER,
    "pages.ledger_csv": VIEWER,
    "pages.ledger_lines": VIEWER,
    "pages.tokens": ADMIN,
    "pages.token_form": ADMIN,
    "pages.make_token": ADMIN,
    "pages.revoke_form": ADMIN,
    "pages.revoke_now": ADMIN,
    "pages.help": VIEWER,
    "pages.plans": VIEWER,
    "pages.plan": VIEWER,
    "pages.plan_why": VIEWER,
    "pages.start_plan_form": OPERATOR,
    "pages.start_plan_now": OPERATOR,
    "pages.pause_plan_form": OPERATOR,
    "pages.pause_plan_now": OPERATOR,
    "pages.resume_plan_form": OPERATOR,
    "pages.resume_plan_now": OPERATOR,
    "pages.cancel_plan_form": OPERATOR,
    "pages.cancel_plan_now": OPERATOR,
    "pages.retry_step_form": OPERATOR,
    "pages.retry_step_now": OPERATOR,
    "pages.skip_step_form": OPERATOR,
    "pages.skip_step_now": OPERATOR,
    "pages.reschedule_step_form": OPERATOR,
    "pages.reschedule_step_now": OPERATOR,
    "pages.approve_step_form": APPROVER,
    "pages.approve_step_now": APPROVER,
    "pages.decline_step_form": APPROVER,
    "pages.decline_step_now": APPROVER,
    "pages.withdraw_step_form": APPROVER,
    "pages.withdraw_step_now": APPROVER,
    "pages.confirm_step_form": OPERATOR,
    "pages.confirm_step_now": OPERATOR,
    "pages.override_step_form": ADMIN,
    "pages.override_step_now": ADMIN,
    "pages.new_plan": OPERATOR,
    "pages.write_plan": OPERATOR,
    "pages.plan_draft": VIEWER,
    "pages.discard_form": OPERATOR,
    "pages.discard_draft": OPERATOR,
    "pages.plan_version": VIEWER,
    "pages.accept_version": OPERATOR,
    "pages.plan_preview": VIEWER,
    "pages.edit_plan": OPERATOR,
    "pages.edit_plan_now": OPERATOR,
    "pages.edit_step": OPERATOR,
    "pages.edit_step_now": OPERATOR,
    "pages.stop_form": VIEWER,
    "pages.stop_now": OPERATOR,
    "pages.lift_form": VIEWER,
    "pages.lift_now": ADMIN,
    "pages.lock_form": VIEWER,
    "pages.lock_now": OPERATOR,
    "pages.unlock_form": VIEWER,
    "pages.unlock_now": ADMIN,
    "pages.approvals": VIEWER,
    "pages.proposal": VIEWER,
    "pages.approve_proposal_form": APPROVER,
    "pages.approve_proposal_now": APPROVER,
    "pages.withdraw_proposal_form": OPERATOR | APPROVER,
    "pages.withdraw_proposal_now": OPERATOR | APPROVER,
    "pages.override_proposal_form": ADMIN,
    "pages.override_proposal_now": ADMIN,
    "pages.incidents": VIEWER,
    "pages.incident": VIEWER,
    "pages.close_incident_form": OPERATOR,
    "pages.close_incident_now": OPERATOR,
    "pages.clients": VIEWER,
    "pages.recovery": VIEWER,
    "pages.recover_form": ADMIN,
    "pages.recover_page_now": ADMIN,
    "pages.name_owner_form": ADMIN,
    "pages.name_owner_now": ADMIN,
    "pages.api": VIEWER,
}
TABLE = OTHER_ROUTES | {endpoint: roles for endpoint, (_, _, roles) in API_ROUTES.items()}
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
