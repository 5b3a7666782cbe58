"""A page in a state, and how it is reached: what the tables of `states_*.py` are made of."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.opening import Opening
from tests.browser.service import Service
from tests.browser.signing import OPERATOR_ONE, Person


@dataclass(frozen=True)
class Line:
    """A page in a state, which it `says`. `reach` builds the state, once in a service, and answers the address.

    `person` looks at it, nobody who is signed in if None. `then` is what that person does on it first, and `during`
    what holds only while it is asked for. `status` is what the page is answered with in the end.
    """

    name: str
    says: str
    reach: Callable[[Service], str]
    person: Person | None = OPERATOR_ONE
    status: int = 200
    then: Callable[[Page], None] | None = None
    during: Callable[[Service], AbstractContextManager[None]] = lambda _: nullcontext()

    def open(self, windows: Opening, **options: Any) -> Page:
        """The page, open in a window of its own. `options` are those of `Opening.page`."""
        address = windows.service.reach(self.reach)
        expected = () if self.status == 200 else (self.status,)
        if self.person is None:
            page = windows.stranger(expected=expected, **options)
        else:
            page = windows.page(self.person, expected=expected, **options)
        with self.during(windows.service):
            page.goto(address)
        if self.then is not None:
            self.then(page)
        expect(page.get_by_text(self.says).locator("visible=true").first).to_be_visible()
        return page


def at(address: str, *adopted: str) -> Callable[[Service], str]:
    """A page that needs no more than that these preferences are adopted."""

    def reach(service: Service) -> str:
        service.adopt(*adopted)
        return address

    return reach


def also(reach: Callable[[Service], str], address: str) -> Callable[[Service], str]:
    """A page that needs what another shows."""

    def reached(service: Service) -> str:
        service.reach(reach)
        return address

    return reached


def send_empty(page: Page) -> None:
    """Send the form with nothing in it."""
    page.locator("main form button").click()
    page.get_by_role("alert").wait_for()
