"""The controller's addresses: one is asked, and the next one when it does not answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from cutover_client.clocks import Clock
from cutover_client.errors import NoController
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Answer, Request
from cutover_client.wire.wire import Wire

TRY_ANOTHER = (408, 429)


def countdown(clock: Clock, seconds: float) -> Callable[[], float]:
    """How much is left of `seconds` that begin now; below zero when they are over."""
    began = clock.instant()
    return lambda: seconds - clock.instant().since(began)


class Replicas:
    """All replicas of one controller. Safe to be used from many threads."""

    def __init__(self, urls: Sequence[str], token: str, ca_file: str | None, clock: Clock) -> None:
        self._wires = [Wire(url, ca_file) for url in urls]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._clock = clock
        self._at = 0

    def ask(self, request: Request, within: float) -> Answer:
        """The first answer of status 2xx or 4xx, each replica asked for `within` seconds at most. Raises NoController.

        The one that answered is asked first the next time.
        """
        signed = self.signed(request)
        for _ in self._wires:
            wire = self.present
            answer = wire.exchange(Call(countdown(self._clock, within)), signed)
            if answer is not None and answer.says_something and answer.status not in TRY_ANOTHER:
                return answer
            self.turn_from(wire)
        raise NoController(f"No controller answered {request.method} (of {len(self._wires)} that were asked).")

    @property
    def present(self) -> Wire:
        """The one that is asked first now."""
        return self._wires[self._at % len(self._wires)]

    def turn_from(self, failed: Wire) -> None:
        """Ask another one from now on, unless another thread has turned already."""
        if self.present is failed:
            self._at += 1

    def signed(self, request: Request) -> Request:
        """The request with the token."""
        return replace(request, headers={**self._headers, **request.headers})

    def close(self) -> None:
        """Close the connections that are kept open."""
        for wire in self._wires:
            wire.close()
