"""What stands beside a move: who asked for it and approved it, what its plan says, how it ended, what Veterans see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.announcements import told_now
from app.domain.ledger import Entry
from app.domain.moves import Move, Outcome, Stage
from app.domain.plan_gates import APPROVALS, Kind, SignOff, basis_of, gates_of, subject_of
from app.domain.plans import Plan, PlanRow, StepState
from app.domain.refusals import Refusal
from app.entrypoints.asked import context
from app.entrypoints.pages.plan_words import said_of
from app.services.ledger_book import END, Sought
from app.services.showing import CLOSED, ownership_json
from app.services.store import Unit

NOTHING = "Their choice, and no notice."
_CALLED_OFF = ("call_off", "call_off_before_freeze")


@dataclass(frozen=True, slots=True)
class OfPlan:
    """The step that made a move. `number` is its place in the plan; `is_held`: a person decides about it now."""

    key: str
    title: str
    step: str
    number: int | None = None
    window: str | None = None
    on_failure: str | None = None
    is_held: bool = False
    version: int = 0

    @property
    def name(self) -> str:
        """The step as people call it."""
        return f"Step {self.number or self.step}"


@dataclass(frozen=True, slots=True)
class Approved:
    """Who approved a move; `proposal` where it was one by hand; `overridden`: an administrator let it go without."""

    by: tuple[SignOff, ...] = ()
    proposal: int | None = None
    overridden: bool = False


def plan_of(unit: Unit, move: Move) -> OfPlan | None:
    """The plan and the step that asked for a move; less is known where its text cannot be read any more."""
    if move.terms.plan is None or move.terms.step is None:
        return None
    key, name = move.terms.plan, move.terms.step
    row = unit.plans.find(key)
    if row is None:
        return OfPlan(key, key, name)
    step_row = row.rows.get(name)
    is_held = step_row is not None and step_row.move == move.id and step_row.state is StepState.HELD
    number = list(row.rows).index(name) + 1 if name in row.rows else None
    plan = _read(row)
    step = next((one for one in plan.steps if one.id == name), None) if plan else None
    return OfPlan(
        key=key,
        title=plan.title if plan else key,
        step=name,
        number=number,
        window=said_of("window", step.window) if step else None,
        on_failure=said_of("on_failure", step.on_failure) if step else None,
        is_held=is_held,
        version=row.version,
    )


def approved(unit: Unit, move: Move) -> Approved:
    """The approvals that counted when it began."""
    began = move.record(Stage.CHECK).began or unit.now()
    if move.terms.plan is not None and move.terms.step is not None:
        row = unit.plans.find(move.terms.plan)
        if row is None or move.terms.step not in row.rows:
            return Approved()
        subject, basis = subject_of(row.key, move.terms.step), basis_of(row, move.terms.step)
        gates = gates_of(unit.sign_offs.of_plan(row.key), subject, basis, began)
        given = tuple(one for one in gates.approvals if one.at <= began)
        return Approved(given, overridden=APPROVALS in gates.overrides)
    entry = _last(unit, move, "proposal_started")
    if entry is None:
        return Approved()
    number = int(entry.body["proposal"])
    signed = unit.sign_offs.of([f"proposal-{number}"])
    by = tuple(one for one in signed if one.kind is Kind.APPROVAL)
    return Approved(by, number, any(one.kind is Kind.OVERRIDE for one in signed))


def called_off(unit: Unit, move: Move) -> Entry | None:
    """The entry of the ledger that says who called a move off."""
    if move.outcome is not Outcome.CALLED_OFF:
        return None
    return next((found for act in _CALLED_OFF if (found := _last(unit, move, act)) is not None), None)


def epochs_of(move: Move, key: str) -> str:
    """The epochs that a move has led a preference through, in their order."""
    kept = [move.record(name).detail.get("epochs", {}).get(key) for name in (Stage.CHECK, Stage.FREEZE)]
    return ", then ".join(str(epoch) for epoch in dict.fromkeys([*kept, move.epochs[key]]) if epoch is not None)


def notices(unit: Unit, move: Move, now: datetime) -> Mapping[str, list[str]]:
    """What Veterans read now of each preference that is moved: the titles, by the text of their notice."""
    told, rows = unit.announcements.all(), unit.ownerships.of(move.preferences)
    found: dict[str, list[str]] = {}
    for key, row in rows.items():
        announced = None if row.state in CLOSED else told_now(told, key, now)
        notice = ownership_json(row, context.catalogue, announced)["notice"]
        text = " ".join(filter(None, (notice["text"], notice["instead"]))) or NOTHING
        known = context.catalogue.preferences.get(key)
        found.setdefault(text, []).append(known.title if known else key)
    return found


def _read(row: PlanRow) -> Plan | None:
    try:
        return context.plans.read(row.key, row.text)
    except Refusal:
        return None


def _last(unit: Unit, move: Move, act: str) -> Entry | None:
    sought = Sought(act=act, move=move.id)
    return next(unit.ledger.search(sought, beyond=END, newest_first=True, limit=1), None)
