"""A client without a lease: it reads who owns what from time to time, and writes by that, without a permit."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.chaos.client import Orders, given, live
from sandbox.chaos.contracts import NotNow, Systems, is_done
from sandbox.chaos.person import Choice, Notebook, Outcome

LOOK_EVERY = 0.5
TIMEOUT = 2.0


@dataclass
class Advised:
    """What the service said last, and the writes that are made by it."""

    orders: Orders
    _known: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _looked: float = 0.0

    def write(self, notebook: Notebook, choice: Choice, systems: Systems) -> str:
        """See `sandbox.chaos.client.Write`."""
        self._look(systems.session)
        known = self._known.get(choice.key, {})
        system = known.get("write_to")
        if system is None:
            raise NotNow
        systems.prepare(system, choice.person, choice.key)
        return notebook.told(choice, known["epoch"], lambda: self._made(choice, known, systems))

    def _look(self, session: requests.Session) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        for url in self.orders.urls:
            try:
                headers = {"Authorization": f"Bearer {self.orders.token}"}
                told = session.get(f"{url}/api/v1/ownership", headers=headers, timeout=TIMEOUT).json()
                self._known = {one["key"]: one for one in told["preferences"]}
            except (requests.RequestException, ValueError, KeyError):
                continue
            return

    def _made(self, choice: Choice, known: Mapping[str, Any], systems: Systems) -> Outcome:
        stamp = {"Cutover-Write-Id": choice.write, "Cutover-Epoch": str(known["epoch"])}
        sent = 0

        def send(method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> tuple[int, bytes]:
            nonlocal sent
            answer = systems.session.request(method, url, headers={**headers, **stamp}, json=body, timeout=TIMEOUT)
            if answer.status_code >= 500:
                raise requests.RequestException
            sent += answer.ok
            return answer.status_code, answer.content

        try:
            answer = systems.write(known["write_to"], choice.person, choice.key, choice.name, send)
        except requests.RequestException:
            return "unknown", {}
        if is_done(known["write_to"], answer):
            return "ok", {"owner": known["write_to"]}
        return ("unknown", {}) if sent else ("failed", {"code": "system_refused"})


def main() -> None:
    """Write until told to stop."""
    orders = given()
    live(orders, "advisory", Advised(orders).write)


if __name__ == "__main__":
    main()
