"""Leases: the right of one process to write, and when a drain may stop waiting for it.

All arithmetic here is on one machine's own elapsed seconds. No two machines' clocks are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.refusals import Refusal
from cutover_client.spans import CLOCK_MARGIN, Spans

FORGET_AFTER_TTLS = 3

MARK_WITHIN = 5.0
"""Seconds for which a system that does not answer is asked for its mark: what cannot be judged is no proof."""

CATCH_UP = MARK_WITHIN + 3.0
"""Seconds that a freeze must leave for what comes after its drain."""

BY_HAND = timedelta(minutes=2)
"""The limit of a freeze that no plan asks for."""


def require_sound(spans: Spans) -> None:
    """Refuse settings with which writes would stop between two renewals (Refusal `settings_faulty`)."""
    left = spans.validity - 2 * spans.renew_every
    if left < spans.span():
        raise Refusal(
            "settings_faulty",
            f"A lease of {spans.ttl:g} s leaves {left:.1f} s at its second renewal, and one write may take "
            f"{spans.span():g} s: writes would stop between renewals.",
            "Make CUTOVER_LEASE_TTL longer, or CUTOVER_WRITE_TIMEOUT, MHV_SETTLE or VA_PROFILE_SETTLE shorter.",
        )
    if shortest_freeze_limit(spans) > BY_HAND:
        raise Refusal(
            "settings_faulty",
            f"With a lease of {spans.ttl:g} s a dead holder outlasts the {BY_HAND.total_seconds():g} s that a "
            "freeze by hand may take: such a move would never come to its end.",
            "Make CUTOVER_LEASE_TTL, CUTOVER_WRITE_TIMEOUT, MHV_SETTLE or VA_PROFILE_SETTLE shorter.",
        )


def shortest_freeze_limit(spans: Spans) -> timedelta:
    """The shortest limit of a freeze that can outlast a dead lease holder."""
    return timedelta(seconds=spans.waited_out + spans.span() + CATCH_UP)


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease's row. `renewals` grows with each renewal; its holder acts by the revision `acknowledged`.

    `token` is the one that may renew it, None for the service's own. `renewed` is for people to read, not to decide by.
    """

    id: str
    client: str
    instance: str
    keys: tuple[str, ...]
    ttl: float
    acknowledged: int
    renewals: int = 0
    token: str | None = None
    renewed: datetime | None = None

    def holds_any(self, keys: Iterable[str]) -> bool:
        """Whether it names one of the preferences."""
        return not set(self.keys).isdisjoint(keys)

    def renewed_by(self, asked: "Lease") -> "Lease":
        """This row after a renewal. Nothing is taken back: a drain waits for the longest ttl that was granted.

        So it is with preferences: a write of one that is no longer named may still be in flight.
        """
        return replace(
            self,
            keys=tuple(dict.fromkeys((*self.keys, *asked.keys))),
            ttl=max(self.ttl, asked.ttl),
            acknowledged=max(self.acknowledged, asked.acknowledged),
            renewals=self.renewals + 1,
        )


@dataclass(frozen=True, slots=True)
class Waited:
    """One lease that a drain waits for. `latest`: seconds from now; None where only its holder can end the wait."""

    lease: Lease
    latest: float | None


@dataclass(frozen=True, slots=True)
class Sight:
    """When this process first saw a lease at this count of renewals, in its own elapsed seconds."""

    renewals: int
    since: float


@dataclass
class Watcher:
    """What one process has seen of leases, on its own clock. A new process begins anew, which only waits longer."""

    sights: dict[str, Sight] = field(default_factory=dict)

    def see(self, leases: Iterable[Lease], now: float) -> None:
        """Note which leases stand there at `now`; forget those that are gone."""
        present = {lease.id: lease for lease in leases}
        self.sights = {name: sight for name, sight in self.sights.items() if name in present}
        for lease in present.values():
            known = self.sights.get(lease.id)
            if known is None or known.renewals != lease.renewals:
                self.sights[lease.id] = Sight(lease.renewals, now)

    def unrenewed_for(self, lease: Lease, now: float) -> float:
        """Seconds for which this process has seen no renewal of a lease that it has seen."""
        return now - self.sights[lease.id].since

    def forgettable(self, leases: Iterable[Lease], now: float) -> list[Lease]:
        """Leases unrenewed for so long that their rows may go."""
        return [lease for lease in leases if self.unrenewed_for(lease, now) > FORGET_AFTER_TTLS * lease.ttl]


@dataclass
class Drain:
    """One drain as one process sees it, from when it saw the freeze committed."""

    keys: tuple[str, ...]
    freeze_revision: int
    began: dict[str, Sight] = field(default_factory=dict)

    def look(self, leases: Iterable[Lease], now: float) -> tuple[list[Waited], list[Lease]]:
        """Who is still waited for, and which rows have run out and may be deleted if they are still unrenewed.

        A lease that has renewed since the freeze and not acknowledged it reports a write in flight: it is not waited
        out. One that has not renewed is waited out by the ttl in its row, counted from the first look.
        """
        waiting: list[Waited] = []
        expired: list[Lease] = []
        for lease in leases:
            if not lease.holds_any(self.keys) or lease.acknowledged >= self.freeze_revision:
                continue
            first = self.began.setdefault(lease.id, Sight(lease.renewals, now))
            if lease.renewals != first.renewals:
                waiting.append(Waited(lease, None))
                continue
            left = first.since + lease.ttl * (1 + CLOCK_MARGIN) - now
            if left > 0:
                waiting.append(Waited(lease, left))
            else:
                expired.append(lease)
        return waiting, expired
