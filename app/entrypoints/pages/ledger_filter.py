"""What is looked for in the ledger: the form's fields, what is wrong in them, and what they ask of the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.zones import YEARS, readings
from app.entrypoints.pages.times import EASTERN
from app.services.ledger_book import Sought

FIELDS = ("preference", "act", "person", "plan", "move", "from", "until", "text")
LONGEST = 200
_DAY = "Say a day as year, month and day, as in 2027-03-02."


@dataclass
class Filter:
    """The filter of one request. `entered` is what was asked for, `faults` are pairs of field and sentence."""

    entered: dict[str, str]
    sought: Sought = field(default_factory=Sought)
    faults: list[tuple[str, str]] = field(default_factory=list)


def filter_of(asked: Mapping[str, str]) -> Filter:
    """What a query asks for. Fields that are empty ask nothing."""
    entered = {name: text for name in FIELDS if (text := asked.get(name, "").strip())}
    found = Filter(entered)
    for name, text in entered.items():
        if len(text) > LONGEST or not text.isprintable():
            found.faults.append((name, f"At most {LONGEST} letters and signs that can be printed."))
    if found.faults:
        return found
    since, until = _day(found, "from"), _day(found, "until")
    if since is not None and until is not None and since > until:
        found.faults.append(("until", "The last day is before the first one."))
    found.sought = Sought(
        key=entered.get("preference"),
        act=entered.get("act"),
        person=entered.get("person"),
        plan=entered.get("plan"),
        move=_number(found, "move"),
        since=None if since is None else _begins(since),
        until=None if until is None else _begins(until + timedelta(days=1)),
        text=entered.get("text"),
    )
    return found


def _day(found: Filter, name: str) -> date | None:
    text = found.entered.get(name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year + 1 not in YEARS:
        found.faults.append((name, _DAY))
        return None
    return day


def _begins(day: date) -> datetime:
    """When a day begins in the East: it has 23 or 25 hours twice a year, but never two midnights."""
    return readings(datetime.fromisoformat(day.isoformat()), EASTERN)[0]


def _number(found: Filter, name: str) -> int | None:
    text = found.entered.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        found.faults.append((name, "Say the number of a move, as in 31."))
        return None
    return int(text)
