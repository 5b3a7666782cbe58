"""The calls of VA Profile's contract."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.adapters.http.exchange import Operation, Refused
from app.adapters.http.stamp import stamp_of
from app.adapters.http.transport import Transport
from app.adapters.va_profile.permissions import (
    Bios,
    bio_for,
    bios_in,
    is_made,
    permission_in,
    require_accepted,
)
from app.domain.catalogue import VaGovBinding
from app.domain.people import Person
from app.services.systems import Write
from cutover_client.wire.messages import Answer, Request

_NAME = re.compile(r"[A-Za-z0-9._:-]{1,100}")
BASE = "communication-hub/communication/v1"


@dataclass(frozen=True, slots=True)
class Order:
    """One write, and when the person made it: every request of it tells the same moment."""

    person: Person
    binding: VaGovBinding
    write: Write
    made: datetime


class Desk:
    """One VA Profile. Every method raises NoAnswer or Refused."""

    items = f"{BASE}/communication-items"
    headers: Mapping[str, str] = {"Cufsystemname": "VETSGOV", "Content-Type": "application/json"}

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def bios(self, operation: Operation, person: Person) -> Bios:
        """What is set for one person."""
        return bios_in(self._transport.ask(operation, Request("GET", _path(person), self.headers)))

    def put(self, operation: Operation, order: Order) -> str | None:
        """Create or update one permission; VA Profile's own name for the change, if it tells one."""
        permission = permission_in(self.bios(operation, order.person), order.binding)
        if permission is not None:
            return self._update(operation, order, permission.number)
        try:
            return self._sent(operation, order, "POST", {})
        except Refused:
            # Somebody else, or our own request whose answer was lost, may have created it meanwhile.
            permission = permission_in(self.bios(operation, order.person), order.binding)
            if permission is None:
                raise
        return self._update(operation, order, permission.number)

    def _update(self, operation: Operation, order: Order, number: int) -> str | None:
        return self._sent(operation, order, "PUT", {"communicationPermissionId": number})

    def _sent(self, operation: Operation, order: Order, method: str, more: Mapping[str, object]) -> str | None:
        bio = bio_for(int(order.person.va_profile_id), order.binding, bool(order.write.value), order.made)
        headers = {**self.headers, **stamp_of(order.write)}
        request = Request(method, _path(order.person), headers, {"bio": {**bio, **more}}, writes=True)
        answer = self._transport.ask(operation, request)
        require_accepted(answer)
        if not is_made(answer):
            raise self._transport.unusable(operation, request)
        return _audit(answer)


def _path(person: Person) -> str:
    return f"{BASE}/2.16.840.1.113883.4.349/{person.va_profile_id}%5EPI%5E200VETS%5EUSDVA/communication-permissions"


def _audit(answer: Answer) -> str | None:
    named = answer.headers.get("vaprofiletxauditid") or (answer.object() or {}).get("txAuditId")
    # It goes to the ledger: only what looks like a name, never whatever else may stand there.
    return str(named) if named and _NAME.fullmatch(str(named)) else None
