"""Who owns a preference. ROUTES and TRANSITIONS are the product; the rest of the code serves these two tables.

Two writers cannot be written down: a route has one writer or none. No state with one writer stands next to a state
with another: every way from one owner to the other leads through MOVING or STOPPED, in which nobody may write. Out of
STOPPED leads only NAME, and `services.guarding` lets nobody through before every grant has run out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from app.domain.refusals import Refusal


class System(StrEnum):
    """A store that can hold a preference."""

    MHV = "mhv"
    VA_GOV = "va_gov"

    @property
    def label(self) -> str:
        """The name that people use."""
        return {System.MHV: "MHV", System.VA_GOV: "VA.gov"}[self]

    @property
    def other(self) -> "System":
        """The system on the other side of a move."""
        return System.VA_GOV if self is System.MHV else System.MHV


class Nobody(StrEnum):
    """The target of a retirement."""

    NOBODY = "nobody"


NOBODY = Nobody.NOBODY
Target = System | Nobody


class State(StrEnum):
    """What stands in the state column of an ownership row."""

    UNOWNED = "unowned"
    HELD = "held"
    MOVING = "moving"
    RETIRED = "retired"
    STOPPED = "stopped"


class Who(Enum):
    """A place in the tables below; an ownership row turns it into a system or nobody."""

    NOBODY = "nobody"
    OWNER = "the owner"
    TARGET = "the target"
    GIVEN = "the system that the change names"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a client reads and writes now. None means nowhere."""

    read_from: System | None
    write_to: System | None


# state: (who is read, who may be written)
ROUTES: Mapping[State, tuple[Who, Who]] = {
    State.UNOWNED: (Who.NOBODY, Who.NOBODY),
    State.HELD: (Who.OWNER, Who.OWNER),
    State.MOVING: (Who.OWNER, Who.NOBODY),
    State.RETIRED: (Who.NOBODY, Who.NOBODY),
    State.STOPPED: (Who.OWNER, Who.NOBODY),
}


class Act(StrEnum):
    """A change of ownership, as the ledger names it."""

    ADOPT = "adopt"
    START = "start"
    FREEZE = "freeze"
    CALL_OFF = "call_off"
    ACTIVATE = "activate"
    RETIRE = "retire"
    RESTORE = "restore"
    STOP = "stop"
    RAISE = "raise"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal arrow: from one of some states to another, and who is owner and target afterwards.

    `after` is None where only the epoch changes.
    """

    before: frozenset[State]
    after: State | None
    owner: Who
    target: Who


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: Mapping[Act, Transition] = {
    Act.ADOPT: Transition(_from(State.UNOWNED), State.HELD, owner=Who.GIVEN, target=Who.NOBODY),
    Act.START: Transition(_from(State.UNOWNED), State.HELD, owner=Who.GIVEN, target=Who.NOBODY),
    Act.FREEZE: Transition(_from(State.HELD), State.MOVING, owner=Who.OWNER, target=Who.GIVEN),
    Act.CALL_OFF: Transition(_from(State.MOVING), State.HELD, owner=Who.OWNER, target=Who.NOBODY),
    Act.ACTIVATE: Transition(_from(State.MOVING), State.HELD, owner=Who.TARGET, target=Who.NOBODY),
    Act.RETIRE: Transition(_from(State.MOVING), State.RETIRED, owner=Who.OWNER, target=Who.NOBODY),
    Act.RESTORE: Transition(_from(State.RETIRED), State.HELD, owner=Who.OWNER, target=Who.NOBODY),
    Act.STOP: Transition(
        _from(State.HELD, State.MOVING, State.STOPPED), State.STOPPED, owner=Who.OWNER, target=Who.NOBODY
    ),
    Act.RAISE: Transition(_from(State.UNOWNED, State.RETIRED), None, owner=Who.OWNER, target=Who.NOBODY),
    Act.NAME: Transition(_from(State.STOPPED), State.HELD, owner=Who.GIVEN, target=Who.NOBODY),
}


_WHATEVER_TARGET = {Act.CALL_OFF, Act.RESTORE, Act.STOP, Act.RAISE}


@dataclass(frozen=True, slots=True)
class Ownership:
    """The one row of a preference.

    `owner` is the system that holds it; of a retired preference, the last one that did. `target` is set while it
    moves. `epoch` grows with every change of this row, by one where nothing else is said, and never goes down. `move`
    is the move that froze it.
    """

    key: str
    state: State = State.UNOWNED
    owner: System | None = None
    target: Target | None = None
    epoch: int = 0
    move: int | None = None
    surfaces: tuple[str, ...] = ()

    @property
    def route(self) -> Route:
        """Where to read and write now."""
        reader, writer = ROUTES[self.state]
        return Route(self._system(reader), self._system(writer))

    def as_stopped(self) -> "Ownership":
        """This row as it is told while nobody can be sure of it: who is owner is read from, and nobody is written."""
        return replace(self, state=State.STOPPED, target=None) if self.owner and self.route.read_from else self

    def after(
        self, act: Act, given: Target | None = None, move: int | None = None, epoch: int | None = None
    ) -> "Ownership":
        """This row after one change: at `epoch`, which is higher than before, or else one higher.

        `given` is the system that the change names (adopt, start, freeze, name). Raises Refusal `transition_illegal`.
        """
        arrow = TRANSITIONS[act]
        if self.state not in arrow.before or not self._may(act, given):
            raise Refusal(
                "transition_illegal",
                f"{self.key} is {self.words}, so it cannot do this: {act.value.replace('_', ' ')}.",
                "Look at it as it is now and decide again.",
                self.facts,
            )
        following = self.epoch + 1 if epoch is None else epoch
        if following <= self.epoch:
            raise ValueError(f"an epoch only ever grows, and {following} is not above {self.epoch}")
        state = self.state if arrow.after is None else arrow.after
        after = replace(self, state=state, epoch=following, move=move if state is State.MOVING else None)
        owner, target = self._pick(arrow.owner, given), self._pick(arrow.target, given)
        return replace(after, owner=None if isinstance(owner, Nobody) else owner, target=target)

    def halted(self, epoch: int) -> "Ownership":
        """This row at a higher epoch with nobody to write it: stopped, or as it was where nobody could anyway."""
        return self.after(Act.STOP if self.state in TRANSITIONS[Act.STOP].before else Act.RAISE, epoch=epoch)

    def require(self, epoch: int) -> None:
        """Refuse a change that was decided on another epoch than the present one (Refusal `epoch_stale`)."""
        if self.epoch != epoch:
            raise Refusal(
                "epoch_stale",
                f"You saw {self.key} at epoch {epoch}; now it is {self.words} at epoch {self.epoch}. Nothing was done.",
                "Look at it as it is now and decide again.",
                self.facts,
            )

    @property
    def words(self) -> str:
        """The state in words that fit behind "it is"."""
        owner = self.owner.label if self.owner else "nobody"
        target = "nobody" if self.target is None or isinstance(self.target, Nobody) else self.target.label
        return {
            State.UNOWNED: "held by no system yet",
            State.HELD: f"held by {owner}",
            State.MOVING: f"moving from {owner} to {target}",
            State.RETIRED: "retired",
            State.STOPPED: "stopped until a person names its owner",
        }[self.state]

    @property
    def facts(self) -> dict[str, object]:
        """What every refusal about this row tells: present owner and epoch."""
        return {"key": self.key, "state": self.state.value, "owner": self.owner, "epoch": self.epoch}

    def _may(self, act: Act, given: Target | None) -> bool:
        if act in (Act.ADOPT, Act.START, Act.NAME):
            return isinstance(given, System)
        if act is Act.FREEZE:
            return given is not None and given != self.owner
        return (act is Act.RETIRE) == (self.target is NOBODY) or act in _WHATEVER_TARGET

    def _pick(self, who: Who, given: Target | None) -> Target | None:
        return {Who.NOBODY: None, Who.OWNER: self.owner, Who.TARGET: self.target, Who.GIVEN: given}[who]

    def _system(self, who: Who) -> System | None:
        return self.owner if who is Who.OWNER else None
