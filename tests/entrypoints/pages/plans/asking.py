"""How the tests of plans' pages look at one, and send a form."""

from flask.testing import FlaskClient

from app.domain.plans import PlanRow, StepRow
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World, mark_of

HOSTILE = "<script>alert(1)</script> & “so”"


def show(who: FlaskClient, address: str = "/plans/one", status: int = 200) -> Element:
    """A page, which nobody is kept from using."""
    answer = who.get(address)
    assert answer.status_code == status, answer.text
    found = read(answer.text)
    assert faults(found) == []
    return found


def text_of(who: FlaskClient, address: str = "/plans/one", status: int = 200) -> str:
    """What its main part says."""
    return show(who, address, status).one("main").text


def send(who: FlaskClient, address: str, status: int = 303, **entered: str) -> Element:
    """Send a form as its page gave it out; `entered` is said beside the reason, or in place of what was hidden."""
    asked = read(who.get(address).text)
    hidden = {one.attributes["name"]: one.attributes.get("value", "") for one in asked.all("input", type="hidden")}
    given = {name: value for name, value in hidden.items() if name != "mark"}
    return post(who, address, status, **{"reason": "Invented reason.", **given, **entered})


def post(who: FlaskClient, address: str, status: int = 303, **entered: str) -> Element:
    """Send a form; where it is done, the plan's page follows."""
    answer = who.post(address.partition("?")[0], data={"mark": mark_of(who), **entered})
    assert answer.status_code == status, answer.text
    if status == 303:
        return show(who, answer.headers["Location"].partition("#")[0])
    found = read(answer.text)
    assert faults(found) == []
    return found


def row(world: World, key: str = "one") -> PlanRow:
    """A plan that was started, as stored."""
    with world.store.reading() as unit:
        found = unit.plans.find(key)
    assert found is not None
    return found


def step_row(world: World, name: str = "first") -> StepRow:
    """A step of it."""
    return row(world).rows[name]


def acts(world: World) -> list[str]:
    """What was done, by the ledger."""
    with world.store.reading() as unit:
        return [entry.act for entry in unit.ledger.entries()]


def step_of(page: Element, name: str) -> Element:
    """What the page says of one step."""
    return page.one("li", id=f"step-{name}")
