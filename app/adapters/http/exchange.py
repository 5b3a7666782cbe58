"""What is asked of a system, what it answers, and what may be said when it does not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST_BODY = 1024 * 1024


class NoAnswer(Exception):
    """A request without a usable answer. The message is for people: a sentence without ids, addresses or bodies."""


class Refused(Exception):
    """The system understood and said no. The message is for people: a sentence without ids, addresses or bodies."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `writes` says that it changes something: it asks the operation's hook before its first byte.

    Nothing of it shows in `repr`: path and headers may hold ids and tokens, the body an address.
    """

    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    writes: bool = False

    def encoded(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else json.dumps(self.body).encode()


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


@dataclass(slots=True)
class Operation:
    """One use of a system, of one or more requests, under one absolute deadline.

    `began`: a byte of a request that writes may have left. `unanswered`: one of those got no usable answer, so it may
    still be applied after this operation is over, whatever later requests bring. `half` tells people what a write of
    several requests has done when it does not get to its end.
    """

    seconds_left: Callable[[], float]
    before_first_byte: Callable[[], None] | None = None
    began: bool = False
    unanswered: bool = False
    half: str = ""
