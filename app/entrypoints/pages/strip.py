"""The strip of four boxes: whoever reads only Now, Next, In the way and Undo knows enough."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.moves import Move
from app.domain.ownership import Ownership, State
from app.entrypoints.pages.coming import Coming
from app.entrypoints.pages.rows import Row

SHOWN = 4
"""Links in one box at most."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What the four boxes say. `moving` are the open moves, each with what goes on in it."""

    moving: tuple[tuple[Move, str], ...]
    titles: tuple[str, ...]
    holders: str
    next_row: Row | None
    plans: int
    persons: tuple[Row, ...]
    faults: int
    undoable: tuple[Row, ...]
    halts: tuple[str, ...] = ()

    @property
    def needs(self) -> int:
        """How many things need a person."""
        return len(self.persons) + (1 if self.faults else 0)

    @property
    def says(self) -> str:
        """What is spoken when it has changed: what is stopped, what moves, what needs a person."""
        halted = "".join(f"{heading}. " for heading in self.halts)
        moving = f"{len(self.moving)} moving" if self.moving else "No move is running"
        return f"{halted}{moving}; {self.holders}." + (f" {self.needs} need a person." if self.needs else "")

    @property
    def coming(self) -> Coming | None:
        """The next step with a date."""
        return self.next_row.coming if self.next_row else None


def strip_of(rows: Sequence[Row], *, plans: int, faults: int, halts: Sequence[str] = ()) -> Strip:
    """The four boxes over these rows."""
    moving = {row.moves.open.id: (row.moves.open, row.doing or "") for row in rows if row.moves.open is not None}
    dated = [row for row in rows if row.coming is not None and row.coming.due is not None and not row.coming.is_held]
    undoable = {row.moves.last.id: row for row in rows if row.undo is not None and row.moves.last is not None}
    return Strip(
        moving=tuple(moving.values()),
        titles=tuple(row.title for row in rows if row.moves.open is not None),
        holders=_holders(rows),
        next_row=min(dated, key=lambda row: row.need[1], default=None),
        plans=plans,
        persons=tuple(row for row in rows if row.needs_person),
        faults=faults,
        undoable=tuple(undoable.values()),
        halts=tuple(halts),
    )


def _holders(rows: Sequence[Row]) -> str:
    """Who holds how many, as a sentence."""
    counted = Counter(_holder(row.ownership) for row in rows)
    order = ("with MHV", "with VA.gov", "moving", "with no system yet", "stopped", "retired")
    return ", ".join(f"{counted[name]} {name}" for name in order if counted[name])


def _holder(row: Ownership) -> str:
    if row.state is State.MOVING:
        return "moving"
    if row.state in (State.RETIRED, State.STOPPED):
        return row.state.value
    return f"with {row.owner.label}" if row.owner else "with no system yet"
