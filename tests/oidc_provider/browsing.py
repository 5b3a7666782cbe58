"""A browser as far as signing in needs it: it follows the provider's redirects and fills in its forms."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

MOST_STEPS = 20


class _Form(HTMLParser):
    """The first form of a page: its address, and its fields with what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = told["action"]
        if tag == "input" and told.get("name"):
            self.fields[told["name"]] = told.get("value", "")


def go_through(start: str, person: str, return_url: str) -> str:
    """Sign in at the provider as this person, consent, and answer the address that it sends the browser back to."""
    with requests.Session() as browser:
        answer = browser.get(start, allow_redirects=False, timeout=20)
        for _ in range(MOST_STEPS):
            if answer.is_redirect:
                address = urljoin(answer.url, answer.headers["Location"])
                if address.startswith(return_url):
                    return address
                answer = browser.get(address, allow_redirects=False, timeout=20)
                continue
            form = _Form(answer.text)
            assert form.action is not None, f"{answer.status_code} {answer.url}: {answer.text[:2000]}"
            if "login" in form.fields:
                form.fields |= {"login": person, "password": "invented"}
            action = urljoin(answer.url, form.action)
            answer = browser.post(action, data=form.fields, allow_redirects=False, timeout=20)
    raise AssertionError(f"the provider did not send anybody back within {MOST_STEPS} steps")
