"""What is said of the clients that may write a preference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.leases import Lease

NAMED = 2
"""Clients that a sentence names at most."""


@dataclass(frozen=True, slots=True)
class Clients:
    """In one sentence, and who is behind in another; `behind` is None where nobody is."""

    sentence: str
    behind: str | None = None


def clients_of(holders: Sequence[Lease], revision: int, waited: Sequence[str] | None) -> Clients:
    """How far the lease holders of one preference are. `waited`: the leases that a drain still waits for, in one."""
    total = len(holders)
    if not total:
        return Clients("No client may write it now")
    if waited is not None:
        late = [one for one in holders if one.id in waited]
        return Clients(f"{total - len(late)} of {total} have stopped writing", _named("Not yet", late))
    late = [one for one in holders if one.acknowledged < revision]
    return Clients(f"{total - len(late)} of {total} up to date", _named("Behind", late))


def _named(what: str, late: Sequence[Lease]) -> str | None:
    if not late:
        return None
    counted = Counter(one.client for one in late).most_common()
    names = [f"{name} ({count})" if count > 1 else name for name, count in counted[:NAMED]]
    more = len(counted) - NAMED
    return f"{what}: {', '.join(names)}{f' and {more} more' if more > 0 else ''}"
