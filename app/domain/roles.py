"""Who may: roles, and what each includes. A token or person may hold several."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.refusals import Refusal


class Role(StrEnum):
    """A role that a token can hold."""

    VIEWER = "viewer"
    CLIENT = "client"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


INCLUDES: dict[Role, frozenset[Role]] = {
    Role.VIEWER: frozenset({Role.VIEWER}),
    Role.CLIENT: frozenset({Role.CLIENT}),
    Role.OPERATOR: frozenset({Role.OPERATOR, Role.VIEWER}),
    Role.APPROVER: frozenset({Role.APPROVER, Role.VIEWER}),
    Role.ADMIN: frozenset({Role.ADMIN, Role.VIEWER}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: the name that the ledger keeps, the roles, and the preferences that a client is limited to."""

    actor: str
    roles: frozenset[Role]
    token: str | None = None
    keys: frozenset[str] | None = None

    def holds(self, wanted: Iterable[Role]) -> bool:
        """Whether one of the wanted roles is held, or included in one that is."""
        held = {included for role in self.roles for included in INCLUDES[role]}
        return not held.isdisjoint(wanted)

    def may_use(self, key: str) -> bool:
        """Whether this caller is allowed to name the preference."""
        return self.keys is None or key in self.keys

    def require_role(self, wanted: Iterable[Role]) -> None:
        """Refuse who holds none of the wanted roles (Refusal `not_allowed`)."""
        if not self.holds(wanted):
            needed, mine = ", ".join(sorted(wanted)) or "nobody's", ", ".join(sorted(self.roles))
            detail = f"This needs the role {needed}; you hold {mine}."
            facts = {"needed": sorted(wanted), "held": sorted(self.roles)}
            raise Refusal("not_allowed", detail, "Ask whoever may give you that role.", facts)

    def require_key(self, key: str) -> None:
        """Refuse a token that is limited to other preferences (Refusal `not_allowed`)."""
        if not self.may_use(key):
            raise Refusal("not_allowed", f"This token is not for {key[:60]}.", "Ask for one that names it.")
