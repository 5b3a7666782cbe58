"""Signing in on the pages, in one place."""

from playwright.sync_api import Page

from app.domain.roles import Role
from tests.browser.service import Service


def sign_in(page: Page, service: Service, name: str, *roles: Role) -> None:
    """Sign somebody in, as that person does it. The page that it ends on is the board."""
    page.goto(f"{service.url}/sign-in?code={service.one_time_code(*roles, name=name)}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{service.url}/")
