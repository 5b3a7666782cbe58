"""Why has nothing moved? Everything that is waited for, since when, who can end it, and with which command."""

import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.cli.main import cutover
from tests.entrypoints.api.asking import FIRST_KEY, HELD_BACK, SECOND_KEY, Api, api, refused
from tests.entrypoints.api.planned import LIVE, NIGHT, WHY
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.world import World

BEGINNING = "2027-03-02T05:00:00.000Z"
ANY = {"If-Match": "*"}
AFTER = 'needs = { steps = ["first"] }'


def started(ada: Api, *steps: str) -> None:
    """Start a plan of these steps, and tick."""
    put(ada.world, "one", text(*steps))
    assert ada.post("/plans/one/start", WHY).status_code == 200
    ada.world.context.tick()


def why(ada: Api, of: str) -> dict[str, Any]:
    """Ask; every command that is named must be one that the command line has."""
    answer = ada.get(f"/why?of={of}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    for wait in every_wait(told):
        assert wait["who"]
        if wait["command"] is not None:
            require_command(wait["command"])
    return told


def every_wait(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each thing that an answer says is waited for."""
    yield from told["stops"]
    for one in told["steps"]:
        yield from one["waits"]


def require_command(words: str) -> None:
    """The command exists, and takes what is written behind it: click itself reads it."""
    name, *arguments = shlex.split(words.replace("…", "Invented."))
    assert name == "cutover"
    command: click.Command = cutover
    context = click.Context(command)
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments.pop(0))
        assert found is not None, words
        command, context = found, click.Context(found, parent=context)
    command.make_context(command.name, arguments)


def waits(told: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What one step waits for: kind, who can end it, the command, since when."""
    [one] = told["steps"]
    return [(wait["kind"], wait["who"], wait["command"], wait["since"]) for wait in one["waits"]]


def test_a_command_that_the_command_line_has_not_is_found_out() -> None:
    with pytest.raises(AssertionError):
        require_command("cutover plans invented one first --reason …")
    with pytest.raises(click.UsageError):
        require_command("cutover plans retry one --reason …")


def test_a_step_waits_for_another_step(filed: World, ada: Api) -> None:
    started(ada, step("first"), step("second", SECOND_KEY, AFTER))

    told = why(ada, "one/second")

    assert waits(told) == [("step", "nobody", "cutover why one/first", BEGINNING)]
    assert told["steps"][0]["waits"][0]["waits_for"] == "step first to be done"
    assert told["sentence"] == "Step second of one is waiting."


def test_a_step_waits_for_a_milestone(filed: World, ada: Api) -> None:
    put(filed, "milestones", f'{LIVE}team = "The team of parcels"\n')
    started(ada, step("first", FIRST_KEY, 'needs = { milestones = ["live"] }'))

    expected = ("milestone", "The team of parcels", "cutover milestones reach live --reason …", BEGINNING)
    assert waits(why(ada, "one/first")) == [expected]


def test_a_step_waits_for_approvals(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, "approvals = 2"))

    told = why(ada, "one/first")

    command = "cutover plans approve one first --reason …"
    assert waits(told) == [("approval", "an approver who is not the author", command, BEGINNING)]
    assert told["steps"][0]["waits"][0]["waits_for"] == "2 approvals"


@pytest.mark.parametrize(("line", "kind"), [(NIGHT, "window"), ("not_before = 2027-03-03T00:00:00", "time")])
def test_a_step_waits_for_its_window_or_its_time(filed: World, ada: Api, line: str, kind: str) -> None:
    started(ada, step("first", FIRST_KEY, line))

    told = why(ada, "one/first")

    assert waits(told) == [(kind, "nobody", None, BEGINNING)]
    assert told["steps"][0]["waits"][0]["until"] == told["steps"][0]["due"] == "2027-03-03T05:00:00.000Z"


def test_a_step_waits_for_what_its_target_lacks(filed: World, ada: Api) -> None:
    filed.adopt(HELD_BACK)
    started(ada, step("first", HELD_BACK))

    told = why(ada, HELD_BACK)

    assert waits(told) == [("preference", "whoever keeps the files in flags/", None, BEGINNING)]
    assert "is on hold" in told["steps"][0]["waits"][0]["waits_for"]


def test_checks_are_asked_for_real_and_say_how_each_can_be_mended(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, 'needs = { checks = ["confirmed:ready", "systems_reachable"] }'))
    confirm = "cutover plans confirm one first ready --reason …"
    assert waits(why(ada, "one/first")) == [("check", "an operator who has the evidence", confirm, BEGINNING)]

    filed.va_gov.trouble = "It is closed."
    told = why(ada, "one/first")["steps"][0]["waits"]

    assert [one["command"] for one in told] == [
        "cutover plans override one first systems_reachable --reason …",
        confirm,
    ]
    assert "It is closed." in told[0]["waits_for"]


def test_what_every_move_asks_names_no_command_that_would_be_refused(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, NIGHT))
    filed.mhv.trouble = "It is closed."

    window, reachable = waits(why(ada, "one/first"))

    assert (window[0], reachable[0], reachable[2]) == ("window", "check", None)


def test_a_stop_and_a_lock_are_told_whatever_else_is_waited_for(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, NIGHT))
    ada.post("/stop", WHY)
    ada.post(f"/locks/{FIRST_KEY}", WHY)

    for asked in ("one/first", "one", FIRST_KEY):
        told = why(ada, asked)
        assert [(one["command"], one["since"], one["who"]) for one in told["stops"]] == [
            ("cutover resume --reason …", BEGINNING, "an administrator"),
            (f"cutover unlock {FIRST_KEY} --reason …", BEGINNING, "an administrator"),
        ]
        assert "“Invented.”" in told["stops"][0]["waits_for"]
        assert [wait[0] for wait in waits(told)] == ["window"]


def test_a_lock_of_another_preference_is_not_told(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, NIGHT))
    ada.post(f"/locks/{SECOND_KEY}", WHY)

    assert why(ada, "one/first")["stops"] == []


def test_a_paused_plan_waits_to_be_resumed_and_for_the_rest(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, NIGHT))
    ada.post("/plans/one/pause", WHY, ANY)

    pause, window = waits(why(ada, "one/first"))

    assert (pause[:3], window[0]) == (("pause", "an operator", "cutover plans resume one --reason …"), "window")


def test_a_held_step_waits_for_a_person(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, "not_before = 2027-03-02T01:00:00"))
    filed.clock.advance(3 * 3600)
    filed.context.tick()

    told = why(ada, "one/first")

    retry = "cutover plans retry one first --reason …"
    assert waits(told) == [("person", "an operator", retry, "2027-03-02T08:00:00.000Z")]
    assert "It was to start within 1h" in told["steps"][0]["waits"][0]["waits_for"]


def test_a_step_whose_move_is_under_way_waits_for_it(filed: World, ada: Api) -> None:
    started(ada, step("first", FIRST_KEY, 'bake = "1d"'))
    filed.drive(1, Stage.WATCH)

    told = why(ada, FIRST_KEY)

    assert [one[:3] for one in waits(told)] == [("move", "nobody", "cutover moves show 1")]
    assert "the stage watch" in told["steps"][0]["waits"][0]["waits_for"]
    assert told["steps"][0]["move"]["id"] == 1
    assert told["moves"] == []


def test_a_step_whose_move_has_ended_waits_for_the_next_tick(filed: World, ada: Api) -> None:
    started(ada, step("first"))
    filed.drive(1)

    assert [one[:3] for one in waits(why(ada, "one/first"))] == [("tick", "an operator", "cutover tick")]


def test_a_step_that_is_due_waits_for_the_next_tick(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first")))
    ada.post("/plans/one/start", WHY)

    assert [one[0] for one in waits(why(ada, "one/first"))] == ["tick"]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_move_that_is_of_no_running_plan_is_told(filed: World, ada: Api, by_hand: bool) -> None:
    if by_hand:
        filed.begin(System.VA_GOV, FIRST_KEY)
    else:
        started(ada, step("first", FIRST_KEY, 'bake = "1d"'))
        filed.drive(1, Stage.WATCH)
        ada.post("/plans/one/cancel", WHY, ANY)

    told = why(ada, FIRST_KEY)

    assert [one["id"] for one in told["moves"]] == [1]
    assert told["steps"] == []
    assert told["sentence"] == f"No running plan has {FIRST_KEY}."


def test_a_plan_is_told_step_by_step(filed: World, ada: Api) -> None:
    started(ada, step("first"), step("second", SECOND_KEY, AFTER))

    told = why(ada, "one")

    assert [(one["step"], one["state"]) for one in told["steps"]] == [("first", "running"), ("second", "waiting")]
    assert told["sentence"] == "Step first of one is running; step second of one is waiting."


def test_what_a_plan_that_does_not_run_waits_for_is_said_to_be_its_start_or_nothing(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first")))
    said = refused(ada.get("/why?of=one/first"), "not_started")
    require_command(said["mend"].removeprefix("Start it: "))
    ada.post("/plans/one/start", WHY)
    ada.post("/plans/one/cancel", WHY, ANY)

    refused(ada.get("/why?of=one/first"), "plan_state")


@pytest.mark.parametrize("asked", ["invented", "one/invented", "x" * 5000, "%F0%9F%92%8A", "/", "one/"])
def test_why_of_nothing_is_not_found(either_world: World, asked: str) -> None:
    ada = api(either_world, Role.OPERATOR)
    refused(ada.get(f"/why?of={asked}"), "not_found")


@pytest.mark.parametrize("query", ["", "?of=", "?of=%00", "?of=one/%00first"])
def test_why_without_a_name_says_how_to_ask(either_world: World, query: str) -> None:
    refused(api(either_world, Role.OPERATOR).get(f"/why{query}"), "malformed")
