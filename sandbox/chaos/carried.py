"""A client that writes through the service: any replica, and the next one when that one does not answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import requests

from sandbox.chaos.client import Orders, given, live
from sandbox.chaos.contracts import NotNow, Systems
from sandbox.chaos.person import Choice, Notebook, Outcome
from sandbox.people import Person

TIMEOUT = 5.0
_PERHAPS = ("outcome_unknown", "unexpected")


@dataclass
class Carrier:
    """The service as carried writers reach it."""

    orders: Orders
    _at: int = 0

    def write(self, notebook: Notebook, choice: Choice, systems: Systems) -> str:
        """See `sandbox.chaos.client.Write`."""
        ask = partial(self._ask, systems.session, choice)
        seen = ask("GET", None)
        if seen is None or "epoch" not in seen or "choices" not in seen:
            raise NotNow
        other = self._other(choice, seen)
        return notebook.told(other, seen["epoch"], lambda: _made(ask, other, seen["epoch"]))

    def _other(self, choice: Choice, seen: Mapping[str, Any]) -> Choice:
        """Another choice than the one that stands there, also as it is stored: who changes nothing sends nothing.

        The service counts a write without an answer as made when what was wanted stands there afterwards. Of a choice
        that stood there before, that would say nothing about the write.
        """
        stored = self.orders.flags[choice.key].stored
        owner = seen["owner"]
        before = stored.get(seen["choice"] or "", {}).get(owner, False)
        others = sorted(name for name, systems in stored.items() if systems[owner] != before)
        return choice if choice.name in others else replace(choice, name=others[0])

    def _ask(self, session: requests.Session, choice: Choice, method: str, sent: Any) -> dict[str, Any] | None:
        """What the service says; None without an answer that can be read."""
        url = f"{self.orders.urls[self._at % len(self.orders.urls)]}/api/v1/preferences/{choice.key}"
        headers = {**_headers(choice.person), "Authorization": f"Bearer {self.orders.token}"}
        headers["Cutover-Write-Id"] = choice.write
        try:
            answer = session.request(method, url, json=sent, headers=headers, timeout=TIMEOUT)
            found: Any = answer.json()
        except (requests.RequestException, ValueError):
            # A repeat elsewhere would be another write while the first may still be under way: this one is unknown.
            self._at += 1
            return None
        return found if isinstance(found, dict) else None


def _made(ask: Callable[[str, Any], dict[str, Any] | None], choice: Choice, epoch: int) -> Outcome:
    told = ask("PUT", {"choice": choice.name, "epoch": epoch})
    if told is None or told.get("code") in _PERHAPS:
        return "unknown", {}
    if "code" in told:
        return "failed", {"code": told["code"]}
    return "ok", {"owner": told["owner"]}


def _headers(person: Person) -> Mapping[str, str]:
    return {"X-VA-Profile-Id": str(person.va_profile_id), "X-MHV-Correlation-Id": person.mhv_correlation_id}


def main() -> None:
    """Write until told to stop."""
    orders = given()
    live(orders, "carried", Carrier(orders).write)


if __name__ == "__main__":
    main()
