"""What stands on top of every page: the menu, where this is, and which colour that has."""

from typing import Any

from flask import current_app, url_for

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

_COLOURS = {
    "production": "ink",
    "prod": "ink",
    "staging": "violet",
    "demo": "teal",
    "development": "teal",
    "dev": "teal",
}
_OTHER = "brown"


def menu() -> list[tuple[str, str]]:
    """The pages of the menu, as endpoint and words."""
    return [(page, words) for page, words in MENU if page in current_app.view_functions]


def page_of(endpoint: str, **values: Any) -> str | None:
    """The address of a page, or None where there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def colour_of(environment: str) -> str:
    """The colour of an environment by its name. None has the gold and the red that mean something on a page."""
    return _COLOURS.get(environment.lower(), _OTHER)
