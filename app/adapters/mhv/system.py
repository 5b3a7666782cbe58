"""MHV behind the port to systems."""

from collections.abc import Mapping, Sequence

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation, Refused
from app.adapters.http.marks import RAISE, bare_marks, raised_fence
from app.adapters.http.outcome import carried
from app.adapters.http.stamp import stamp_of
from app.adapters.http.transport import Transport
from app.adapters.mhv.contracts import Contract, Contracts
from app.adapters.mhv.sessions import Door, Sessions
from app.adapters.mhv.visit import Desk, Visit
from app.domain.catalogue import MhvBinding, Preference
from app.domain.ownership import System
from app.domain.people import Person
from app.services.clock import Clock
from app.services.systems import Failed, Reading, Rejected, Write
from cutover_client.wire.messages import Request

READ = 8.0
PROBE = 2.0


class MhvSystem:
    """A SystemPort. `app_token` is MHV's name for this service; `ca_file` an own list of authorities for TLS."""

    def __init__(self, base_url: str, app_token: str, clock: Clock, ca_file: str | None = None) -> None:
        self._clock = clock
        self._transport = Transport(base_url, "MHV", clock, ca_file)
        self._desk = Desk(self._transport, Sessions(clock), app_token)
        self._contracts = Contracts()

    def read(self, person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        """See SystemPort."""
        visit = Visit(self._desk, Operation(countdown(self._clock, READ)), person)
        return {preference.key: self._reading(visit, preference) for preference in preferences}

    def write(self, person: Person, write: Write) -> Reading:
        """See SystemPort."""
        contract = self._contract(write.preference)
        if contract is None:
            raise Rejected(_no_contract(write.preference))
        operation = Operation(write.seconds_left, write.before_first_byte)
        visit = Visit(self._desk, operation, person, stamp_of(write))

        def send() -> None:
            contract.write(visit, write.value)

        return carried(operation, write.value, send, lambda: contract.read(visit))

    def reachable(self) -> str | None:
        """See SystemPort. MHV has no address for this: it is asked for a session of nobody, and a no is an answer."""
        request = Request("GET", Door.USER_MANAGEMENT.session, {"appToken": self._desk.app_token})
        try:
            self._transport.probe(Operation(countdown(self._clock, PROBE)), request)
        except NoAnswer as missing:
            return str(missing)
        return None

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """See SystemPort."""
        return bare_marks(self._transport, Operation(countdown(self._clock, PROBE)), epochs)

    def raise_fence(self, epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        """See SystemPort."""
        return raised_fence(self._transport, Operation(countdown(self._clock, RAISE)), epochs, tokens)

    def close(self) -> None:
        """Close the connections that are kept open for later calls."""
        self._transport.close()

    def _reading(self, visit: Visit, preference: Preference) -> Reading | Failed:
        contract = self._contract(preference)
        if contract is None:
            return Failed(_no_contract(preference))
        try:
            return Reading(contract.read(visit))
        except (NoAnswer, Refused) as failure:
            return Failed(str(failure))

    def _contract(self, preference: Preference) -> Contract | None:
        binding = preference.systems.get(System.MHV)
        return self._contracts.of(binding) if isinstance(binding, MhvBinding) else None


def _no_contract(preference: Preference) -> str:
    return f"MHV has no contract for {preference.title}."
