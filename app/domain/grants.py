"""What stands at one revision, and how a lease holder is told of it. Its rights are the client package's business."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from app.domain.announcements import Announcement
from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal
from cutover_client.routes import Answer, Refused, Route, not_adopted, retired

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""The time of a standing that was read from no database."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Revision, ownership rows, and the identity of the database that is stored beside them, from one snapshot.

    `head` is the hash of the ledger's last entry: with the same one, nothing else that is told has changed either.
    `at` is what the database's clock said. `told` is what Veterans are told, where somebody asked for that too.
    """

    revision: int
    rows: Mapping[str, Ownership]
    identity: str | None = None
    head: str = ""
    at: datetime = field(default=LONG_AGO, compare=False)
    told: tuple[Announcement, ...] = ()

    def of(self, keys: Iterable[str]) -> "Standing":
        """The same of these preferences alone; one without a row is unowned at epoch 0."""
        return replace(self, rows={key: self.rows.get(key, Ownership(key)) for key in keys})


def route_of(row: Ownership, permit: str | None = None) -> Route:
    """A row as a lease holder is told it."""
    route = row.route
    target = None if row.target is None else row.target.value
    return Route(row.key, row.state.value, route.read_from, route.write_to, row.epoch, row.owner, target, permit)


def answer_of(standing: Standing, permits: Mapping[str, str] | None = None) -> Answer:
    """What stands, as a lease holder is told it, with a permit for each preference that has one."""
    given = permits or {}
    return Answer(standing.revision, {key: route_of(row, given.get(key)) for key, row in standing.rows.items()})


def require_reader(row: Ownership) -> System:
    """The one system that is read now. Refusals `not_adopted`, `retired`."""
    reader = row.route.read_from
    if reader is None:
        raise refusal_of((retired if row.state is State.RETIRED else not_adopted)(route_of(row)))
    return reader


def refusal_of(refused: Refused) -> Refusal:
    """What the client package refuses, in this service's own family: the same code and sentences."""
    return Refusal(refused.code, refused.detail, refused.mend, refused.facts)
