"""A process that carries reads and writes for the tests, in a world of theirs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from app.adapters.keys.hashing import hasher
from app.domain.catalogue import Choice, Preference
from app.domain.grants import answer_of
from app.domain.people import Person
from app.domain.refusals import Refusal
from app.services.carrying import Carrier, Held, Wanted
from app.services.leasing import Renewal, release, renew
from app.services.noting import Notes
from app.services.unanswered import Unanswered
from cutover_client.holding import Holder
from cutover_client.routes import Answer
from cutover_client.spans import Spans
from tests.services.world import MHV, RX, VA_GOV, World

SPANS = Spans(30.0, 5.0, {"mhv": 3.0, "va_gov": 3.0})
ADA = Person(va_profile_id="1000001", mhv_correlation_id="2000001")
BEN = Person(va_profile_id="1000002", mhv_correlation_id="2000002")

WITH_DAILY = (
    Choice("off", {MHV: 0, VA_GOV: False}),
    Choice("each", {MHV: 1, VA_GOV: True}),
    Choice("daily", {MHV: 2, VA_GOV: True}, loses="the once-a-day bundle"),
    Choice("weekly", {MHV: 3}),
)


@dataclass
class OwnLease:
    """The lease of the process, from the same database. See `cutover_client.holding.Controller`."""

    world: World
    name: str = "carrier"

    def renew(self, acknowledged: int) -> Answer:
        """See `cutover_client.holding.Controller`."""
        keys = tuple(self.world.files.preferences)
        asked = Renewal(self.name, "cutover", self.name, keys, SPANS.ttl, acknowledged)
        return answer_of(renew(self.world.store, asked))

    def release(self) -> None:
        """See `cutover_client.holding.Controller`."""
        release(self.world.store, self.name)


@dataclass
class Carriage:
    """A carrier, its lease, and the shortest way to ask it."""

    world: World
    holder: Holder = field(init=False)
    carrier: Carrier = field(init=False)
    notes: Notes = field(init=False)
    troubles: list[str] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        world = self.world
        self.holder = Holder(OwnLease(world), world.clock, SPANS, lambda _: None)
        unanswered = Unanswered(world.store, hasher("invented", "tests"), SPANS.span())
        self.notes = Notes(unanswered, lambda what, _: self.troubles.append(what))
        self.carrier = Carrier(world.store, dict(world.systems), self.holder, world.clock, self.notes)
        self.holder.renew()

    def read(self, key: str = RX, person: Person = ADA) -> Held:
        """What the owner holds."""
        return self.carrier.read(self.world.files, person, key)

    def write(self, choice: str, epoch: int | None = None, key: str = RX) -> Held:
        """Write a choice of Ada's, under the present epoch where none is named."""
        seen = self.world.row(key).epoch if epoch is None else epoch
        wanted = Wanted(key, choice, seen, f"w-{next(self._numbers)}")
        return self.carrier.write(self.world.files, ADA, wanted)


def refusal(ask: Callable[[], object]) -> Refusal:
    """The refusal that is the answer."""
    with pytest.raises(Refusal) as refused:
        ask()
    return refused.value


def accepted(carriage: Carriage) -> list[tuple[str, str | None, int]]:
    """Every write that was accepted: where, its id, its epoch."""
    systems = carriage.world.systems.items()
    return [
        (name.value, line.write_id, line.epoch) for name, one in systems for line in one.log if line.kind == "accept"
    ]


def in_flight(carriage: Carriage) -> int:
    """How many writes are in flight."""
    return len(carriage.holder._grants.flights)


def preference_of(carriage: Carriage, key: str) -> Preference:
    """What the file says."""
    return carriage.world.files.preference(key)
