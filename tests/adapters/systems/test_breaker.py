"""A system that failed several times in a row is left alone for a while, then tried by one call."""

from app.adapters.http.breaker import Breaker


class Elapsed:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def opened(elapsed: Elapsed) -> Breaker:
    breaker = Breaker(elapsed, failures=3, pause=5)
    for _ in range(3):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker(Elapsed(), failures=3, pause=5)
    for report in (breaker.failed, breaker.failed, breaker.succeeded, breaker.failed, breaker.failed):
        report()
        assert breaker.admits()
    breaker.failed()
    assert not breaker.admits()


def test_after_the_pause_one_call_is_let_through_and_no_second() -> None:
    elapsed = Elapsed()
    breaker = opened(elapsed)
    elapsed.seconds += 4.9
    assert not breaker.admits()
    elapsed.seconds += 0.2
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_closes_it() -> None:
    elapsed = Elapsed()
    breaker = opened(elapsed)
    elapsed.seconds += 6
    assert breaker.admits()
    breaker.succeeded()
    assert [breaker.admits() for _ in range(3)] == [True, True, True]


def test_a_probe_that_fails_opens_it_for_another_pause() -> None:
    elapsed = Elapsed()
    breaker = opened(elapsed)
    elapsed.seconds += 6
    assert breaker.admits()
    elapsed.seconds += 2
    breaker.failed()
    elapsed.seconds += 4.9
    assert not breaker.admits()
    elapsed.seconds += 0.2
    assert breaker.admits()


def test_a_probe_that_never_reports_does_not_keep_it_open_for_ever() -> None:
    elapsed = Elapsed()
    breaker = opened(elapsed)
    elapsed.seconds += 6
    assert breaker.admits()
    elapsed.seconds += 6
    assert breaker.admits()
