"""A run is only good when everything was found, and everything that was asked for really happened."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from sandbox.chaos.crew import ADVISORY, LEASED
from sandbox.chaos.mover import Tally
from sandbox.chaos.parts import CREW, Part, Played
from sandbox.chaos.recording import Claim
from sandbox.chaos.verdict import Verdict

CLEAN: dict[str, Any] = {
    **dict.fromkeys(("violations", "breaches", "breaches_reported", "lost", "undecidable", "stuck", "unknown"), 0),
    "moves": 5,
    "writes": 100,
    "acknowledged": 90,
    "called_off": 1,
    "faults": [],
    "pause_ms_p50": 10.0,
    "pause_ms_p99": 20.0,
    "pause_ms_max": 30.0,
}
FORCED = {"fence": False, "system": "mhv", "epoch": 3, "write": "a1", "answer": "accepted", "told": "unknown"}


def part(**changes: Any) -> Part:
    """A part that asks for five moves and one kind of fault."""
    right: dict[str, Any] = {"name": "kept", "claim": Claim(False, True), "kinds": ["replica_killed"], "moves": 5}
    return Part(**{**right, "seconds": 1.0, "seed": "1", **changes})


def verdict(asked: Part | None = None, forced: list[dict[str, Any]] | None = None, **found: Any) -> Verdict:
    """The verdict on one part, in which the checker found this."""
    applied = Counter({"replica_killed": 1})
    played = Played(asked or part(), {**CLEAN, **found}, applied, Tally(), [], 1.0, forced or [])
    return Verdict([played], 1, 1.0)


def test_a_clean_part_is_as_it_must_be() -> None:
    assert list(verdict().wrongs()) == []


@pytest.mark.parametrize("what", ["violations", "lost", "undecidable", "stuck"])
def test_what_the_checker_found_is_wrong(what: str) -> None:
    assert what in " ".join(verdict(None, None, **{what: 1}).wrongs())


def test_fewer_moves_than_asked_for_are_wrong() -> None:
    assert "4 moves were made, and 5" in " ".join(verdict(moves=4).wrongs())


def test_a_part_in_which_nobody_wrote_is_wrong() -> None:
    assert "nobody wrote" in " ".join(verdict(acknowledged=0).wrongs())


def test_a_fault_that_never_happened_is_told() -> None:
    asked = part(kinds=["replica_killed", "postgres_restarted"])
    assert "postgres_restarted was asked for and never happened" in " ".join(verdict(asked).wrongs())


def test_a_breach_that_the_controller_did_not_report_is_wrong() -> None:
    broken = part(claim=Claim(False, False), crew={LEASED: 1})
    assert list(verdict(broken, breaches=1, breaches_reported=1).wrongs()) == []
    assert "2 breaches, of which the controller reported 1" in " ".join(
        verdict(broken, breaches=2, breaches_reported=1).wrongs()
    )


def test_writers_without_a_lease_may_breach_unreported() -> None:
    assert ADVISORY in CREW
    assert list(verdict(breaches=2, breaches_reported=0).wrongs()) == []


def test_the_pauses_of_all_parts_are_told_together() -> None:
    one = verdict().played[0]
    told = json.loads(Verdict([replace(one, pauses=[1.0, 2.0]), replace(one, pauses=[9.0])], 1, 1.0).as_json())
    assert (told["pause_ms_p50"], told["pause_ms_p99"], told["pause_ms_max"]) == (2.0, 9.0, 9.0)
    assert told["moves"] == 2 * CLEAN["moves"]


def test_a_forced_write_must_be_accepted_without_a_fence_and_refused_with_one() -> None:
    broken = part(claim=Claim(False, False), crew={LEASED: 1}, forced=1)
    assert list(verdict(broken, [FORCED], breaches=1, breaches_reported=1).wrongs()) == []
    assert "1 were forced" in " ".join(verdict(broken, [FORCED]).wrongs())
    assert "0 writes on the wrong side were forced" in " ".join(verdict(broken).wrongs())
    fenced = part(claim=Claim(True, False), forced=1)
    assert list(verdict(fenced, [{**FORCED, "fence": True, "answer": "refused", "told": "failed"}]).wrongs()) == []
    assert "was accepted" in " ".join(verdict(fenced, [{**FORCED, "fence": True}]).wrongs())
