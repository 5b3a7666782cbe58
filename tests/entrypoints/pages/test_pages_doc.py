"""docs/pages.md names every page of the menu, and no address that is not there."""

import re
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.entrypoints.pages.navigation import MENU

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "pages.md").read_text(encoding="utf-8")
ADDRESSES = {found.partition("?")[0] for found in re.findall(r"`(/[^` ]*)`", TEXT)}


def test_every_page_of_the_menu_is_explained(app: Flask) -> None:
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    assert {rules[page] for page, _ in MENU} - {"/api"} <= ADDRESSES


def test_every_address_is_there(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    missing = set()
    for address in ADDRESSES:
        try:
            adapter.match(address.replace("/N", "/1"))
        except (NotFound, MethodNotAllowed):
            missing.add(address)
    assert missing == set()
