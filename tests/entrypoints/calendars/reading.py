"""How a test reads a calendar: line by line as the format demands, and back through the library."""

import re
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from app.entrypoints.ical import rendered
from app.services.planning.calendar import feed_of
from tests.entrypoints.world import World

_LINE = re.compile(r"[A-Z][A-Z0-9-]*(;[A-Z-]+=[^:;]+)*:.*")
ONCE = ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP")


def lines(body: bytes) -> list[str]:
    """The unfolded lines; each must be as RFC 5545 wants it: CRLF, 75 octets, no other control character."""
    assert body.endswith(b"\r\n")
    raw = body[:-2].split(b"\r\n")
    for line in raw:
        assert 0 < len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()  # no letter is cut in two
    unfolded = b"\r\n".join(raw).replace(b"\r\n ", b"").decode().split("\r\n")
    for whole in unfolded:
        assert _LINE.fullmatch(whole), whole
    return unfolded


def calendar_of(world: World, key: str) -> "Read":
    """The calendar of one plan as it is given out now."""
    return Read(rendered(feed_of(world.context, key)))


class Read:
    """A calendar, read strictly and through the library."""

    def __init__(self, body: bytes) -> None:
        self.body, self.lines = body, lines(body)
        self.calendar = Calendar.from_ical(body)
        self.events = [one for one in self.calendar.walk("VEVENT") if isinstance(one, Event)]
        assert len({str(one["UID"]) for one in self.events}) == len(self.events)
        for event in self.events:
            assert not [name for name in ONCE if name not in event or isinstance(event[name], list)], event
        assert not [line for line in self.lines if "TZID" in line]

    def told(self, name: str) -> str:
        """A property of the calendar itself as text; the library leaves these as they are written."""
        (written,) = [line.removeprefix(f"{name}:") for line in self.lines if line.startswith(f"{name}:")]
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], written)

    def of(self, kind: str) -> list[Event]:
        """The entries of one kind."""
        return [one for one in self.events if str(one["UID"]).startswith(f"{kind}-")]

    def one(self, kind: str) -> Event:
        """The only entry of one kind."""
        (found,) = self.of(kind)
        return found


def said(event: Event, name: str) -> str:
    """One property as text."""
    return str(event[name])


def span(event: Event) -> tuple[Any, Any]:
    """From when until when; days where it is about days, else moments that must be in UTC."""
    found: list[Any] = [event.get(name) for name in ("DTSTART", "DTEND")]
    start, end = (None if one is None else one.dt for one in found)
    for one in (start, end):
        assert not isinstance(one, datetime) or one.utcoffset() == timedelta(0), one
    return start, end
