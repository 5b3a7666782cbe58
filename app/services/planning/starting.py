"""Plans that begin: where their text comes from, drafts of it, and the start that copies it."""

from app.domain.catalogue import Catalogue
from app.domain.plans import Plan, PlanRow, PlanState, StepRow
from app.domain.refusals import Refusal
from app.services.plan_store import Draft
from app.services.planning.stepping import announce_all
from app.services.planning.texts import PlanFiles
from app.services.recording import By, record
from app.services.store import Unit


def candidate(unit: Unit, files: PlanFiles, catalogue: Catalogue, key: str) -> Plan:
    """The plan as it would be started or accepted now: the draft of it, or else its file.

    Refusals `not_found`, `plan_invalid` with every fault.
    """
    draft = unit.drafts.find(key)
    if draft is not None:
        return files.judge(key, draft.text, catalogue)
    plans, faults = files.load(catalogue)
    if key in plans:
        return plans[key]
    wrong = [fault for fault in faults if fault.file.endswith(f"/{key}.toml")]
    if wrong:
        told = {"faults": [fault.as_json() for fault in wrong]}
        raise Refusal("plan_invalid", " ".join(str(fault) for fault in wrong[:20]), "Mend the file.", told)
    raise Refusal("not_found", f"There is no plan {key[:60]}.", "cutover plans list shows them.")


def draft(unit: Unit, plan: Plan, by: By) -> Draft:
    """Keep a text as the draft of a plan, or of its next version; what runs goes on as it is."""
    unit.ledger.lock()
    before = unit.drafts.find(plan.key)
    kept = Draft(plan.key, plan.text, by.actor, by.reason, unit.now(), before.version + 1 if before else 1)
    unit.drafts.put(kept)
    record(unit, by, "plan_drafted", {"plan": plan.key, "hash": plan.hash})
    return kept


def discard(unit: Unit, key: str, by: By) -> None:
    """Forget a draft. Refusal `not_found`."""
    unit.ledger.lock()
    if not unit.drafts.delete(key):
        raise Refusal("not_found", f"There is no draft of {key[:60]}.", "There is nothing to do.")
    record(unit, by, "draft_discarded", {"plan": key})


def start_plan(unit: Unit, plan: Plan, by: By) -> PlanRow:
    """Copy a plan's text and hash into the database and let it run.

    Refusals `plan_not_startable`, `preference_in_plan`.
    """
    unit.ledger.lock()
    present = unit.plans.find(plan.key)
    if present is not None and not present.is_over:
        detail = f"The plan {plan.key} is {present.state} already."
        raise Refusal("plan_not_startable", detail, "Look at it: cutover plans show", {"plan": plan.key})
    require_free(unit, plan)
    now = unit.now()
    steps = tuple(StepRow(plan.key, step.id, since=now) for step in plan.steps)
    words = (now, by.actor, by.reason, steps, by.actor)
    row = PlanRow(plan.key, PlanState.RUNNING, plan.preferences, plan.text, plan.hash, *words)
    unit.plans.add(row)
    unit.drafts.delete(plan.key)
    unit.sign_offs.forget_plan(plan.key)
    announce_all(unit, plan, row)
    record(unit, by, "plan_started", {"plan": plan.key, "hash": plan.hash})
    return row


def require_free(unit: Unit, plan: Plan) -> None:
    """Refuse a plan with a preference that another one has, and say which (Refusal `preference_in_plan`)."""
    wanted = set(plan.preferences)
    for other in unit.plans.all():
        taken = sorted(wanted & set(other.preferences))
        if taken and not other.is_over and other.key != plan.key:
            detail = f"{taken[0]} is in the plan {other.key}, which is {other.state}."
            mend = "A preference is in one running plan at most: end that plan first."
            raise Refusal("preference_in_plan", detail, mend, {"key": taken[0], "plan": other.key})
