"""The one door: what is decided on something old changes nothing, and everything is told to the ledger."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.domain.ownership import NOBODY, Act, State
from app.domain.refusals import Refusal
from app.services.door import Change, change
from app.services.recording import By
from app.services.store import Lost
from tests.services.world import ALERTS, IMAGES, MHV, PM, RX, VA_GOV, World

THREE = (RX, ALERTS, IMAGES)


def ask(world: World, act: Act, expect: Mapping[str, int], by: By = PM) -> None:
    """One change through the door, in a transaction of its own."""
    given = VA_GOV if act in (Act.FREEZE, Act.START, Act.ADOPT) else None
    with world.store.writing() as unit:
        change(unit, by, Change(act, expect, given=given, move=1))


def test_a_change_of_several_rows_raises_each_epoch_and_the_revision_once_for_each(world: World) -> None:
    world.adopt(*THREE)
    before = world.head
    ask(world, Act.FREEZE, dict.fromkeys(THREE, 1))
    assert {key: row.epoch for key, row in world.rows(*THREE).items()} == dict.fromkeys(THREE, 2)
    assert (world.head.revision, world.head.number) == (before.revision + 3, before.number + 1)


def test_every_arrow_raises_epoch_and_revision_a_call_off_too(world: World) -> None:
    acts = [Act.START, Act.FREEZE, Act.CALL_OFF]
    for epoch, act in enumerate(acts):
        ask(world, act, {RX: epoch}) if act is not Act.FREEZE else freeze_back(world, epoch)
        assert (world.row(RX).epoch, world.head.revision) == (epoch + 1, epoch + 1)


def freeze_back(world: World, epoch: int) -> None:
    """A freeze that leads back to MHV."""
    with world.store.writing() as unit:
        change(unit, PM, Change(Act.FREEZE, {RX: epoch}, given=MHV, move=1))


@pytest.mark.parametrize("seen", [0, 2])
def test_a_stale_epoch_is_refused_and_told_the_owner_and_nothing_happens(world: World, seen: int) -> None:
    world.adopt(RX)
    before, row = world.head, world.row(RX)
    with pytest.raises(Refusal) as refused:
        ask(world, Act.FREEZE, {RX: seen})
    assert (refused.value.code, refused.value.status) == ("epoch_stale", 412)
    assert (refused.value.facts["owner"], refused.value.facts["epoch"]) == (MHV, 1)
    assert (world.head, world.row(RX)) == (before, row)


@pytest.mark.parametrize("stale", THREE)
def test_a_change_of_three_with_one_stale_row_changes_none(world: World, stale: str) -> None:
    world.adopt(*THREE)
    before, rows = world.head, world.rows(*THREE)
    with pytest.raises(Refusal, match=f"You saw {stale} at epoch 9"):
        ask(world, Act.FREEZE, {**dict.fromkeys(THREE, 1), stale: 9})
    assert (world.head, world.rows(*THREE)) == (before, rows)


def test_an_arrow_that_there_is_not_changes_nothing(world: World) -> None:
    world.adopt(RX)
    before = world.head
    with pytest.raises(Refusal) as refused:
        ask(world, Act.ACTIVATE, {RX: 1})
    assert refused.value.code == "transition_illegal"
    assert world.head == before


@pytest.mark.parametrize(("key", "seen"), [(RX, 7), (ALERTS, 3), (RX, 0)], ids=["stale", "not there", "there already"])
def test_the_database_itself_refuses_a_row_that_was_not_seen_so(world: World, key: str, seen: int) -> None:
    world.adopt(RX)
    row = world.row(key)
    with pytest.raises(Lost), world.store.writing() as unit:
        unit.ownerships.change(replace(row, key=key, state=State.HELD, owner=VA_GOV, epoch=seen + 1), seen)
    assert world.row(key) == row


def test_surfaces_change_only_where_the_change_names_them(world: World) -> None:
    world.adopt(RX, ALERTS)
    with world.store.writing() as unit:
        expect, surfaces = {RX: 1, ALERTS: 1}, {RX: ("va_gov_profile",)}
        change(unit, PM, Change(Act.FREEZE, expect, given=NOBODY, move=1, surfaces=surfaces))
    assert world.row(RX).surfaces == ("va_gov_profile",)
    assert world.row(ALERTS).surfaces == ("mhv_profile",)


def test_who_changed_it_from_what_and_why_stands_in_the_ledger(world: World) -> None:
    world.adopt(RX)
    ask(world, Act.FREEZE, {RX: 1}, By("token:pm", "  The pharmacy is ready.  "))
    entry = world.ledger[-1]
    assert (entry.actor, entry.act, entry.reason) == ("token:pm", "freeze", "The pharmacy is ready.")
    assert entry.at == world.clock.now()
    assert entry.revision == world.head.revision == 2
    told = entry.body["preferences"][RX]
    pages = {"surfaces": ["mhv_profile"]}
    assert told["before"] == {"state": "held", "owner": "mhv", "target": None, "epoch": 1, **pages}
    assert told["after"] == {"state": "moving", "owner": "mhv", "target": "va_gov", "epoch": 2, **pages}


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason_missing"), (" \n", "reason_missing"), ("a" * 501, "invalid")]
)
def test_nothing_is_done_without_a_reason_that_can_be_read(reason: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        By("token:pm", reason)
    assert refused.value.code == code


def test_an_exception_in_a_unit_takes_everything_in_it_back(world: World) -> None:
    def fail_afterwards() -> None:
        with world.store.writing() as unit:
            change(unit, PM, Change(Act.FREEZE, {RX: 1}, given=VA_GOV, move=1))
            raise ZeroDivisionError

    world.adopt()
    before = world.head
    with pytest.raises(ZeroDivisionError):
        fail_afterwards()
    assert (world.head, world.row(RX).state) == (before, State.HELD)
