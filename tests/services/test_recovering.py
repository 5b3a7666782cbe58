"""Stopping: nobody writes, every old grant runs out, and a person names each owner. No epoch is issued twice."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.domain.moves import Outcome, Stage
from app.domain.ownership import NOBODY, State, System
from app.domain.refusals import Refusal
from app.services.driving import Driver
from app.services.leasing import Renewal, renew
from app.services.notices import Notices
from app.services.outlasting import LOOK_AGAIN, Outlasting
from app.services.recovering import HIGHEST, RAISED_BY, Stopped, name, recover, recover_now, stop
from app.services.store import Lost
from cutover_client.spans import Spans
from tests.services.world import ADMIN, ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World, catalogue, preference

SPANS = Spans(30.0, 5.0, {"mhv": 3.0})
LONGEST = 30.0 * 1.01 + 8.0


def refused(ask: Callable[[], object]) -> Refusal:
    """The refusal of something."""
    with pytest.raises(Refusal) as found:
        ask()
    return found.value


def process(world: World, **given: Any) -> Outlasting:
    """A process that has seen no stop yet."""
    return Outlasting(world.store, world.clock, SPANS, Notices(), **given)


def recovered(world: World, above: int = 0) -> Stopped:
    """Stop everything."""
    return recover_now(world.store, world.files, ADMIN, above)


def stopped(world: World, key: str, epoch: int) -> Stopped:
    """Stop one preference, of which a later epoch is known elsewhere."""
    with world.store.writing() as unit:
        return stop(unit, key, epoch, ADMIN)


def named(world: World, key: str, system: System, expect: int | None = None) -> None:
    """Name an owner."""
    with world.store.writing() as unit:
        name(unit, {key: world.row(key).epoch if expect is None else expect}, system, ADMIN)


def outlast(world: World, one: Outlasting | None = None) -> None:
    """Let every grant run out."""
    one = one or process(world)
    while (seconds := one.look()) is not None:
        world.clock.advance(seconds)


def told(world: World, act: str) -> Mapping[str, Any]:
    """The body of the last entry with this act."""
    return [entry for entry in world.ledger if entry.act == act][-1].body


def test_a_recovery_stops_what_somebody_holds_and_raises_every_epoch_and_the_revision(world: World) -> None:
    world.adopt(RX, ALERTS, IMAGES)
    world.flip(VA_GOV, RX)
    world.flip(NOBODY, ALERTS)
    before, head = world.rows(RX, ALERTS, IMAGES, NEWS), world.head
    did = recovered(world)
    after = world.rows(RX, ALERTS, IMAGES, NEWS)
    assert {key: row.state for key, row in after.items()} == {
        RX: State.STOPPED,
        ALERTS: State.RETIRED,
        IMAGES: State.STOPPED,
        NEWS: State.UNOWNED,
    }
    for key, row in after.items():
        assert (row.epoch, row.owner, row.surfaces) == (before[key].epoch + 1_000_000, before[key].owner, row.surfaces)
        assert row.route.write_to is None
    assert world.head.revision == head.revision + 1_000_000 == did.revision == world.head.stopped
    assert did.rows == after


def test_a_recovery_is_one_entry_of_the_ledger_that_tells_both_sides(world: World) -> None:
    world.adopt(RX)
    number = world.head.number
    recovered(world)
    assert world.head.number == number + 1
    body = told(world, "recover")
    assert set(body["preferences"]) == {RX, ALERTS, IMAGES, NEWS}
    assert body["preferences"][RX]["before"]["epoch"] == 1
    assert body["preferences"][RX]["after"]["state"] == "stopped"
    assert set(body["identity"]) == {"before", "after"}


@pytest.mark.parametrize("stage", [Stage.CHECK, Stage.FREEZE, Stage.DRAIN, Stage.ACTIVATE])
def test_a_recovery_ends_open_moves_and_gives_their_owner_no_right_back(world: World, stage: Stage) -> None:
    world.adopt()
    driver = world.driver()
    move = world.bring_to(stage, world.start(VA_GOV, RX, ALERTS), driver)
    did = recovered(world)
    assert did.moves == (move.id,)
    ended = world.move(move.id)
    assert ended.outcome is Outcome.CALLED_OFF
    assert ended.epochs == {key: row.epoch for key, row in world.rows(RX, ALERTS).items()}
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}
    assert driver.advance(move.id) is None
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}


def test_a_driver_that_meant_to_activate_what_was_stopped_loses(world: World) -> None:
    world.adopt()

    class Slow(Driver):
        """One that is overtaken between its look and its activation."""

        def _activate(self, move: Any) -> float:
            recovered(world)
            return super()._activate(move)

    move = world.bring_to(Stage.ACTIVATE, world.start(VA_GOV, RX))
    slow = Slow(world.store, world.clock, world.systems, Notices())
    assert slow.advance(move.id) == 0.0
    assert slow.advance(move.id) is None
    assert (world.row(RX).state, world.row(RX).owner) == (State.STOPPED, MHV)


def test_until_every_grant_has_run_out_nothing_but_a_stop_a_recovery_and_a_call_off_is_possible(world: World) -> None:
    world.adopt(RX, ALERTS)
    world.flip(NOBODY, ALERTS)
    recovered(world)
    head = world.head
    asked: list[Callable[[], object]] = [
        lambda: world.adopt(IMAGES),
        lambda: world.flip(VA_GOV, NEWS),
        lambda: world.flip(VA_GOV, RX),
        lambda: world.restore(ALERTS),
        lambda: named(world, RX, MHV),
    ]
    for ask in asked:
        refusal = refused(ask)
        assert (refusal.code, refusal.status) == ("recovering", 503)
        assert refusal.facts["retry_after"]
    assert world.head == head
    stopped(world, RX, 0)
    recovered(world)
    outlast(world)
    world.adopt(IMAGES)
    world.flip(VA_GOV, NEWS)
    world.restore(ALERTS)
    named(world, RX, VA_GOV)
    assert {row.owner for row in world.rows(IMAGES, NEWS, ALERTS, RX).values()} == {MHV, VA_GOV}


def test_a_move_that_was_frozen_when_one_preference_was_stopped_can_be_called_off(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    stopped(world, ALERTS, 5)
    world.call_off(move.id)
    assert (world.row(RX).state, world.row(RX).owner) == (State.HELD, MHV)


def test_a_move_whose_freeze_or_activation_comes_during_the_wait_is_called_off(world: World) -> None:
    world.adopt()
    driver = world.driver()
    first = world.bring_to(Stage.ACTIVATE, world.start(VA_GOV, RX), driver)
    second = world.bring_to(Stage.FREEZE, world.start(VA_GOV, IMAGES), driver)
    stopped(world, ALERTS, 5)
    assert [world.finish(move, driver).outcome for move in (first, second)] == [Outcome.CALLED_OFF] * 2
    assert {row.owner for row in world.rows(RX, IMAGES).values()} == {MHV}


def test_a_process_waits_for_the_longest_ttl_that_it_knows_from_when_it_saw_the_stop(world: World) -> None:
    world.adopt()
    world.lease("long", ttl=90.0)
    recovered(world)
    world.clock.advance(1000)  # nobody saw the stop: this does not count
    one = process(world)
    assert one.look() == pytest.approx(90 * 1.01 + 8)
    with world.store.writing() as unit:
        unit.leases.delete("long")
    world.clock.advance(90)
    assert one.look() == pytest.approx(90 * 0.01 + 8), "a row that has gone is waited for all the same"
    world.clock.advance(8.9)
    assert world.head.is_waiting
    assert one.look() == 0.0
    assert not world.head.is_waiting
    assert one.look() is None


def test_a_new_process_waits_anew_and_only_longer(world: World) -> None:
    recovered(world)
    first = process(world)
    first.look()
    world.clock.advance(LONGEST - 1)
    second = process(world)
    assert second.look() == pytest.approx(LONGEST)
    assert first.look() == pytest.approx(1)
    world.clock.advance(1)
    assert first.look() == 0.0
    assert second.look() is None


def test_a_second_stop_begins_the_wait_anew(world: World) -> None:
    world.adopt()
    recovered(world)
    one = process(world)
    one.look()
    world.clock.advance(LONGEST - 1)
    stopped(world, RX, 0)
    assert one.look() == pytest.approx(LONGEST)


def test_a_stop_that_comes_while_the_fences_are_told_is_waited_for_too(world: World) -> None:
    world.adopt()
    recovered(world)
    found: list[Mapping[str, int]] = []

    def tell(epochs: Mapping[str, int]) -> bool:
        found.append(epochs)
        if len(found) == 1:
            stopped(world, RX, 0)
        return True

    one = process(world, tell_fences=tell)
    world.clock.advance(one.look() or 0)
    one.look()
    assert world.head.is_waiting
    outlast(world, one)
    assert [epochs[RX] for epochs in found] == [RAISED_BY + 1, RAISED_BY + 2]


def test_nothing_is_possible_before_every_fence_has_confirmed_the_present_epochs(world: World) -> None:
    world.adopt()
    recovered(world)
    answers = [False, False, True]
    found: list[Mapping[str, int]] = []

    def tell(epochs: Mapping[str, int]) -> bool:
        found.append(epochs)
        return answers.pop(0)

    one = process(world, tell_fences=tell)
    world.clock.advance(one.look() or 0)
    assert [one.look(), one.look()] == [LOOK_AGAIN, LOOK_AGAIN]
    assert refused(lambda: named(world, RX, MHV)).code == "recovering"
    assert one.look() == 0.0
    named(world, RX, MHV)
    present = {key: row.epoch for key, row in world.rows(ALERTS, IMAGES, NEWS).items()} | {RX: RAISED_BY + 1}
    assert found == [present] * 3


def test_the_end_of_the_wait_stands_in_the_ledger_once(world: World) -> None:
    recovered(world)
    ones = [process(world), process(world)]
    world.clock.advance(max(one.look() or 0 for one in ones))
    for one in ones:
        one.look()
    assert [entry.act for entry in world.ledger] == ["recover", "drained"]


def test_a_stopped_preference_cannot_be_moved_adopted_or_undone(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    recovered(world)
    outlast(world)
    assert refused(lambda: world.flip(MHV, RX)).code == "stopped"
    assert refused(lambda: world.flip(NOBODY, RX)).code == "stopped"
    assert refused(lambda: world.undo(move.id)).code == "stopped"
    assert refused(lambda: world.adopt(RX)).code == "already_adopted"
    assert refused(lambda: world.restore(RX)).code == "transition_illegal"
    assert world.row(RX).state is State.STOPPED


def test_a_person_names_the_owner_under_a_new_epoch_and_it_goes_on_from_there(world: World) -> None:
    world.adopt()
    recovered(world)
    outlast(world)
    named(world, RX, VA_GOV)
    row = world.row(RX)
    assert (row.state, row.owner, row.epoch, row.route.write_to) == (State.HELD, VA_GOV, RAISED_BY + 2, VA_GOV)
    both = told(world, "name")["preferences"][RX]
    assert (both["before"]["owner"], both["after"]["owner"]) == ("mhv", "va_gov")
    world.flip(NOBODY, RX)
    assert world.row(RX).state is State.RETIRED


def test_a_name_that_was_decided_on_a_stale_epoch_is_refused(world: World) -> None:
    world.adopt()
    recovered(world)
    outlast(world)
    assert refused(lambda: named(world, RX, VA_GOV, expect=1)).code == "epoch_stale"
    named(world, RX, MHV)
    assert refused(lambda: named(world, RX, VA_GOV, expect=RAISED_BY + 1)).code == "epoch_stale"
    assert refused(lambda: named(world, RX, VA_GOV)).code == "transition_illegal"
    assert world.row(RX).owner is MHV


def test_a_stop_of_one_preference_is_higher_than_here_and_elsewhere_and_leaves_the_others(world: World) -> None:
    world.adopt()
    stopped(world, RX, 40)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 41)
    stopped(world, RX, 7)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 42)
    assert world.row(ALERTS) == replace(world.row(ALERTS), state=State.HELD, epoch=1)
    assert world.head.stopped == world.head.revision
    assert told(world, "stop")["epoch_seen_elsewhere"] == 7


def test_a_stop_of_one_that_nobody_writes_only_raises_its_epoch(world: World) -> None:
    world.adopt(RX)
    world.flip(NOBODY, RX)
    stopped(world, RX, 40)
    stopped(world, NEWS, 9)
    assert [(row.state, row.epoch) for row in world.rows(RX, NEWS).values()] == [
        (State.RETIRED, 41),
        (State.UNOWNED, 10),
    ]


def test_an_epoch_that_cannot_be_stored_stops_a_preference_all_the_same(world: World) -> None:
    world.adopt()
    stopped(world, RX, HIGHEST)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 2)


def test_a_stop_calls_the_move_of_a_preference_off_and_its_others_go_back(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, ALERTS))
    assert stopped(world, RX, 3).moves == (move.id,)
    assert world.move(move.id).outcome is Outcome.CALLED_OFF
    assert world.row(RX).state is State.STOPPED
    assert (world.row(ALERTS).state, world.row(ALERTS).owner) == (State.HELD, MHV)


def test_43_a_lost_adoption_issues_no_epoch_twice(world: World) -> None:
    """Rows that the copy never had: with a file at the recovery, and without one."""
    world.files = catalogue(preference(RX), preference(ALERTS))
    recovered(world)
    outlast(world)
    world.files = catalogue(preference(RX), preference(ALERTS), preference(IMAGES))
    world.adopt()
    assert all(row.epoch > RAISED_BY for row in world.rows(RX, ALERTS, IMAGES).values())


def test_a_recovery_goes_above_what_a_person_has_seen(world: World) -> None:
    world.adopt(RX)
    did = recovered(world, above=2_000_007)
    assert (did.revision, world.row(RX).epoch, world.row(NEWS).epoch) == (3_000_007, 3_000_007, 3_000_007)


def test_a_recovery_that_a_driver_overtook_is_done_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.adopt()
    tries: list[int] = []

    def overtaken(*given: Any) -> Stopped:
        tries.append(1)
        if len(tries) < 3:
            raise Lost
        return recover(*given)

    monkeypatch.setattr("app.services.recovering.recover", overtaken)
    assert recovered(world).revision == world.head.revision
    assert len(tries) == 3


def test_a_lease_is_answered_during_the_wait_that_nobody_may_write(world: World) -> None:
    world.adopt()
    recovered(world)
    answered = renew(world.store, Renewal("l", "portal", "l", (RX, ALERTS), 30.0, 0))
    assert answered.revision == world.head.revision
    assert [row.route.write_to for row in answered.rows.values()] == [None, None]
