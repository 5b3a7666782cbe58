"""Marks: a line in a system's own log that says "up to here, that epoch"; bare ones, and those of a raised fence."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.transport import Transport
from app.services.systems import Behind, Failed
from cutover_client.wire.messages import Answer, Request

PATH = ".well-known/cutover/marks"
FENCE = ".well-known/cutover/epochs"
RAISE = 3.0
"""Seconds for which a raise is waited for: longer than a fence waits for older writes before it says so."""


def bare_marks(transport: Transport, operation: Operation, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
    """The sequence number of each mark, by key; None where the system has no such address. Raises Failed.

    Asked twice, a mark stands in the log twice under the same epoch, which harms nothing: so it may be repeated.
    """
    request = Request("POST", PATH, body={"epochs": dict(epochs)})
    try:
        answer = transport.ask(operation, request)
        if answer.status in (404, 405):
            return None
        marks = _marks(answer, epochs)
        if marks is None:
            raise transport.unusable(operation, request)
    except NoAnswer as missing:
        raise Failed(str(missing)) from None
    return marks


def raised_fence(
    transport: Transport, operation: Operation, epochs: Mapping[str, int], tokens: Sequence[str]
) -> Mapping[str, int]:
    """The sequence number of the mark of each raise, by key. Raises Failed, Behind.

    Asked once, whatever the breaker says: a fence that waits for an older write answers 503, and that is no outage.
    """
    request = Request("PUT", FENCE, {"Cutover-Permit": ", ".join(tokens)}, {"epochs": dict(epochs)})
    try:
        answer = transport.probe(operation, request)
        marks = _marks(answer, epochs)
        if marks is None:
            raise _refused(transport, operation, request, answer)
    except NoAnswer as missing:
        raise Failed(str(missing)) from None
    return marks


def _refused(transport: Transport, operation: Operation, request: Request, answer: Answer) -> Exception:
    problem = answer.object() or {}
    known: Any = problem.get("epochs")
    if answer.status == 409 and isinstance(known, dict) and all(isinstance(one, int) for one in known.values()):
        return Behind(known)
    if answer.status in (401, 403):
        return Failed(f"The fence refused to be raised ({str(problem.get('code'))[:40]}).")
    return transport.unusable(operation, request)


def _marks(answer: Answer, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
    marks = (answer.object() or {}).get("marks")
    if not answer.accepted or not isinstance(marks, dict):
        return None
    numbers = {key: marks.get(key) for key in epochs}
    found = {key: number for key, number in numbers.items() if isinstance(number, int)}
    return found if len(found) == len(epochs) else None
