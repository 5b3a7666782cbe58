"""The port to the flags that people keep in Unleash. What nobody can say is UNKNOWN: neither on nor off."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class FlagState(StrEnum):
    """How a flag stands for everybody. One that is on for some and off for others is UNKNOWN."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FlagAnswer:
    """What was found, and one sentence about it for people: why it is unknown, and what to do about that."""

    state: FlagState
    sentence: str


class FlagPort(Protocol):
    """Where flags are read. Safe to be used from many threads at once, and in a child of a fork."""

    def ask(self, flag: str) -> FlagAnswer:
        """How a flag stands now, at most a few seconds old. Never raises; takes at most a few seconds."""


class NoFlags:
    """A FlagPort where no Unleash is configured."""

    def ask(self, flag: str) -> FlagAnswer:
        """See FlagPort."""
        why = f'No Unleash is configured, so nobody can say whether flag "{flag}" is on'
        return FlagAnswer(FlagState.UNKNOWN, f"{why}: set UNLEASH_URL and UNLEASH_TOKEN.")
