"""Which searches are made: the safe ones of every test run, larger ones by hand, and a mutant for each rule."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from tests.models import fenced_mutants as copying
from tests.models import fenced_parts, leases
from tests.models import lease_mutants as holding
from tests.models.fenced import Fenced
from tests.models.fenced_parts import LATE, SAME
from tests.models.ground import LOST, TWO
from tests.models.leases import Leases
from tests.models.search import Breach, Model, Result, search

Scope = leases.Scope | fenced_parts.Scope


@dataclass(frozen=True, slots=True)
class Run:
    """One search. `breach`: what must be found, None where nothing may be."""

    name: str
    model: type[Any]
    scope: Scope
    breach: Breach | None = None
    limit: int = 300_000

    def made(self) -> Model[Hashable]:
        """The model in this scope."""
        model: Model[Hashable] = self.model(self.scope)
        return model

    def search(self) -> Result:
        """Make it."""
        return search(self.made(), self.limit, [] if self.breach is None else [self.breach])


def _leases(name: str, model: type[Leases], breach: Breach | None = TWO, **scope: Any) -> Run:
    return Run(name, model, leases.Scope(**scope), breach)


def _fenced(name: str, model: type[Fenced], breach: Breach | None = LOST, **scope: Any) -> Run:
    return Run(name, model, fenced_parts.Scope(**scope), breach)


def _large(run: Run, limit: int = 1_500_000) -> Run:
    return Run(run.name, run.model, run.scope, run.breach, limit)


SAFE = (
    _leases("unfenced: revisions heard of ahead of their routes", Leases, None, hears=True, leaves=True),
    _leases("unfenced: routes told without being asked for", Leases, None, tells=True),
    _leases("unfenced: a process dies and another one registers", Leases, None, lives=2),
    _leases("unfenced: two moves, so call-off and undo", Leases, None, freezes=2),
    _leases("unfenced: a writer may be paused; nothing that was told is lost", holding.Paused, None),
    _leases(
        "unfenced: two holders, one of them writes, no time passes", Leases, None, holders=2, writers=1, still=True
    ),
    _fenced("fenced: two drivers, two moves, so call-off and undo", Fenced, None, moves=2),
    _fenced("fenced: a seed, and two copies at once", Fenced, None, seeds=True, copies=2, writes=1),
    _fenced("fenced: the database fails over and loses commits", Fenced, None, drivers=1, failovers=1),
)

LARGE = tuple(
    _large(run)
    for run in (
        *SAFE,
        _leases("unfenced: two renewals under way", Leases, None, requests=2),
        _leases("unfenced: two renewals under way, revisions heard of", Leases, None, requests=2, hears=True),
        _leases("unfenced: routes told, another preference", Leases, None, tells=True, others=1),
        _leases("unfenced: routes told, revisions heard of", Leases, None, tells=True, hears=True),
        _leases("unfenced: routes told, a process dies and another one registers", Leases, None, tells=True, lives=2),
        _leases("unfenced: routes told, two renewals under way", Leases, None, tells=True, requests=2),
        _leases("unfenced: two drivers, two moves", Leases, None, drivers=2, freezes=2),
        _leases("unfenced: two holders, one of them writes", Leases, None, holders=2, writers=1),
        _leases("unfenced: two holders, both write", Leases, None, holders=2),
        _leases("unfenced: two holders, both write, no time passes", Leases, None, holders=2, still=True),
        _leases("unfenced: rows are forgotten", Leases, None, forgets=True),
        _leases("unfenced: grants of four ticks, writes of two", Leases, None, long=True),
        _leases(
            "unfenced: restart, two moves, another preference", Leases, None, lives=2, freezes=2, hears=True, others=1
        ),
        _leases("unfenced: from before the first registration, with a restart", Leases, None, fresh=True, lives=2),
        _leases("unfenced: paused, two moves", holding.Paused, None, freezes=2),
        _fenced("fenced: seeds, two drivers, two moves", Fenced, None, seeds=True, copies=2, moves=2),
        _fenced("fenced: fail-over, two drivers, two moves", Fenced, None, failovers=1, moves=2, writes=1),
        _fenced("fenced: two writes at once, two drivers, two moves", Fenced, None, messages=2, moves=2, writes=3),
    )
)

_grants, _drain, _holding = holding.with_grants, holding.with_drain, holding.with_holding
_undeterred = type("Undeterred", (Leases,), {"controlling": holding.Undeterred})

MUTANTS = (
    _leases("the drain", _drain(holding.NoDrain)),
    _leases("record first: routes are read before the lease is recorded", holding.ReadBeforeRecord, fresh=1),
    _leases("read after: routes are answered from memory", holding.ReadFromMemory),
    _leases("one snapshot: routes and revision are read in two statements", holding.TwoStatements),
    _leases("no acknowledgement with a write in flight", _grants(holding.AcknowledgesInFlight)),
    _leases("a time-out or a reset leaves a write in flight", _grants(holding.LostIsEnded)),
    _leases("a write is counted before its grant is checked", _holding(holding.ChecksFirst)),
    _leases("a grant counts from the send", _holding(holding.CountsFromReceipt)),
    _leases("no late start", _grants(holding.StartsLate)),
    _leases("an older answer is not taken", _grants(holding.TakesOlder), requests=2, still=1),
    _leases("a drain waits for the whole ttl", _drain(holding.WaitsLess)),
    _leases("the ttl of the row, not of the settings", _drain(holding.WaitsAsConfigured)),
    _leases("rows are not forgotten by the database's clock", holding.ForgetsByDatabaseClock),
    _leases("a lease is of one process, not of a name", _holding(holding.KeyedByName), holders=2, writers=1, still=1),
    _leases("a process that starts again has another lease", _holding(holding.Reused), lives=2),
    _leases("an answer that comes late is not counted as done", _grants(holding.AlwaysInTime, holding.Paused), LOST),
    _fenced("the fence is raised before the final read", copying.ReadsBeforeRaise, drivers=1),
    _fenced("the fence's lock is held to the commit", copying.ChecksAtAdmissionOnly, drivers=1),
    _fenced("copies are fenced", copying.UnfencedCopies, copies=2),
    _fenced("each copy is fenced, not only a driver's first", copying.CopiesCheckedOnce, copies=2),
    _fenced("the target is told the freeze's epoch", copying.TargetToldAtActivationOnly, seeds=1, copies=2, writes=1),
    _fenced("the target is told the activation's epoch", copying.TargetToldAtFreezeOnly, LATE, copies=2),
    _fenced(
        "after lost commits, higher epochs and every fence told",
        copying.GoesOnAfterLostCommits,
        SAME,
        drivers=1,
        failovers=1,
    ),
    _fenced("the owner's record wins, whatever the dates", copying.CatchesUpByDate, drivers=1),
    _fenced(
        "what changed in either system is caught up",
        copying.CatchesUpTheSourceOnly,
        drivers=1,
        seeds=1,
        copies=2,
        moves=2,
        writes=1,
    ),
)
"""For each row of the protocol's table of what breaks: what is left out."""

BEYOND = (
    _leases(
        "a heard revision is acknowledged only if older routes are given up", _grants(holding.HeardIsIgnored), hears=1
    ),
    _leases("routes that were not asked for make no grant longer", _grants(holding.ToldIsGranted), tells=1, others=1),
    _leases(
        "older routes are not taken, whoever tells them", _grants(holding.ToldIsBelieved), tells=1, others=1, still=1
    ),
    _leases("a drain waits for the margin of clocks", _drain(holding.WaitsWithoutMargin)),
    _leases("a holder that has renewed since is not waited out", _drain(holding.WaitsOutTheRenewed), freezes=2),
    _leases("a row that was renewed meanwhile is not deleted", _undeterred, freezes=2),
)
"""Rules that the table does not name."""
