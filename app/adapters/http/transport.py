"""Requests to one system: repeated where that helps, never past the deadline, and left alone when it is down."""

import random
from dataclasses import dataclass

from app.adapters.http.breaker import Breaker
from app.adapters.http.exchange import NoAnswer, Operation
from app.services.clock import Clock
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Answer, Request
from cutover_client.wire.wire import Wire

RETRIES = 2
FIRST_BACK_OFF = 0.05
WORTH_REPEATING = (502, 503, 504)
# An attempt that had less time than this says nothing about the system when it runs out of it.
FAIR_CHANCE = 1.0


@dataclass(frozen=True, slots=True)
class _Miss:
    """Why an attempt brought nothing, whether it is worth another, and whether the system is to blame."""

    why: str
    again: bool
    blame: bool


class Transport:
    """One system behind one base address. Safe to be used from many threads at once.

    `title` is the name that people read. Redirects are not followed; nothing is taken from the environment.
    """

    def __init__(self, base_url: str, title: str, clock: Clock, ca_file: str | None = None) -> None:
        self._title = title
        self._clock = clock
        self._wire = Wire(base_url, ca_file)
        self._breaker = Breaker(clock.monotonic)

    def ask(self, operation: Operation, request: Request) -> Answer:
        """One request, made up to three times within the deadline. The answer has a status of 2xx or 4xx.

        Every request may be repeated: a write says what must stand, not what must be added. Raises NoAnswer; what the
        hook raises passes through unchanged, but only while nothing of the operation's writes was sent.
        """
        if not self._breaker.admits():
            raise NoAnswer(f"{self._title} failed several times in a row and is left alone for some seconds.")
        result = self._attempt(operation, request)
        for attempt in range(RETRIES):
            if isinstance(result, Answer) or not result.again or not self._back_off(operation, attempt):
                break
            result = self._attempt(operation, request)
        self._tell_breaker(result)
        return _answer(result)

    def probe(self, operation: Operation, request: Request) -> Answer:
        """The same once, whatever the breaker says and without telling it. Raises NoAnswer."""
        return _answer(self._attempt(operation, request))

    def unusable(self, operation: Operation, request: Request) -> NoAnswer:
        """What to raise for an answer that says nothing. A write answered so may have been made, or not yet."""
        operation.unanswered |= request.writes
        return NoAnswer(f"{self._title} gave an answer that cannot be used.")

    def close(self) -> None:
        """Close the connections that are kept open for later calls."""
        self._wire.close()

    def _tell_breaker(self, result: Answer | _Miss) -> None:
        if isinstance(result, Answer):
            self._breaker.succeeded()
        elif result.blame:
            self._breaker.failed()

    def _attempt(self, operation: Operation, request: Request) -> Answer | _Miss:
        call = Call(operation.seconds_left, operation.before_first_byte if request.writes else None)
        given = operation.seconds_left()
        answer = self._wire.exchange(call, request)
        if call.stopped is not None:
            return self._stopped(operation, call.stopped)
        operation.began |= request.writes and call.sent
        if answer is not None and answer.says_something:
            return answer
        # Also behind a 5xx: a gateway says it while the system is still at work.
        operation.unanswered |= request.writes and call.sent
        if answer is not None:
            why = f"{self._title} answered with status {answer.status}."
            return _Miss(why, again=answer.status in WORTH_REPEATING, blame=answer.status >= 500)
        return _Miss(self._why(call), again=not call.timed_out, blame=not call.timed_out or given >= FAIR_CHANCE)

    def _stopped(self, operation: Operation, error: BaseException) -> _Miss:
        # The hook's exception says that nothing of the write is out. Once a part of it is, that would be untrue.
        if not operation.began:
            raise error
        return _Miss(f"The write to {self._title} was stopped half-way.", again=False, blame=False)

    def _why(self, call: Call) -> str:
        if call.timed_out:
            return f"{self._title} did not answer in time."
        if not call.sent:
            return f"{self._title} could not be reached."
        return f"The connection to {self._title} was lost, or its answer cannot be used."

    def _back_off(self, operation: Operation, attempt: int) -> bool:
        """Wait a little before the next attempt; no when there is no time for it."""
        pause: float = FIRST_BACK_OFF * 3**attempt * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        if operation.seconds_left() <= pause:
            return False
        self._clock.sleep(pause)
        return True


def _answer(result: Answer | _Miss) -> Answer:
    if isinstance(result, _Miss):
        raise NoAnswer(result.why)
    return result
