"""Routes that an event brings: they count under the grant that is there, and are no grant themselves."""

from cutover_client.grants import Grants
from cutover_client.spans import Spans
from tests.client.test_grants import FROZEN, HELD, at, granted, refused


def test_routes_that_came_without_being_asked_for_count_under_the_present_grant_and_make_it_no_longer() -> None:
    grants = granted()
    left = grants.left(at(10))
    grants.tell(2, {"a": FROZEN})
    assert (grants.revision, grants.heard, grants.left(at(10))) == (2, 2, left)
    assert refused(grants, grants.begin("a", at(10)), 10) == "frozen"


def test_older_routes_are_taken_from_nobody() -> None:
    grants = granted()
    grants.hear(3)
    grants.tell(2, {"a": FROZEN})
    assert (grants.revision, grants.heard) == (1, 3), "what was heard of is newer"
    grants.tell(3, {"a": FROZEN})
    grants.tell(3, {"a": HELD})
    grants.tell(1, {"a": HELD})
    assert grants.routes == {"a": FROZEN}


def test_routes_without_a_grant_give_no_right_to_write_and_are_asked_for() -> None:
    grants = Grants(Spans())
    grants.tell(4, {"a": HELD})
    assert (grants.revision, grants.heard, grants.routes) == (-1, 4, {})
    assert refused(grants, grants.begin("a", at(0)), 0) == "no_grant"


def test_a_write_under_older_routes_holds_the_acknowledgement_of_told_ones_up() -> None:
    grants = granted()
    number = grants.begin("a", at(0))
    grants.tell(2, {"a": FROZEN})
    assert grants.may_acknowledge(at(1)) is None
    grants.end(number, answered=True)
    assert grants.may_acknowledge(at(1)) == 2
