"""VA Profile behind the port to systems."""

from collections.abc import Mapping, Sequence
from functools import partial

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation, Refused
from app.adapters.http.marks import RAISE, bare_marks, raised_fence
from app.adapters.http.outcome import carried
from app.adapters.http.transport import Transport
from app.adapters.va_profile.desk import Desk, Order
from app.adapters.va_profile.permissions import Bios, permission_in
from app.domain.catalogue import Preference, Stored, VaGovBinding
from app.domain.ownership import System
from app.domain.people import Person
from app.services.clock import Clock
from app.services.systems import Failed, Reading, Rejected, Write
from cutover_client.wire.messages import Request

READ = 8.0
PROBE = 2.0


class VaProfileSystem:
    """A SystemPort. `ca_file` is an own list of authorities for TLS."""

    def __init__(self, base_url: str, clock: Clock, ca_file: str | None = None) -> None:
        self._clock = clock
        self._transport = Transport(base_url, "VA.gov", clock, ca_file)
        self._desk = Desk(self._transport)

    def read(self, person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        """See SystemPort. One call answers for all preferences."""
        try:
            bios = self._desk.bios(Operation(countdown(self._clock, READ)), person)
        except (NoAnswer, Refused) as failure:
            return {preference.key: Failed(str(failure)) for preference in preferences}
        return {preference.key: _reading(bios, preference) for preference in preferences}

    def write(self, person: Person, write: Write) -> Reading:
        """See SystemPort."""
        binding = _binding(write.preference)
        if binding is None:
            raise Rejected(_no_item(write.preference))
        if not isinstance(write.value, bool):
            raise Rejected("VA.gov keeps yes or no for this, not a number.")
        operation = Operation(write.seconds_left, write.before_first_byte)
        order = Order(person, binding, write, self._clock.now())
        send = partial(self._desk.put, operation, order)
        return carried(operation, write.value, send, lambda: _value(self._desk.bios(operation, person), binding))

    def reachable(self) -> str | None:
        """See SystemPort. VA Profile has no address for this: the list of its items is asked for."""
        request = Request("GET", self._desk.items, self._desk.headers)
        try:
            answer = self._transport.probe(Operation(countdown(self._clock, PROBE)), request)
        except NoAnswer as missing:
            return str(missing)
        return None if answer.accepted else f"VA.gov answered with status {answer.status}."

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """See SystemPort."""
        return bare_marks(self._transport, Operation(countdown(self._clock, PROBE)), epochs)

    def raise_fence(self, epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        """See SystemPort."""
        return raised_fence(self._transport, Operation(countdown(self._clock, RAISE)), epochs, tokens)

    def close(self) -> None:
        """Close the connections that are kept open for later calls."""
        self._transport.close()


def _binding(preference: Preference) -> VaGovBinding | None:
    binding = preference.systems.get(System.VA_GOV)
    return binding if isinstance(binding, VaGovBinding) else None


def _value(bios: Bios, binding: VaGovBinding) -> Stored | None:
    permission = permission_in(bios, binding)
    return None if permission is None else permission.allowed


def _reading(bios: Bios, preference: Preference) -> Reading | Failed:
    binding = _binding(preference)
    if binding is None:
        return Failed(_no_item(preference))
    try:
        return Reading(_value(bios, binding))
    except NoAnswer as failure:
        return Failed(str(failure))


def _no_item(preference: Preference) -> str:
    return f"VA.gov has no item for {preference.title}."
