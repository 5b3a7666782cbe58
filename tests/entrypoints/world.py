"""One process of the service over a real database, with made-up files and systems, and a clock that a test moves."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.adapters.keys.hashing import hasher
from app.adapters.keys.sealing import SecretSeal
from app.adapters.keys.signing import EdDsaKeys
from app.domain.catalogue import Catalogue
from app.domain.evidence import Patience
from app.domain.grants import Standing, answer_of
from app.domain.moves import Move, Stage, Terms
from app.domain.ownership import NOBODY, Ownership, System, Target
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import SESSION
from app.entrypoints.pages.forms import FIELD, new_mark
from app.entrypoints.web import create_app
from app.services import leasing
from app.services.adopting import adopt
from app.services.bookkeeping import Bookkeeper
from app.services.carrying import Carrier
from app.services.checks.asking import Checks
from app.services.checks.questions import Means
from app.services.context import Context
from app.services.draining import Drains
from app.services.driving import Driver
from app.services.fencing import Fences
from app.services.flags import FlagPort, NoFlags
from app.services.keeping import Keeper
from app.services.leasing import Renewal
from app.services.moving import Wish, start
from app.services.notices import Notices
from app.services.noting import Notes
from app.services.outlasting import Outlasting
from app.services.persons import SignIn, begin
from app.services.planning.comparing import Comparing
from app.services.planning.proposing import propose
from app.services.planning.starting import start_plan
from app.services.providers import Known
from app.services.recording import By
from app.services.remembering import Memory
from app.services.reporting import Proof
from app.services.scheduling import Scheduler
from app.services.sessions import DEVELOPMENT
from app.services.shadowing import Shadows
from app.services.signing import Signer
from app.services.tokens import Order, create
from app.services.unanswered import Unanswered
from app.services.working import Worker
from cutover_client.holding import Holder
from cutover_client.routes import Answer
from cutover_client.spans import Spans
from tests.entrypoints.invented import InventedFiles, InventedPlans, InventedSystem
from tests.fakes.clock import FakeClock

SECRET_KEY = "an invented key, long enough to sign cookies"
TESTER = By("cli:tester", "Invented.")
PATIENCE = Patience(delay=timedelta(minutes=15), names=timedelta(seconds=30))
SPANS = Spans(30.0, 5.0, {"mhv": 3.0, "va_gov": 3.0})


class Nowhere:
    """See `services.reporting.Proof`: no keys are set."""

    def require(self, token: str) -> None:
        """See `services.reporting.Proof`."""
        raise Refusal("reports_closed", "This service takes no reports.", "Set its keys.")


@dataclass
class OwnLease:
    """The lease of this process: see `cutover_client.holding.Controller`."""

    store: SqlStore
    keeper: Keeper

    def renew(self, acknowledged: int) -> Answer:
        """See `cutover_client.holding.Controller`."""
        keys = tuple(sorted(self.keeper.current.preferences))
        asked = Renewal("own", "cutover", "process 1", keys, SPANS.ttl, acknowledged)
        return answer_of(leasing.renew(self.store, asked))

    def release(self) -> None:
        """See `cutover_client.holding.Controller`."""
        leasing.release(self.store, "own")


@dataclass
class World:
    """Everything a test of a face needs. `troubles` are the unexpected errors that were logged."""

    url: str
    clock: FakeClock = field(default_factory=FakeClock)
    files: InventedFiles = field(default_factory=InventedFiles)
    plans: InventedPlans = field(default_factory=InventedPlans)
    mhv: InventedSystem = field(default_factory=InventedSystem)
    va_gov: InventedSystem = field(default_factory=InventedSystem)
    troubles: list[Exception] = field(default_factory=list)
    proof: Proof = field(default_factory=Nowhere)
    flags: FlagPort = field(default_factory=NoFlags)
    sign_in: SignIn = field(default_factory=lambda: SignIn(SecretSeal(SECRET_KEY, "session"), development=True))
    store: SqlStore = field(init=False)
    holder: Holder = field(init=False)
    context: Context = field(init=False)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.store = SqlStore(make_engine(self.url), self.clock.now)
        systems = {System.MHV: self.mhv, System.VA_GOV: self.va_gov}
        keeper, notices = Keeper(self.files, self.store), Notices()
        memory = Memory()
        signer = Signer(self.store, EdDsaKeys(SECRET_KEY), self.clock)
        fences = Fences(self.store, systems, frozenset(), signer)
        checks = Checks(Means(self.store, systems, lambda: keeper.current, self.plans.milestones, flags=self.flags))
        driver = Driver(self.store, self.clock, fences, notices, Drains(self.clock, lambda _: 0.0), checks)
        outlasting = Outlasting(self.store, self.clock, SPANS, notices)
        self.holder = Holder(OwnLease(self.store, keeper), self.clock, SPANS, self.troubles.append)
        notes = Notes(Unanswered(self.store, hasher(SECRET_KEY, "tests"), SPANS.span()), self._trouble)
        books = Bookkeeper(self.store, notes, PATIENCE, self.clock, self._trouble)
        shadows = Shadows(systems, notes.counts, Comparing(self.store, self.plans).keys, self.clock, self._trouble)
        self.context = Context(
            environment="invented",
            store=self.store,
            keeper=keeper,
            plans=self.plans,
            systems=systems,
            scheduler=Scheduler(self.store, self.plans, checks),
            driver=driver,
            signer=signer,
            spans=SPANS,
            carrier=Carrier(self.store, systems, self.holder, self.clock, notes, shadows.offer),
            notices=notices,
            memory=memory,
            clock=self.clock,
            worker=Worker(self.store, driver, self.holder, notices, memory, self._trouble, outlasting, books, shadows),
            proof=self.proof,
            seal=SecretSeal(SECRET_KEY),
            sign_in=self.sign_in,
            ensure_started=lambda: None,
        )
        self.app = create_app(lambda: self.context, SECRET_KEY, self._trouble)

    def token(self, *roles: Role, name: str = "ada", keys: Iterable[str] | None = None) -> str:
        """The secret of a new token with these roles."""
        with self.store.writing() as unit:
            limits = None if keys is None else frozenset(keys)
            return create(unit, Order(name, frozenset(roles), limits), TESTER)[1]

    def person(self, *roles: Role, name: str = "ada", subject: str | None = None) -> FlaskClient:
        """A browser in which an invented person with these roles is signed in. Its forms carry `mark_of` it.

        Two who are not to be one person differ in `subject`, which is made of the name where it is not given.
        """
        known = Known(subject or f"dev-{name.lower().replace(' ', '-')}", name, tuple(role.value for role in roles))
        with self.store.writing() as unit:
            secret = begin(unit, self.context.sign_in, DEVELOPMENT, known)
        browser = self.app.test_client()
        with browser.session_transaction() as session:
            session[SESSION] = secret
            session[FIELD] = new_mark()
        return browser

    def signed_in(self, *roles: Role) -> FlaskClient:
        """The same: somebody with these roles."""
        return self.person(*roles)

    def standing(self) -> Standing:
        """How everything stands now."""
        with self.store.reading() as unit:
            return unit.ownerships.snapshot()

    def adopt(self, *keys: str) -> None:
        """Let the files say who owns these."""
        with self.store.writing() as unit:
            adopt(unit, self.context.catalogue, keys, TESTER)

    def row(self, key: str) -> Ownership:
        """Who owns it now."""
        with self.store.reading() as unit:
            return unit.ownerships.of([key])[key]

    def begin(self, to: Target, *keys: str) -> Move:
        """Start a move by hand, and carry it nowhere yet."""
        with self.store.writing() as unit:
            expect = {key: row.epoch for key, row in unit.ownerships.of(keys).items()}
            return start(unit, self.context.catalogue, Wish(keys, to, expect, Terms(TESTER.actor, TESTER.reason)))

    def drive(self, number: int, until: Stage | None = None) -> Move:
        """Carry a move on until it stands at a stage, or ends; time passes while it waits."""
        for _ in range(200):
            move = self.move(number)
            if move.outcome is not None or move.stage is until:
                return move
            seconds = self.context.driver.advance(number)
            self.clock.advance(seconds or 0.0)
        raise AssertionError(f"move {number} stands still at {self.move(number).stage}")

    def moved(self, to: Target, *keys: str) -> Move:
        """Move by hand, to the end."""
        return self.drive(self.begin(to, *keys).id)

    def retired(self, key: str) -> Move:
        """Retire, to the end."""
        return self.moved(NOBODY, key)

    def move(self, number: int) -> Move:
        """A move as it is now."""
        with self.store.reading() as unit:
            found = unit.moves.find(number)
        assert found is not None
        return found

    def run(self, plan: Plan) -> None:
        """Start a plan, and tick once."""
        self.plans.plans[plan.key] = plan
        with self.store.writing() as unit:
            start_plan(unit, plan, TESTER)
        self.context.tick()

    def _trouble(self, _what: str, error: Exception) -> None:
        self.troubles.append(error)


def proposed(world: World, *keys: str) -> int:
    """Propose a move of these from their owner to the other system, for others to approve; the proposal's number."""
    asked = {key: replace(world.context.catalogue.preference(key), approvals_by_hand=1) for key in keys}
    with world.store.writing() as unit:
        rows = unit.ownerships.of(keys)
        owner = rows[keys[0]].owner
        assert owner is not None
        wish = Wish(keys, owner.other, {key: row.epoch for key, row in rows.items()}, Terms(TESTER.actor, "Invented."))
        return propose(unit, Catalogue(asked), wish, TESTER).proposal.id


def mark_of(browser: FlaskClient) -> str:
    """The mark that the forms of a signed-in browser carry."""
    with browser.session_transaction() as session:
        mark: str = session["mark"]
        return mark
