"""The steps of a plan as its page shows them: where each stands, when, what it needs, and what can be done."""

from dataclasses import dataclass

from app.domain.ledger import Entry
from app.domain.ownership import System
from app.domain.plan_gates import SignOff, basis_of, gates_of, subject_of
from app.domain.plans import Step, StepRow, StepState
from app.domain.roles import Caller
from app.entrypoints.asked import context
from app.entrypoints.pages.actions import Action
from app.entrypoints.pages.plans.needing import Need, needs_of
from app.entrypoints.pages.plans.offering import Offers, of_approval, of_missing_approvals, of_step
from app.entrypoints.pages.plans.overridden import Overridden, overridden
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.plans.timing import STATES, When, times_of
from app.entrypoints.pages.words import direction, label_of, surfaces_words


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who approved a step, and who is missing; `overridden` is how an administrator let it go on without."""

    needed: int
    given: tuple[SignOff, ...]
    missing: int
    offers: Offers
    override: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step, for people."""

    number: int
    id: str
    titles: tuple[str, ...]
    keys: tuple[str, ...]
    where: str
    state: StepState | None
    word: str
    sign: str
    times: tuple[When, ...]
    needs: tuple[Need, ...]
    approvals: Approvals | None
    overrides: tuple[Overridden, ...]
    offers: Offers
    move: int | None
    last: Entry | None

    @property
    def name(self) -> str:
        """What it is about, in a few words."""
        return self.titles[0] if len(self.titles) == 1 else f"{len(self.titles)} preferences"

    @property
    def persons(self) -> int:
        """How many things of it need a person."""
        missing = 1 if self.approvals is not None and self.approvals.missing else 0
        return missing + sum(need.is_for_persons for need in self.needs)


def views_of(seen: Seen, caller: Caller) -> list[StepView]:
    """Every step, in the order of the plan."""
    return [_view(seen, step, caller) for step in seen.plan.steps]


def title_of(key: str) -> str:
    """The title of a preference, or its key where it has no file."""
    found = context.catalogue.preferences.get(key)
    return found.title if found else key


def titles_of(step: Step) -> str:
    """What a step is about: one preference by its title, several by their count."""
    return title_of(step.preferences[0]) if len(step.preferences) == 1 else f"{len(step.preferences)} preferences"


def where_words(seen: Seen, step: Step) -> str:
    """From whom to whom a step moves, or what else it does."""
    move = seen.moves.get(step.id)
    if move is not None:
        found = direction(move)
        return found[0].upper() + found[1:]
    if step.to is None:
        return "" if step.surfaces is None else f"Changes where it can be found: {surfaces_words(step.surfaces)}"
    owners = {row.owner for key in step.preferences if (row := seen.owned.get(key)) is not None}
    owner = owners.pop() if len(owners) == 1 else None
    if not isinstance(step.to, System):
        return f"{label_of(owner)} to nobody: it is retired" if owner else "To nobody: it is retired"
    return f"{label_of(owner)} to {step.to.label}" if owner not in (None, step.to) else f"To {step.to.label}"


def _view(seen: Seen, step: Step, caller: Caller) -> StepView:
    row, number = seen.row(step), seen.number(step.id)
    word, sign = STATES[row.state] if seen.around is not None else ("Not started", "later")
    return StepView(
        number=number,
        id=step.id,
        titles=tuple(title_of(key) for key in step.preferences) or (step.id,),
        keys=step.preferences,
        where=where_words(seen, step),
        state=None if seen.around is None else row.state,
        word=word,
        sign=sign,
        times=tuple(times_of(seen, step)),
        needs=tuple(needs_of(seen, step, caller)),
        approvals=_approvals(seen, step, row, caller),
        overrides=tuple(one for one in overridden(seen) if one.step == step.id),
        offers=of_step(seen, step, caller),
        move=row.move,
        last=_last(seen, step.id, row),
    )


def _last(seen: Seen, name: str, row: StepRow) -> Entry | None:
    """The last act on a step; not that it was held, which says nothing that is not said already."""
    found = seen.acts.get(name)
    return None if found is not None and found.act == "step_held" and row.why else found


def _approvals(seen: Seen, step: Step, row: StepRow, caller: Caller) -> Approvals | None:
    if not step.approvals:
        return None
    if seen.around is None:
        return Approvals(step.approvals, (), 0, Offers(), ())
    gates = gates_of(
        seen.around.signed, subject_of(seen.plan.key, step.id), basis_of(seen.around.row, step.id), seen.now
    )
    is_open = row.state in (StepState.WAITING, StepState.DUE, StepState.HELD) and seen.is_going
    lacks = is_open and gates.approved(step.approvals) is None
    missing = step.approvals - len(gates.approvals) if lacks else 0
    offers = of_approval(seen, step, gates, caller)
    override = of_missing_approvals(seen, step, caller) if missing else ()
    return Approvals(step.approvals, gates.approvals, missing, offers, override)
