"""What a user of the client is told beside `routes.Refused`: each is another answer to "was it written?"."""

from dataclasses import dataclass


@dataclass
class NotKnown(Exception):
    """The controller has told this process nothing about a preference yet, so nobody knows where it is read."""

    key: str

    def __str__(self) -> str:
        return (
            f"The controller has told this process nothing about {self.key}. Is it one of the client's keys, "
            "and does the controller answer?"
        )


@dataclass
class NotSent(Exception):
    """Certainly not written: the system could not be reached. Offer the same again after `retry_after` seconds."""

    key: str
    system: str
    epoch: int
    retry_after: float = 5.0

    def __str__(self) -> str:
        return f"{self.system} could not be reached. Nothing of the change to {self.key} was sent."


@dataclass
class OutcomeUnknown(Exception):
    """Perhaps written: read the preference back from its present owner before you offer it again.

    `epoch` is the one that the write was sent under; the present one may be higher.
    """

    key: str
    epoch: int
    write_id: str
    why: str

    def __str__(self) -> str:
        return f"It is not known whether the change to {self.key} was made. {self.why} Read it back from its owner."


class NoController(Exception):
    """No controller gave a usable answer. The sentence holds neither token nor lease."""
