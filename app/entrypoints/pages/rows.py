"""One row of the board: a preference, who can change it, what comes next, what is in the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.announcements import Announcement, told_now
from app.domain.catalogue import ASSUMED, Catalogue, MhvBinding, Preference, Status
from app.domain.moves import Move
from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal
from app.entrypoints.pages.actions import Action, Actions, MovesOf
from app.entrypoints.pages.coming import Coming
from app.entrypoints.pages.words import CHANNELS, Mark, mark_of
from app.services.showing import CLOSED

MOST_SHOWN = 2
"""Things in the way that the board shows of one preference."""

LATER = datetime.max.replace(tzinfo=UTC)

_TOLD_AS_IN_THE_WAY = {
    *("file_missing", "not_live", "advisory_writers", "preference_unknown", "catalogue_faulty"),
    *("everything_stopped", "preference_locked"),
}
"""Refusals of every move. Their sentence stands under "In the way" or on top, and only the mend where the buttons would
be."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing in the way: its sign, and the sentence. `person` says that somebody must do something about it."""

    sign: str
    sentence: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What the whole board was read with: who and what, at one moment."""

    now: datetime
    catalogue: Catalogue
    waited_for: Mapping[int, list[str]]
    doing: Mapping[int, str]
    watching: Mapping[str, Move]
    told: Sequence[Announcement]


@dataclass(frozen=True, slots=True)
class Row:
    """What the board says of one preference."""

    ownership: Ownership
    preference: Preference | None
    mark: Mark
    moves: MovesOf
    watching: Move | None
    coming: Coming | None
    ways: tuple[Way, ...]
    actions: Actions
    told: Announcement | None
    doing: str | None = None
    """What goes on in its open move, in plain words."""

    @property
    def title(self) -> str:
        """Its name; its key where there is no file."""
        return self.preference.title if self.preference else self.ownership.key

    @property
    def channel(self) -> str:
        """How it reaches a Veteran."""
        return CHANNELS.get(self.preference.channel, self.preference.channel) if self.preference else "channel unknown"

    @property
    def notes(self) -> list[str]:
        """What one should know of it before moving it."""
        if self.preference is None:
            return []
        binding = self.preference.systems.get(System.MHV)
        told = ASSUMED.get(binding.contract) if isinstance(binding, MhvBinding) else None
        return [told] if told else []

    @property
    def sentences(self) -> list[str]:
        """What stands where a button would be."""
        others = [self.actions.for_others] if self.actions.for_others else []
        return others + [_instead(refusal) for refusal in self.actions.refused]

    @property
    def needs_person(self) -> bool:
        """Whether somebody must do something."""
        return any(way.person for way in self.ways)

    @property
    def ways_shown(self) -> tuple[Way, ...]:
        """At most two, those for people first; where nobody must do anything, the first."""
        persons = tuple(way for way in self.ways if way.person)
        return (persons or self.ways)[:MOST_SHOWN]

    @property
    def ways_left(self) -> int:
        """How many more there are."""
        return len(self.ways) - len(self.ways_shown)

    @property
    def ways_left_words(self) -> str:
        """What those are: whether they need a person too."""
        left = [way for way in self.ways if way not in self.ways_shown]
        if any(way.person for way in left):
            return "need a person too"
        return "clears by itself" if len(left) == 1 else "clear by themselves"

    @property
    def elsewhere(self) -> tuple[Action, ...]:
        """What this person may do but for the undo, which stands beside the date of what it undoes."""
        return tuple(action for action in self.actions.offered if action != self.undo)

    @property
    def undo(self) -> Action | None:
        """The undo of its last move, if it can be undone now; whether this person may is another question."""
        return next((action for action in self.actions.possible if action.page == "pages.undo_form"), None)

    @property
    def need(self) -> tuple[int, datetime, str]:
        """The board's order: what moves, what needs a person, then by date, then the rest by name."""
        if self.moves.open is not None:
            return 0, LATER, self.title
        due = self.coming.due if self.coming else None
        place = 1 if self.needs_person else 2 if due else 3
        return place, due or LATER, self.title


def make_row(row: Ownership, moment: Moment, moves: MovesOf, coming: Coming | None, found: Actions) -> Row:
    """The row of one preference."""
    preference = moment.catalogue.preferences.get(row.key)
    ways = tuple(_ways(row, preference, moment, moves, coming)) + tuple(_refusals(found))
    watching = moment.watching.get(row.key)
    told = None if row.state in CLOSED else told_now(moment.told, row.key, moment.now)
    doing = moment.doing.get(moves.open.id) if moves.open is not None else None
    return Row(row, preference, mark_of(row), moves, watching, coming, ways, found, told, doing)


def _ways(
    row: Ownership, preference: Preference | None, moment: Moment, moves: MovesOf, coming: Coming | None
) -> Iterator[Way]:
    if coming is not None and coming.is_held:
        yield Way("bad", f"A person must decide. {coming.row.why or 'The step is held.'}", person=True)
    if row.state is State.STOPPED:
        before = f"{row.owner.label} held it" if row.owner else "Nobody held it"
        yield Way("bad", f"An administrator must name its owner: cutover recover status. {before} before.", person=True)
    if row.key in moment.catalogue.missing:
        yield Way("bad", f"The file flags/{row.key}.toml is missing.", person=True)
    elif preference is None:
        yield Way("bad", f"There is no file flags/{row.key}.toml.", person=True)
    elif preference.status is not Status.LIVE:
        status = preference.status.value.replace("_", " ")
        yield Way("info", f"It is {status}: only a live preference can be moved.")
    if moves.open is not None:
        yield from (Way("wait", sentence) for sentence in moment.waited_for.get(moves.open.id, []))
    if coming is not None:
        yield from (Way("wait", f"Waits for {wait}.") for wait in coming.waits)
    if row.state is State.UNOWNED and preference is not None and preference.starts_with is not None:
        starts = preference.starts_with.label
        yield Way("info", f"It starts with {starts}, once an administrator adopts it: cutover adopt")


def _refusals(found: Actions) -> Iterator[Way]:
    told = [refusal for refusal in found.refused if refusal.code == "advisory_writers"]
    yield from (Way("info", refusal.detail) for refusal in told)
    if any(refusal.code == "preference_locked" for refusal in found.refused):
        yield Way("info", "It is locked: it cannot move until an administrator unlocks it.")


def _instead(refusal: Refusal) -> str:
    return refusal.mend if refusal.code in _TOLD_AS_IN_THE_WAY else str(refusal)
