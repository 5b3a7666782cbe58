"""Who uses the pages, and how they sign in: the one place that knows it."""

from dataclasses import dataclass

from playwright.sync_api import Page

from app.domain.roles import Role
from tests.browser.service import Service


@dataclass(frozen=True)
class Person:
    """Somebody invented, with what they may do."""

    name: str
    roles: frozenset[Role]


OPERATOR_ONE = Person("Operator One", frozenset({Role.OPERATOR, Role.APPROVER}))
OPERATOR_TWO = Person("Operator Two", frozenset({Role.OPERATOR}))
APPROVER_TWO = Person("Approver Two", frozenset({Role.APPROVER}))
ADMINISTRATOR_ONE = Person("Administrator One", frozenset({Role.ADMIN}))
VIEWER_ONE = Person("Viewer One", frozenset({Role.VIEWER}))


def sign_in(page: Page, service: Service, person: Person) -> None:
    """Sign in as one of the invented persons, by their button. The page that it ends on is the board."""
    page.goto(f"{service.url}/sign-in")
    page.get_by_role("button", name=person.name).click()
    page.wait_for_url(f"{service.url}/")
