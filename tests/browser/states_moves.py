"""The pages of the board, of moves and of preferences, in every state that looks different: one line each."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.services.moving import call_off
from tests.browser.lines import Line, at, send_empty
from tests.browser.service import TESTER, Service
from tests.browser.signing import ADMINISTRATOR_ONE, VIEWER_ONE

VA_GOV = System.VA_GOV
REFILLS, MESSAGES, IMAGES = "rx_refill_shipment", "secure_messaging_alerts", "medical_images_available"
VISITS, NEWS, RESULTS = "appointment_reminders", "mhv_newsletter", "lab_results_ready"
SUMMARY = "health_summary_sharing"


def waiting(service: Service) -> str:
    """A move whose drain waits for a client."""
    service.held_by(System.MHV, VISITS)
    service.client(VISITS)
    return f"/moves/{service.stands_at(service.begin(VA_GOV, VISITS).id, Stage.DRAIN).id}"


def done(service: Service) -> str:
    """A move that is done."""
    service.held_by(System.MHV, REFILLS)
    return f"/moves/{service.moved(VA_GOV, REFILLS).id}"


def called_off(service: Service) -> str:
    """A move that somebody called off while a client was waited for."""
    service.held_by(System.MHV, MESSAGES)
    client = service.client(MESSAGES)
    move = service.stands_at(service.begin(VA_GOV, MESSAGES).id, Stage.DRAIN)
    with service.context.store.writing() as unit:
        call_off(unit, move, TESTER)
    client.leave()
    return f"/moves/{move.id}"


def undoing(service: Service) -> str:
    """The question before an undo."""
    return f"{service.reach(done)}/undo"


def undone(service: Service) -> str:
    """A move that was undone by another."""
    service.held_by(System.MHV, IMAGES)
    first = service.moved(VA_GOV, IMAGES)
    service.undo(first)
    return f"/moves/{first.id}"


def restoring(service: Service) -> str:
    """The question before a retired preference is given back."""
    service.edit(f"flags/{SUMMARY}.toml", 'status = "on_hold"', 'status = "live"')
    service.adopt(SUMMARY)
    service.moved(NOBODY, SUMMARY)
    return f"/preferences/{SUMMARY}/restore"


@contextmanager
def mhv_away(service: Service) -> Iterator[None]:
    """MHV takes calls and answers none of them."""
    service.mhv.pause()
    try:
        yield
    finally:
        service.mhv.resume()


ASKS = f"/preferences/{NEWS}/move?to=va_gov"

MOVES = (
    Line("sign-in", "For this machine only", at("/sign-in"), None),
    Line("board-nothing-adopted", "Never held", at("/")),
    Line("move-asked", "Nothing has been changed", at(ASKS, NEWS)),
    Line(
        "move-asked-wrongly", "Something in the form is missing or wrong", at(ASKS, NEWS), then=send_empty, status=422
    ),
    Line("move-asked-mhv-away", "It cannot begin now", at(ASKS, NEWS), during=mhv_away),
    Line("move-refused", "not_live", at(f"/preferences/{RESULTS}/move?to=va_gov"), status=409),
    Line("move-waiting", "Mobile back end", waiting),
    Line("move-waiting-viewer", "An operator can. Your role is viewer", waiting, VIEWER_ONE),
    Line("move-done", "Done. VA.gov can change it", done),
    Line("move-called-off", "Called off. MHV can change it again", called_off),
    Line("move-undone", "It was undone", undone),
    Line("undo-asked", "Undo: move back to MHV now", undoing),
    Line("restore-asked", "Restore it to MHV now", restoring, ADMINISTRATOR_ONE),
    Line("board", "Who owns what now", at("/", NEWS)),
    Line("board-viewer", "Who owns what now", at("/", NEWS), VIEWER_ONE),
    Line("compare", "Which way?", at("/compare")),
    Line("compare-one", "One plan alone is first in everything.", at("/compare?plan=demo")),
    Line("milestones", "What plans wait for", at("/milestones")),
    Line("milestones-viewer", "Operators record what is reached", at("/milestones"), VIEWER_ONE),
    Line("milestone-reached", "Record that it is reached", at("/milestones/medications_live/reach")),
    Line("milestone-estimate", "Change the estimate", at("/milestones/medications_live/estimate")),
    Line(
        "milestone-estimate-wrong", "Say why.", at("/milestones/medications_live/estimate"), then=send_empty, status=422
    ),
    Line("refused", "not_allowed", at(ASKS, NEWS), VIEWER_ONE, status=403),
    Line("not-found", "not_found", at("/moves/999"), status=404),
    Line("api", "API and codes", at("/api")),
)
