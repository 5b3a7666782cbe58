"""What stands at one revision, and how a lease holder is told of it. Its rights are the client package's business."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal
from cutover_client.routes import Answer, Refused, Route, not_adopted, retired


@dataclass(frozen=True, slots=True)
class Standing:
    """Revision, ownership rows, and the identity of the database that is stored beside them, from one snapshot."""

    revision: int
    rows: Mapping[str, Ownership]
    identity: str | None = None

    def of(self, keys: Iterable[str]) -> "Standing":
        """The same of these preferences alone; one without a row is unowned at epoch 0."""
        return Standing(self.revision, {key: self.rows.get(key, Ownership(key)) for key in keys}, self.identity)


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
