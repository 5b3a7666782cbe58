"""Days that Veterans pay for, counted in every draw. A day counts as it stands at its end, in the comparison's zone.

split     of the live preferences, some can be changed on pages of MHV only, and others on VA.gov only: no one place has
          them all
detour    for each preference: its feature is live on VA.gov, and no page of VA.gov changes it
mismatch  for each preference: one of its pages writes a system that does not own it

Where a figure depends on what nobody knows, it is not a figure: `Unknown`, with a sentence.
"""

from app.domain.forecast.columns import Interval, greatest, least, overlap, total
from app.domain.forecast.days import Column
from app.domain.forecast.running import Run
from app.domain.forecast.standing import stretches
from app.domain.forecast.world import World


class Unknown(Exception):
    """A figure depends on something that nobody knows; its text is the sentence that says so."""


def split(run: Run, of: World) -> Column:
    """The days on which no one place has all live preferences, in each draw. Raises Unknown."""
    _require_dates(run)
    mhv: list[Interval] = []
    va_gov: list[Interval] = []
    for key, since in of.live.items():
        for one in stretches(run, of.known, key, of.first, of.last):
            if one.at_mhv == one.at_va_gov:
                continue
            live = _known(since.days, since.unknown)
            begins = one.begins if live is of.first else greatest([one.begins, live])
            (mhv if one.at_mhv else va_gov).append((begins, one.ends))
    return overlap(mhv, va_gov, len(of.first))


def detour(run: Run, of: World) -> Column:
    """The days on which a preference is not where its feature is, of all preferences together. Raises Unknown."""
    _require_dates(run)
    found: list[Interval] = []
    for key, since in of.features.items():
        if since.days is None and since.unknown is None:
            continue
        for one in stretches(run, of.known, key, of.first, of.last):
            if not one.at_va_gov and not one.standing.retired:
                live = _known(since.days, since.unknown)
                found.append((live if one.begins is of.first else greatest([one.begins, live]), one.ends))
    return total(found, len(of.first))


def mismatch(run: Run, of: World) -> Column:
    """The days on which a page writes a system that does not own, of all preferences together. Raises Unknown."""
    _require_dates(run)
    found: list[Interval] = []
    connected = of.connected
    for key in of.counted:
        for one in stretches(run, of.known, key, of.first, of.last):
            never = connected.days is None and connected.unknown is None
            if one.va_gov_page_differs or (one.mhv_page_differs and never):
                found.append((one.begins, one.ends))
            elif one.mhv_page_differs:
                found.append((one.begins, least([one.ends, _known(connected.days, connected.unknown)])))
    return total(found, len(of.first))


def _require_dates(run: Run) -> None:
    for name, why in run.undated.items():
        raise Unknown(f"Step {name} {why}.")


def _known(days: Column | None, unknown: str | None) -> Column:
    if days is None:
        raise Unknown(unknown or "Nobody knows when it begins.")
    return days
