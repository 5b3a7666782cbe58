"""One reading of all flags: a client of Unleash's own making, made for one fetch and destroyed after it.

Why not one client that lives on, as its makers mean it? It hides what a check must know. With Unleash gone it answers
from its last state for ever; before its first fetch, and for a flag that it never heard of, it answers False; and it
tells nobody when it last heard anything: a failed fetch raises no event, and a 304, which unleash-server sends without
an entity tag, looks the same as a failure. A client that was just made has no state but that of its one fetch, which
`initialize_client` makes before it returns, and to which no 304 can come. So a state that is there is one that Unleash
told just now. Nothing is stored, nothing polls, and a fork finds nothing to inherit. A reading costs one request and
about 7 ms of this process.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from UnleashClient import UnleashClient
from UnleashClient.cache import BaseCache
from UnleashClient.constants import FEATURES_URL
from UnleashClient.utils import LOGGER

from app.adapters.unleash.judging import judged
from app.services.flags import FlagAnswer

TIMEOUT = 2
"""Seconds for connecting, and for each silence in an answer."""

NEVER = 24 * 3600
"""The client's own refresh, in seconds: it is gone long before."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Every flag that Unleash told of, or `fault`: why there is none, as the beginning of a sentence, and `mend`."""

    answers: Mapping[str, FlagAnswer] = field(default_factory=lambda: MappingProxyType({}))
    fault: str | None = None
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where Unleash is, and how to be let in. `ca_file` is an own list of authorities for TLS."""

    url: str
    token: str = field(repr=False)
    ca_file: str | None = None


class _Memory(BaseCache):
    """The client's cache, in memory: its own one is a file that all processes of a machine would share."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def set(self, key: str, value: Any) -> None:
        self._kept[key] = value

    def mset(self, data: dict[str, Any]) -> None:
        self._kept.update(data)

    def get(self, key: str, default: Any = None) -> Any:
        return self._kept.get(key, default)

    def exists(self, key: str) -> bool:
        return key in self._kept

    def destroy(self) -> None:
        self._kept.clear()


def read(place: Place) -> Reading:
    """Ask Unleash once for all flags that the token may see. An answer that trickles in is waited for without end."""
    # What goes wrong is told in the answer, once for each question; the client would log it with a trace each time.
    LOGGER.setLevel("CRITICAL")
    memory, statuses = _Memory(), list[int]()
    client = _client(place, memory, statuses)
    try:
        client.initialize_client()
        return _told(client, memory.get(FEATURES_URL, "")) if statuses[-1:] == [200] else _failed(statuses)
    finally:
        client.destroy()


def _client(place: Place, memory: _Memory, statuses: list[int]) -> UnleashClient:
    def heard(response: Any, *_: Any, **__: Any) -> None:
        statuses.append(response.status_code)

    # No retries: whoever needs the answer asks again, and is told in the meantime.
    return UnleashClient(
        url=place.url,
        app_name="cutover",
        custom_headers={"Authorization": place.token},
        custom_options={"hooks": {"response": heard}, **({"verify": place.ca_file} if place.ca_file else {})},
        request_timeout=TIMEOUT,
        request_retries=0,
        refresh_interval=NEVER,
        disable_metrics=True,
        disable_registration=True,
        cache=memory,
    )


def _told(client: UnleashClient, text: str) -> Reading:
    try:
        definitions = {each["name"]: each for each in json.loads(text)["features"]}
        # Of those, the ones that the client knows: it leaves out what it could not read.
        known = client.feature_definitions()
        return Reading({name: judged(name, definitions[name], client.is_enabled(name)) for name in known})
    except (ValueError, TypeError, KeyError):
        return Reading(
            fault="Unleash's answer broke off, or is no list of flags",
            mend="Does UNLEASH_URL name Unleash's API, and nothing in front of it that answers by itself?",
        )


def _failed(statuses: list[int]) -> Reading:
    if not statuses:
        return Reading(
            fault="Unleash could not be reached, or failed",
            mend="Is it running, and does UNLEASH_URL name it?",
        )
    status = statuses[-1]
    if status in (401, 403):
        return Reading(
            fault=f"Unleash refused UNLEASH_TOKEN (status {status})",
            mend="Set a backend token of the environment whose flags are meant.",
        )
    return Reading(fault=f"Unleash answered with status {status}", mend="Does UNLEASH_URL name Unleash's API?")
