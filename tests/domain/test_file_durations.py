"""Durations as files say them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.durations import LONGEST, parse, render


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("30s", 30), ("2m", 120), ("1h", 3_600), ("14d", 1_209_600), ("2w", 1_209_600), ("007s", 7)],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "30", "s", "-1s", "+1s", "1.5h", "1h30m", " 1s", "1s ", "1 s", "1S", "1s\n", "٣s", "1y", "1e3s"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse(text)


@pytest.mark.parametrize("text", ["999999999w", "3661d", "523w"])
def test_a_duration_that_could_run_out_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ten years"):
        parse(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (90, "90s"), (7_200, "2h"), (86_400, "1d"), (1_209_600, "2w")],
)
def test_a_duration_is_written_in_the_largest_unit_that_fits_whole(seconds: int, text: str) -> None:
    assert render(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize("duration", [timedelta(seconds=-1), timedelta(milliseconds=1_500)])
def test_a_duration_that_no_file_could_say_is_not_written(duration: timedelta) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        render(duration)


@given(st.integers(0, int(LONGEST.total_seconds())))
def test_what_is_written_is_read_back_the_same(seconds: int) -> None:
    assert parse(render(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
