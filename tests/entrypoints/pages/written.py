"""How tests of the pages write a plan: good texts, the form that is sent, and what is kept of it."""

import io
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services.plan_store import Draft
from tests.entrypoints.api.asking import SECOND_KEY
from tests.entrypoints.filed import step, text
from tests.entrypoints.pages.reading import Element
from tests.entrypoints.world import World, mark_of

GOOD, OTHER = text(step("first")), text(step("other", SECOND_KEY))
HOSTILE = "</textarea><script>alert(1)</script>"


def send(browser: FlaskClient, **entered: Any) -> TestResponse:
    """Send the form, filled in rightly but for what is said; None leaves a field out."""
    data = {"mark": mark_of(browser), "key": "one", "text": GOOD, "reason": "It is wanted.", "seen": "0", **entered}
    sent = {name: value for name, value in data.items() if value is not None}
    return browser.post("/plans/new", data=sent, content_type="multipart/form-data")


def uploaded(content: bytes, name: str = "one.toml") -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(content), name


def kept(world: World, key: str = "one") -> Draft | None:
    """The draft of a plan."""
    with world.store.reading() as unit:
        return unit.drafts.find(key)


def summary(page: Element) -> list[str]:
    """What the error summary says."""
    return [link.text for link in page.one("div", id="errors").all("a")]
