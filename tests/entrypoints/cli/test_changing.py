"""Commands that change something: each through the same services as the API, in the name of whoever runs it."""

import os
import pwd

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.plans import Step
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, HELD_BACK, ONLY_NEW, SECOND_KEY, STAGES, Api, refused
from tests.entrypoints.cli.running import Cutover, Line
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

ME = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
WHY = ("--reason", "Invented.")
TO_VA_GOV = ("--to", "va_gov", *WHY)


@pytest.fixture
def adopted(world: World) -> World:
    """A service whose first two preferences MHV holds."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    return world


def _last(cutover: Cutover) -> tuple[str, str, str]:
    entry = cutover("ledger", "list", "--json").json["entries"][-1]
    return entry["act"], entry["actor"], entry["reason"]


def test_adoption_takes_what_the_files_say_once(world: World, cutover: Cutover) -> None:
    first = cutover("adopt", *WHY, "--json").json
    again = cutover("adopt", FIRST_KEY, *WHY)

    assert set(first["adopted"]) == {FIRST_KEY, SECOND_KEY, HELD_BACK}
    assert set(first["left"]) == {ONLY_NEW}
    assert _last(cutover) == ("adopt", ME, "Invented.")
    assert (again.status, "[already_adopted]" in again.err) == (1, True)
    assert "left as it is" in cutover("adopt", *WHY).out


def test_a_move_is_carried_to_its_activation_and_told_with_its_stages(adopted: World, cutover: Cutover) -> None:
    ran = cutover("move", FIRST_KEY, SECOND_KEY, *TO_VA_GOV, "--json")

    assert (ran.status, ran.err) == (0, "")
    assert ran.json["outcome"] == "done"
    assert [stage["name"] for stage in ran.json["stages"]] == STAGES
    assert ran.json["actor"] == ME
    assert {adopted.row(key).owner for key in (FIRST_KEY, SECOND_KEY)} == {System.VA_GOV}
    assert "done" in cutover("move", FIRST_KEY, "--to", "mhv", *WHY).out


def test_a_move_needs_the_systems_and_looking_does_not(adopted: World, cutover: Cutover, line: Line) -> None:
    cutover("status")
    cutover("move", FIRST_KEY, *TO_VA_GOV)

    assert line.asked == ["looking", "moving"]


def test_a_move_whose_check_fails_is_called_off_and_ends_with_1(adopted: World, cutover: Cutover) -> None:
    adopted.va_gov.trouble = "It is asleep."

    ran = cutover("move", FIRST_KEY, *TO_VA_GOV, "--json")

    assert (ran.status, ran.json["outcome"]) == (1, "called_off")
    assert adopted.row(FIRST_KEY).owner is System.MHV
    assert "It is asleep." in cutover("moves", "show", "1").out


def test_a_dry_run_prints_the_move_and_stores_nothing(adopted: World, cutover: Cutover) -> None:
    ran = cutover("move", FIRST_KEY, *TO_VA_GOV, "--dry-run", "--json")

    assert (ran.status, ran.json["id"]) == (0, None)
    assert [one["verdict"] for one in ran.json["stages"][0]["detail"]["answers"]] == ["pass"]
    assert "nothing was changed" in cutover("move", FIRST_KEY, *TO_VA_GOV, "--dry-run").out
    assert cutover("moves", "list", "--json").json == {"moves": []}


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([FIRST_KEY, "--expect", f"{FIRST_KEY}=0"], "epoch_stale"),
        ([FIRST_KEY, SECOND_KEY, "--expect", f"{FIRST_KEY}=1"], "epoch_missing"),
        ([HELD_BACK], "not_live"),
        (["parcel_on_its_wya"], "preference_unknown"),
        ([FIRST_KEY, FIRST_KEY], "invalid"),
    ],
)
def test_what_cannot_be_moved_is_refused_on_standard_error(
    adopted: World, cutover: Cutover, arguments: list[str], code: str, dry: list[str]
) -> None:
    ran = cutover("move", *arguments, *TO_VA_GOV, *dry, "--json")

    assert (ran.status, ran.out) == (1, "")
    assert f"[{code}]" in ran.err
    assert cutover("moves", "list", "--json").json == {"moves": []}


@pytest.mark.parametrize("surface", ["the_moon"])
def test_a_surface_that_is_none_is_refused(adopted: World, cutover: Cutover, surface: str) -> None:
    ran = cutover("move", FIRST_KEY, *TO_VA_GOV, "--surface", surface)

    assert ran.status == 2
    assert adopted.row(FIRST_KEY).surfaces == ("mhv_profile",)


def test_a_move_sets_the_surfaces_that_were_named(adopted: World, cutover: Cutover) -> None:
    cutover("move", FIRST_KEY, *TO_VA_GOV, "--surface", "va_gov_profile", "--surface", "mhv_profile")

    assert set(adopted.row(FIRST_KEY).surfaces) == {"va_gov_profile", "mhv_profile"}


@pytest.mark.parametrize(
    "expect", [FIRST_KEY, f"{FIRST_KEY}=", f"{FIRST_KEY}=one", f"{FIRST_KEY}=-1", "=1", f"{FIRST_KEY}=" + "9" * 5000]
)
def test_an_expectation_that_cannot_be_read_is_wrong_usage(adopted: World, cutover: Cutover, expect: str) -> None:
    ran = cutover("move", FIRST_KEY, *TO_VA_GOV, "--expect", expect)

    assert (ran.status, ran.out) == (2, "")
    assert "--expect" in ran.err


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_changed_without_a_reason(adopted: World, cutover: Cutover, reason: str) -> None:
    for command in (
        ("adopt",),
        ("move", FIRST_KEY, "--to", "va_gov"),
        ("token", "create", "--name", "a", "--role", "viewer"),
    ):
        ran = cutover(*command, "--reason", reason)
        assert (ran.status, "[reason_missing]" in ran.err) == (1, True)


def test_an_undo_takes_the_move_back(adopted: World, cutover: Cutover) -> None:
    cutover("move", FIRST_KEY, *TO_VA_GOV)

    ran = cutover("undo", "1", *WHY, "--json")

    assert (ran.status, ran.json["undoes"], ran.json["outcome"]) == (0, 1, "done")
    assert adopted.row(FIRST_KEY).owner is System.MHV
    assert cutover("moves", "show", "1", "--json").json["undone_by"] == 2
    again = cutover("undo", "1", *WHY)
    assert (again.status, "[not_undoable]" in again.err) == (1, True)


def test_a_call_off_lets_the_old_owner_write_again(adopted: World, cutover: Cutover) -> None:
    move = adopted.begin(System.VA_GOV, FIRST_KEY)
    adopted.drive(move.id, Stage.DRAIN)

    ran = cutover("moves", "call-off", str(move.id), *WHY)

    assert (ran.status, "the old owner writes again" in ran.out) == (0, True)
    assert adopted.row(FIRST_KEY).route.write_to is System.MHV
    assert _last(cutover) == ("call_off", ME, "Invented.")
    assert "[already_ended]" in cutover("moves", "call-off", str(move.id), *WHY).err


def test_a_retired_preference_is_restored_by_its_epoch(adopted: World, cutover: Cutover) -> None:
    adopted.drive(adopted.begin(NOBODY, FIRST_KEY).id)
    epoch = adopted.row(FIRST_KEY).epoch

    stale = cutover("restore", FIRST_KEY, "--expect", str(epoch - 1), *WHY)
    ran = cutover("restore", FIRST_KEY, "--expect", str(epoch), *WHY)

    assert (stale.status, "[epoch_stale]" in stale.err) == (1, True)
    assert ran.status == 0
    assert adopted.row(FIRST_KEY).owner is System.MHV
    assert cutover("restore", "invented", "--expect", "1", *WHY).status == 1


def test_a_token_is_shown_once_works_and_can_be_ended(world: World, cutover: Cutover) -> None:
    made = cutover("token", "create", "--name", "ada", "--role", "viewer", "--lives", "90d", *WHY, "--json").json
    viewer = Api(world, made["token"])
    assert viewer.get("/moves").status_code == 200

    listed = cutover("token", "list", "--json")
    assert [(one["id"], one["name"], one["roles"]) for one in listed.json["tokens"]] == [
        (made["id"], "ada", ["viewer"])
    ]
    assert listed.json["tokens"][0]["expires"] > listed.json["tokens"][0]["created"]
    everything = listed.out + cutover("token", "list").out + cutover("ledger", "list", "--json").out
    assert made["token"] not in everything

    assert cutover("token", "revoke", made["id"], *WHY).status == 0
    refused(viewer.get("/moves"), "token_unknown")
    assert "[not_found]" in cutover("token", "revoke", made["id"], *WHY).err


def test_a_token_can_be_limited_to_preferences_that_exist(world: World, cutover: Cutover) -> None:
    limited = ("token", "create", "--name", "vets-api", "--role", "client", *WHY, "--json")

    assert cutover(*limited, "--key", FIRST_KEY).status == 0
    assert "[preference_unknown]" in cutover(*limited, "--key", "invented").err
    assert [one["keys"] for one in cutover("token", "list", "--json").json["tokens"]] == [[FIRST_KEY]]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--name", "ada", "--role", "king"], 2),
        (["--name", "ada"], 2),
        (["--name", "a\nb", "--role", "viewer"], 1),
        (["--name", "x" * 61, "--role", "viewer"], 1),
        (["--name", "ada", "--role", "viewer", "--lives", "soon"], 2),
        (["--name", "ada", "--role", "viewer", "--lives", "9999999999d"], 2),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    world: World, cutover: Cutover, arguments: list[str], status: int
) -> None:
    ran = cutover("token", "create", *arguments, *WHY)

    assert (ran.status, ran.out) == (status, "")
    assert cutover("token", "list", "--json").json == {"tokens": []}


def test_a_plan_is_started_once_and_ticks_carry_it_on(adopted: World, cutover: Cutover) -> None:
    steps = (
        Step("parcels", (FIRST_KEY,), System.VA_GOV),
        Step("visits", (SECOND_KEY,), System.VA_GOV, needs_steps=("parcels",)),
    )
    adopted.plans.plans = {"one_by_one": plan("one_by_one", *steps)}
    assert cutover("plans", "start", "one_by_one", *WHY).status == 0
    assert "[plan_not_startable]" in cutover("plans", "start", "one_by_one", *WHY).err

    ticks = [cutover("tick", "--json").json for _ in range(6)]

    assert all(tick.keys() == {"started", "ended", "held"} for tick in ticks)
    assert [step for tick in ticks for step in tick["started"]] == ["one_by_one/parcels", "one_by_one/visits"]
    assert adopted.row(SECOND_KEY).owner is System.VA_GOV
    assert cutover("plans", "show", "one_by_one", "--json").json["state"] == "done"
    assert "started: none" in cutover("tick").out


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_serving_and_migrating_are_left_to_the_process(cutover: Cutover, line: Line, command: str) -> None:
    assert cutover(command).status == 0
    assert line.asked == [command]


def test_a_token_made_here_holds_each_role_that_was_named(world: World, cutover: Cutover) -> None:
    roles = [argument for role in Role for argument in ("--role", role.value)]

    made = cutover("token", "create", "--name", "everybody", *roles, *WHY, "--json").json

    assert made["roles"] == sorted(Role)
