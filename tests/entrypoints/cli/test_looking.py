"""Commands that only look: what they print for programs and for people, and how they end."""

from typing import Any

import pytest

from app.domain.catalogue import Fault
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.refusals import Refusal
from app.entrypoints.cli.main import cutover as group
from app.services.hooking import Subscription, add
from app.services.planning.acting import ACTS, STEP_ACTS
from app.services.store import Lost, Unreachable
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.cli.running import Cutover, Line
from tests.entrypoints.invented import plan
from tests.entrypoints.world import TESTER, World, proposed

READING: dict[tuple[str, ...], set[str]] = {
    ("status",): {"revision", "preferences"},
    ("check",): {"faults", "warnings"},
    ("moves", "list"): {"moves"},
    ("moves", "show", "1"): {"id", "stages", "waiting_for", "outcome"},
    ("proposals", "list"): {"proposals"},
    ("proposals", "show", "1"): {"id", "state", "needed", "approvals"},
    ("stops",): {"stops"},
    ("plans", "list"): {"plans", "faults"},
    ("plans", "show", "one_by_one"): {"key", "title", "state", "steps"},
    ("milestones", "list"): {"milestones"},
    ("ledger", "list"): {"entries"},
    ("ledger", "verify"): {"entries", "intact", "first_broken", "head"},
    ("token", "list"): {"tokens"},
    ("sessions", "list"): {"sessions"},
    ("leases",): {"revision", "leases"},
    ("keys", "list"): {"keys"},
    ("incidents", "list"): {"incidents"},
    ("reports",): {"reports"},
    ("webhooks", "list"): {"webhooks"},
    ("webhooks", "deliveries", "1"): {"deliveries"},
    ("recover", "status"): {"database_changed", "recovering", "preferences"},
}
"""Every command that reads, with members of its JSON."""


@pytest.fixture
def busy(world: World) -> World:
    """A service with something of everything in it."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    world.moved(System.VA_GOV, SECOND_KEY)
    proposed(world, SECOND_KEY)
    world.plans.plans = {"one_by_one": plan("one_by_one", Step("parcels", (FIRST_KEY,), System.VA_GOV))}
    world.holder.renew()
    world.context.signer.permits(world.standing(), "a-lease", 30.0)
    with world.store.writing() as unit:
        add(unit, world.context.seal, Subscription("https://receiver.example.gov/hook"), TESTER)
    world.plans.faults = (Fault("cutover_plans/other.toml", 3, None, "There is none.", "Write one."),)
    return world


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_json_of_a_reading_command_is_all_that_stands_on_standard_output(
    busy: World, cutover: Cutover, command: tuple[str, ...]
) -> None:
    ran = cutover(*command, "--json")

    assert (ran.status, ran.err) == (0, "")
    assert ran.json.keys() >= READING[command]
    assert ran.out.count("\n") == 1


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_without_json_a_reading_command_speaks_to_people(
    busy: World, cutover: Cutover, command: tuple[str, ...]
) -> None:
    ran = cutover(*command)

    assert ran.status == 0
    assert ran.out.strip()
    assert not ran.is_json


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_looking_changes_nothing_and_needs_no_system(
    busy: World, cutover: Cutover, line: Line, command: tuple[str, ...]
) -> None:
    busy.mhv.trouble = busy.va_gov.trouble = "It is asleep."
    with busy.store.reading() as unit:
        before = unit.ledger.head()

    assert cutover(*command, "--json").status == 0

    assert "moving" not in line.asked
    with busy.store.reading() as unit:
        assert unit.ledger.head() == before


def test_no_reading_command_is_missing_from_these_tests(cutover: Cutover) -> None:
    # One reads a file that it is given: its tests stand in test_history.py. The others print a format of their own.
    changing = {"history check", "plans schema", "plans calendar"}
    changing |= {"move", "undo", "moves call-off", "adopt", "restore", "plans start", "tick", "token create"}
    changing |= {"token revoke", "sessions end", "serve", "migrate", "keys rotate", "keys revoke"}
    changing |= {"incidents close", "recover name", "recover wait"}
    changing |= {f"plans {act}" for act in (*ACTS, *STEP_ACTS, "write", "discard", "accept", "reschedule")}
    changing |= {"plans confirm", "plans override"}
    changing |= {f"milestones {act}" for act in ("reach", "reopen", "estimate")}
    # They answer a list, dates, and a timeline: their tests stand in test_comparing.py and test_timeline.py.
    changing |= {"plans compare", "plans forecast", "plans timeline"}
    # They ask systems, or need a plan that was started: their tests stand in test_planning.py.
    changing |= {"plans preview", "plans diff", "why"}
    changing |= {"webhooks add", "webhooks remove", "webhooks resend"}
    changing |= {"stop", "resume", "lock", "unlock"}
    changing |= {"propose", "proposals approve", "proposals withdraw", "proposals override"}
    known = changing | {" ".join(name for name in command if not name.isdigit()) for command in READING}

    found = {" ".join(path) for path in _commands(group)}

    assert found == {name.removesuffix(" one_by_one") for name in known}


def test_status_tells_people_what_it_tells_programs(busy: World, cutover: Cutover) -> None:
    plain = cutover("status").out

    for one in cutover("status", "--json").json["preferences"]:
        assert one["key"] in plain


def test_status_says_when_a_file_is_missing(busy: World, cutover: Cutover) -> None:
    del busy.files.preferences[FIRST_KEY]
    busy.context.keeper.reload()

    assert "(file missing)" in cutover("status").out


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_check_prints_every_fault_and_ends_with_1(cutover: Cutover, line: Line, json: list[str]) -> None:
    line.found = ["CUTOVER_PORT: a port is a number.", "flags/one.toml:3: There is no title."]

    ran = cutover("check", *json)

    assert ran.status == 1
    assert all(fault in ran.out for fault in line.found)
    assert line.asked == []


def test_check_ends_with_0_when_nothing_is_wrong(cutover: Cutover) -> None:
    assert cutover("check", "--json").json == {"faults": [], "warnings": []}
    assert cutover("check").status == 0


def test_check_warns_and_ends_with_0(cutover: Cutover, line: Line) -> None:
    line.warned = ["The server says fsync = off."]
    ran = cutover("check")
    assert (ran.status, "Warning: The server says fsync = off." in ran.out) == (0, True)


def test_a_whole_ledger_ends_with_0_and_a_broken_one_with_1(busy: World, cutover: Cutover) -> None:
    head = cutover("ledger", "verify", "--json").json["head"]
    assert cutover("ledger", "verify", "--head", head).status == 0
    assert cutover("ledger", "verify", "--head", "1" * 64).status == 1
    with busy.store.writing() as unit:
        guards = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for guard in guards.scalars().all():
            unit.connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        unit.connection.exec_driver_sql("UPDATE ledger SET actor = 'cli:somebody' WHERE number = 2")

    ran = cutover("ledger", "verify", "--json")

    assert (ran.status, ran.json["intact"], ran.json["first_broken"]) == (1, False, 2)
    assert "NOT INTACT" in cutover("ledger", "verify").out


def test_the_ledger_is_read_on_from_a_number(busy: World, cutover: Cutover) -> None:
    entries = cutover("ledger", "list", "--json").json["entries"]

    assert cutover("ledger", "list", "--json", "--after", "2", "--limit", "1").json["entries"] == entries[2:3]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["moves", "show", "99"], 1, "not_found"),
        (["plans", "show", "invented"], 1, "not_found"),
        (["plans", "show", "other"], 1, "cutover_plans/other.toml:3"),
        (["moves", "show", "one"], 2, "Usage"),
        (["invented"], 2, "No such command"),
        (["status", "--jsno"], 2, "--json"),
        (["move", FIRST_KEY], 2, "--to"),
        (["move", FIRST_KEY, "--to", "cerner", "--reason", "Invented."], 2, "cerner"),
        (["adopt"], 2, "--reason"),
    ],
)
def test_a_refusal_ends_with_1_and_wrong_usage_with_2_on_standard_error_alone(
    busy: World, cutover: Cutover, arguments: list[str], status: int, said: str
) -> None:
    ran = cutover(*arguments)

    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (Unreachable("away"), 3, "database_unreachable"),
        (Refusal("schema_old", "The tables are old.", "Run: cutover migrate"), 1, "schema_old"),
        (Refusal("settings_faulty", "MHV_URL is missing.", "Set it."), 1, "settings_faulty"),
        (Refusal("system_unreachable", "MHV is away.", "Wait."), 3, "system_unreachable"),
        (Lost(), 1, "epoch_stale"),
    ],
)
def test_what_cannot_be_reached_ends_with_3_and_what_is_refused_with_1(
    cutover: Cutover, line: Line, trouble: Exception, status: int, code: str
) -> None:
    line.trouble = trouble

    for ran in (cutover("status"), cutover("status", "--json")):
        assert (ran.status, ran.out) == (status, "")
        assert f"[{code}]" in ran.err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["move", "--help"]])
def test_help_reaches_for_nothing(cutover: Cutover, line: Line, arguments: list[str]) -> None:
    ran = cutover(*arguments)

    assert "Usage: cutover" in ran.out + ran.err
    assert line.asked == []


def _commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        found += _commands(command, (*path, name)) if inner else [(*path, name)]
    return found
