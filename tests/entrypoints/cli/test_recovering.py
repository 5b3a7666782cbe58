"""Recovery from the command line."""

import pytest

from app.domain.ownership import State, System
from app.services.recovering import RAISED_BY
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.world import World

WHY = ("--reason", "Invented.")


@pytest.fixture
def adopted(world: World) -> World:
    """A service whose first two preferences MHV holds."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    return world


def test_the_command_waits_by_itself_and_then_a_person_names_each_owner(adopted: World, cutover: Cutover) -> None:
    adopted.moved(System.VA_GOV, FIRST_KEY)
    ran = cutover("recover", *WHY)
    assert (ran.status, "Waiting until every old right to write has run out" in ran.err) == (0, True)
    assert "cutover recover name KEY" in ran.out
    assert not cutover("recover", "status", "--json").json["recovering"]
    assert adopted.clock.elapsed > 30

    epoch = str(RAISED_BY + 3)
    named = cutover("recover", "name", FIRST_KEY, "--owner", "mhv", "--expect", epoch, *WHY)
    assert (named.status, named.out) == (0, f"{FIRST_KEY}: held by MHV at epoch {RAISED_BY + 4}\n")
    again = cutover("recover", "name", FIRST_KEY, "--owner", "va_gov", "--expect", epoch, *WHY)
    assert (again.status, "[epoch_stale]" in again.err) == (1, True)
    entry = cutover("ledger", "list", "--json").json["entries"][-1]
    assert (entry["act"], entry["reason"]) == ("name", "Invented.")


def test_status_shows_for_each_stopped_one_its_owner_before_its_epoch_and_its_last_move(
    adopted: World, cutover: Cutover
) -> None:
    adopted.moved(System.VA_GOV, FIRST_KEY)
    cutover("recover", "--no-wait", *WHY)
    told = cutover("recover", "status")
    line = next(line for line in told.out.splitlines() if line.startswith(FIRST_KEY))
    assert all(word in line for word in ("va_gov", str(RAISED_BY + 3), "mhv → va_gov", " 3 "))
    assert "are waited for" in told.out
    assert "recovering" in cutover("adopt", *WHY).err
    assert cutover("status", "--json").json["preferences"][0]["state"] in {"stopped", "unowned"}


def test_a_wait_that_was_cut_off_can_be_taken_up_again(adopted: World, cutover: Cutover) -> None:
    cutover("recover", "--no-wait", *WHY)
    assert adopted.row(FIRST_KEY).state is State.STOPPED
    assert cutover("recover", "wait").status == 0
    assert cutover("recover", "status", "--json").json["seconds"] is None


def test_nothing_is_stopped_without_a_reason_or_beside_another_command(adopted: World, cutover: Cutover) -> None:
    assert cutover("recover").status == 2
    assert cutover("recover", *WHY, "status").status == 2
    assert adopted.row(FIRST_KEY).state is State.HELD
    assert "Nothing is stopped." in cutover("recover", "status").out


def test_a_recovery_says_which_moves_it_ended(adopted: World, cutover: Cutover) -> None:
    move = adopted.begin(System.VA_GOV, FIRST_KEY)
    assert f"Ended as called off: move {move.id}" in cutover("recover", "--no-wait", *WHY).out
