"""The shapes of what the API answers. Further members are allowed; clients pass over those they do not know."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    """What all answers have in common: further members are allowed."""

    model_config = ConfigDict(extra="allow")


class NoticeOut(Told):
    """What a Veteran should be told now. `from` and `until` are times in America/New_York with their offset; a notice
    whose end is not known has none. `instead` says where to go meanwhile."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    level: Literal["none", "warning", "blocked"]
    text: str | None
    since: str | None = Field(alias="from")
    until: str | None
    instead: str | None


class OwnershipOut(Told):
    """Who owns one preference now; advisory for `valid_for` seconds."""

    key: str
    title: str
    state: Literal["unowned", "held", "moving", "retired", "stopped"]
    owner: Literal["mhv", "va_gov"] | None
    target: Literal["mhv", "va_gov", "nobody"] | None
    read_from: Literal["mhv", "va_gov"] | None
    write_to: Literal["mhv", "va_gov"] | None
    epoch: int
    valid_for: int
    surfaces: list[str]
    notice: NoticeOut
    move: int | None


class OwnershipsOut(Told):
    """Who owns what now, at one revision."""

    revision: int
    preferences: list[OwnershipOut]


class HeldOut(Told):
    """What the owner holds for one person."""

    key: str
    set: bool
    choice: str | None
    owner: Literal["mhv", "va_gov"]
    epoch: int
    choices: list[str]


class PreferencesOut(Told):
    """All preferences of one person: each as held, or with the problem that stands in its place."""

    preferences: list[dict[str, Any]]


class StageOut(Told):
    """One stage of a move."""

    name: Literal["check", "seed", "freeze", "close", "drain", "catch_up", "activate", "watch"]
    state: Literal["waiting", "running", "done", "skipped", "failed"]
    began: str | None
    ended: str | None
    detail: dict[str, Any]


class MoveOut(Told):
    """One move. `id` is null in a dry run."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    id: int | None
    preferences: list[str]
    origin: Literal["mhv", "va_gov"] | None = Field(alias="from")
    to: Literal["mhv", "va_gov", "nobody"]
    stage: str
    stages: list[StageOut]
    waiting_for: list[dict[str, Any]]
    outcome: Literal["done", "called_off"] | None
    undoes: int | None
    undone_by: int | None


class RouteOut(Told):
    """Where one preference is read and written; `permit` is a signed token, or null where nobody may write."""

    key: str
    state: str
    read_from: Literal["mhv", "va_gov"] | None
    write_to: Literal["mhv", "va_gov"] | None
    epoch: int
    permit: str | None


class LeaseOut(Told):
    """A lease. Durations are in seconds and count from when the request was sent."""

    lease: str
    ttl: float
    renew_every: float
    write_timeout: float
    settle: dict[str, float]
    revision: int
    routes: list[RouteOut]


class LeasesOut(Told):
    """Who is connected."""

    revision: int
    leases: list[dict[str, Any]]


class MovesOut(Told):
    """Moves, the newest first."""

    moves: list[MoveOut]


class LedgerOut(Told):
    """Entries in their order, and the number to go on after."""

    entries: list[dict[str, Any]]
    next_after: int | None


class VerdictOut(Told):
    """Whether the ledger is whole."""

    entries: int
    intact: bool
    first_broken: int | None
    head: str


class AdoptionOut(Told):
    """What an adoption did, and what it left alone with the reason."""

    adopted: dict[str, int]
    left: dict[str, str]


class RecoveryOut(Told):
    """How certain it is who owns what. `seconds`: how long old grants are still waited for; null when they are not."""

    database_changed: bool
    revision: int
    stopped: int
    drained: int
    recovering: bool
    seconds: float | None
    preferences: list[dict[str, Any]]


class IncidentOut(Told):
    """What a person must look at. `reference` names the write: the system's name for it, or the writer's."""

    id: int
    at: str
    kind: Literal["wrong_side", "late_answer", "fence_ahead"]
    key: str
    system: str
    epoch: int | None
    reference: str
    detail: str
    closed: str | None


class IncidentsOut(Told):
    """Incidents, the newest first."""

    incidents: list[IncidentOut]


class CountOut(Told):
    """How many reports there are of one system, preference and verdict. `key` is null for what is no preference."""

    system: Literal["mhv", "va_gov"]
    key: str | None
    verdict: Literal["right", "wrong", "unknown", "ignored"]
    count: int


class ReportsOut(Told):
    """What systems reported, counted."""

    reports: list[CountOut]


class TakenOut(Told):
    """What came of one event: for VA Profile's own books, and how each of its bios was judged."""

    txAuditId: str | None  # noqa: N815 - VA Profile's own name
    status: Literal["COMPLETED_SUCCESS", "COMPLETED_NOOP", "COMPLETED_FAILURE"]
    judged: list[Literal["right", "wrong", "unknown", "ignored", "repeat"]]


class ProblemOut(Told):
    """Why something was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    mend: str
