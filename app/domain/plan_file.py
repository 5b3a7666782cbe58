"""A plan's file, read: the plan, or everything that is wrong in the file."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.catalogue import Catalogue, Fault
from app.domain.plan_faults import OUTSIDE, Outside, blackout_edges, inherit, wrong_moves, wrong_names, wrong_steps
from app.domain.plan_order import wrong_order
from app.domain.plan_shape import INHERITED, PLAN
from app.domain.plans import NoticeTerms, Plan, Step
from app.domain.preference_file import misnamed
from app.domain.scalars import Findings
from app.domain.toml_source import NAME, Source
from app.domain.windows import Blackout, Window
from app.domain.zones import moment

TAKEN = {
    "compare": "compare cannot be a plan: this is the address at which plans are compared.",
    "new": "new cannot be a plan: this is the address at which plans are written.",
}
"""Names that no plan can have, each with why."""


def read_plan(
    source: Source,
    catalogue: Catalogue | None = None,
    least_freeze: timedelta = timedelta(0),
    outside: Outside = OUTSIDE,
) -> Plan | list[Fault]:
    """The plan, or all faults of its file. Raises nothing.

    Without a catalogue only the text itself is judged. So is a plan read that was started before: what it names may
    have changed since, and each of its moves asks that again.
    """
    if not NAME.fullmatch(source.key):
        return [misnamed(source)]
    if source.key in TAKEN:
        return [source.fault((), TAKEN[source.key], "Give the plan another name.")]
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
    wrong = [*wrong_steps(found, least_freeze), *wrong_order(found["steps"])]
    if catalogue is not None:
        wrong += [*wrong_moves(found, catalogue, least_freeze), *wrong_names(found["steps"], outside)]
    return [source.fault(*each) for each in wrong] or _plan(source, found)


def _plan(source: Source, found: Mapping[str, Any]) -> Plan:
    place: ZoneInfo = found["time_zone"]
    return Plan(
        key=source.key,
        title=found["title"],
        time_zone=place.key,
        steps=tuple(_step(each, found) for each in found["steps"]),
        text=source.text,
        hash=hashlib.sha256(source.text.encode()).hexdigest(),
        approach=found["approach"],
        blackouts=tuple(_blackout(each, place) for each in found["blackout"]),
    )


def _step(each: Mapping[str, Any], found: Mapping[str, Any]) -> Step:
    written: datetime | None = each["not_before"]
    inherited = {name: inherit(name, each, found["defaults"])[0] for name in INHERITED if name != "seed"}
    return Step(
        id=each["id"],
        preferences=each["preferences"],
        to=each["to"],
        needs_steps=each["needs"]["steps"],
        milestones=each["needs"]["milestones"],
        checks=each["needs"]["checks"],
        not_before=None if written is None else moment(written, found["time_zone"]),
        surfaces=each["surfaces"],
        accept_advisory=each["accept_advisory"],
        team=each["team"],
        lead=each["lead"],
        **{**inherited, "window": _window(inherited["window"]), "notice": _notice(inherited["notice"])},
    )


def _window(found: Mapping[str, Any] | None) -> Window | None:
    return None if found is None else Window(tuple(sorted(found["days"])), found["from"], found["until"])


def _notice(found: Mapping[str, Any] | None) -> NoticeTerms | None:
    return None if found is None else NoticeTerms(**found)


def _blackout(each: Mapping[str, Any], place: ZoneInfo) -> Blackout:
    return Blackout(*blackout_edges(each["from"], each["until"], place), each["why"] or "blackout")
