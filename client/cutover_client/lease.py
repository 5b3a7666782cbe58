"""One lease at the controller, over HTTP: registered, renewed, acknowledged and released."""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cutover_client.errors import NoController
from cutover_client.replicas import Replicas
from cutover_client.reports import Reports
from cutover_client.routes import Answer, Route
from cutover_client.spans import Spans
from cutover_client.wire.messages import Request


def _instance() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


@dataclass
class HttpLease:
    """See `cutover_client.holding.Controller`. Its id is drawn anew for each process: a name would outlive one.

    `keys` are the preferences that may be written; what an answer says of others is left out. `on_more` is called
    where one renewal could not take everything that there is to tell.
    """

    replicas: Replicas
    client: str
    keys: tuple[str, ...]
    ask_within: float
    reports: Reports = field(default_factory=Reports)
    id: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    instance: str = field(default_factory=_instance)
    on_more: Callable[[], None] = lambda: None

    def renew(self, acknowledged: int) -> Answer:
        """Register or renew, and tell what there is to tell. Raises NoController."""
        members = self.reports.next()
        body = {
            "client": self.client,
            "instance": self.instance,
            "keys": list(self.keys),
            "acknowledged": max(0, acknowledged),
            **members,
        }
        found = self.replicas.ask(Request("PUT", self._path, body=body), self.ask_within)
        if found.status in (413, 422) and members:
            # What it cannot read it will not read the next time either, and without a lease nobody could write.
            self.reports.told(members)
            return self.renew(acknowledged)
        if found.status not in (200, 201):
            raise NoController(f"The controller refused the lease with status {found.status}{_why(found.object())}.")
        answer = answer_of(found.object(), self.keys)
        self.reports.told(members)
        if members and not self.reports.is_empty:
            self.on_more()
        return answer

    def release(self) -> None:
        """Give the lease up. Raises NoController: then it is waited out."""
        found = self.replicas.ask(Request("DELETE", self._path), self.ask_within)
        if not found.accepted and found.status != 404:
            raise NoController(f"The controller refused the release with status {found.status}.")

    @property
    def _path(self) -> str:
        return f"api/v1/leases/{self.id}"


def answer_of(told: dict[str, Any] | None, keys: tuple[str, ...]) -> Answer:
    """What a lease's answer says. Raises NoController where a part is missing or wrong: unknown never passes."""
    try:
        if told is None:
            raise TypeError
        settle = {str(system): _seconds(value) for system, value in told["settle"].items()}
        spans = Spans(_seconds(told["ttl"]), _seconds(told["write_timeout"]), settle)
        routes = [route_of(each) for each in told["routes"]]
        revision = _whole(told["revision"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NoController("The controller's answer to the lease cannot be read.") from None
    return Answer(revision, {route.key: route for route in routes if route.key in keys}, spans)


def route_of(told: dict[str, Any]) -> Route:
    """A route as it is told. Raises KeyError, TypeError."""
    texts = {name: told.get(name) for name in ("read_from", "write_to", "owner", "target", "permit")}
    if not all(text is None or isinstance(text, str) for text in texts.values()):
        raise TypeError
    if not isinstance(told["key"], str) or not isinstance(told["state"], str):
        raise TypeError
    return Route(told["key"], told["state"], epoch=_whole(told["epoch"]), **texts)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise ValueError
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _why(problem: dict[str, Any] | None) -> str:
    code = (problem or {}).get("code")
    return f" ({code})" if isinstance(code, str) else ""
