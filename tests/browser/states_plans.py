"""The pages of plans and of approvals, in every state that looks different: one line each."""

from collections.abc import Callable

from playwright.sync_api import Page

from app.domain.ownership import System
from app.services.planning.acting import ACTS, STEP_ACTS, OnPlan, at_step, on_plan
from app.services.planning.proposing import propose
from app.services.planning.starting import candidate, draft, start_plan
from app.services.recording import By
from tests.browser.lines import Line, also, at, send_empty
from tests.browser.service import TESTER, Service, wish
from tests.browser.signing import ADMINISTRATOR_ONE, APPROVER_TWO, VIEWER_ONE
from tests.browser.states_moves import IMAGES, MESSAGES, NEWS, REFILLS, VISITS

HEAD = """title = "{title}"
time_zone = "America/New_York"
blackout = [{{ from = 2026-12-23, until = 2027-01-03, why = "code freeze" }}]

[defaults]
window = {{ days = ["tue", "wed"], from = 00:00:00, until = 04:00:00 }}
wait = "3d"
approvals = 1
"""
STEP = """
[[steps]]
id = "{name}"
preferences = ["{key}"]
to = "va_gov"
surfaces = ["va_gov_profile"]
team = "VA Profile"
lead = "6w"
{needs}
"""
CONFIRMED = 'needs = { checks = ["systems_reachable", "confirmed:ready"] }'
FAULTY = 'title = "Night"\ntime_zone = "America/Nowhere"\n[[steps]]\nid = "one"\nto = "moon"\nwait = "soon"\n'


def text(title: str, *keys: str) -> str:
    """A plan's text: its first step needs a word that all is ready, each other one the step before."""
    needs = [CONFIRMED, *(f'needs = {{ steps = ["{key}"] }}' for key in keys)]
    steps = (STEP.format(name=key, key=key, needs=needs[place]) for place, key in enumerate(keys))
    return HEAD.format(title=title) + "".join(steps)


def started(service: Service, name: str, title: str, *keys: str) -> str:
    """A plan that stands in a file and was started; the address of its page."""
    service.held_by(System.MHV, *keys)
    (service.folder / "cutover_plans" / f"{name}.toml").write_text(text(title, *keys), encoding="utf-8")
    context = service.context
    with context.store.writing() as unit:
        start_plan(unit, candidate(unit, context.plans, context.catalogue, name), TESTER)
    return f"/plans/{name}"


def act(service: Service, name: str, do: OnPlan) -> None:
    """Do something about a plan."""
    on_plan(service.context, name, By("cli:grace", "Invented."), lambda _: None, do)


def running(service: Service) -> str:
    """A plan that waits for its date, an approval and a word that all is ready."""
    return started(service, "night", "Two in one night", REFILLS, IMAGES)


def held(service: Service) -> str:
    """A plan whose first step somebody declined."""
    address = started(service, "declined", "Declined in the morning", MESSAGES)
    act(service, "declined", at_step(MESSAGES, STEP_ACTS["decline"].do))
    return address


def paused(service: Service) -> str:
    """A plan that is paused."""
    address = started(service, "resting", "At rest", VISITS)
    act(service, "resting", ACTS["pause"].do)
    return address


def ended(service: Service) -> str:
    """A plan that was ended before any of its steps."""
    address = started(service, "over", "Ended early", NEWS)
    act(service, "over", ACTS["cancel"].do)
    return address


def drafted(service: Service, name: str, written: str) -> None:
    """Keep a text as the draft of a plan."""
    plan = service.context.plans.judge(name, written, service.context.catalogue)
    with service.context.store.writing() as unit:
        draft(unit, plan, By("cli:grace", "A better one."))


def draft_of_new(service: Service) -> str:
    """A draft of a plan that nobody started."""
    service.adopt(NEWS)
    drafted(service, "fresh", text("Written here", NEWS))
    return "/plans/fresh/draft"


def newer(service: Service) -> str:
    """The difference between a plan that runs and the draft of its next version."""
    address = service.reach(paused)
    drafted(service, "resting", text("At rest", VISITS).replace('wait = "3d"', 'wait = "4d"'))
    return f"{address}/version"


def proposed(service: Service) -> str:
    """A move by hand that waits for its approval."""
    service.edit(f"flags/{NEWS}.toml", "approvals_by_hand = 0", "approvals_by_hand = 1")
    service.adopt(NEWS)
    with service.context.store.writing() as unit:
        number = propose(unit, service.context.catalogue, wish(unit, System.VA_GOV, NEWS), TESTER).proposal.id
    return f"/approvals/{number}"


def every_state(service: Service) -> str:
    """The list of plans, one in each state."""
    for state in (running, held, paused, ended):
        service.reach(state)
    return "/plans"


def under(reach: Callable[[Service], str], more: str) -> Callable[[Service], str]:
    """A page whose address goes on from that of another."""
    return lambda service: f"{service.reach(reach)}/{more}"


def send_faulty(page: Page) -> None:
    """Send a text with faults."""
    page.get_by_label("Name").fill("faulty")
    page.get_by_label("Text (TOML)").fill(FAULTY)
    send_empty(page)


OVERRIDE = f"steps/{REFILLS}/override/approvals"
ANOTHER_DATE = f"steps/{REFILLS}/reschedule?day=2027-03-02&time=01:00"

PLANS = (
    Line("approvals-none", "Nothing waits for an approval", at("/approvals")),
    Line("plans", "Write a new plan…", at("/plans")),
    Line("plan-in-a-file", "Start the plan…", at("/plans/a_one_at_a_time")),
    Line("plan-start", "Start the plan “Demo", at("/plans/demo/start", REFILLS, MESSAGES, IMAGES)),
    Line("plan-preview-asks", "Ask every check now", at("/plans/demo/preview")),
    Line("plan-preview", "In this order", at("/plans/demo/preview?ask=1", REFILLS, MESSAGES, IMAGES)),
    Line("plan-new", "Write a new plan", at("/plans/new")),
    Line("plan-new-faulty", "Where the text is wrong", at("/plans/new"), then=send_faulty, status=422),
    Line("plan-running", "Two in one night", running),
    Line("plan-running-viewer", "Two in one night", running, VIEWER_ONE),
    Line("plan-why", "Why has nothing moved?", under(running, "why")),
    Line("plan-pause", "Pause the plan “Two in one night”?", under(running, "pause")),
    Line("plan-cancel", "Two in one night", under(running, "cancel")),
    Line("plan-edit", "Blackouts: times in which no step starts", under(running, "edit")),
    Line("step-edit", "When it starts", under(running, f"steps/{REFILLS}/edit")),
    Line("step-skip", "Skip step 1", under(running, f"steps/{REFILLS}/skip")),
    Line("step-skip-wrong", "Say why.", under(running, f"steps/{REFILLS}/skip"), then=send_empty, status=422),
    Line("step-confirm", "ready", under(running, f"steps/{REFILLS}/confirm/ready")),
    Line("step-date", "See what it would mean", under(running, f"steps/{REFILLS}/reschedule")),
    Line("step-date-means", "What it would mean", under(running, ANOTHER_DATE)),
    Line("step-approve", "Approve step 1", under(running, f"steps/{REFILLS}/approve"), APPROVER_TWO),
    Line("step-decline", "Decline step 1", under(running, f"steps/{REFILLS}/decline"), APPROVER_TWO),
    Line("step-override", "Override", under(running, OVERRIDE), ADMINISTRATOR_ONE),
    Line("plan-held", "Declined in the morning", held),
    Line("step-retry", "Declined in the morning", under(held, f"steps/{MESSAGES}/retry")),
    Line("plan-paused", "Resume the plan…", paused),
    Line("plan-version", "At rest", newer),
    Line("plan-newer", "is not in force", also(newer, "/plans/resting")),
    Line("plan-draft", "Discard the draft…", draft_of_new),
    Line("plan-draft-discard", "Discard the draft of fresh?", under(draft_of_new, "discard")),
    Line("plan-ended", "Ended early", ended),
    Line("proposal", "Proposal 1", proposed, APPROVER_TWO),
    Line("proposal-approve", "Biweekly MHV newsletter", under(proposed, "approve"), APPROVER_TWO),
    Line("proposal-override", "Biweekly MHV newsletter", under(proposed, "override"), ADMINISTRATOR_ONE),
    Line("approvals", "Approve step 1…", also(running, "/approvals"), APPROVER_TWO),
    Line("approvals-viewer", "your role is viewer", also(running, "/approvals"), VIEWER_ONE),
    Line("plans-many", "Ended early", every_state),
    Line("compare-running", "Which way?", also(running, "/compare")),
)
