"""Where the parts are put together: the only file that names concrete adapters."""

import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.util import Finalize
from threading import Lock
from wsgiref.types import WSGIApplication

from app.adapters import logs, serving
from app.adapters.clock import MachineClock
from app.adapters.database import durability, migrating
from app.adapters.database.engine import make_engine
from app.adapters.database.listening import Listener
from app.adapters.database.store import SqlStore
from app.adapters.files.plans import Limits
from app.adapters.files.ports import FlagFolder, PlanFolder
from app.adapters.http.posting import HttpPost
from app.adapters.keys.hashing import hasher
from app.adapters.keys.reports import ReportKeys, read_keys
from app.adapters.keys.sealing import SecretSeal
from app.adapters.keys.signing import EdDsaKeys
from app.adapters.mhv.system import MhvSystem
from app.adapters.oidc.discovery import Place as ProviderPlace
from app.adapters.oidc.provider import OidcProvider
from app.adapters.ticking import Ticker
from app.adapters.unleash.flags import UnleashFlags
from app.adapters.unleash.reading import Place
from app.adapters.va_profile.system import VaProfileSystem
from app.domain.catalogue import Catalogue
from app.domain.leases import shortest_freeze_limit
from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.entrypoints.cli.main import run
from app.entrypoints.web import create_app
from app.services.alarming import stop_for_fence
from app.services.bookkeeping import Bookkeeper
from app.services.carrying import Carrier
from app.services.checks.asking import Checks, known
from app.services.checks.questions import Means
from app.services.context import Context
from app.services.dispatching import Dispatcher
from app.services.draining import Drains, advisory_wait
from app.services.driving import Driver
from app.services.fencing import Fences
from app.services.flags import FlagPort, NoFlags
from app.services.keeping import Keeper
from app.services.notices import Notices
from app.services.noting import Notes
from app.services.outlasting import Outlasting
from app.services.own_lease import OwnLease
from app.services.persons import Limits as SessionLimits
from app.services.persons import SignIn
from app.services.planning.comparing import Comparing
from app.services.remembering import Memory
from app.services.scheduling import Scheduler
from app.services.sending import Sending
from app.services.shadowing import Shadows
from app.services.signing import NoKeys, Signer
from app.services.systems import SystemPort
from app.services.unanswered import Unanswered
from app.services.working import Worker
from app.settings import Settings, from_environment
from cutover_client.holding import Holder

SERVING_NEEDS = ("CUTOVER_SECRET_KEY", "MHV_URL", "MHV_APP_TOKEN", "VA_PROFILE_URL")
MOVING_NEEDS = ("MHV_URL", "MHV_APP_TOKEN", "VA_PROFILE_URL")


@dataclass
class Process:
    """One process of the service: its context, and the threads that a fork leaves behind in its parent."""

    settings: Settings
    context: Context = field(init=False)
    store: SqlStore = field(init=False)
    _ticker: Ticker | None = None
    _listener: Listener | None = None
    _sending: Sending | None = None
    _started_in: int | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._build()

    def ensure_started(self) -> None:
        """Start the threads, once in each process: a child of a fork gets a store, a lease and threads of its own."""
        if self._started_in == os.getpid():
            return
        with self._lock:
            if self._started_in is not None and self._started_in != os.getpid():
                self._build()
            if self._started_in != os.getpid():
                self._start()

    def stop(self) -> None:
        """Stop the threads of this process and give its lease up."""
        if self._started_in == os.getpid():
            if self._ticker is not None:
                self._ticker.stop()
            if self._listener is not None:
                self._listener.stop()
            if self._sending is not None:
                self._sending.stop()
            self.context.worker.stop()
            self._started_in = None

    def _build(self) -> None:
        settings = self.settings
        clock, notices, memory = MachineClock(), Notices(), Memory()
        store = self.store = SqlStore(make_engine(settings.database_url))
        keeper = Keeper(FlagFolder(settings.folder / "flags", settings.environment), store, settings.all_fenced)
        systems = _systems(settings, clock)
        signer = Signer(store, EdDsaKeys(settings.secret_key) if settings.secret_key else NoKeys(), clock)
        lease = OwnLease(store, keeper, settings.lease_ttl, signer if settings.fenced else None)
        holder = Holder(lease, clock, settings.spans, lambda e: logs.trouble("lease", e))
        fences = Fences(store, systems, settings.fenced, signer)
        wait = partial(advisory_wait, keeper, settings.fenced, settings.spans)
        ahead = partial(stop_for_fence, store, notices)
        plans = PlanFolder(settings.folder / "cutover_plans", _limits(settings))
        watched = (settings.patience, settings.reporting, _flags(settings, clock))
        checks = Checks(Means(store, systems, lambda: keeper.current, plans.milestones, *watched))
        driver = Driver(store, clock, fences, notices, Drains(clock, wait), checks, ahead)
        outlasting = Outlasting(store, clock, settings.spans, notices, partial(fences.all_know, ahead))
        notes = Notes(_unanswered(settings, store), logs.trouble)
        books = Bookkeeper(store, notes, settings.patience, clock, logs.trouble)
        shadows = Shadows(systems, notes.counts, Comparing(store, plans).keys, clock, logs.trouble)
        self.context = Context(
            environment=settings.environment,
            store=store,
            keeper=keeper,
            plans=plans,
            systems=systems,
            scheduler=Scheduler(store, plans, checks),
            driver=driver,
            signer=signer,
            spans=settings.spans,
            carrier=Carrier(store, systems, holder, clock, notes, shadows.offer),
            notices=notices,
            memory=memory,
            clock=clock,
            worker=Worker(store, driver, holder, notices, memory, logs.trouble, outlasting, books, shadows),
            proof=_proof(settings, clock),
            seal=SecretSeal(settings.secret_key) if settings.secret_key else NoKeys(),
            sign_in=_sign_in(settings, clock),
            ensure_started=self.ensure_started,
        )

    def _start(self) -> None:
        # Before any transaction: reading the files keeps their texts, and SQLite has one write lock.
        self.context.keeper.reload()
        self.context.worker.start()
        if self.settings.database_url.startswith("postgresql"):
            changed = self.context.notices.publish
            self._listener = Listener(self.store.engine, changed, lambda error: logs.trouble("listening", error))
            self._listener.start()
        context, post = self.context, HttpPost(self.context.clock, self.settings.ca_file)
        telling = Dispatcher(self.store, post, context.seal, context.clock, lambda: context.keeper.current)
        self._sending = Sending(telling, logs.trouble)
        self._sending.start()
        if self.settings.tick:
            self._ticker = Ticker(self._tick)
            self._ticker.start()
        self._started_in = os.getpid()

    def _tick(self) -> None:
        try:
            self.context.tick()
        except Exception as trouble:  # noqa: BLE001 - the next tick tries again
            logs.trouble("tick", trouble)


def wsgi_app() -> WSGIApplication:
    """The application, started. Refusal `settings_faulty` names everything that is missing."""
    logs.configure()
    settings = _serving_settings()
    prepare_database(settings)
    process = Process(settings)
    process.ensure_started()
    app = create_app(lambda: process.context, str(settings.secret_key), logs.trouble)
    # A server's worker ends without the exit handlers of an ordinary process, but not without these.
    Finalize(None, process.stop, exitpriority=0)
    return app


def _serving_settings() -> Settings:
    settings = from_environment()
    settings.require(*SERVING_NEEDS)
    settings.require_sign_in()
    return settings


def prepare_database(settings: Settings) -> None:
    """Bring an embedded database up to date; refuse one on a server that is not (`cutover migrate` does that once)."""
    if settings.database_url.startswith("sqlite"):
        migrating.upgrade(settings.database_url)
    elif not migrating.is_current(settings.database_url):
        raise Refusal("schema_old", "The database has not the tables of this version.", "Run: cutover migrate")


def _systems(settings: Settings, clock: MachineClock) -> dict[System, SystemPort]:
    """The two systems; one without an address is there too, and cannot be reached."""
    return {
        System.MHV: MhvSystem(settings.mhv_url or "", settings.mhv_app_token or "", clock, settings.ca_file),
        System.VA_GOV: VaProfileSystem(settings.va_profile_url or "", clock, settings.ca_file),
    }


def _limits(settings: Settings) -> Limits:
    checks = {name: check.asks_about for name, check in known().items()}
    return Limits(shortest_freeze_limit(settings.spans), checks)


def _unanswered(settings: Settings, store: SqlStore) -> Unanswered:
    """Every process that carries writes has the secret; the command line, which may lack it, carries none."""
    secret = settings.secret_key or secrets.token_hex(32)
    return Unanswered(store, hasher(secret, "writes without an answer"), settings.spans.span())


def _proof(settings: Settings, clock: MachineClock) -> ReportKeys:
    keys = read_keys(settings.va_profile_report_keys)
    return ReportKeys(keys, clock, settings.va_profile_report_audience)


def _sign_in(settings: Settings, clock: MachineClock) -> SignIn:
    provider = None
    if settings.oidc_issuer and settings.oidc_client_id:
        known = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
        asked = (settings.oidc_scopes, settings.oidc_groups_claim)
        provider = OidcProvider(ProviderPlace(*known, *asked, settings.ca_file), clock)
    return SignIn(
        seal=SecretSeal(settings.secret_key, "session") if settings.secret_key else NoKeys(),
        limits=SessionLimits(settings.session_idle, settings.session_life),
        provider=provider,
        groups=settings.oidc_roles,
        development=settings.development_sign_in,
        public_url=settings.public_url,
    )


def _flags(settings: Settings, clock: MachineClock) -> FlagPort:
    if not (settings.unleash_url and settings.unleash_token):
        return NoFlags()
    return UnleashFlags(Place(settings.unleash_url, settings.unleash_token, settings.ca_file), clock)


def main() -> None:
    """The command line: `cutover`."""
    logs.configure()
    sys.exit(run(_CommandLine()))


class _CommandLine:
    """What the command line reaches through: nothing is read or opened before a command asks for it."""

    def context(self, *, moving: bool = False) -> Context:
        """A context on the database that the settings name."""
        settings = from_environment()
        if moving:
            settings.require(*MOVING_NEEDS)
        prepare_database(settings)
        context = Process(settings).context
        context.keeper.reload()
        return context

    def faults(self) -> Sequence[str]:
        """Everything that is wrong, as serving would find it: settings first, then the files."""
        faults: list[str] = []
        settings = from_environment({})
        try:
            settings = _serving_settings()
            read_keys(settings.va_profile_report_keys)
        except Refusal as refusal:
            faults.append(refusal.detail)
        loaded = FlagFolder(settings.folder / "flags", settings.environment).load()
        folder = PlanFolder(settings.folder / "cutover_plans", _limits(settings))
        _, wrong_plans = folder.load(Catalogue(loaded.preferences))
        return faults + [str(fault) for fault in (*loaded.faults, *wrong_plans)]

    def warnings(self) -> Sequence[str]:
        """What could lose a commit that was answered."""
        try:
            return durability.warnings(from_environment().database_url)
        except Refusal:  # the settings are a fault of their own
            return ()

    def migrate(self) -> None:
        """Bring the database up to date."""
        migrating.upgrade(from_environment().database_url)

    def serve(self) -> None:
        """Serve until told to stop."""
        settings = _serving_settings()
        prepare_database(settings)
        sys.stderr.write(f"Serving on http://{settings.host}:{settings.port} until told to stop.\n")
        serving.serve(settings.host, settings.port, settings.folder)
