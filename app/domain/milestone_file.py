"""The milestones' file, read: every milestone, or everything that is wrong in the file."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from app.domain.catalogue import Fault
from app.domain.milestones import Estimate, Milestone
from app.domain.plan_shape import MILESTONE
from app.domain.scalars import Findings
from app.domain.shapes import Named
from app.domain.toml_source import Source, Wrong
from app.domain.zones import YEARS

MOST_MILESTONES = 200

MILESTONES = Named(MILESTONE, MOST_MILESTONES)
"""The whole file."""

_ESTIMATE = ("earliest", "likely", "latest")


def read_milestones(source: Source) -> dict[str, Milestone] | list[Fault]:
    """Every milestone by key, or all faults of the file. Raises nothing."""
    document = source.document()
    if isinstance(document, Fault):
        return [document]
    findings = Findings(source.fault)
    try:
        found = MILESTONES.read(document, (), findings)
    except RecursionError:
        return [source.fault((), "Lists stand in lists too many times.", "Write it flat.")]
    if findings.faults:
        return findings.faults
    wrong = [source.fault(*each) for key, one in found.items() for each in _wrong(key, one)]
    return wrong or {key: _milestone(key, one) for key, one in found.items()}


def estimate_of(earliest: date, likely: date, latest: date) -> Estimate:
    """An estimate. Raises ValueError with a sentence: years far away, or dates in another order."""
    for day in (earliest, likely, latest):
        if day.year not in YEARS:
            raise ValueError(f"The year must be from {YEARS.start} to {YEARS.stop - 1}.")
    if not earliest <= likely <= latest:
        raise ValueError("Say earliest, likely and latest in this order; they may be the same day.")
    return Estimate(earliest, likely, latest)


def _milestone(key: str, one: Mapping[str, Any]) -> Milestone:
    dates: list[date | None] = [one[name] for name in _ESTIMATE]
    estimate = None if None in dates else estimate_of(*(day for day in dates if day is not None))
    lead: timedelta | None = one["lead"]
    return Milestone(key, one["title"], one["feature"], one["team"], lead, estimate, one["connects"])


def _wrong(key: str, one: Mapping[str, Any]) -> Iterator[Wrong]:
    dates = {name: one[name] for name in _ESTIMATE if one[name] is not None}
    if dates and len(dates) < len(_ESTIMATE):
        missing = next(name for name in _ESTIMATE if name not in dates)
        yield (key, missing), "An estimate is three dates, or none.", f"Add {missing}, or take the others out."
    elif dates:
        try:
            estimate_of(*dates.values())
        except ValueError as error:
            yield (key, "earliest"), "These dates are no estimate.", str(error)
    if one["lead"] is not None and one["team"] is None:
        yield (key, "lead"), "Nobody is named who must be told.", 'Add team = "the team that must be told".'
