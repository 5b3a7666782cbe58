"""What the faces of one process are given to answer with. `bootstrap` builds it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from app.domain.catalogue import Catalogue, Fault
from app.domain.grants import Standing
from app.domain.ownership import System
from app.domain.plans import Plan
from app.domain.roles import Caller
from app.services.carrying import Carrier
from app.services.clock import Clock
from app.services.driving import Driver
from app.services.keeping import Keeper
from app.services.leasing import Renewal, renew_all
from app.services.notices import Notices
from app.services.noting import Notes
from app.services.remembering import Memory
from app.services.reporting import Proof
from app.services.scheduling import Ticked, tick
from app.services.signing import Signer
from app.services.store import Store
from app.services.systems import SystemPort
from app.services.together import Together
from app.services.tokens import callers_of
from app.services.working import Worker
from cutover_client.spans import Spans


class PlanFiles(Protocol):
    """Where the plan files are."""

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """Every plan that can be read, by key, and everything that is wrong in the others."""

    def read(self, key: str, text: str) -> Plan:
        """A plan from a text that was accepted before."""


@dataclass(frozen=True)
class Context:
    """Everything that a face needs, and nothing that it must not touch. `worker` is None where nothing is served."""

    environment: str
    store: Store
    keeper: Keeper
    plans: PlanFiles
    systems: Mapping[System, SystemPort]
    driver: Driver
    signer: Signer
    spans: Spans
    carrier: Carrier
    notices: Notices
    memory: Memory
    clock: Clock
    worker: Worker
    proof: Proof
    ensure_started: Callable[[], None]
    renewals: Together[Renewal, Standing] = field(init=False)
    callers: Together[str, Caller] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "renewals", Together(partial(renew_all, self.store)))
        object.__setattr__(self, "callers", Together(partial(callers_of, self.store)))

    @property
    def notes(self) -> Notes:
        """What this process has still to write down about writes."""
        return self.carrier.notes

    @property
    def catalogue(self) -> Catalogue:
        """The preference files in force."""
        return self.keeper.current

    def tick(self) -> Ticked:
        """Do what is due now, in every running plan."""
        self.keeper.reload()
        ticked = tick(self.store, self.catalogue, self.plans.read)
        self.notices.publish()
        return ticked
