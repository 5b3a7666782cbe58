"""Dates, windows and durations of a plan as fields of a form, and what was entered there as values of its text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from flask import request

from app.domain.plan_shape import DAYS
from app.entrypoints.pages import forms

MOST_BLACKOUTS = 100
SPARE = 2
"""Empty rows for further blackouts."""

DURATIONS = ("wait", "late", "freeze_limit", "bake")
WINDOW = ("from", "until")
NOTICE = ("warning", "blocked", "text", "instead")
BLACKOUT = ("from", "until", "why")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    rf"{_DAY.pattern}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?"
)
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")


@dataclass
class Entered:
    """What a form said: the text of each field, the values that they mean, and what is wrong, by field."""

    fields: dict[str, str] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def shown(said: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a step, filled with what its text says itself."""
    window, notice = said.get("window") or {}, said.get("notice") or {}
    fields = {name: str(said.get(name) or "") for name in DURATIONS}
    fields["not_before"] = _written(said.get("not_before"))
    fields |= {f"window_{name}": _written(window.get(name)) for name in WINDOW}
    fields |= {f"window_days_{day}": "on" if day in window.get("days", ()) else "" for day in DAYS}
    return fields | {f"notice_{name}": str(notice.get(name) or "") for name in NOTICE}


def entered_step() -> Entered:
    """The form of a step as it was sent."""
    names = ("not_before", *DURATIONS, *(f"window_{name}" for name in WINDOW), *(f"notice_{name}" for name in NOTICE))
    names += tuple(f"window_days_{day}" for day in DAYS)
    found = Entered({name: forms.entered(name) for name in names})
    found.members = {name: found.fields[name] or None for name in DURATIONS}
    found.members["not_before"] = _read(found, "not_before", _moment, "Write a date with a time, as 2027-03-02T00:00.")
    found.members["window"] = _window(found)
    notice = {name: found.fields[f"notice_{name}"] for name in NOTICE if found.fields[f"notice_{name}"]}
    found.members["notice"] = notice or None
    if notice and "text" not in notice:
        found.wrong["notice_text"] = "Say what Veterans are told, or leave the whole notice empty."
    return found


def shown_blackouts(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a plan's blackouts, and some empty ones."""
    rows = [{name: _written(one.get(name)) for name in BLACKOUT} for one in said.get("blackout", ())]
    return rows + [dict.fromkeys(BLACKOUT, "") for _ in range(SPARE)]


def differs(entered: Any, said: Any) -> bool:
    """Whether what was entered is something else than what the text says. Days of a window have no order."""
    if isinstance(entered, dict) and isinstance(said, dict) and "days" in entered:
        return {**entered, "days": set(entered["days"])} != {**said, "days": set(said["days"])}
    return bool(entered != said)


def entered_blackouts() -> tuple[Entered, list[dict[str, str]], list[int]]:
    """The form of the blackouts as it was sent, its rows, and which row each blackout stood in. An empty row is
    none."""
    found, rows, places = Entered(), list[dict[str, str]](), list[int]()
    values = list[dict[str, Any]]()
    while len(rows) <= MOST_BLACKOUTS + SPARE and f"blackout_{len(rows)}_from" in request.form:
        number = len(rows)
        rows.append({name: forms.entered(f"blackout_{number}_{name}") for name in BLACKOUT})
        found.fields |= {f"blackout_{number}_{name}": value for name, value in rows[-1].items()}
        if any(rows[-1].values()):
            places.append(number)
            values.append(_blackout(found, number, rows[-1]))
    found.members["blackout"] = values or None
    return found, rows, places


def _blackout(found: Entered, number: int, row: Mapping[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name in WINDOW:
        place = f"blackout_{number}_{name}"
        value[name] = _read(found, place, _day_or_moment, "Write a date, as 2026-12-23, or one with a time.")
        if value[name] is None and place not in found.wrong:
            found.wrong[place] = "A blackout needs both ends. Empty the whole row to take it out."
    return value | ({"why": row["why"]} if row["why"] else {})


def _window(found: Entered) -> dict[str, Any] | None:
    days = [day for day in DAYS if found.fields[f"window_days_{day}"]]
    ends = {name: _read(found, f"window_{name}", _clock, "Write a time of day, as 22:00.") for name in WINDOW}
    if not days and not any(found.fields[f"window_{name}"] for name in WINDOW):
        return None
    if not days:
        found.wrong[f"window_days_{DAYS[0]}"] = "Choose the days on which the window begins, or empty its times too."
    for name, value in ends.items():
        if value is None:
            found.wrong.setdefault(f"window_{name}", "A window needs both times. For whole days write 00:00 twice.")
    return {"days": days, **ends}


def _read(found: Entered, name: str, take: Any, mend: str) -> Any:
    written = found.fields[name]
    if not written:
        return None
    try:
        return take(written)
    except ValueError:
        found.wrong[name] = f"“{written[:40]}” cannot be used. {mend}"
        return None


def _moment(written: str) -> datetime:
    if not _MOMENT.fullmatch(written):
        raise ValueError(written)
    return datetime.fromisoformat(written)


def _day_or_moment(written: str) -> date:
    return date.fromisoformat(written) if _DAY.fullmatch(written) else _moment(written)


def _clock(written: str) -> time:
    if not _CLOCK.fullmatch(written):
        raise ValueError(written)
    return time.fromisoformat(written)


def _written(value: Any) -> str:
    """A value as it is entered. Times to the minute, unless they have seconds."""
    if isinstance(value, datetime | time):
        return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    return value.isoformat() if isinstance(value, date) else str(value or "")


def field_of(key: str | None, names: Sequence[str], places: Sequence[int] = ()) -> str | None:
    """The field beside which a fault of the text stands, by the key that it is of; None where no field is."""
    path = re.sub(r"^steps\[[0-9]+\]\.", "", key or "")
    row = re.match(r"blackout\[([0-9]+)\](?:\.(from|until|why))?", path)
    if row:
        place = places[int(row[1]) - 1] if int(row[1]) <= len(places) else 0
        return f"blackout_{place}_{row[2] or 'from'}"
    if path.startswith("window.days"):
        return f"window_days_{DAYS[0]}"
    name = re.sub(r"\[.*", "", path).replace(".", "_")
    return name if name in names else {"window": "window_from", "notice": "notice_text"}.get(name)
