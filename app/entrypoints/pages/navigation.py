"""What stands on top of every page: the menu, where this is, and which colour that has."""

from app.entrypoints.asked import context

MENU = (
    ("pages.board", "Board"),
    ("pages.plans", "Plans"),
    ("pages.compare", "Compare"),
    ("pages.approvals", "Approvals"),
    ("pages.milestones", "Milestones"),
    ("pages.incidents", "Incidents"),
    ("pages.clients", "Clients"),
    ("pages.ledger", "Ledger"),
    ("pages.tokens", "Tokens"),
    ("pages.help", "Help"),
    ("pages.api", "API and codes"),
)
"""Every page that is one press away from every other, in the order of the menu."""

RECOVERY = ("pages.recovery", "Recovery")

_COLOURS = {
    "production": "ink",
    "prod": "ink",
    "staging": "violet",
    "demo": "teal",
    "development": "teal",
    "dev": "teal",
}
_OTHER = "brown"


def menu() -> tuple[tuple[str, str], ...]:
    """The pages of the menu, as endpoint and words; that of the recovery first, while there is one or must be."""
    uncertain = context.worker.is_changed or context.worker.is_recovering
    return (RECOVERY, *MENU) if uncertain else MENU


def colour_of(environment: str) -> str:
    """The colour of an environment by its name. None has the gold and the red that mean something on a page."""
    return _COLOURS.get(environment.lower(), _OTHER)
