"""What a fence admits, and what it raises: the decisions, without the locks and files that they are made under.

`stored` is the highest epoch that the system was told of a preference. It is read under a shared lock that is held to
the end of the write's answer, or under the exclusive lock of a raise.
"""

from dataclasses import dataclass
from enum import Enum

NEVER = -1
"""The stored epoch of a preference of which a system was told nothing yet: any real epoch is higher."""

WRITES = frozenset({"write", "copy"})
RAISES = frozenset({"raise"})
"""The uses of permits. Copying is writing."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a permit says: `lease` may do `use` with `key` of `system` under `epoch`, until `ends` (s since 1970)."""

    lease: str
    key: str
    system: str
    epoch: int
    use: str
    ends: int
    move: int | None = None


class Admission(Enum):
    """What becomes of a write."""

    ADMIT = "admit"
    RAISE_FIRST = "raise_first"
    """Its permit is of an epoch that the system was not told yet: store that first, wait for older writes, ask anew."""
    EPOCH_PASSED = "epoch_passed"


class Raising(Enum):
    """What becomes of a raise."""

    RAISE = "raise"
    CONFIRM_AGAIN = "confirm_again"
    """The epoch stands already. It is stored once more: whoever put it there may have died before it was durable."""
    EPOCH_PASSED = "epoch_passed"


def admit(stored: int, epoch: int) -> Admission:
    """What becomes of a write with a permit of `epoch`."""
    if epoch < stored:
        return Admission.EPOCH_PASSED
    return Admission.ADMIT if epoch == stored else Admission.RAISE_FIRST


def raising(stored: int, epoch: int) -> Raising:
    """What becomes of a raise to `epoch`."""
    if epoch < stored:
        return Raising.EPOCH_PASSED
    return Raising.CONFIRM_AGAIN if epoch == stored else Raising.RAISE


def elsewhere(claims: Claims, system: str, key: str, uses: frozenset[str]) -> str | None:
    """What makes a genuine permit one for something else: "system", "preference" or "use"; None when it fits."""
    if claims.system != system:
        return "system"
    if claims.key != key:
        return "preference"
    return None if claims.use in uses else "use"
