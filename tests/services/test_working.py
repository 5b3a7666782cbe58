"""The threads of a serving process: a move that cannot go on keeps no other one waiting, and each trouble is told."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.adapters.keys.hashing import hasher
from app.domain.evidence import Patience
from app.domain.moves import Outcome, Stage
from app.services import working
from app.services.bookkeeping import Bookkeeper
from app.services.driving import LOOK_AGAIN
from app.services.notices import Notices
from app.services.noting import Notes
from app.services.outlasting import Outlasting
from app.services.remembering import Memory
from app.services.unanswered import Unanswered
from app.services.working import LOOKS, Worker
from cutover_client.holding import Holder
from cutover_client.routes import Answer
from cutover_client.spans import Spans
from tests.services.stops import recovered, stopped
from tests.services.world import ALERTS, RX, VA_GOV, World, limit


class QuietController:
    """A controller that knows of no preference. See `cutover_client.holding.Controller`."""

    def __init__(self) -> None:
        self.renewals = 0
        self.releases = 0
        self.answering = threading.Event()
        self.answering.set()

    def renew(self, acknowledged: int) -> Answer:
        """See `cutover_client.holding.Controller`."""
        self.renewals += 1
        self.answering.wait(10)
        return Answer(max(acknowledged, 0), {})

    def release(self) -> None:
        """See `cutover_client.holding.Controller`."""
        self.releases += 1


class Office:
    """A worker in a world, and the troubles that it told."""

    def __init__(self, world: World) -> None:
        self.troubles: list[str] = []
        self.controller = QuietController()
        holder = Holder(self.controller, world.clock, Spans(), lambda _: None)
        notices = Notices()
        self.outlasting = Outlasting(world.store, world.clock, Spans(), notices)
        notes = Notes(Unanswered(world.store, hasher("invented", "tests"), 8.0), self.tell)
        patience = Patience(timedelta(minutes=15), timedelta(0))
        books = Bookkeeper(world.store, notes, patience, world.clock, self.tell)
        driver, memory = world.driver(), Memory()
        self.worker = Worker(world.store, driver, holder, notices, memory, self.tell, self.outlasting, books)
        self.worker.driver.notices = notices

    def tell(self, what: str, _: Exception) -> None:
        """Keep what troubled it."""
        self.troubles.append(what)


def eventually(happened: Callable[[], bool]) -> bool:
    """Whether it happens within some seconds."""
    end = time.monotonic() + 10
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    return happened()


def break_down() -> str:
    """What a system does that fails in a way that nobody foresaw."""
    raise RuntimeError


def test_a_move_that_cannot_go_on_keeps_no_other_one_waiting(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_world
    world.adopt()
    broken, frozen = world.start(VA_GOV, RX), world.start(VA_GOV, ALERTS, **limit(20))
    world.bring_to(Stage.DRAIN, frozen)
    monkeypatch.setattr(world.systems[VA_GOV], "reachable", break_down)
    office = Office(world)
    world.clock.advance(21)
    assert office.worker.drive_once() >= 0
    assert world.move(frozen.id).outcome is Outcome.CALLED_OFF
    assert world.move(broken.id).outcome is None
    assert office.troubles == [f"carrying move {broken.id} on"]


def test_a_worker_carries_a_move_to_its_end_by_itself(world: World) -> None:
    world.adopt()
    office = Office(world)
    office.worker.start()
    try:
        alive = office.worker.is_alive
        move = world.start(VA_GOV, RX)
        assert eventually(lambda: world.move(move.id).outcome is Outcome.DONE)
    finally:
        office.worker.stop()
    assert (alive, office.worker.is_alive) == (True, False)
    assert office.troubles == []


def test_a_change_that_another_process_committed_makes_the_lease_be_renewed_at_once(world: World) -> None:
    office = Office(world)
    office.worker.start()
    try:
        before = office.controller.renewals
        time.sleep(0.3)
        quiet = office.controller.renewals
        assert quiet <= before + 1, "nothing happened: there is nothing to renew for"
        count = office.worker.notices.count
        world.adopt()
        assert eventually(lambda: office.controller.renewals > quiet)
        assert eventually(lambda: office.worker.notices.count > count)
    finally:
        office.worker.stop()


def test_a_process_carries_the_wait_after_a_stop_to_its_end(sqlite_world: World) -> None:
    world = sqlite_world
    world.adopt()
    office = Office(world)
    recovered(world)
    for _ in range(100):
        world.clock.advance(office.worker.drive_once())
    assert not world.head.is_waiting
    assert world.clock.elapsed > 30
    assert office.troubles == []


def test_a_fence_that_cannot_be_told_is_told_of_and_keeps_no_call_off_waiting(sqlite_world: World) -> None:
    def unreachable(_epochs: object) -> bool:
        raise RuntimeError

    world = sqlite_world
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, **limit(50)))
    stopped(world, ALERTS, 9)
    office = Office(world)
    office.outlasting.tell_fences = unreachable
    office.worker.drive_once()
    world.clock.advance(60)
    office.worker.drive_once()
    assert office.troubles == ["waiting until every old grant has run out"]
    assert world.head.is_waiting
    assert world.move(move.id).outcome is Outcome.CALLED_OFF


def test_one_look_carries_a_move_until_it_has_to_wait(sqlite_world: World) -> None:
    """Each look in between would cost a pause in which nobody may write."""
    world = sqlite_world
    world.adopt()
    world.lease()
    office, move = Office(world), world.start(VA_GOV, RX)
    assert 0 < office.worker.drive_once() <= LOOK_AGAIN
    assert world.move(move.id).stage is Stage.DRAIN
    world.lease(acknowledged=world.head.revision)
    office.worker.drive_once()
    assert world.move(move.id).outcome is Outcome.DONE


def test_a_drain_that_ends_while_it_is_waited_for_is_carried_on_at_once(sqlite_world: World) -> None:
    """Between two of its looks nothing else is read: that would take longer than the drain."""
    world = sqlite_world
    world.adopt()
    world.lease()
    office, move = Office(world), world.start(VA_GOV, RX)
    waits: list[float] = []

    def acknowledge(seen: int, seconds: float) -> int:
        waits.append(seconds)
        world.lease(acknowledged=world.head.revision)
        return seen

    office.worker.notices.wait = acknowledge  # type: ignore[method-assign]
    office.worker.drive_on()
    assert waits == [LOOK_AGAIN]
    assert world.move(move.id).outcome is Outcome.DONE


def test_a_drain_that_does_not_end_keeps_what_else_is_to_be_done_no_longer_than_a_while(sqlite_world: World) -> None:
    world = sqlite_world
    world.adopt()
    world.lease()
    office, move = Office(world), world.start(VA_GOV, RX)
    looks = count(office, move.id)
    office.worker.drive_on()
    assert LOOKS <= len(looks) <= LOOKS + len(Stage)


def test_a_drain_beside_another_move_is_looked_at_in_turn(sqlite_world: World) -> None:
    world = sqlite_world
    world.adopt()
    world.lease()
    office, move = Office(world), world.start(VA_GOV, RX)
    world.start(VA_GOV, ALERTS)
    looks = count(office, move.id)
    office.worker.drive_on()
    assert len(looks) < LOOKS


def count(office: Office, counted: int) -> list[int]:
    """The times that a move is asked to go on, from now; no wait takes any time."""
    looks, advance = list[int](), office.worker.driver.advance

    def count_it(number: int) -> float | None:
        if number == counted:
            looks.append(number)
        return advance(number)

    def wait(seen: int, seconds: float) -> int:
        return seen

    office.worker.driver.advance = count_it  # type: ignore[method-assign]
    office.worker.notices.wait = wait  # type: ignore[method-assign]
    return looks


def test_leases_whose_rows_may_go_are_looked_for_once_a_second(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    monkeypatch.setattr(working, "forget", lambda *_: looks.append(sqlite_world.clock.monotonic()))
    office = Office(sqlite_world)
    for _ in range(25):
        office.worker.drive_once()
        sqlite_world.clock.advance(0.1)
    assert len(looks) == 3


def test_a_lease_is_released_at_the_end_unless_a_renewal_of_it_is_still_under_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would come behind the release, and register a lease that nobody keeps."""
    monkeypatch.setattr(working, "STOPS_WITHIN", 0.3)
    quick, slow = Office(world), Office(world)
    for office in (quick, slow):
        office.worker.start()
    slow.controller.answering.clear()
    slow.worker.holder.nudge()
    assert eventually(lambda: slow.controller.renewals > 1)
    for office in (quick, slow):
        office.worker.stop()
    slow.controller.answering.set()
    assert (quick.controller.releases, slow.controller.releases) == (1, 0)
    assert "releasing the lease" in slow.troubles
