"""A plan's calendar in the format that calendar programs subscribe to: iCalendar (RFC 5545, RFC 7986)."""

from datetime import UTC, datetime, timedelta
from unicodedata import category

from icalendar import Calendar, Event
from icalendar.prop import vText

from app.services.planning.calendar import Feed
from app.services.planning.calendar_entries import Entry

MIME = "text/calendar; charset=utf-8"

ASK_AGAIN = timedelta(hours=1)
"""How often a program should ask again. Some keep to rhythms of their own."""

NEVER_STORED = datetime(1970, 1, 1, tzinfo=UTC)
"""The time stamp of what the database does not have: the format demands one, and the present would change each time."""


def rendered(feed: Feed) -> bytes:
    """The calendar. The same feed makes the same bytes: no moment of now is in it."""
    calendar = Calendar()
    calendar.add("PRODID", "-//cutover controller//plans//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("NAME", vText(_clean(feed.title)))
    calendar.add("X-WR-CALNAME", vText(_clean(feed.title)))
    calendar.add("X-WR-CALDESC", vText(_clean("\n".join(feed.about))))
    calendar.add("REFRESH-INTERVAL", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", f"PT{ASK_AGAIN // timedelta(hours=1)}H")
    for entry in feed.entries:
        calendar.add_component(_event(feed, entry))
    body: bytes = calendar.to_ical()
    return body


def _event(feed: Feed, entry: Entry) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", _second(feed.changed or NEVER_STORED))
    event.add("SEQUENCE", feed.version)
    if entry.day is not None:
        event.add("DTSTART", entry.day)
    elif entry.start is not None:
        event.add("DTSTART", _second(entry.start))
        if entry.end is not None:
            event.add("DTEND", _second(entry.end))
    event.add("SUMMARY", _clean(entry.summary))
    event.add("DESCRIPTION", _clean("\n".join(entry.description)))
    event.add("CATEGORIES", [entry.kind.value])
    event.add("STATUS", entry.status.value)
    event.add("TRANSP", "OPAQUE" if entry.blocks else "TRANSPARENT")
    return event


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _clean(text: str) -> str:
    """Without the characters that the format has no way to write; every line break is one."""
    lines = text.splitlines()
    return "\n".join("".join(" " if category(letter) == "Cc" else letter for letter in line) for line in lines)
