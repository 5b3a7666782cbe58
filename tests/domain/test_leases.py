"""Leases: for how long one holds, and for how long a drain waits for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.leases import Drain, Lease, Watcher, require_sound, shortest_freeze_limit
from app.domain.refusals import Refusal
from cutover_client.spans import Spans

FREEZE = 10
BEHIND = Lease("l", "portal", "one", ("a", "b"), ttl=30.0, acknowledged=FREEZE - 1)


def drain() -> Drain:
    """A drain of one preference, as one process sees it."""
    return Drain(("a",), FREEZE)


def test_a_write_may_go_on_for_its_deadline_and_what_the_system_needs_after_it() -> None:
    spans = Spans(30.0, 5.0, {"mhv": 3.0, "va_gov": 1.0})
    assert (spans.span("mhv"), spans.span("va_gov"), spans.span("other")) == (8.0, 6.0, 5.0)
    assert spans.span() == 8.0, "of an unknown system, the longest"


def test_a_grant_holds_for_one_percent_less_than_the_ttl_and_is_renewed_at_a_third() -> None:
    spans = Spans(ttl=30.0)
    assert spans.validity == pytest.approx(29.7)
    assert spans.renew_every == pytest.approx(10.0)


@pytest.mark.parametrize(("settle", "sound"), [(4.7, True), (4.8, False)])
def test_settings_with_which_writes_would_stop_between_renewals_are_refused(settle: float, sound: bool) -> None:
    spans = Spans(30.0, 5.0, {"mhv": settle, "va_gov": 0.0})
    if sound:
        require_sound(spans)
        return
    with pytest.raises(Refusal) as refused:
        require_sound(spans)
    assert refused.value.code == "settings_faulty"
    assert "CUTOVER_LEASE_TTL" in refused.value.mend


def test_the_shortest_freeze_limit_outlasts_a_dead_holder_its_last_write_and_the_catch_up() -> None:
    assert shortest_freeze_limit(Spans(30.0, 5.0, {"mhv": 3.0})) == timedelta(seconds=46.3)


def test_a_drain_does_not_wait_for_a_lease_of_other_preferences() -> None:
    assert drain().look([replace(BEHIND, keys=("b", "c"))], 0.0) == ([], [])


@pytest.mark.parametrize(("acknowledged", "waits"), [(FREEZE - 1, True), (FREEZE, False), (FREEZE + 1, False)])
def test_a_drain_waits_until_the_freeze_itself_is_acknowledged(acknowledged: int, waits: bool) -> None:
    waiting, expired = drain().look([replace(BEHIND, acknowledged=acknowledged)], 0.0)
    assert (bool(waiting), expired) == (waits, [])


def test_a_lease_that_does_not_renew_is_waited_out_by_the_ttl_in_its_row_and_one_percent() -> None:
    looks = drain()
    assert [waited.latest for waited in looks.look([BEHIND], 100.0)[0]] == [pytest.approx(30.3)]
    assert [waited.latest for waited in looks.look([BEHIND], 130.0)[0]] == [pytest.approx(0.3)]
    assert looks.look([BEHIND], 130.31) == ([], [BEHIND])


def test_the_ttl_that_counts_is_the_one_that_was_granted() -> None:
    looks, long, short = drain(), replace(BEHIND, id="long", ttl=60.0), replace(BEHIND, id="short", ttl=10.0)
    looks.look([long, short], 0.0)
    waiting, expired = looks.look([long, short], 30.0)
    assert ([waited.lease for waited in waiting], expired) == ([long], [short])


def test_a_lease_that_renewed_since_the_freeze_is_not_waited_out() -> None:
    looks, renewed = drain(), replace(BEHIND, renewals=1)
    looks.look([BEHIND], 0.0)
    for later in (1.0, 31.0, 10_000.0):
        waiting, expired = looks.look([renewed], later)
        assert ([waited.lease for waited in waiting], expired) == ([renewed], [])
        assert waiting[0].latest is None


def test_a_lease_that_renewed_and_then_acknowledged_is_no_longer_waited_for() -> None:
    looks = drain()
    looks.look([BEHIND], 0.0)
    looks.look([replace(BEHIND, renewals=1)], 1.0)
    assert looks.look([replace(BEHIND, renewals=2, acknowledged=FREEZE)], 2.0) == ([], [])


def test_a_new_process_begins_to_count_anew() -> None:
    drain().look([BEHIND], 0.0)
    waiting, expired = drain().look([BEHIND], 31.0)
    assert [waited.latest for waited in waiting] == [pytest.approx(30.3)]
    assert expired == []


def test_a_lease_is_counted_from_when_it_was_first_seen_and_not_from_when_others_were() -> None:
    looks, late = drain(), replace(BEHIND, id="late")
    looks.look([BEHIND], 0.0)
    looks.look([BEHIND, late], 20.0)
    waiting, expired = looks.look([BEHIND, late], 31.0)
    assert ([waited.lease for waited in waiting], expired) == ([late], [BEHIND])


MOMENTS = st.lists(st.tuples(st.floats(0.0, 20.0), st.booleans()), min_size=1, max_size=12)


@given(MOMENTS, st.floats(0.5, 60.0))
def test_no_lease_runs_out_before_its_grant_could_have_ended(looks: list[tuple[float, bool]], ttl: float) -> None:
    """A grant holds for less than a ttl after its last renewal; the drain must not be over before."""
    seen, lease, now, renewed_at = drain(), replace(BEHIND, ttl=ttl), 0.0, 0.0
    for passed, renews in looks:
        now += passed
        if renews:
            lease, renewed_at = replace(lease, renewals=lease.renewals + 1), now
        waiting, expired = seen.look([lease], now)
        assert len(waiting) + len(expired) == 1
        if expired:
            assert now - renewed_at >= Spans(ttl).validity


def test_a_lease_is_forgotten_after_three_of_its_ttl_without_a_renewal() -> None:
    watcher = Watcher()
    watcher.see([BEHIND], 5.0)
    watcher.see([BEHIND], 95.0)
    assert watcher.forgettable([BEHIND], 95.0) == []
    assert watcher.forgettable([BEHIND], 95.1) == [BEHIND]


def test_a_renewal_begins_the_three_ttl_anew() -> None:
    watcher, renewed = Watcher(), replace(BEHIND, renewals=1)
    watcher.see([BEHIND], 0.0)
    watcher.see([renewed], 89.0)
    assert watcher.forgettable([renewed], 178.0) == []
    assert watcher.unrenewed_for(renewed, 178.0) == 89.0


def test_a_lease_that_went_and_came_back_is_counted_anew() -> None:
    watcher = Watcher()
    watcher.see([BEHIND], 0.0)
    watcher.see([], 50.0)
    watcher.see([BEHIND], 60.0)
    assert watcher.unrenewed_for(BEHIND, 100.0) == 40.0
