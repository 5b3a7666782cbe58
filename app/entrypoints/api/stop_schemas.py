"""The shapes of what the API answers about stops, locks and proposals."""

from typing import Any, Literal

from app.entrypoints.api.schemas import Told


class ProposalOut(Told):
    """A move by hand that needs approvals. `move` is the one that it became."""

    id: int | None
    state: Literal["open", "started", "withdrawn", "expired"]
    preferences: list[str]
    to: Literal["mhv", "va_gov", "nobody"]
    expect: dict[str, int]
    surfaces: dict[str, list[str]]
    needed: int
    approvals: list[dict[str, Any]]
    by: str
    expires: str
    move: int | None


class ProposalsOut(Told):
    """Proposals, the newest first."""

    proposals: list[ProposalOut]


class StopOut(Told):
    """What is stopped: a preference, or everything where `key` is null."""

    key: str | None
    by: str
    reason: str
    since: str


class StopsOut(Told):
    """Everything that is stopped."""

    stops: list[StopOut]


class StoppedOut(StopOut):
    """What is stopped from now on, and the moves that were called off."""

    called_off: list[int]


class LiftedOut(StopsOut):
    """What is stopped still."""
