"""What the faces of one process are given to answer with. `bootstrap` builds it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from app.domain.catalogue import Catalogue
from app.domain.grants import Standing
from app.domain.ownership import System
from app.domain.roles import Caller
from app.services.carrying import Carrier
from app.services.checks.asking import Checks
from app.services.clock import Clock
from app.services.driving import Driver
from app.services.keeping import Keeper
from app.services.leasing import Renewal, renew_all
from app.services.notices import Notices
from app.services.noting import Notes
from app.services.outbox import Seal
from app.services.persons import SignIn
from app.services.planning.forecasting import Forecasts
from app.services.planning.looking import Looking
from app.services.planning.texts import EditablePlanFiles
from app.services.remembering import Memory
from app.services.reporting import Proof
from app.services.scheduling import Scheduler, Ticked
from app.services.signing import Signer
from app.services.store import Store
from app.services.systems import SystemPort
from app.services.together import Together
from app.services.tokens import callers_of
from app.services.tries import Tries
from app.services.verifying import Verification
from app.services.working import Worker
from cutover_client.spans import Spans

MOST_WRONG_TOKENS = 30
"""From one address in a minute."""


@dataclass(frozen=True)
class Context:
    """Everything that a face needs, and nothing that it must not touch. `worker` is None where nothing is served."""

    environment: str
    store: Store
    keeper: Keeper
    plans: EditablePlanFiles
    systems: Mapping[System, SystemPort]
    scheduler: Scheduler
    driver: Driver
    signer: Signer
    spans: Spans
    carrier: Carrier
    notices: Notices
    memory: Memory
    clock: Clock
    worker: Worker
    proof: Proof
    seal: Seal
    sign_in: SignIn
    ensure_started: Callable[[], None]
    renewals: Together[Renewal, Standing] = field(init=False)
    callers: Together[str, Caller] = field(init=False)
    forecasts: Forecasts = field(init=False)
    wrong_tokens: Tries = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "renewals", Together(partial(renew_all, self.store)))
        object.__setattr__(self, "callers", Together(partial(callers_of, self.store)))
        object.__setattr__(self, "forecasts", Forecasts(self.store))
        object.__setattr__(self, "wrong_tokens", Tries("wrong tokens from this address", MOST_WRONG_TOKENS))

    @property
    def notes(self) -> Notes:
        """What this process has still to write down about writes."""
        return self.carrier.notes

    @property
    def verification(self) -> Verification:
        """How far this process has verified the ledger."""
        return self.worker.books.verification

    @property
    def catalogue(self) -> Catalogue:
        """The preference files in force."""
        return self.keeper.current

    @property
    def checks(self) -> Checks:
        """Asks the checks of moves and steps."""
        return self.scheduler.checks

    @property
    def looking(self) -> Looking:
        """Plans as they are looked at now."""
        return Looking(self.plans, self.catalogue, self.plans.milestones())

    def tick(self) -> Ticked:
        """Do what is due now, in every running plan."""
        self.keeper.reload()
        ticked = self.scheduler.tick(self.catalogue)
        self.notices.publish()
        return ticked
