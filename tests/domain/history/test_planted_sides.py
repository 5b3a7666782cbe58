"""Planted accepts outside their system's reigns, each found; and what the promise covers."""

from typing import Any

import pytest

from tests.domain.history.tape import KEY, OTHER, Tape, moved_once, only


def strangers(tape: Tape, system: str, epoch: int | None, process: str = "front") -> None:
    """A write of unknown outcome that a system accepts."""
    tape.event("begin", "planted", process, person="p9", choice="off")
    tape.event("unknown", "planted", process, person="p9")
    tape.accept(system, "planted", epoch, person="p9", value=0 if system == "mhv" else False)


@pytest.mark.parametrize(
    ("system", "epoch", "why"),
    [
        ("va_gov", 1, "at which mhv might be written"),
        ("mhv", 3, "at which va_gov might be written"),
        ("mhv", 2, "at which nobody might be written"),
        ("va_gov", 2, "at which nobody might be written"),
        ("va_gov", 0, "at which nobody might be written"),
        ("va_gov", 9, "which no entry of the ledger gave"),
        ("va_gov", None, "without an epoch"),
        ("mhv", 1, "behind the mark of epoch 2 that ended its reign"),
    ],
)
@pytest.mark.parametrize("fence", ["none", "permits"])
def test_a_write_outside_its_systems_reigns_is_a_violation(
    fence: str, system: str, epoch: int | None, why: str
) -> None:
    tape = moved_once(fence=fence)
    strangers(tape, system, epoch)
    verdict = tape.verdict()

    only(verdict, violations=1)
    assert verdict.wrong_side == 1
    assert why in verdict.faults[0] or "to which its fence was raised" in verdict.faults[0]


def test_the_sentence_names_preference_system_line_and_epoch_and_neither_person_nor_write() -> None:
    tape = moved_once()
    strangers(tape, "mhv", 3)
    (sentence,) = tape.verdict().faults

    assert all(word in sentence for word in (KEY, "mhv", "line 3", "epoch 3"))
    assert not any(word in sentence for word in ("p9", "planted"))


def test_both_systems_in_one_reign_are_counted() -> None:
    tape = moved_once()
    strangers(tape, "mhv", 3)
    tape.accept("mhv", "another", 3, person="p8")

    assert tape.verdict().accepted_by_both == 1


def test_a_reign_is_of_one_preference() -> None:
    tape = Tape()
    tape.adopt()
    tape.adopt(OTHER, owner="va_gov")
    tape.save("w1")
    tape.save("w2", key=OTHER)
    verdict = tape.verdict()

    only(verdict)
    assert verdict.accepted_by_both == 0


def test_both_halves_of_one_write_on_the_wrong_side_are_one_write() -> None:
    tape = moved_once()
    tape.accept("mhv", "planted", 3, person="p9", part="address", value=None)
    strangers(tape, "mhv", 3)

    assert tape.verdict().wrong_side == 1


def test_the_address_alone_on_the_wrong_side_is_found_too() -> None:
    tape = moved_once()
    tape.accept("mhv", "planted", 3, person="p9", part="address", value=None)

    only(tape.verdict(), violations=1)


def test_a_write_before_the_mark_that_its_reign_stands_on_came_before_the_activation() -> None:
    tape = Tape()
    tape.adopt()
    tape.save("w1")
    tape.freeze()
    strangers(tape, "va_gov", 3)
    tape.activate()
    verdict = tape.verdict()

    only(verdict, violations=1)
    assert "before the mark that the activation of its reign stands on" in verdict.faults[0]


def test_an_older_reigns_write_behind_a_later_reigns_is_found_without_any_mark() -> None:
    tape = Tape()
    tape.adopt()
    tape.save("w1")
    tape.mark("va_gov", 1)
    for _ in range(2):
        tape.freeze()
        tape.activate(marks=None)
    tape.save("w2")
    strangers(tape, "mhv", 1)
    verdict = tape.verdict()

    only(verdict, violations=1, undecidable=4)
    assert "behind a write of a later reign" in verdict.faults[0]


def test_behind_a_fence_a_lower_epoch_never_follows_a_higher_one() -> None:
    tape = Tape(fence="permits")
    tape.adopt()
    tape.mark("va_gov", 1)
    tape.freeze()
    tape.call_off()
    tape.save("w1")
    strangers(tape, "mhv", 1)

    only(tape.verdict(), violations=1)


@pytest.mark.parametrize(
    ("system", "epoch"),
    [("mhv", 2), ("mhv", 1), ("va_gov", 3), ("va_gov", None), ("va_gov", 9)],
    ids=["to the origin while frozen", "to the owner", "to the new owner", "no epoch", "unknown epoch"],
)
def test_a_copy_goes_to_the_target_of_a_move_alone(system: str, epoch: int | None) -> None:
    tape = moved_once(records="carried")
    tape.accept(system, "planted", epoch, kind="copy", copies="w1", person="p9")

    assert tape.verdict().wrong_side == 1


def test_a_copy_that_has_the_id_of_what_it_copies_is_a_copy_whoever_wrote_that() -> None:
    tape = moved_once()
    tape.add("process", process="odd", kind="advisory")
    tape.save("odd", process="odd", person="p5")
    tape.copy("va_gov", "odd", "odd", 3, person="p5")

    only(tape.verdict(), violations=1)


def test_a_mark_of_an_activation_that_did_not_come_about_ends_no_reign() -> None:
    tape = moved_once()
    tape.mark("va_gov", 4)
    tape.save("w4", person="p3")
    only(tape.verdict())

    tape.mark("mhv", 4)
    strangers(tape, "mhv", 1)
    only(tape.verdict(), violations=1)


def test_an_old_copy_behind_a_write_of_the_new_owner_is_found() -> None:
    tape = moved_once(records="carried")
    tape.copy("va_gov", "late", "w1", 2, person="p1")

    assert tape.verdict().wrong_side == 1


@pytest.mark.parametrize(
    ("how", "kind", "violations", "breaches"),
    [
        ({"fence": "none", "assumptions": "kept"}, "lease", 1, 0),
        ({"fence": "none", "assumptions": "kept"}, "carried", 1, 0),
        ({"fence": "none", "assumptions": "kept"}, "advisory", 0, 1),
        ({"fence": "none", "assumptions": "kept"}, None, 1, 0),
        ({"fence": "none", "assumptions": "broken"}, "lease", 0, 1),
        ({"fence": "none", "assumptions": "broken"}, "advisory", 0, 1),
        ({"fence": "permits", "assumptions": "broken"}, "lease", 1, 0),
        ({"fence": "permits", "assumptions": "broken"}, "advisory", 1, 0),
    ],
)
def test_a_fence_or_a_lease_with_every_assumption_kept_makes_it_a_violation_and_else_it_is_a_breach(
    how: dict[str, Any], kind: str | None, violations: int, breaches: int
) -> None:
    tape = moved_once(**how)
    if kind:
        tape.add("process", process="odd", kind=kind)
    strangers(tape, "mhv", 3, "odd")
    verdict = tape.verdict()

    only(verdict, violations=violations, breaches=breaches)
    assert (verdict.wrong_side, verdict.clean) == (violations, violations == 0)


def test_a_write_that_no_client_began_is_taken_for_one_that_the_promise_covers() -> None:
    tape = moved_once()
    tape.accept("mhv", None, None, person="p9")

    only(tape.verdict(), violations=1)


def test_only_the_system_with_the_fence_is_covered_by_it() -> None:
    mixed = {"systems": {"mhv": {"fence": "permits"}, "va_gov": {"fence": "none"}}}
    found = {}
    for system, epoch in (("mhv", 3), ("va_gov", 1)):
        tape = moved_once(assumptions="broken")
        tape.more = mixed
        strangers(tape, system, epoch)
        verdict = tape.verdict()
        found[system] = (verdict.violations, verdict.breaches)

    assert found == {"mhv": (1, 0), "va_gov": (0, 1)}


@pytest.mark.parametrize(
    ("incident", "reported"),
    [
        ({"epoch": 3}, 1),
        ({"epoch": 8, "write_id": "planted"}, 1),
        ({"epoch": 1}, 0),
        ({"epoch": 3, "system": "va_gov"}, 0),
        ({"epoch": 3, "key": OTHER}, 0),
        (None, 0),
    ],
)
def test_a_breach_is_reported_when_an_incident_of_the_controller_matches(
    incident: dict[str, object] | None, reported: int
) -> None:
    tape = moved_once(assumptions="broken")
    strangers(tape, "mhv", 3)
    if incident is not None:
        tape.add("incident", **{"key": KEY, "system": "mhv", **incident})
    verdict = tape.verdict()

    assert (verdict.breaches, verdict.breaches_reported) == (1, reported)
