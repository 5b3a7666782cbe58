"""A client with a lease, through the client package: it writes to the systems themselves, under permits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutover_client.client import Client
from cutover_client.errors import NotKnown, NotSent, OutcomeUnknown
from cutover_client.routes import Refused
from cutover_client.settings import Settings
from cutover_client.writing import WritePermit
from sandbox.chaos import ambush
from sandbox.chaos.client import Orders, given, live
from sandbox.chaos.contracts import NotNow, Systems, is_done
from sandbox.chaos.person import Choice, Notebook, Outcome


@dataclass(frozen=True)
class Writer:
    """Writes under one lease, from many threads."""

    client: Client

    def write(self, notebook: Notebook, choice: Choice, systems: Systems) -> str:
        """See `sandbox.chaos.client.Write`."""
        try:
            route = self.client.route(choice.key)
        except NotKnown:
            raise NotNow from None
        prepared = route.write_to
        if prepared is not None:
            systems.prepare(prepared, choice.person, choice.key)
        return notebook.told(choice, route.epoch, lambda: self._made(choice, route.epoch, systems, prepared))

    def _made(self, choice: Choice, epoch: int, systems: Systems, prepared: str | None) -> Outcome:
        try:
            with self.client.writing(choice.key, epoch, choice.write) as permit:
                if permit.system != prepared:
                    return "failed", {"code": "not_prepared"}
                return _sent(permit, choice, systems)
        except Refused as refused:
            return "failed", {"code": refused.code}
        except NotSent:
            return "failed", {"code": "not_sent"}
        except OutcomeUnknown:
            return "unknown", {}


def _sent(permit: WritePermit, choice: Choice, systems: Systems) -> Outcome:
    sent = 0

    def send(method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> tuple[int, bytes]:
        nonlocal sent
        answer = permit.send(method, url, headers=headers, body=body)
        sent += answer.accepted
        return answer.status, answer.body

    answer = systems.write(permit.system, choice.person, choice.key, choice.name, send)
    if is_done(permit.system, answer):
        if permit.system == "va_gov":
            # Its own name of the write, which it also tells when it reports the write to its consumers.
            permit.answered(json.loads(answer[1])["txAuditId"])
        return "ok", {"owner": permit.system}
    # A first half that was accepted is not "certainly not written".
    return ("unknown", {}) if sent else ("failed", {"code": "system_refused"})


def main() -> None:
    """Write until told to stop."""
    orders: Orders = given()
    if orders.ambush:
        ambush.lay(orders.ambush)
    with Client(orders.urls, orders.token, client=orders.name, keys=orders.keys, settings=Settings()) as client:
        live(orders, "lease", Writer(client).write)


if __name__ == "__main__":
    main()
