"""Who is given a calendar, and how programs ask for it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from app.domain.milestones import Estimate, Milestone, MilestoneRow
from app.domain.ownership import System
from app.domain.plan_gates import Kind, SignOff
from app.domain.plans import Step
from app.domain.roles import INCLUDES, Role
from app.domain.windows import Blackout
from app.entrypoints.cli.main import run
from app.services.planning.starting import draft
from app.services.tokens import revoke
from tests.entrypoints.api.asking import FIRST_KEY, refused
from tests.entrypoints.calendars.reading import Read, calendar_of
from tests.entrypoints.cli.running import Cutover, Line
from tests.entrypoints.invented import plan
from tests.entrypoints.world import TESTER, World
from tests.fakes.clock import BEGINNING

ONE = Step("parcels", (FIRST_KEY,), System.VA_GOV, not_before=BEGINNING + timedelta(days=3))
PATH = "/plans/moving.ics"


@pytest.fixture
def planned(adopted: World) -> World:
    """A service with a plan that runs."""
    adopted.run(plan("moving", ONE))
    return adopted


def basic(password: str, name: str = "anybody") -> dict[str, str]:
    """What a calendar program sends."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


def bearer(token: str) -> dict[str, str]:
    """What other programs send."""
    return {"Authorization": f"Bearer {token}"}


def ask(world: World, headers: Mapping[str, str] | None = None, path: str = PATH) -> TestResponse:
    """Ask as nobody who is signed in."""
    return world.app.test_client().get(path, headers=headers)


def version(world: World) -> int:
    """The version of the plan as it is stored."""
    with world.store.reading() as unit:
        row = unit.plans.find("moving")
    assert row is not None
    return row.version


@pytest.mark.parametrize("send", [bearer, basic])
@pytest.mark.parametrize("role", Role)
def test_whoever_may_look_is_given_the_calendar_and_nobody_else(planned: World, role: Role, send: object) -> None:
    token = planned.token(role)

    answer = ask(planned, bearer(token) if send is bearer else basic(token))

    if Role.VIEWER in INCLUDES[role]:
        assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
        assert answer.data == calendar_of(planned, "moving").body
        assert len(Read(answer.data).of("step")) == 1
    else:
        refused(answer, "not_allowed")


def test_whoever_is_signed_in_on_the_pages_is_given_it(planned: World) -> None:
    assert planned.signed_in(Role.VIEWER).get(PATH).status_code == 200


def test_a_token_that_is_sent_counts_before_the_session(planned: World) -> None:
    refused(planned.signed_in(Role.VIEWER).get(PATH, headers=bearer("cutover_invented")), "token_unknown")


@pytest.mark.parametrize("header", [None, "Bearer", "Basic", "Digest x", "cutover_invented"])
def test_without_a_token_it_asks_for_one_so_that_calendar_programs_ask_their_user(
    planned: World, header: str | None
) -> None:
    answer = ask(planned, {"Authorization": header} if header else None)

    refused(answer, "token_missing")
    assert answer.headers.getlist("WWW-Authenticate") == ["Bearer", 'Basic realm="cutover calendars", charset="UTF-8"']


@pytest.mark.parametrize("header", ["Basic !", "Basic ", "Basic Og==", "Basic bm8gY29sb24=", "Basic /////w=="])
def test_a_password_that_cannot_be_read_opens_nothing(planned: World, header: str) -> None:
    assert ask(planned, {"Authorization": header}).status_code == 401


def test_a_revoked_token_is_no_password_any_more(planned: World) -> None:
    headers = basic(planned.token(Role.VIEWER))
    assert ask(planned, headers).status_code == 200
    with planned.store.writing() as unit:
        revoke(unit, unit.tokens.all()[0].id, TESTER)

    refused(ask(planned, headers), "token_unknown")


def test_a_password_opens_nothing_else(planned: World) -> None:
    headers = basic(planned.token(*Role))

    refused(ask(planned, headers, "/api/v1/plans/moving"), "token_missing")
    assert ask(planned, headers, "/").status_code != 200


def test_after_ten_wrong_passwords_in_a_minute_an_address_must_wait(planned: World) -> None:
    right = basic(planned.token(Role.VIEWER))
    for _ in range(10):
        refused(ask(planned, basic("cutover_invented")), "token_unknown")

    assert refused(ask(planned, right), "too_many_tries")["retry_after"] == 60
    planned.clock.advance(61)
    assert ask(planned, right).status_code == 200


def test_a_calendar_that_is_the_same_is_not_sent_again(planned: World) -> None:
    token = planned.token(Role.VIEWER)
    first = ask(planned, bearer(token))

    again = ask(planned, {**bearer(token), "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"

    planned.clock.advance(3 * 24 * 3600)
    planned.context.tick()
    changed = ask(planned, {**bearer(token), "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert f"SEQUENCE:{version(planned)}" in Read(changed.data).lines


def test_the_same_facts_make_the_same_bytes_at_any_time_and_in_any_process(planned: World) -> None:
    first = calendar_of(planned, "moving").body
    other = World(planned.url, planned.clock, planned.files, planned.plans)
    other.context.keeper.reload()

    planned.clock.advance(3600)

    assert calendar_of(other, "moving").body == calendar_of(planned, "moving").body == first
    other.store.close()


def test_time_stamps_are_those_of_the_last_change_in_the_database(planned: World) -> None:
    assert "DTSTAMP:20270302T050000Z" in calendar_of(planned, "moving").lines
    planned.clock.advance(3 * 24 * 3600 + 60)
    planned.context.tick()

    assert "DTSTAMP:20270305T050100Z" in calendar_of(planned, "moving").lines


def test_what_persons_say_of_a_step_or_record_of_its_milestone_is_a_change(adopted: World) -> None:
    adopted.plans.filed = {"live": Milestone("live", "Parcels are live", estimate=Estimate(*[date(2027, 6, 1)] * 3))}
    adopted.run(plan("moving", replace(ONE, approvals=2, milestones=("live",))))
    approved, reached = BEGINNING + timedelta(minutes=1), BEGINNING + timedelta(minutes=2)
    with adopted.store.writing() as unit:
        unit.sign_offs.add(SignOff(0, Kind.APPROVAL, "moving/parcels", "", "basis", "cli:ada", "Invented.", approved))
    assert "DTSTAMP:20270302T050100Z" in calendar_of(adopted, "moving").lines

    with adopted.store.writing() as unit:
        unit.ledger.lock()
        for key, at in (("live", reached), ("other", reached + timedelta(minutes=1))):
            unit.milestones.put(MilestoneRow(key, at, False, None, "cli:ada", "Invented.", at, 1))

    assert "DTSTAMP:20270302T050200Z" in calendar_of(adopted, "moving").lines


def test_a_plan_that_was_never_stored_has_no_time_of_its_own_and_a_draft_has_that_of_its_writing(
    adopted: World,
) -> None:
    freeze = Blackout(BEGINNING, BEGINNING + timedelta(days=1), "code freeze")
    filed = replace(plan("moving", ONE), blackouts=(freeze,))
    adopted.plans.plans = {"moving": filed}
    assert "DTSTAMP:19700101T000000Z" in calendar_of(adopted, "moving").lines

    adopted.clock.advance(60)
    with adopted.store.writing() as unit:
        draft(unit, filed, TESTER)

    assert "DTSTAMP:20270302T050100Z" in calendar_of(adopted, "moving").lines


def test_a_plan_that_there_is_not_is_not_found(planned: World) -> None:
    headers = basic(planned.token(Role.VIEWER))

    refused(ask(planned, headers, "/plans/invented.ics"), "not_found")


def test_a_page_of_the_plan_beside_it_takes_nothing_from_the_calendar(planned: World) -> None:
    planned.app.add_url_rule("/plans/<key>", "planted", lambda key: key)

    assert ask(planned, basic(planned.token(Role.VIEWER))).content_type == "text/calendar; charset=utf-8"


def test_the_command_prints_what_the_service_gives_out(
    planned: World, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(Line(planned), ["plans", "calendar", "moving"]) == 0
    assert capsysbinary.readouterr().out == calendar_of(planned, "moving").body


def test_the_command_refuses_a_plan_that_there_is_not(planned: World, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Cutover(Line(planned), capsys)("plans", "calendar", "invented")

    assert ran.status == 1
    assert "[not_found]" in ran.err
