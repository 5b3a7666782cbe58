"""The recording that `make bench ARGS=history` measures is a right one, and as large as it says."""

import pytest

from app.domain.history.verdict import judge
from benchmarks import history
from tests.domain.history.tape import encoded


def test_the_measured_recording_is_clean_and_has_all_the_events_and_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "EVENTS", 1000)
    monkeypatch.setattr(history, "MOVES", 3)
    monkeypatch.setattr(history, "PEOPLE", 7)
    verdict = judge(encoded(history.recording()))
    assert (verdict.clean, verdict.moves, verdict.faults) == (True, 3, [])
    assert verdict.events >= 1000
    assert verdict.acknowledged == verdict.accepted == verdict.writes >= 333


@pytest.mark.parametrize("events", [10, 1_000_000])
def test_a_recording_that_is_refused_or_too_short_is_no_measurement(
    monkeypatch: pytest.MonkeyPatch, events: int
) -> None:
    monkeypatch.setattr(history, "EVENTS", 300)
    monkeypatch.setattr(history, "MOVES", 3)
    right = list(history.recording())
    lines = [{"format": "something else"}, *right[1:]] if events == 10 else right
    monkeypatch.setattr(history, "EVENTS", events)
    monkeypatch.setattr(history, "recording", lambda: iter(lines))
    with pytest.raises(history.Misjudged):
        list(history.rows())
