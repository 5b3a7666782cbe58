"""From one line of text to what it says."""

import json
from collections.abc import Callable, Mapping
from sys import intern
from typing import Any, NoReturn

from app.domain.history.lines import (
    NOBODY,
    SYSTEMS,
    Accept,
    Entry,
    Event,
    Header,
    Held,
    Incident,
    Line,
    Mark,
    Process,
    Refuse,
    Row,
    Stored,
)
from app.domain.history.members import (
    Malformed,
    Members,
    each,
    moment,
    number,
    objects,
    one_of,
    one_of_or_none,
    scalar,
    shown,
    text,
    text_or_none,
    whole,
    whole_or_none,
)

FORMAT, VERSION = "cutover-history", 1
LONGEST_LINE = 1024 * 1024
"""Bytes of one line."""


def read(line: bytes) -> Line:
    """What one line says. Raises Malformed, without the number of the line."""
    members = _object(line)
    if "format" in members:
        return _header(members)
    kind = members.get("log")
    reader = _READERS.get(kind) if type(kind) is str else None
    if reader is None:
        raise Malformed("`log` names no log.", f"Let it be one of {', '.join(_READERS)}.")
    return reader(members)


def _object(line: bytes) -> Members:
    if len(line) > LONGEST_LINE:
        raise Malformed(f"It is longer than {LONGEST_LINE} bytes.", "See whether it is the right file.")
    try:
        text_of_line = line.decode().strip()
        found, end = _DECODER.raw_decode(text_of_line)
    except UnicodeDecodeError:
        raise Malformed("It is not UTF-8.", "Save the recording as UTF-8.") from None
    except (ValueError, RecursionError):
        raise Malformed("It is not JSON, or only a part of it.", "Write one whole JSON object on each line.") from None
    if type(found) is not dict or end != len(text_of_line):
        raise Malformed("It is not one JSON object.", "Write one JSON object on each line.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _header(members: Members) -> Header:
    if members["format"] != FORMAT or members.get("version") != VERSION:
        mend = f'Let the first line say "format": "{FORMAT}", "version": {VERSION}.'
        raise Malformed("It is a recording of another format or version.", mend)
    systems = objects(members, "systems")
    fences = {system: one_of(objects(systems, system), "fence", ("permits", "none")) for system in SYSTEMS}
    return Header(
        fenced=frozenset(system for system, fence in fences.items() if fence == "permits"),
        kept=one_of(members, "assumptions", ("kept", "broken")) == "kept",
        carried=one_of(members, "records", ("none", "carried")) == "carried",
        freeze_limit=None if members.get("freeze_limit") is None else number(members, "freeze_limit"),
        stored={} if members.get("choices") is None else _stored(members),
    )


def _stored(members: Members) -> Stored:
    def held(choice: Members) -> Mapping[str, Any]:
        return {system: scalar(choice, system) for system in SYSTEMS if system in choice}

    def choices(of_one: Members) -> Mapping[str, Mapping[str, Any]]:
        return each({"choices": of_one}, "choices", held)

    return each(members, "choices", choices)


def _system_line(members: Members) -> Accept | Mark | Refuse:
    system, sequence = one_of(members, "log", SYSTEMS), whole(members, "sequence")
    line = one_of(members, "line", ("accept", "refuse", "mark"))
    if line == "refuse":
        return Refuse(system, sequence)
    preference = intern(shown(members, "preference"))
    if line == "mark":
        return Mark(system, sequence, preference, whole(members, "epoch"))
    return Accept(
        system,
        sequence,
        one_of(members, "kind", ("write", "copy")) == "copy",
        preference,
        intern(text(members, "person")),
        _interned(members, "write_id"),
        whole_or_none(members, "epoch"),
        one_of(members, "part", ("choice", "address")) == "choice",
        scalar(members, "value"),
        _interned(members, "copies"),
    )


def _entry(members: Members) -> Entry:
    body = objects(members, "body")
    # Other acts have a list of names there, or nothing: they change no row.
    changed = each(body, "preferences", _rows) if type(body.get("preferences")) is dict else {}
    return Entry(
        whole(members, "number"),
        shown(members, "act"),
        whole(members, "revision"),
        moment(members, "at"),
        {intern(key): rows for key, rows in changed.items()},
        whole_or_none(body, "move"),
        body.get("marks"),
    )


def _rows(members: Members) -> tuple[Row, Row]:
    return _row(objects(members, "before")), _row(objects(members, "after"))


def _row(members: Members) -> Row:
    owner, target = one_of_or_none(members, "owner", SYSTEMS), one_of_or_none(members, "target", (*SYSTEMS, NOBODY))
    return Row(shown(members, "state"), owner, target, whole(members, "epoch"))


def _event(members: Members) -> Event:
    return Event(
        intern(shown(members, "process")),
        whole(members, "count"),
        one_of(members, "event", ("begin", "ok", "failed", "unknown")),
        intern(text(members, "write")),
        intern(shown(members, "key")),
        intern(text(members, "person")),
        number(members, "at"),
        text_or_none(members, "code"),
        _interned(members, "choice"),
        one_of_or_none(members, "owner", SYSTEMS),
    )


def _process(members: Members) -> Process:
    return Process(intern(shown(members, "process")), one_of(members, "kind", ("lease", "carried", "advisory")))


def _held(members: Members) -> Held:
    return Held(
        one_of(members, "system", SYSTEMS),
        intern(shown(members, "preference")),
        intern(text(members, "person")),
        _interned(members, "write_id"),
        scalar(members, "value"),
    )


def _incident(members: Members) -> Incident:
    system, epoch = one_of(members, "system", SYSTEMS), whole_or_none(members, "epoch")
    return Incident(shown(members, "key"), system, epoch, text_or_none(members, "write_id"))


def _interned(members: Members, name: str) -> str | None:
    found = text_or_none(members, name)
    return None if found is None else intern(found)


_READERS: Mapping[str, Callable[[Members], Line]] = {
    **dict.fromkeys(SYSTEMS, _system_line),
    "ledger": _entry,
    "client": _event,
    "process": _process,
    "contents": _held,
    "incident": _incident,
}
