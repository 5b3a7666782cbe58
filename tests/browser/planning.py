"""Plans for the browser: invented texts, in the folder that the running service reads, and started behind its back."""

from app.services.planning.starting import candidate, start_plan
from tests.browser.service import TESTER, Service

FAR = "2031-03-04T02:00:00"
"""When no test looks any more."""


def text_of(first: str, second: str, defaults: str = "") -> str:
    """A plan of two steps. The first is due at once, and needs an approval; the second comes when nobody looks."""
    return f"""title = "An invented plan"
time_zone = "America/New_York"

[defaults]
bake = "1s"
freeze_limit = "1h"
{defaults}
[[steps]]
id = "first"
preferences = ["{first}"]
to = "va_gov"
surfaces = ["va_gov_profile"]
approvals = 1

[[steps]]
id = "second"
preferences = ["{second}"]
to = "va_gov"
surfaces = ["va_gov_profile"]
not_before = {FAR}
"""


def start(service: Service, key: str, text: str) -> str:
    """Write a plan's file and start it, as the tester; the address of its page."""
    (service.folder / "cutover_plans" / f"{key}.toml").write_text(text, encoding="utf-8")
    context = service.context
    context.keeper.reload()
    with context.store.writing() as unit:
        unit.ledger.lock()
        start_plan(unit, candidate(unit, context.plans, context.catalogue, key), TESTER)
    return f"/plans/{key}"
