"""Judging what systems report: on which side was a write made?

A write is known by the name that its system gave it. A known one stands where its epoch puts it, whenever the report
of it comes. Any other is unknown; it counts as made on the wrong side only when its system had not reigned for longer
than a report may be late, and when a writer of ours would have told its name by now. `sourceDate` orders nothing: it
has whole seconds, and other machines' clocks.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.catalogue import Catalogue, VaGovBinding
from app.domain.evidence import Audit, Found, Kind, Past, Patience, Reported, Verdict, away_since, past, writer_under
from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.services.incidents import raise_incident
from app.services.showing import utc
from app.services.store import Store, Unit

BATCH = 500

Cursor = tuple[datetime, str]
"""The last report that was looked at: its time and name."""


@dataclass(frozen=True, slots=True)
class Report:
    """One write that a system says it accepted, as the system names it and the place of it."""

    system: System
    audit: str
    item: int
    channel: int


class Judged(StrEnum):
    """What came of a report: how it was judged, or why it was not."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    IGNORED = "ignored"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Finding:
    """How a report is to be judged; `wrong` is the incident that it makes."""

    verdict: Verdict
    wrong: Found | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What is not decided yet of what systems reported.

    `wrong` counts as made on the wrong side. `young` is how many would, unless their writer tells of them soon. `early`
    is how many came so soon after a change of owner that they may tell of writes from before it.
    """

    wrong: tuple[Found, ...] = ()
    young: int = 0
    early: int = 0


@dataclass
class Reigns:
    """Which system could be written under an epoch: the ledger is asked once for each, and never changes its answer."""

    unit: Unit
    _known: dict[tuple[str, int], System | None] = field(default_factory=dict)

    def writer(self, key: str, epoch: int) -> System | None:
        """The one system; None where nobody could be written."""
        asked = (key, epoch)
        if asked not in self._known:
            self._known[asked] = writer_under(changes(self.unit, key), epoch)
        return self._known[asked]


def judge(unit: Unit, catalogue: Catalogue, report: Report) -> Judged:
    """Keep a report, once, and judge it by what is known now; an unknown one is looked at again by `settle`.

    Refusals `catalogue_faulty`: nothing tells which preference it is; `invalid`: the name was reported before, of
    another preference.
    """
    key = _key(catalogue, report)
    row = Reported(report.system, report.audit, key, Verdict.UNKNOWN, unit.now())
    if not unit.reports.add(row):
        return _repeated(unit, row)
    if key is None:
        return Judged.IGNORED
    finding = _by_name(row, unit.audits.find(row.system, row.audit), Reigns(unit))
    if finding is None:
        return Judged.UNKNOWN
    _conclude(unit, row, finding)
    return Judged(finding.verdict)


def judge_again(unit: Unit, audits: list[Audit]) -> None:
    """Names of writes came: judge the reports that were unknown for want of them."""
    known, reigns = unit.audits.among((one.system, one.audit) for one in audits), Reigns(unit)
    rows = unit.reports.unknown_among(audits)
    found = [(row, found) for row in rows if (found := _by_name(row, known.get((row.system, row.audit)), reigns))]
    for row, finding in sorted(found, key=lambda one: one[1].wrong is None):  # the ledger first, then the rows
        _conclude(unit, row, finding)


def settle(store: Store, patience: Patience, after: Cursor | None) -> Cursor | None:
    """Look again at the reports that are still unknown, from the one behind `after`; the last that was looked at.

    Safe to be done by several processes at once: a report is decided once, and its incident is one.
    """
    with store.reading() as unit:
        rows, reigns = unit.reports.unknown(after, unit.now() - patience.names, BATCH), Reigns(unit)
        known = unit.audits.among((row.system, row.audit) for row in rows)
        named = ((row, _by_name(row, known.get((row.system, row.audit)), reigns)) for row in rows)
        found = [
            (row, finding) for row, name in named if (finding := name or _by_delay(row, _past(unit, row), patience))
        ]
    for row, finding in found:
        with store.writing() as unit:
            _conclude(unit, row, finding)
    return (rows[-1].at, rows[-1].audit) if rows else after


def unexplained(unit: Unit, keys: Collection[str], patience: Patience) -> Unexplained:
    """What `settle` would find by now in the reports of these preferences, and what it still waits for."""
    pasts: dict[str | None, list[Past]] = {key: list(changes(unit, key)) for key in keys}
    rows, reigns, now = unit.reports.unknown_of(keys, BATCH), Reigns(unit), unit.now()
    known = unit.audits.among((row.system, row.audit) for row in rows)
    wrong, young, early = list[Found](), 0, 0
    for row in rows:
        named = _by_name(row, known.get((row.system, row.audit)), reigns)
        finding = named or _by_delay(row, pasts[row.key], patience)
        if finding is None:
            early += away_since(pasts[row.key], row.system, row.at) is not None
        elif finding.wrong is not None and named is None and now - row.at < patience.names:
            young += 1
        elif finding.wrong is not None:
            wrong.append(finding.wrong)
    return Unexplained(tuple(wrong), young, early)


def changes(unit: Unit, key: str) -> Iterator[Past]:
    """How the ownership of a preference changed, the newest first."""
    return (past(entry.at, entry.body["preferences"][key]["after"]) for entry in unit.ledger.changes_of(key))


def _key(catalogue: Catalogue, report: Report) -> str | None:
    if catalogue.faults and not catalogue.preferences:
        detail = f"The preference files cannot be read: {catalogue.faults[0]}"
        raise Refusal("catalogue_faulty", detail, "cutover check shows every fault.")
    place = VaGovBinding(report.item, report.channel)
    matching = (key for key, one in catalogue.preferences.items() if one.systems.get(report.system) == place)
    return next(matching, None)


def _repeated(unit: Unit, row: Reported) -> Judged:
    known = unit.reports.find(row.system, row.audit)
    if known is not None and None not in (known.key, row.key) and known.key != row.key:
        detail = "This txAuditId was reported before, of another preference."
        raise Refusal("invalid", detail, "Each change has a txAuditId of its own.")
    return Judged.REPEAT


def _by_name(row: Reported, known: Audit | None, reigns: Reigns) -> Finding | None:
    """What the name of a write says; None when it is not known, or is that of a write of another preference."""
    if known is None or row.key is None or known.key != row.key:
        return None
    if known.use == "copy" or reigns.writer(row.key, known.epoch) is row.system:
        return Finding(Verdict.RIGHT)
    detail = f"{row.system.label} accepted a write of {row.key} under epoch {known.epoch}, and was not its owner then."
    return Finding(Verdict.WRONG, Found(Kind.WRONG_SIDE, row.key, row.system, row.audit, detail, known.epoch))


def _past(unit: Unit, row: Reported) -> Iterator[Past]:
    """How the ownership of what a report is of changed, the newest first."""
    return iter(()) if row.key is None else changes(unit, row.key)


def _by_delay(row: Reported, before: Iterable[Past], patience: Patience) -> Finding | None:
    since = away_since(before, row.system, row.at)
    if row.key is None or since is None or row.at - since.at <= patience.delay:
        return None
    owner = since.ruler.label if since.ruler else "nobody"
    detail = (
        f"{row.system.label} accepted a write of {row.key} that nobody with a lease made. "
        f"The owner is {owner}, since {utc(since.at)}."
    )
    return Finding(Verdict.WRONG, Found(Kind.WRONG_SIDE, row.key, row.system, row.audit, detail, since.epoch))


def _conclude(unit: Unit, row: Reported, finding: Finding) -> None:
    if finding.wrong is not None:
        unit.ledger.lock()  # before the report's row, as in every unit that may find an incident
    if unit.reports.decide(row, finding.verdict) and finding.wrong is not None:
        raise_incident(unit, finding.wrong)
