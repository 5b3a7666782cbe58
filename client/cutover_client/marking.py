"""One raise, under its exclusive locks: decided, made durable, and marked in the system's own log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cutover_client.admission import Raising, raising
from cutover_client.epochs import Epochs, Raises

OnMark = Callable[[str, int], int]
"""Writes the mark of a preference's epoch into the system's log; answers its sequence number there."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of a raise: the marks of what was confirmed, and what stands already where that is higher."""

    marks: Mapping[str, int]
    passed: Mapping[str, int]


def raise_to(epochs: Epochs, wanted: Mapping[str, int], on_mark: OnMark) -> Raised:
    """Raise some preferences, once every older write of them has ended. Refused as `Epochs.raising` says.

    Once it returns, no write that was admitted under an older epoch than a confirmed one is under way or can begin.
    """
    marks: dict[str, int] = {}
    passed: dict[str, int] = {}
    with epochs.raising(wanted) as raises:
        for key, epoch in wanted.items():
            if raising(raises.stored[key], epoch) is Raising.EPOCH_PASSED:
                passed[key] = raises.stored[key]
            else:
                marks[key] = _raised(raises, key, epoch, on_mark)
    return Raised(marks, passed)


def raise_for_write(epochs: Epochs, key: str, epoch: int, on_mark: OnMark) -> None:
    """Raise one preference to a write's higher epoch, unless another was first. Refused as `Epochs.raising` says."""
    with epochs.raising([key]) as raises:
        # Of many writes that come at once with a new epoch, one raises: nobody waits for a confirmation.
        if raising(raises.stored[key], epoch) is Raising.RAISE:
            _raised(raises, key, epoch, on_mark)


def _raised(raises: Raises, key: str, epoch: int, on_mark: OnMark) -> int:
    raises.store(key, epoch)
    # Before the lock is given back: else a newer write could stand in the log above this mark.
    return on_mark(key, epoch)
