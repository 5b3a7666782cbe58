"""Every form carries its mark, and no page gives away what it must not."""

import pytest
from flask.testing import FlaskClient

from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.pages.routes import PAGES
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import read
from tests.entrypoints.world import World, mark_of

SENT = [address for method, address, _ in PAGES if method == "POST"]
EVERYBODY = (Role.OPERATOR, Role.ADMIN, Role.APPROVER)


def filled(address: str) -> str:
    """The address for a preference and a move that are there."""
    return address.replace("<key>", FIRST.key).replace("<int:number>", "1")


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Somebody who may everything, where a move can be undone and another preference be moved."""
    world.adopt(FIRST.key, SECOND.key)
    world.moved(System.VA_GOV, FIRST.key)
    return world.signed_in(*EVERYBODY)


@pytest.mark.parametrize("mark", [{}, {"mark": ""}, {"mark": "guessed"}, {"mark": "ü"}], ids=str)
@pytest.mark.parametrize("address", SENT)
def test_a_form_without_its_mark_is_refused_and_changes_nothing(
    world: World, browser: FlaskClient, address: str, mark: dict[str, str]
) -> None:
    before = world.row(FIRST.key)
    data = {"reason": "Invented.", "typed": FIRST.key, "epoch": "3", "to": "mhv", "token": "x", **mark}
    answer = browser.post(filled(address), data=data)
    assert answer.status_code == 403
    assert "form_expired" in answer.text
    assert world.row(FIRST.key) == before
    assert browser.get("/").status_code == 200


def test_the_mark_of_one_session_does_not_open_another(world: World, browser: FlaskClient) -> None:
    other = world.signed_in(Role.OPERATOR)
    data = {"mark": mark_of(other), "reason": "Invented."}
    assert browser.post("/moves/1/undo", data=data).status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_has_a_rule_and_every_form_is_sent_by_post(world: World, method: str) -> None:
    rules = {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if rule.endpoint.startswith("pages.")}
    assert len(rules) == len(PAGES)
    assert all(hasattr(world.app.view_functions[name], "access_rule") for name in rules)
    assert all((rule.methods or set()) - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"}) for rule in rules.values())


def test_no_page_shows_a_token_or_its_id(world: World, browser: FlaskClient) -> None:
    with world.store.reading() as unit:
        ids = [row.id for row in unit.tokens.all()]
    pages = ("/", "/api", "/moves/1", "/moves/1/undo", f"/preferences/{SECOND.key}/move?to=va_gov", "/nowhere")
    texts = [browser.get(page, headers={"Accept": "text/html"}).text for page in pages]
    assert not [text for text in texts for name in ids if name in text]
    assert not [text for text in texts if "cutover_" in text.replace("cutover_entrance", "")]


def test_every_form_on_a_page_carries_the_mark(world: World, browser: FlaskClient) -> None:
    for address in ("/", "/moves/1", "/moves/1/undo", f"/preferences/{SECOND.key}/move?to=va_gov"):
        forms = read(browser.get(address).text).all("form")
        assert forms
        for form in forms:
            assert form.attributes["method"] == "post"
            assert form.one("input", name="mark").attributes["value"] == mark_of(browser)


def test_pages_keep_to_themselves(browser: FlaskClient) -> None:
    answer = browser.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    addresses = [
        one.attributes[name]
        for one in read(answer.text).all()
        for name in ("href", "src", "action")
        if name in one.attributes
    ]
    assert [address for address in addresses if "//" in address] == []
