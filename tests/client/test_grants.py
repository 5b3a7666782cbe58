"""What one lease holder may write, what is in flight, and what it may acknowledge."""

from dataclasses import replace

import pytest

from cutover_client.elapsed import Instant
from cutover_client.grants import Grants
from cutover_client.routes import Answer, Refused, Route
from cutover_client.spans import Spans

SPANS = Spans(ttl=30.0, write_timeout=5.0, settle={"mhv": 3.0, "va_gov": 2.0})
HELD = Route("a", "held", "mhv", "mhv", 7, "mhv")
FROZEN = Route("a", "moving", "mhv", None, 8, "mhv", "va_gov")
RETIRED = Route("a", "retired", None, None, 9, "mhv")
UNOWNED = Route("a", "unowned", None, None, 0)


def at(seconds: float) -> Instant:
    """A moment of a machine whose clocks agree."""
    return Instant(seconds, seconds, seconds)


def granted(row: Route = HELD, revision: int = 1) -> Grants:
    """A holder whose grant was asked for at 0."""
    grants = Grants(SPANS)
    grants.receive(Answer(revision, {row.key: row}), at(0))
    return grants


def refused(grants: Grants, number: int, now: float, epoch: int = 7) -> str:
    """The code with which a counted write is refused."""
    with pytest.raises(Refused) as refusal:
        grants.require(number, epoch, at(now))
    return refusal.value.code


def test_a_grant_counts_from_the_send_of_its_request_less_one_percent() -> None:
    grants = granted()
    assert grants.left(at(0)) == pytest.approx(29.7)
    assert grants.left(at(20)) == pytest.approx(9.7)


def test_a_suspended_machine_and_a_wall_clock_set_ahead_end_the_grant_sooner() -> None:
    grants = granted()
    assert grants.left(Instant(boot=100, monotonic=1, wall=1)) < 0
    assert grants.left(Instant(boot=1, monotonic=1, wall=100)) < 0


def test_without_an_answer_there_is_no_grant() -> None:
    grants = Grants(SPANS)
    assert grants.left(at(0)) < 0
    assert refused(grants, grants.begin("a", at(0)), 0) == "no_grant"
    assert grants.may_acknowledge(at(0)) is None


def test_a_preference_that_the_lease_does_not_name_cannot_be_written() -> None:
    grants = granted()
    assert refused(grants, grants.begin("b", at(0)), 0) == "no_grant"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (FROZEN, "frozen"),
        (replace(FROZEN, target="nobody"), "frozen"),
        (replace(FROZEN, state="stopped"), "stopped"),
        (RETIRED, "retired"),
        (UNOWNED, "not_adopted"),
    ],
)
def test_where_nobody_may_write_the_refusal_says_why_whatever_the_epoch(row: Route, code: str) -> None:
    grants = granted(row)
    assert refused(grants, grants.begin("a", at(0)), 0, row.epoch) == code
    assert refused(grants, grants.begin("a", at(0)), 0, row.epoch + 1) == code


def test_a_write_under_an_epoch_that_this_process_has_not_heard_of_may_be_tried_again() -> None:
    grants = granted()
    assert refused(grants, grants.begin("a", at(0)), 0, 8) == "no_grant"


def test_a_write_under_an_older_epoch_is_refused_and_told_the_owner() -> None:
    grants = granted()
    with pytest.raises(Refused) as refusal:
        grants.require(grants.begin("a", at(0)), 6, at(0))
    assert refusal.value.code == "epoch_passed"
    assert (refusal.value.facts["owner"], refusal.value.facts["epoch"]) == ("mhv", 7)


@pytest.mark.parametrize(
    ("row", "last"), [(HELD, 21.7), (replace(HELD, write_to="va_gov", owner="va_gov"), 22.7)], ids=["MHV", "VA.gov"]
)
def test_no_write_begins_with_less_of_the_grant_left_than_its_span(row: Route, last: float) -> None:
    grants = granted(row)
    assert grants.require(grants.begin("a", at(last - 0.01)), 7, at(last - 0.01)) == row
    assert refused(grants, grants.begin("a", at(last + 0.01)), last + 0.01) == "no_grant"


def test_a_write_that_was_begun_in_time_is_refused_when_it_is_asked_again_too_late() -> None:
    grants = granted()
    number = grants.begin("a", at(20))
    grants.require(number, 7, at(20))
    assert refused(grants, number, 22) == "no_grant"


def test_a_write_that_was_begun_before_the_freeze_is_refused_when_it_is_asked_again_after() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.receive(Answer(2, {"a": FROZEN}), at(1))
    assert refused(grants, number, 1) == "frozen"


def test_a_write_whose_span_has_passed_may_not_begin_any_more() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.land(at(8))
    grants.receive(Answer(1, {"a": HELD}), at(8))
    assert refused(grants, number, 8) == "no_grant"


def test_an_answer_with_a_lower_revision_is_never_accepted() -> None:
    grants = granted(FROZEN, revision=2)
    grants.receive(Answer(1, {"a": HELD}), at(1))
    assert (grants.revision, grants.routes) == (2, {"a": FROZEN})
    assert grants.left(at(1)) == pytest.approx(28.7)


def test_of_two_answers_at_one_revision_the_later_send_counts_whichever_comes_first() -> None:
    in_order, crossed = granted(), Grants(SPANS)
    in_order.receive(Answer(1, {"a": HELD}), at(9))
    crossed.receive(Answer(1, {"a": HELD}), at(9))
    crossed.receive(Answer(1, {"a": HELD}), at(0))
    assert in_order.left(at(9)) == crossed.left(at(9)) == pytest.approx(29.7)


def test_new_routes_are_never_granted_for_longer_than_their_own_request_allows() -> None:
    grants = Grants(SPANS)
    grants.receive(Answer(1, {"a": HELD}), at(9))
    grants.receive(Answer(2, {"a": HELD}), at(0))
    assert grants.left(at(9)) == pytest.approx(20.7)


def test_a_revision_is_acknowledged_only_when_no_older_write_is_in_flight() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.receive(Answer(2, {"a": FROZEN}), at(1))
    assert grants.may_acknowledge(at(1)) is None
    grants.end(number, answered=True)
    assert grants.may_acknowledge(at(1)) == 2


def test_a_write_is_counted_before_its_grant_is_checked() -> None:
    grants = granted()
    grants.begin("a", at(0))
    grants.receive(Answer(2, {"a": FROZEN}), at(0))
    assert grants.may_acknowledge(at(0)) is None, "it may have been checked just before the freeze was heard of"


def test_a_write_under_the_present_revision_holds_up_no_acknowledgement() -> None:
    grants = granted()
    grants.begin("a", at(0))
    assert grants.may_acknowledge(at(0)) == 1


def test_one_older_write_of_many_is_enough_to_wait_for() -> None:
    grants = granted()
    older = [grants.begin("a", at(0)) for _ in range(3)]
    grants.receive(Answer(2, {"a": HELD}), at(0))
    grants.begin("a", at(0))
    for number in older[:2]:
        grants.end(number, answered=True)
        assert grants.may_acknowledge(at(0)) is None
    grants.end(older[2], answered=True)
    assert grants.may_acknowledge(at(0)) == 2


def test_a_write_without_an_answer_stays_in_flight_until_its_span_has_passed() -> None:
    grants = granted()
    number = grants.begin("a", at(1))
    grants.receive(Answer(2, {"a": FROZEN}), at(2))
    grants.end(number, answered=False)
    assert grants.land(at(2)) == pytest.approx(7.0), "the longest span of any system, from when it began"
    assert grants.may_acknowledge(at(8.99)) is None
    assert grants.may_acknowledge(at(9)) == 2
    assert grants.land(at(9)) is None


def test_a_wall_clock_that_is_set_ahead_lets_no_write_out_of_flight() -> None:
    grants = granted()
    number = grants.begin("a", at(1))
    grants.receive(Answer(2, {"a": FROZEN}), at(2))
    grants.end(number, answered=False)
    ahead = Instant(boot=3, monotonic=3, wall=3_603)
    assert grants.may_acknowledge(ahead) is None, "the system may apply it still"
    assert grants.may_acknowledge(Instant(boot=9, monotonic=9, wall=9)) == 2


def test_the_next_flight_to_land_is_the_one_that_began_first() -> None:
    grants = granted()
    for began in (3, 1, 2):
        grants.begin("a", at(began))
    assert grants.land(at(4)) == pytest.approx(5.0)


def test_an_answer_that_comes_after_the_span_is_taken_without_a_word() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.land(at(9))
    grants.end(number, answered=True)
    assert grants.flights == {}


def test_an_answer_counts_only_before_the_end_of_the_grant_that_its_write_stood_on() -> None:
    grants = granted()
    number = grants.begin("a", at(20))
    grants.require(number, 7, at(20))
    assert grants.in_time(number, at(29.69))
    grants.receive(Answer(1, {"a": HELD}), at(29.75))
    assert not grants.in_time(number, at(29.75)), "in between, a drain may have been over"


def test_a_write_that_was_checked_again_under_a_later_grant_stands_on_that() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.require(number, 7, at(0))
    grants.receive(Answer(1, {"a": HELD}), at(10))
    grants.require(number, 7, at(11))
    assert grants.in_time(number, at(39))


def test_an_answer_to_a_write_that_was_let_go_does_not_count() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.require(number, 7, at(0))
    grants.land(at(9))
    assert not grants.in_time(number, at(9)), "its revision may have been acknowledged since"


def test_a_freeze_tells_when_to_ask_again_and_what_to_tell_the_veteran() -> None:
    with pytest.raises(Refused) as refusal:
        FROZEN.require_writer()
    facts = refusal.value.facts
    assert (facts["owner"], facts["epoch"]) == ("mhv", 8)
    assert facts["retry_after"] in range(1, 31)
    assert "Try again" in str(facts["notice"])


def test_a_grant_holds_for_the_ttl_that_came_with_its_own_answer() -> None:
    grants = granted()
    grants.receive(Answer(1, {"a": HELD}, Spans(60.0, 5.0, {"mhv": 3.0})), at(10))
    assert grants.left(at(10)) == pytest.approx(59.4)
    grants.receive(Answer(1, {"a": HELD}, Spans(20.0, 5.0, {"mhv": 3.0})), at(5))
    assert grants.left(at(10)) == pytest.approx(59.4), "an answer to an earlier request changes nothing"
    grants.receive(Answer(1, {"a": HELD}, Spans(20.0, 5.0, {"mhv": 3.0})), at(20))
    assert grants.left(at(20)) == pytest.approx(19.8)


def test_a_write_stands_on_the_ttl_of_the_grant_that_it_was_checked_under() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.require(number, 7, at(0))
    grants.receive(Answer(1, {"a": HELD}, Spans(300.0, 5.0, {"mhv": 3.0})), at(1))
    assert grants.in_time(number, at(29.6))
    assert not grants.in_time(number, at(29.8)), "the longer ttl belongs to another grant"


def test_a_write_under_way_stays_in_flight_for_as_long_as_a_system_is_now_known_to_go_on() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.receive(Answer(2, {"a": FROZEN}, Spans(30.0, 2.0, {"mhv": 10.0})), at(1))
    grants.end(number, answered=False)
    assert grants.may_acknowledge(at(14.9)) is None, "its own deadline of 5, and the 10 that a system may need"
    assert grants.may_acknowledge(at(15)) == 2


def test_a_shorter_span_shortens_no_write_that_is_under_way() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.receive(Answer(1, {"a": HELD}, Spans(30.0, 1.0, {"mhv": 1.0})), at(0))
    assert grants.land(at(7.9)) == pytest.approx(0.1)
    assert refused(grants, number, 23.8) == "no_grant"


def test_a_write_that_began_under_a_longer_deadline_needs_room_for_that() -> None:
    grants = granted()
    grants.receive(Answer(1, {"a": HELD}), at(20))
    number = grants.begin("a", at(40))
    grants.receive(Answer(1, {"a": HELD}, Spans(10.0, 1.0, {"mhv": 1.0})), at(40))
    assert grants.require(number, 7, at(43.5)) == HELD
    assert refused(grants, number, 44.5) == "no_grant"
