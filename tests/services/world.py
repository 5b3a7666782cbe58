"""What a test of the services is given: a controller in small, and the few things that are done with one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app.adapters.database.store import SqlStore, SqlUnit
from app.domain.catalogue import Catalogue, Choice, MhvBinding, Preference, Status, VaGovBinding
from app.domain.ledger import Entry, Head
from app.domain.milestones import Milestone
from app.domain.moves import Move, Stage, Terms
from app.domain.ownership import Ownership, System, Target
from app.services import moving
from app.services.adopting import Adoption, adopt
from app.services.checks.asking import Checks
from app.services.checks.questions import Means
from app.services.draining import Drains
from app.services.driving import Driver
from app.services.fencing import Fences
from app.services.flags import FlagPort, NoFlags
from app.services.leasing import Renewal, renew
from app.services.moving import Wish
from app.services.notices import Notices
from app.services.recording import By
from app.services.signing import Signer
from app.services.systems import SystemPort
from tests.fakes.keys import FakeKeys
from tests.services.systems import PausingSystem

MHV, VA_GOV = System.MHV, System.VA_GOV
PM = By("token:pm", "It is time.")
ADMIN = By("token:admin", "The beginning.")
RX, ALERTS, IMAGES = "rx_refill_shipment", "secure_messaging_alerts", "medical_images_available"
NEWS = "mhv_newsletter"


def preference(key: str, **changed: Any) -> Preference:
    """A live preference that starts with MHV, and is moved by hand without approvals."""
    plain = Preference(
        key=key,
        title=key.replace("_", " ").capitalize(),
        channel="email",
        status=Status.LIVE,
        starts_with=MHV,
        feature="none",
        surfaces=("mhv_profile",),
        choices=(Choice("off", {MHV: 0, VA_GOV: False}), Choice("on", {MHV: 1, VA_GOV: True})),
        systems={MHV: MhvBinding("assumed", key), VA_GOV: VaGovBinding(9, 2)},
        approvals_by_hand=0,
    )
    return replace(plain, **changed)


def catalogue(*preferences: Preference, missing: Iterable[str] = ()) -> Catalogue:
    """Preference files in force."""
    return Catalogue({one.key: one for one in preferences}, frozenset(missing))


FILES = catalogue(preference(RX), preference(ALERTS), preference(IMAGES), preference(NEWS, starts_with=None))


COMMITS = {False: 6, True: 7}
"""How often a move is written on its way, without and with fences, which are told of it before it is activated."""


@dataclass
class World:
    """A database, two systems in memory, and the files."""

    store: SqlStore
    clock: Any
    files: Catalogue = FILES
    fenced: set[System] = field(default_factory=set)
    reporting: set[System] = field(default_factory=set)
    flags: FlagPort = field(default_factory=NoFlags)
    advisory: float = 0.0
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    systems: dict[System, PausingSystem] = field(default_factory=lambda: {one: PausingSystem(one) for one in System})

    def driver(self, store: Any = None, clock: Any = None) -> Driver:
        """A process that carries moves on, which has seen nothing yet."""
        ports: Mapping[System, SystemPort] = self.systems
        kept, time = store or self.store, clock or self.clock
        fences = Fences(kept, ports, frozenset(self.fenced), Signer(kept, FakeKeys(), time))
        return Driver(kept, time, fences, Notices(), Drains(time, lambda _: self.advisory), self.checks(kept))

    def checks(self, store: Any = None) -> Checks:
        """What asks the checks of moves and steps."""
        return Checks(self.means(store))

    def means(self, store: Any = None) -> Means:
        """What checks find their answers with."""
        kept: Means = Means(store or self.store, self.systems, lambda: self.files, lambda: self.milestones)
        return replace(kept, reporting=frozenset(self.reporting), flags=self.flags)

    def adopt(self, *keys: str) -> Adoption:
        """Take `starts_with` from the files, of all that have one where none is named."""
        with self.store.writing() as unit:
            return adopt(unit, self.files, keys or None, ADMIN)

    def row(self, key: str) -> Ownership:
        """The ownership row as it is now."""
        return self.rows(key)[key]

    def rows(self, *keys: str) -> dict[str, Ownership]:
        """The ownership rows as they are now."""
        with self.store.reading() as unit:
            return unit.ownerships.of(keys)

    def rows_of_all(self) -> dict[str, Ownership]:
        """Every ownership row as it is now."""
        with self.store.reading() as unit:
            return unit.ownerships.all()

    def wish(self, to: Target, *keys: str, **terms: Any) -> Wish:
        """A move that is decided on what is there now."""
        expect = {key: row.epoch for key, row in self.rows(*keys).items()}
        return Wish(keys, to, expect, Terms(PM.actor, PM.reason, **terms))

    def start(self, to: Target, *keys: str, **terms: Any) -> Move:
        """Start a move of what is there now."""
        return self.ask(self.wish(to, *keys, **terms))

    def ask(self, wish: Wish) -> Move:
        """Start a move."""
        with self.store.writing() as unit:
            return moving.start(unit, self.files, wish)

    def undo(self, number: int) -> Move:
        """Start the move that takes another back."""
        with self.store.writing() as unit:
            return moving.start(unit, self.files, moving.undoing(unit, _found(unit, number), PM))

    def call_off(self, number: int) -> Move:
        """Call a move off by hand."""
        with self.store.writing() as unit:
            return moving.call_off(unit, _found(unit, number), PM)

    def restore(self, key: str) -> Ownership:
        """Give a retired preference back."""
        with self.store.writing() as unit:
            return moving.restore(unit, {key: unit.ownerships.of([key])[key].epoch}, ADMIN)[key]

    def move(self, number: int) -> Move:
        """A move as it is stored now."""
        with self.store.reading() as unit:
            return _found(unit, number)

    def finish(self, move: Move, driver: Driver | None = None) -> Move:
        """Carry a move on until it has ended."""
        driver = driver or self.driver()
        for _ in range(40):
            if driver.advance(move.id) is None:
                return self.move(move.id)
        raise AssertionError(f"it does not end: {self.move(move.id)}")

    def bring_to(self, stage: Stage, move: Move, driver: Driver | None = None) -> Move:
        """Carry a move on until a stage is its present one."""
        driver = driver or self.driver()
        for _ in range(20):
            if self.move(move.id).stage is stage:
                return self.move(move.id)
            driver.advance(move.id)
        raise AssertionError(f"it does not come to {stage}: {self.move(move.id)}")

    def flip(self, to: Target, *keys: str, **terms: Any) -> Move:
        """A whole move."""
        return self.finish(self.start(to, *keys, **terms))

    def lease(self, name: str = "l", acknowledged: int = -1, ttl: float = 30.0, keys: Sequence[str] = (RX,)) -> int:
        """Register or renew a lease; the revision that was answered."""
        return renew(self.store, Renewal(name, "portal", name, tuple(keys), ttl, acknowledged)).revision

    @property
    def head(self) -> Head:
        """The head of the ledger."""
        with self.store.reading() as unit:
            return unit.ledger.head()

    @property
    def ledger(self) -> list[Entry]:
        """Every entry."""
        with self.store.reading() as unit:
            return list(unit.ledger.entries())


def limit(seconds: float) -> dict[str, timedelta]:
    """A freeze limit, as terms of a move."""
    return {"freeze_limit": timedelta(seconds=seconds)}


def _found(unit: SqlUnit, number: int) -> Move:
    move = unit.moves.find(number)
    if move is None:
        raise AssertionError(f"there is no move {number}")
    return move
