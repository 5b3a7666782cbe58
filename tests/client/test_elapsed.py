"""Elapsed time: the most that any clock says for a right, the least for a wait."""

from cutover_client.elapsed import Instant


def test_elapsed_is_the_largest_that_any_clock_says() -> None:
    earlier = Instant(10, 10, 10)
    assert Instant(11, 12, 13).since(earlier) == 3
    assert Instant(13, 11, 12).since(earlier) == 3
    assert Instant(12, 13, -500).since(earlier) == 3, "a wall clock that was set back shortens nothing"


def test_a_suspended_machine_waits_by_the_clock_that_stood_still() -> None:
    assert Instant(boot=100, monotonic=1, wall=100).waited_since(Instant(0, 0, 0)) == 1
