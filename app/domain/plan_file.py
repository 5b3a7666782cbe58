"""A plan's file, read: the plan, or everything that is wrong in the file."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import durations
from app.domain.catalogue import Catalogue, Fault
from app.domain.ownership import System
from app.domain.plan_order import wrong_order
from app.domain.plan_shape import DURATIONS, PLAN
from app.domain.plans import Plan, Step
from app.domain.preference_file import misnamed
from app.domain.refusals import Refusal
from app.domain.scalars import Findings
from app.domain.toml_source import NAME, Source, Wrong
from app.domain.zones import moment


def read_plan(
    source: Source, catalogue: Catalogue | None = None, least_freeze: timedelta = timedelta(0)
) -> Plan | list[Fault]:
    """The plan, or all faults of its file. Raises nothing.

    Without a catalogue only the text itself is judged. So is a plan read that was started before: what it names may
    have changed since, and each of its moves asks that again.
    """
    if not NAME.fullmatch(source.key):
        return [misnamed(source)]
    document = source.document()
    if isinstance(document, Fault):
        return [document]
    findings = Findings(source.fault)
    try:
        found = PLAN.read(document, (), findings)
    except RecursionError:
        return [source.fault((), "Lists stand in lists too many times.", "Write it flat.")]
    if findings.faults:
        return findings.faults
    wrong = [*_wrong_steps(found, least_freeze), *wrong_order(found["steps"])]
    if catalogue is not None:
        wrong += [*_wrong_moves(found["steps"], catalogue), *_too_short_for_advisory(found, catalogue, least_freeze)]
    return [source.fault(*each) for each in wrong] or _plan(source, found)


def _plan(source: Source, found: Mapping[str, Any]) -> Plan:
    return Plan(
        key=source.key,
        title=found["title"],
        time_zone=found["time_zone"].key,
        steps=tuple(_step(each, found) for each in found["steps"]),
        text=source.text,
        hash=hashlib.sha256(source.text.encode()).hexdigest(),
        approach=found["approach"],
    )


def _step(each: Mapping[str, Any], found: Mapping[str, Any]) -> Step:
    return Step(
        id=each["id"],
        preferences=each["preferences"],
        to=each["to"],
        needs_steps=each["needs"]["steps"],
        not_before=_not_before(each, found["time_zone"]),
        surfaces=each["surfaces"],
        accept_advisory=each["accept_advisory"],
        **{name: _duration(name, each, found["defaults"])[0] for name in DURATIONS},
    )


def _not_before(each: Mapping[str, Any], place: ZoneInfo) -> datetime | None:
    written: datetime | None = each["not_before"]
    return None if written is None else moment(written, place)


def _duration(name: str, each: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[timedelta, bool]:
    """How long, and whether the step itself says so."""
    if each[name] is not None:
        return each[name], True
    return (DURATIONS[name] if defaults[name] is None else defaults[name]), False


def _wrong_steps(found: Mapping[str, Any], least_freeze: timedelta) -> Iterator[Wrong]:
    for place, each in enumerate(found["steps"]):
        here = ("steps", place)
        if each["to"] is None:
            yield (*here, "to"), *_no_target(each)
        try:
            _not_before(each, found["time_zone"])
        except ValueError as error:
            yield (*here, "not_before"), f"{each['not_before'].isoformat()} cannot be used.", str(error)
        limit, own = _duration("freeze_limit", each, found["defaults"])
        if limit < least_freeze:
            said = own or found["defaults"]["freeze_limit"] is None
            yield (*(here if said else ("defaults",)), "freeze_limit"), *_too_short(limit, least_freeze)


def _no_target(each: Mapping[str, Any]) -> tuple[str, str]:
    if each["surfaces"] is None:
        return "The step says neither where to nor which surfaces.", 'Add one of to = "va_gov", "mhv" or "nobody".'
    what = "A step without `to` changes only surfaces, and this version does not run that yet."
    return what, "Add `to`, or take the step out."


def _too_short(limit: timedelta, least: timedelta) -> tuple[str, str]:
    # Rounded up: a limit that is too short by a part of a second is too short.
    shortest = durations.render(timedelta(seconds=-(-least // timedelta(seconds=1))))
    what = f"A freeze of {durations.render(limit)} could end before every older write has."
    return what, f'Say at least freeze_limit = "{shortest}".'


def _too_short_for_advisory(found: Mapping[str, Any], catalogue: Catalogue, least: timedelta) -> Iterator[Wrong]:
    """Writers without a lease are waited for as long as they may keep an answer, and that was old when they got it."""
    if catalogue.all_fenced:
        return
    for place, each in enumerate(found["steps"]):
        known = (catalogue.preferences.get(key) for key in each["preferences"])
        kept = [one.advisory_ttl for one in known if one is not None and one.advisory_writers]
        limit, _ = _duration("freeze_limit", each, found["defaults"])
        needed = least + timedelta(seconds=catalogue.memory_limit) + max(kept, default=timedelta(0))
        if kept and each["accept_advisory"] and limit < needed:
            yield ("steps", place, "accept_advisory"), *_too_short(limit, needed)


def _wrong_moves(steps: tuple[Mapping[str, Any], ...], catalogue: Catalogue) -> Iterator[Wrong]:
    for place, each in enumerate(steps):
        for number, key in enumerate(each["preferences"]):
            try:
                to = each["to"] if isinstance(each["to"], System) else None
                catalogue.require_movable(key, to, each["accept_advisory"])
            except Refusal as refusal:
                if refusal.code == "no_contract":
                    continue  # what the target lacks may come: the plan loads, and its step waits with that reason
                yield ("steps", place, "preferences", number), refusal.detail, refusal.mend
