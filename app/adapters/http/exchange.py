"""One use of a system, and what may be said when it does not answer or says no."""

from collections.abc import Callable
from dataclasses import dataclass


class NoAnswer(Exception):
    """A request without a usable answer. The message is for people: a sentence without ids, addresses or bodies."""


class Refused(Exception):
    """The system understood and said no. The message is for people: a sentence without ids, addresses or bodies."""


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
