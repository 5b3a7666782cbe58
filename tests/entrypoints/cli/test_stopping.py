"""Stopping and proposing from the command line, in the name of whoever runs it."""

import os
import pwd
from dataclasses import replace

import pytest

from app.domain.moves import Outcome
from app.domain.ownership import System
from app.services.planning.proposing import approve
from app.services.recording import By
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.cli.running import Cutover, Line
from tests.entrypoints.invented import FIRST
from tests.entrypoints.world import World, proposed

ME = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
WHY = ("--reason", "The errors grow.")
TO_VA_GOV = ("--to", "va_gov", *WHY)


@pytest.fixture
def adopted(world: World) -> World:
    """A service whose first two preferences MHV holds, of which the first needs an approval by hand."""
    world.files.put(replace(FIRST, approvals_by_hand=1))
    world.context.keeper.reload()
    world.adopt(FIRST_KEY, SECOND_KEY)
    return world


def test_a_stop_is_told_by_every_command_that_looks_until_it_is_lifted(adopted: World, cutover: Cutover) -> None:
    move = adopted.begin(System.VA_GOV, SECOND_KEY)

    stopped = cutover("stop", *WHY)

    assert (stopped.status, f"move {move.id}" in stopped.out) == (0, True)
    assert adopted.move(move.id).outcome is Outcome.CALLED_OFF
    [one] = cutover("stops", "--json").json["stops"]
    assert (one["key"], one["by"], one["reason"]) == (None, ME, "The errors grow.")
    assert "everything" in cutover("stops").out
    sentence = f"Everything is stopped, by {ME} since 2027-03-02 05:00 UTC: “The errors grow.”."
    assert sentence in cutover("status").out
    refused = cutover("move", SECOND_KEY, *TO_VA_GOV)
    assert (refused.status, sentence in refused.err, "cutover resume" in refused.err) == (1, True, True)
    assert cutover("resume", *WHY).status == 0
    assert "Everything is stopped" not in cutover("status").out
    assert cutover("stops").out == "Nothing is stopped.\n"
    assert cutover("move", SECOND_KEY, *TO_VA_GOV).status == 0


def test_a_lock_is_of_one_preference_and_outlasts_the_stop(adopted: World, cutover: Cutover) -> None:
    assert cutover("lock", SECOND_KEY, *WHY).out == f"{SECOND_KEY} is locked. An undo may still be started.\n"
    cutover("stop", *WHY)

    resumed = cutover("resume", *WHY)

    assert f"Still: {SECOND_KEY} is locked, by {ME}" in resumed.out
    assert SECOND_KEY in cutover("stops").out
    assert "[preference_locked]" in cutover("move", SECOND_KEY, *TO_VA_GOV).err
    assert cutover("unlock", SECOND_KEY, *WHY).status == 0
    assert cutover("move", SECOND_KEY, *TO_VA_GOV).status == 0
    assert "[not_stopped]" in cutover("unlock", SECOND_KEY, *WHY).err


@pytest.mark.parametrize("command", [["stop"], ["resume"], ["lock", FIRST_KEY], ["unlock", FIRST_KEY]], ids=" ".join)
def test_without_a_reason_nothing_is_stopped_or_lifted(adopted: World, cutover: Cutover, command: list[str]) -> None:
    assert cutover(*command).status == 2
    assert "[reason_missing]" in cutover(*command, "--reason", " ").err
    assert cutover("stops", "--json").json == {"stops": []}


def test_a_move_that_needs_an_approval_is_proposed_and_not_approved_by_who_proposed_it(
    adopted: World, cutover: Cutover
) -> None:
    refused = cutover("move", FIRST_KEY, *TO_VA_GOV)
    assert (refused.status, "cutover propose" in refused.err) == (1, True)

    told = cutover("propose", FIRST_KEY, *TO_VA_GOV, "--json").json

    assert (told["state"], told["needed"], told["by"], told["expect"]) == ("open", 1, ME, {FIRST_KEY: 1})
    number = str(told["id"])
    assert "0 of 1 approvals, open" in cutover("proposals", "show", number).out
    assert "[not_four_eyes]" in cutover("proposals", "approve", number, *WHY).err
    with adopted.store.writing() as unit:
        approve(unit, adopted.context.catalogue, told["id"], By("token:bob", "Seen."))
    assert "approved by token:bob: Seen." in cutover("proposals", "show", number).out
    assert "started" in cutover("proposals", "list").out


def test_a_dry_run_of_a_proposal_stores_nothing(adopted: World, cutover: Cutover) -> None:
    ran = cutover("propose", FIRST_KEY, *TO_VA_GOV, "--dry-run")
    assert (ran.status, "nothing was changed" in ran.out) == (0, True)
    assert cutover("proposals", "list", "--json").json == {"proposals": []}


@pytest.mark.parametrize("how", ["approve", "override"])
def test_the_last_approval_and_an_override_start_the_move_and_carry_it_on(
    adopted: World, cutover: Cutover, line: Line, how: str
) -> None:
    number = str(proposed(adopted, FIRST_KEY))

    ran = cutover("proposals", how, number, *WHY)

    assert (ran.status, adopted.row(FIRST_KEY).owner) == (0, System.VA_GOV)
    assert "done" in ran.out
    assert "looking" not in line.asked


def test_a_withdrawn_proposal_is_approved_no_more(adopted: World, cutover: Cutover) -> None:
    number = str(proposed(adopted, FIRST_KEY))
    assert cutover("proposals", "withdraw", number, *WHY).status == 0
    assert "[proposal_ended]" in cutover("proposals", "approve", number, *WHY).err
    assert adopted.row(FIRST_KEY).owner is System.MHV
