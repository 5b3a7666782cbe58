"""One request and one complete answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `writes` says that it changes something: it asks the operation's hook before its first byte.

    `body` is sent as JSON, bytes as they are. Nothing of it shows in `repr`: path and headers may hold ids and
    tokens, the body an address.
    """

    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | bytes | None = field(default=None, repr=False)
    writes: bool = False

    def encoded(self) -> bytes | None:
        """The body as it is sent."""
        return self.body if self.body is None or isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer. Names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    @property
    def says_something(self) -> bool:
        """Whether it is a yes or a no. A redirect, a 5xx and a 408 are neither: the system may be at work still."""
        return self.accepted or (400 <= self.status < 500 and self.status != 408)

    def object(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is anything else."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None
