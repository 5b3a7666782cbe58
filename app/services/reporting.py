"""Taking a system's reports of the writes that it accepted: proven, then read, then judged, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.catalogue import Catalogue
from app.domain.evidence import NAME
from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.services.judging import Judged, Report, judge
from app.services.store import Lost, Store

MOST_AT_ONCE = 100


class Proof(Protocol):
    """How a report is known to come from the system that it says."""

    def require(self, token: str) -> None:
        """Refuse a token that the system did not sign, or that is too old.

        Refusals `reports_closed` where no keys are set, `report_unproven`.
        """


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one event: how each of its reports was judged."""

    judged: tuple[Judged, ...]

    @property
    def status(self) -> str:
        """As VA Profile wants to hear it."""
        nothing_new = {Judged.REPEAT, Judged.IGNORED}
        return "COMPLETED_NOOP" if nothing_new.issuperset(self.judged) else "COMPLETED_SUCCESS"


def take(store: Store, catalogue: Catalogue, reports: tuple[Report, ...]) -> Taken:
    """Judge the reports of one event, each in a unit of its own: one that was taken is not lost with the next."""
    judged = []
    for report in reports:
        try:
            judged.append(_judged(store, catalogue, report))
        except Lost:  # two processes were in each other's way
            judged.append(_judged(store, catalogue, report))
    return Taken(tuple(judged))


def _judged(store: Store, catalogue: Catalogue, report: Report) -> Judged:
    with store.writing() as unit:
        return judge(unit, catalogue, report)


def reports_in(event: object) -> tuple[Report, ...]:
    """The reports of one event of VA Profile's push. Refusal `invalid`.

    `vaProfileId`, `allowed` and `sourceDate` are read past: whose choice it is, and which, is nothing to us.
    """
    bios = event.get("bios") if isinstance(event, Mapping) else None
    if not isinstance(bios, list) or not 0 < len(bios) <= MOST_AT_ONCE:
        raise _invalid(f'An event is {{"txAuditId": …, "bios": […]}} with 1 to {MOST_AT_ONCE} bios.')
    reports = tuple(_report(bio) for bio in bios)
    if len({report.audit for report in reports}) < len(reports):
        raise _invalid("Two bios of one event have the same txAuditId.")
    return reports


def _report(bio: Any) -> Report:
    members: Mapping[str, Any] = bio if isinstance(bio, Mapping) else {}
    audit = members.get("txAuditId")
    item, channel = members.get("communicationItemId"), members.get("communicationChannelId")
    if not isinstance(audit, str) or not NAME.fullmatch(audit):
        raise _invalid("A bio has a txAuditId of 1 to 80 letters, digits and . _ : -")
    if not _is_number(item) or not _is_number(channel):
        raise _invalid("A bio has a communicationItemId and a communicationChannelId, both whole numbers.")
    return Report(System.VA_GOV, audit, int(members["communicationItemId"]), int(members["communicationChannelId"]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _invalid(why: str) -> Refusal:
    return Refusal("invalid", why, "Nothing of this event was taken; mend it and send it again.")
