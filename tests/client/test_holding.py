"""The lease of a process that writes: from many threads, with a controller that may be away."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from cutover_client.clocks import MachineClock
from cutover_client.holding import Holder
from cutover_client.routes import Answer, Refused, Route
from cutover_client.spans import Spans
from tests.client.clock import FakeClock
from tests.client.controllers import FROZEN, SOON, Away, FakeController, code, controller, eventually, holder, kept


def test_nothing_may_be_written_before_the_first_answer() -> None:
    assert code(holder(controller(), FakeClock())) == "no_grant"


def test_a_grant_lets_writes_begin_until_their_span_no_longer_fits_in_it() -> None:
    clock = FakeClock()
    one = holder(controller(), clock)
    one.renew()
    clock.advance(21.6)
    assert code(one) is None
    clock.advance(0.2)
    assert code(one) == "no_grant"


def test_writes_fail_closed_while_the_controller_is_away() -> None:
    clock, asked = FakeClock(), controller()
    one = holder(asked, clock)
    one.renew()
    asked.away = True
    clock.advance(29)
    with pytest.raises(Away):
        one.renew()
    assert code(one) == "no_grant"
    asked.away = False
    one.renew()
    assert code(one) is None


def test_a_grant_counts_from_the_send_and_not_from_the_answer() -> None:
    clock, asked = FakeClock(), controller()
    asked.on_renewal = lambda _: clock.advance(22)
    one = holder(asked, clock)
    one.renew()
    assert code(one) == "no_grant"


def test_a_revision_is_acknowledged_right_after_its_answer_where_nothing_is_in_flight() -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    assert asked.acknowledged == [-1, 1]
    asked.answer = Answer(2, {"a": FROZEN})
    one.renew()
    assert asked.acknowledged == [-1, 1, 1, 2]
    assert code(one, 8) == "frozen"


def test_a_write_in_flight_holds_the_acknowledgement_back_until_its_answer() -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    with one.writing("a", 7) as write:
        asked.answer = Answer(2, {"a": FROZEN})
        one.renew()
        assert asked.acknowledged[-1] == 1
        write.answered()
        one.renew()
        assert asked.acknowledged[-1] == 1, "answered, but not over"
    one.renew()
    assert asked.acknowledged[-1] == 2


@pytest.mark.parametrize("left", ["without a word", "by an exception"])
def test_a_write_without_an_answer_holds_it_back_until_its_span_has_passed(left: str) -> None:
    clock, asked = FakeClock(), controller()
    one = holder(asked, clock)
    one.renew()
    try:
        with one.writing("a", 7):
            if left == "by an exception":
                raise ConnectionResetError
    except ConnectionResetError:
        pass
    asked.answer = Answer(2, {"a": FROZEN})
    clock.advance(7.9)
    one.renew()
    assert asked.acknowledged[-1] == 1
    clock.advance(0.2)
    one.renew()
    assert asked.acknowledged[-1] == 2


def test_a_write_that_was_refused_is_not_in_flight() -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    assert code(one, epoch=6) == "epoch_passed"
    asked.answer = Answer(2, {"a": FROZEN})
    one.renew()
    assert asked.acknowledged[-1] == 2


def test_the_acknowledgement_goes_out_at_once_when_the_last_old_write_lands() -> None:
    asked = controller()
    one = holder(asked, MachineClock())
    with kept(one):
        assert eventually(lambda: asked.acknowledged[-1:] == [1])
        with one.writing("a", 7) as first, one.writing("a", 7) as second:
            asked.answer = Answer(2, {"a": FROZEN})
            one.nudge()
            assert eventually(lambda: code(one, 8) == "frozen")
            first.answered()
            second.answered()
            assert asked.acknowledged[-1] == 1
        assert eventually(lambda: asked.acknowledged[-1] == 2)


def test_the_acknowledgement_goes_out_when_the_span_of_an_unanswered_write_is_over() -> None:
    asked = controller()
    one = holder(asked, MachineClock(), Spans(30.0, 0.1, {"mhv": 0.1}))
    with kept(one):
        assert eventually(lambda: asked.acknowledged[-1:] == [1])
        with one.writing("a", 7):
            asked.answer = Answer(2, {"a": FROZEN})
            one.nudge()
        assert eventually(lambda: asked.acknowledged[-1] == 2)


def test_the_lease_is_kept_through_an_outage_of_the_controller() -> None:
    asked, troubles = controller(), list[Exception]()
    asked.away = True
    one = Holder(asked, MachineClock(), Spans(0.3, 0.01, {}), troubles.append)
    with kept(one):
        assert eventually(lambda: len(troubles) > 1)
        assert code(one) == "no_grant"
        asked.away = False
        assert eventually(lambda: code(one) is None)
    assert {type(trouble) for trouble in troubles} == {Away}


@pytest.mark.parametrize("answered", [True, False])
def test_a_stop_gives_the_lease_up_only_if_no_write_can_still_be_in_flight(answered: bool) -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    with one.writing("a", 7) as write:
        if answered:
            write.answered()
    one.stop()
    assert not asked.released
    one.release()
    assert asked.released is answered
    assert code(one) == "no_grant"


def test_an_answer_that_comes_while_stopping_grants_nothing() -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    one.stop()
    one.renew()
    assert code(one) == "no_grant"


def test_a_write_that_the_process_was_stopped_in_is_not_done_because_its_lease_was_renewed_since() -> None:
    clock, asked = FakeClock(), controller()
    one = holder(asked, clock)
    one.renew()
    with one.writing("a", 7) as write:
        clock.advance(20)
        assert write.in_time()
        clock.advance(20)
        one.renew()
        assert not write.in_time()


def at_revision(revision: int) -> Answer:
    """An answer in which the revision is the epoch, too."""
    return Answer(revision, {"a": Route("a", "held", "mhv", "mhv", revision, "mhv")})


@dataclass
class Writers:
    """Threads that write as fast as they can, each under the newest revision that it knows of."""

    holder: Holder
    under_way: dict[int, int] = field(default_factory=dict)
    written: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def write(self, name: int) -> None:
        """Write until it is over."""
        while not self.over.is_set():
            try:
                with self.holder.writing("a", self.holder._grants.revision) as write:
                    self.under_way[name] = write.route.epoch
                    time.sleep(0)
                    del self.under_way[name]
                    self.written += 1
                    write.answered()
            except Refused:
                continue

    @contextmanager
    def at_work(self, count: int) -> Iterator[None]:
        """Have so many threads write."""
        threads = [threading.Thread(target=self.write, args=(name,), daemon=True) for name in range(count)]
        for thread in threads:
            thread.start()
        yield
        self.over.set()
        for thread in threads:
            thread.join(SOON)


def test_no_acknowledgement_slips_between_the_count_and_the_check_of_a_write() -> None:
    asked = FakeController(at_revision(1))
    one = holder(asked, MachineClock())
    writers, broken = Writers(one), list[str]()

    def look(revision: int) -> None:
        older = [epoch for epoch in list(writers.under_way.values()) if epoch < revision]
        broken.extend(f"{revision} was acknowledged over a write under {epoch}" for epoch in older)

    asked.on_renewal = look
    with kept(one), writers.at_work(3):
        for revision in range(2, 150):
            asked.answer = at_revision(revision)
            one.nudge()
            time.sleep(0.002)
    assert writers.written > 10
    assert asked.acknowledged[-1] > 5
    assert broken == []


def test_an_event_that_was_heard_before_causes_no_renewal() -> None:
    asked = controller()
    one = holder(asked, MachineClock())
    with kept(one):
        assert eventually(lambda: asked.acknowledged[-1:] == [1])
        before = len(asked.acknowledged)
        for revision in (0, 1, 1):
            one.hear(revision)
        time.sleep(0.1)
        assert len(asked.acknowledged) == before


def test_a_write_keeps_the_deadline_that_it_began_with() -> None:
    clock, asked = FakeClock(), controller()
    one = holder(asked, clock)
    one.renew()
    with one.writing("a", 7) as write:
        clock.advance(1)
        asked.answer = Answer(1, asked.answer.routes, Spans(30.0, 1.0, {"mhv": 3.0}))
        one.renew()
        assert write.seconds_left() == pytest.approx(4.0)
    assert one.spans.write_timeout == 1.0


def test_the_age_of_routes_counts_from_when_they_were_asked_for() -> None:
    clock, asked = FakeClock(), controller()
    one = holder(asked, clock)
    assert one.age() is None
    asked.on_renewal = lambda _: clock.advance(1)
    one.renew()
    clock.advance(10)
    assert one.age() == pytest.approx(11), "the second request, which acknowledged, was sent a second before its answer"
    one.stop()
    assert one.age() == pytest.approx(11)
