"""Clients: who may write what, by leases; who is behind; who has stopped writing while a move drains."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template

from app.domain.leases import Lease
from app.domain.moves import Move
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.services.watching import Watched, watched

CARRIED = "Carries changes for others"
HOLDER = "Lease holder"


@dataclass(frozen=True, slots=True)
class Line:
    """One process. `ends` is when its lease runs out if it renews no more; None where nobody knows."""

    lease: Lease
    kind: str
    titles: tuple[str, ...]
    behind: int
    ends: datetime | None
    has_run_out: bool
    drains: tuple[str, ...]

    @property
    def is_behind(self) -> bool:
        """Whether it acts by an older revision, or nobody knows: unknown counts as behind."""
        return self.behind > 0 or self.ends is None or self.has_run_out

    @property
    def stands(self) -> str:
        """How it stands, in words."""
        if self.ends is None:
            return "Unknown, which counts as behind"
        if self.has_run_out:
            return "Behind: its lease has run out, and it writes nothing any more"
        if self.behind:
            return f"Behind by {self.behind} {'change' if self.behind == 1 else 'changes'}"
        return "Up to date"


@may(Role.VIEWER)
def clients() -> str:
    """Every process that holds a lease, those that are behind first."""
    seen = watched(context)
    lines = sorted((_line(lease, seen) for lease in seen.leases), key=_order)
    late = sum(line.is_behind for line in lines)
    files = context.catalogue.preferences
    return render_template(
        "clients.html",
        lines=lines,
        late=late,
        draining=[move for move in seen.moves if move.is_frozen],
        advisory=[one for _, one in sorted(files.items()) if one.advisory_writers],
        revision=seen.revision,
        ttl=timedelta(seconds=context.spans.ttl),
        now=seen.now,
        carried=CARRIED,
        holder=HOLDER,
    )


def _order(line: Line) -> tuple[bool, str, str]:
    return not line.is_behind, line.lease.client, line.lease.instance


def _line(lease: Lease, seen: Watched) -> Line:
    ends = None if lease.renewed is None else lease.renewed + timedelta(seconds=lease.ttl)
    files = context.catalogue.preferences
    return Line(
        lease=lease,
        kind=CARRIED if lease.token is None else HOLDER,
        titles=tuple(files[key].title if key in files else key for key in sorted(lease.keys)),
        behind=max(0, seen.revision - lease.acknowledged),
        ends=ends,
        has_run_out=ends is not None and ends <= seen.now,
        drains=tuple(_drain(lease, move, seen) for move in seen.moves if move.is_frozen and _has(lease, move)),
    )


def _has(lease: Lease, move: Move) -> bool:
    return lease.holds_any(move.preferences)


def _drain(lease: Lease, move: Move, seen: Watched) -> str:
    """Whether it has stopped writing what a move drains."""
    waited = next((one for number, one in seen.waits.get(lease.id, ()) if number == move.id), None)
    if move.freeze_revision is not None and lease.acknowledged >= move.freeze_revision:
        return f"Has stopped writing for move {move.id}."
    if waited is None:
        return f"Move {move.id} waits for it no more."
    if waited.latest is None:
        return f"Move {move.id} waits for it: a write of its own is under way."
    return f"Move {move.id} waits for it, {waited.latest:.0f} seconds at the most."
