"""Bare marks: a line in a system's own log that says "up to here, that epoch"."""

from collections.abc import Mapping

from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.transport import Transport
from app.services.systems import Failed
from cutover_client.wire.messages import Answer, Request

PATH = ".well-known/cutover/marks"


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


def _marks(answer: Answer, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
    marks = (answer.object() or {}).get("marks")
    if not answer.accepted or not isinstance(marks, dict):
        return None
    numbers = {key: marks.get(key) for key in epochs}
    found = {key: number for key, number in numbers.items() if isinstance(number, int)}
    return found if len(found) == len(epochs) else None
