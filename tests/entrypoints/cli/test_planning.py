"""Plans and milestones from the command line: every command done, refused with a sentence, and used wrongly."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from app.domain.ownership import System
from app.entrypoints.cli import planning
from app.services.planning.starting import candidate, start_plan
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.api.planned import LIVE, NIGHT
from tests.entrypoints.cli.running import Cutover, Line, Ran
from tests.entrypoints.filed import put, step, text
from tests.entrypoints.world import TESTER, World

WHY = ("--reason", "Invented.")
CHECKED = 'needs = { checks = ["confirmed:ready"] }'
TEXT = text(step("first", FIRST_KEY, NIGHT, CHECKED, "approvals = 1"), step("second", SECOND_KEY, NIGHT))
NEW = text(step("first", FIRST_KEY, NIGHT), step("second", SECOND_KEY))
STEP = ("one", "first")

ACTS: dict[tuple[str, ...], str] = {
    ("plans", "pause", "one"): "Invented: paused",
    ("plans", "cancel", "one"): "Invented: cancelled",
    ("plans", "skip", *STEP): "skipped",
    ("plans", "approve", *STEP): "2027-03-03T05:00:00.000Z",
    ("plans", "decline", *STEP): "declined it: Invented.",
    ("plans", "reschedule", *STEP, "--to", "2027-03-20"): "2027-03-20T04:00:00.000Z",
    ("plans", "confirm", *STEP, "ready"): "Invented: running",
    ("plans", "override", *STEP, "approvals"): "its window, 2027-03-03 05:00:00 UTC",
    ("milestones", "reach", "live"): "It is live: reached 2027-03-02T05:00:00.000Z",
    ("milestones", "estimate", "live"): "It is live: nobody knows when",
}
"""Every act that can be done at once, and what stands in its answer."""

REFUSED: dict[tuple[str, ...], str] = {
    ("plans", "start", "invented"): "not_found",
    ("plans", "start", "one"): "plan_not_startable",
    ("plans", "pause", "two"): "not_started",
    ("plans", "resume", "one"): "plan_state",
    ("plans", "retry", *STEP): "step_state",
    ("plans", "skip", "one", "third"): "not_found",
    ("plans", "withdraw", *STEP): "not_found",
    ("plans", "decline", "one", "second"): "approval_needless",
    ("plans", "accept", "one"): "nothing_new",
    ("plans", "reschedule", *STEP, "--to", "2027-03-14T02:30:00"): "America/New_York skips this time",
    ("plans", "reschedule", *STEP, "--to", "tomorrow"): "Write it like 2027-03-02T00:00:00.",
    ("plans", "confirm", *STEP, "other"): "check_unknown",
    ("plans", "override", *STEP, "other"): "check_unknown",
    ("plans", "discard", "one"): "not_found",
    ("milestones", "reach", "invented"): "not_found",
    ("milestones", "reopen", "live"): "not_reached",
    (
        *("milestones", "estimate", "live", "--earliest", "2027-05-02"),
        *("--likely", "2027-05-01", "--latest", "2027-05-03"),
    ): "in this order",
}

USED_WRONGLY: list[tuple[str, ...]] = [
    ("plans", "pause"),
    ("plans", "skip", "one"),
    ("plans", "confirm", *STEP),
    ("plans", "write", "one"),
    ("plans", "write", "one", "/no/such/file"),
    ("plans", "pause", "one", "--expect", "-1"),
    ("plans", "pause", "one", "--expect", "x"),
    ("plans", "reschedule", *STEP, "--agreed", "Parcels"),
    ("plans", "reschedule", *STEP, "--agreed", "Parcels= "),
    ("milestones", "estimate", "live", "--likely", "2027-05-01"),
    ("milestones", "estimate", "live", "--likely", "soon"),
    ("why",),
]


@pytest.fixture
def world(filed: World) -> World:
    """A service in which somebody else has started a plan whose steps wait for tomorrow."""
    put(filed, "milestones", LIVE)
    put(filed, "one", TEXT)
    put(filed, "two", text(step("pages", SECOND_KEY, 'surfaces = ["va_gov_profile"]', to=None)))
    with filed.store.writing() as unit:
        start_plan(unit, candidate(unit, filed.plans, filed.context.catalogue, "one"), TESTER)
    filed.context.tick()
    return filed


def told(cutover: Cutover) -> dict[str, Any]:
    """The plan as it is now."""
    found: dict[str, Any] = cutover("plans", "show", "one", "--json").json
    return found


@pytest.mark.parametrize("command", ACTS, ids=" ".join)
def test_an_act_is_done_and_answered_in_plain_words(world: World, cutover: Cutover, command: tuple[str, ...]) -> None:
    ran = cutover(*command, *WHY)

    assert (ran.status, ran.err) == (0, "")
    assert ACTS[command] in ran.out
    assert not ran.is_json


@pytest.mark.parametrize("command", ACTS, ids=" ".join)
def test_without_a_reason_nothing_is_done(world: World, cutover: Cutover, command: tuple[str, ...]) -> None:
    before = told(cutover)
    assert cutover(*command).status == 2
    blank = cutover(*command, "--reason", " ")
    assert (blank.status, "[reason_missing]" in blank.err) == (1, True)
    assert told(cutover) == before


@pytest.mark.parametrize("command", ACTS, ids=" ".join)
def test_15_what_was_decided_on_another_version_is_not_done(
    world: World, cutover: Cutover, command: tuple[str, ...]
) -> None:
    before = told(cutover)

    ran = cutover(*command, "--expect", "99", *WHY)

    assert (ran.status, ran.out) == (1, "")
    assert "is not 99. Nothing was done." in ran.err
    assert "[changed_meanwhile]" in ran.err
    assert told(cutover) == before
    version = 0 if command[0] == "milestones" else before["version"]
    assert cutover(*command, "--expect", str(version), *WHY).status == 0


@pytest.mark.parametrize("command", REFUSED, ids=" ".join)
def test_what_cannot_be_done_ends_with_1_and_says_why_and_what_to_do(
    world: World, cutover: Cutover, command: tuple[str, ...]
) -> None:
    ran = cutover(*command, *WHY)
    assert ran.status == 1
    assert REFUSED[command] in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", USED_WRONGLY, ids=" ".join)
def test_wrong_usage_ends_with_2(world: World, cutover: Cutover, command: tuple[str, ...]) -> None:
    reason = () if command == ("why",) else WHY
    ran = cutover(*command, *reason)
    assert (ran.status, ran.out) == (2, "")
    assert "Usage" in ran.err


def test_a_paused_plan_is_resumed_an_approval_withdrawn_and_a_held_step_retried(world: World, cutover: Cutover) -> None:
    cutover("plans", "pause", "one", *WHY)
    assert "Invented: running" in cutover("plans", "resume", "one", *WHY).out
    cutover("plans", "approve", *STEP, *WHY)
    assert "one approval" in cutover("plans", "withdraw", *STEP, *WHY).out
    world.clock.advance(30 * 3600)
    cutover("tick")
    assert told(cutover)["steps"][1]["state"] == "held"
    assert "waiting" in cutover("plans", "retry", "one", "second", *WHY).out


def test_milestones_are_listed_reopened_and_estimated(world: World, cutover: Cutover) -> None:
    cutover("milestones", "reach", "live", *WHY)
    assert "2027-03-02T05:00:00.000Z" in cutover("milestones", "list").out
    assert cutover("milestones", "reopen", "live", *WHY).out == "It is live: not reached\n"
    days = ("--earliest", "2027-05-01", "--likely", "2027-06-01", "--latest", "2027-07-01")
    expected = "2027-05-01, likely 2027-06-01, at the latest 2027-07-01"
    assert cutover("milestones", "estimate", "live", *days, *WHY).out == f"It is live: {expected}\n"
    assert expected in cutover("milestones", "list").out


def test_a_plan_is_told_with_times_in_eastern_and_utc(world: World, cutover: Cutover) -> None:
    out = cutover("plans", "show", "one").out
    for said in ("due (ET)", "due (UTC)", "2027-03-03T00:00:00-05:00", "2027-03-03T05:00:00.000Z", "one approval"):
        assert said in out


def written(cutover: Cutover, monkeypatch: pytest.MonkeyPatch, data: bytes, *options: str) -> Ran:
    """Write a draft from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
    return cutover("plans", "write", "one", "-", *options, *WHY)


def test_a_draft_is_read_from_standard_input_or_a_file_and_kept_on_the_version_that_was_seen(
    world: World, cutover: Cutover, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = written(cutover, monkeypatch, f"# ÄÖ\n{NEW}".encode(), "--expect", "0")
    assert (first.status, "version 1, hash " in first.out) == (0, True)
    refused = written(cutover, monkeypatch, TEXT.encode(), "--expect", "0")
    assert (refused.status, "[changed_meanwhile]" in refused.err) == (1, True)
    with world.store.reading() as unit:
        kept = unit.drafts.find("one")
    assert kept is not None
    assert kept.text == f"# ÄÖ\n{NEW}"

    file = tmp_path / "draft.toml"
    file.write_text(NEW)
    assert "version 2" in cutover("plans", "write", "one", str(file), *WHY).out
    assert "[changed_meanwhile]" in cutover("plans", "discard", "one", "--expect", "1", *WHY).err
    assert cutover("plans", "discard", "one", "--expect", "2", *WHY).out == "The draft of one is forgotten.\n"


def test_a_draft_that_is_none_is_refused_with_its_lines(
    world: World, cutover: Cutover, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran = written(cutover, monkeypatch, f'{NEW}colour = "red"\n'.encode())
    assert f"cutover_plans/one.toml:{len(NEW.splitlines()) + 1}: steps[2].colour" in ran.err
    for data in (b"\xff\xfe", b"", b"\x00", NEW.encode() + b"# \xff\n"):
        file = tmp_path / "draft.toml"
        file.write_bytes(data)
        for ran in (written(cutover, monkeypatch, data), cutover("plans", "write", "one", str(file), *WHY)):
            assert (ran.status, ran.out, "[plan_invalid]" in ran.err) == (1, "", True)
    for key in ("../one", "One", "milestones", ""):
        ran = cutover("plans", "write", key, str(world_file(world)), *WHY)
        assert (ran.status, ran.out, "[plan_invalid]" in ran.err) == (1, "", True), key


def world_file(world: World) -> Path:
    """A file that holds a good plan."""
    path: Path = world.plans.folder.folder / "one.toml"  # type: ignore[attr-defined]
    return path


def test_a_new_version_is_shown_and_what_was_shown_is_accepted(world: World, cutover: Cutover) -> None:
    assert cutover("plans", "diff", "one").out == "There is no difference.\n"
    put(world, "one", NEW)

    shown = cutover("plans", "diff", "one")

    assert "-approvals = 1" in shown.out
    assert "first: checks: confirmed:ready → none; approvals: 1 → 0" in shown.out
    after = cutover("plans", "diff", "one", "--json").json["after"]
    assert f"The new version has the hash {after}" in shown.out
    refused = cutover("plans", "accept", "one", "--hash", "0" * 64, *WHY)
    assert (refused.status, "[changed_meanwhile]" in refused.err) == (1, True)
    accepted = cutover("plans", "accept", "one", *WHY)
    assert (accepted.status, accepted.out.startswith(shown.out)) == (0, True)
    assert told(cutover)["hash"] == after


def test_what_changes_between_its_showing_and_its_acceptance_is_not_accepted(
    world: World, cutover: Cutover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is saved once more just when its difference was printed."""
    put(world, "one", NEW)
    before = told(cutover)["hash"]
    monkeypatch.setattr(planning, "_print", lambda _shown: put(world, "one", f"{NEW}# again\n"))

    ran = cutover("plans", "accept", "one", *WHY)

    assert (ran.status, "[changed_meanwhile]" in ran.err) == (1, True)
    assert told(cutover)["hash"] == before


def test_a_preview_asks_systems_and_says_what_everybody_meets(world: World, cutover: Cutover, line: Line) -> None:
    world.va_gov.trouble = "It is closed."

    ran = cutover("plans", "preview", "one")

    assert ran.status == 0
    for said in (
        *("2027-03-03T00:00:00-05:00", "2027-03-03T05:00:00.000Z", "systems_reachable: fail", "confirmed:ready: fail"),
        *(
            "read mhv, written nowhere, on mhv_profile",
            "read va_gov, written va_gov",
            "Assumed: Step first: its approval is",
        ),
    ):
        assert said in ran.out
    assert cutover("plans", "preview", "one", "--json").json["plan"] == "one"
    assert "It could not be started now: " in cutover("plans", "preview", "two").out
    assert set(line.asked) == {"moving"}
    assert cutover("plans", "preview", "invented").status == 1


def test_why_says_what_is_waited_for_since_when_and_the_command(world: World, cutover: Cutover) -> None:
    out = cutover("why", "one/first").out
    for said in (
        *("Step first of one is waiting.", "one approval", "cutover plans approve one first --reason …"),
        *("2027-03-02T00:00:00-05:00", "2027-03-02T05:00:00.000Z", "an approver who is not the author"),
    ):
        assert said in out
    assert cutover("why", "one", "--json").json["asked"] == "one"
    assert "[not_found]" in cutover("why", "invented").err


def test_why_tells_people_of_a_move_by_hand(world: World, cutover: Cutover) -> None:
    world.begin(System.VA_GOV, FIRST_KEY)
    assert "Move 1 is in the stage check: cutover moves show 1" in cutover("why", FIRST_KEY).out
