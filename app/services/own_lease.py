"""The lease of a process that carries writes itself, from its own database."""

import os
import secrets
import socket
from dataclasses import dataclass, field

from app.domain.grants import answer_of
from app.services import leasing
from app.services.keeping import Keeper
from app.services.leasing import Renewal
from app.services.signing import Signer
from app.services.store import Store
from cutover_client.routes import Answer


@dataclass
class OwnLease:
    """A new one is drawn at each start. `ttl` is in seconds; without a `signer` no system checks permits."""

    store: Store
    keeper: Keeper
    ttl: float
    signer: Signer | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    def renew(self, acknowledged: int) -> Answer:
        """See `cutover_client.holding.Controller`."""
        keys = tuple(sorted(self.keeper.current.preferences))
        instance = f"{socket.gethostname()}, process {os.getpid()}"
        renewal = Renewal(self.id, "cutover", instance[:80], keys, self.ttl, acknowledged)
        standing = leasing.renew(self.store, renewal)
        return answer_of(standing, self.signer.permits(standing, self.id, self.ttl) if self.signer else None)

    def release(self) -> None:
        """See `cutover_client.holding.Controller`."""
        leasing.release(self.store, self.id)
