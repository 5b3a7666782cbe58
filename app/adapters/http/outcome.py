"""What came of a write: made, certainly not made, or unknown. The same for every system that is written over HTTP."""

from collections.abc import Callable

from app.adapters.http.exchange import NoAnswer, Operation, Refused
from app.domain.catalogue import Stored
from app.services.systems import NotSent, Reading, Rejected, Unknown


def carried(
    operation: Operation, wanted: Stored, send: Callable[[], str | None], read_back: Callable[[], Stored | None]
) -> Reading:
    """Send a write and read it back. `send` returns the system's own name for the change, if it has one.

    Raises NotSent, Rejected, Unknown. A write without an answer is read back too: the wanted value standing there
    counts as done, and the reading says that a request of it may linger.
    """
    audit, trouble = None, ""
    try:
        audit = send()
    except NoAnswer as missing:
        if not operation.began:
            raise NotSent(str(missing)) from None
        trouble = str(missing)
    except Refused as refusal:
        # A refusal of the second request says nothing about the first one, if that went unanswered or did its half.
        if not operation.unanswered and not operation.half:
            raise Rejected(str(refusal)) from None
        trouble = str(refusal)
    found = _read_back(operation, trouble, read_back)
    if found != wanted:
        raise Unknown(
            _joined(trouble or "The change was accepted, but reading it back gave something else.", operation)
        )
    return Reading(found, audit, lingers=operation.unanswered)


def _read_back(operation: Operation, trouble: str, read_back: Callable[[], Stored | None]) -> Stored | None:
    try:
        return read_back()
    except (NoAnswer, Refused) as failure:
        why = trouble or f"The change was accepted, but it could not be read back: {failure}"
        raise Unknown(_joined(why, operation)) from None


def _joined(why: str, operation: Operation) -> str:
    return f"{why} {operation.half}".rstrip()
