"""The format itself: what titles may hold, folding, and that the same facts make the same bytes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.entrypoints.ical import rendered
from app.services.planning.calendar import Feed
from app.services.planning.calendar_entries import Entry, Kind, Status
from tests.entrypoints.calendars.reading import Read, said, span

AT = datetime(2027, 3, 14, 6, 59, 59, 999_999, tzinfo=UTC)


def feed(title: str = "Moving", summary: str = "Move", *more: str) -> Feed:
    """A calendar of one entry."""
    entry = Entry("step-x-plan@cutover", Kind.STEP, summary, (summary, *more), Status.CONFIRMED, AT, AT + timedelta(1))
    return Feed("plan", title, (title, "second"), 7, AT, (entry,))


@pytest.mark.parametrize(
    "text",
    [
        "one, two; three: four",
        "back\\slash, \\n and \\, as they are",
        'quoted "so"',
        "a caret ^n and %2C",
        "BEGIN:VEVENT",
        "é" * 74,
        "x" * 300,
        "🚚" * 50,
        " blanks at both ends ",
        "👩\u200d🔧 and a\u00a0blank that joins",
    ],
)
def test_every_text_is_read_back_as_it_was_written(text: str) -> None:
    found = Read(rendered(feed(text, text, text)))

    assert found.told("X-WR-CALNAME") == found.told("NAME") == text
    assert said(found.events[0], "SUMMARY") == text
    assert said(found.events[0], "DESCRIPTION") == f"{text}\n{text}"


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\rtwo", "one\u2028two"])
def test_a_line_break_in_a_title_begins_no_line_of_the_format(text: str) -> None:
    found = Read(rendered(feed(text, f"{text}\nEND:VEVENT")))

    assert said(found.events[0], "SUMMARY") == "one\ntwo\nEND:VEVENT"
    assert found.told("NAME") == "one\ntwo"


def test_characters_that_the_format_cannot_write_are_blanks() -> None:
    assert said(Read(rendered(feed(summary="a\x07b\x00c\x7fd"))).events[0], "SUMMARY") == "a b c d"


@given(st.text(), st.text())
def test_whatever_stands_in_a_title_every_line_is_whole_and_short(title: str, summary: str) -> None:
    assert len(Read(rendered(feed(title, summary))).events) == 1


def test_moments_are_in_utc_to_the_second_and_days_have_no_time() -> None:
    day = Entry("tell-x-plan@cutover", Kind.TELL, "Tell", (), Status.TENTATIVE, day=date(2027, 3, 14))
    given_out = feed()
    found = Read(rendered(Feed("plan", "Moving", (), 7, AT, (*given_out.entries, day))))

    assert "DTSTART:20270314T065959Z" in found.lines
    assert "DTEND:20270315T065959Z" in found.lines
    assert "DTSTART;VALUE=DATE:20270314" in found.lines
    assert found.lines.count("DTSTAMP:20270314T065959Z") == 2
    assert found.lines.count("SEQUENCE:7") == 2
    assert span(found.one("tell")) == (date(2027, 3, 14), None)


def test_programs_are_told_how_often_to_ask_again() -> None:
    found = Read(rendered(feed()))

    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in found.lines
    assert "X-PUBLISHED-TTL:PT1H" in found.lines
    assert "VERSION:2.0" in found.lines
    assert found.told("X-WR-CALDESC") == "Moving\nsecond"
