"""Asking the checks of a move: before it begins, and again while its new owner is watched.

What was found while watching stands in the move's last stage, so that any process goes on with it. One answer that
does not pass may be a moment's trouble; several in a row are a failure, which a plan's step is held or undone for.
The watch ends only with answers that pass.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.moves import Move, Stage
from app.services.checks.answers import CheckAnswer, in_the_way, passed
from app.services.checks.asking import ALWAYS, Checks
from app.services.checks.questions import Question
from app.services.planning.gating import overrides_of
from app.services.store import Store

FAILS_IN_A_ROW = 3
"""How many answers in a row that do not pass make a failure."""

ASKED_DURING_BAKE = 10
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Baking:
    """Asks with no transaction open."""

    store: Store
    checks: Checks

    def ask_all(self, move: Move) -> Sequence[CheckAnswer]:
        """The answers on which a move begins."""
        return self.checks.ask((ALWAYS, *move.terms.checks), question_of(move), self._overrides(move))

    def watch(self, move: Move) -> float | None:
        """Ask again, if it is time. Seconds until the next look; None once the bake time is over and all passes.

        Raises Lost when another process was faster.
        """
        with self.store.reading() as unit:
            now = unit.now()
        ends = (move.activated or now) + move.terms.bake
        following = self._next(move, ends)
        if following is None:
            return (ends - now).total_seconds() if now < ends else None
        if now < following:
            return (following - now).total_seconds()
        self._ask(move, now)
        return 0.0

    def _next(self, move: Move, ends: datetime) -> datetime | None:
        """When the checks are to be asked next; None when there is nothing more to ask. The last answers are those
        that are given once the bake time is over."""
        if not self.checks.watched(move.terms.checks) or not move.terms.bake:
            return None
        asked = asked_at(move)
        if asked is None:
            return move.activated
        if asked >= ends:
            return asked + _every(move) if failing(move) else None
        return min(asked + _every(move), max(ends, asked + SHORTEST))

    def _ask(self, move: Move, now: datetime) -> None:
        watched = self.checks.watched(move.terms.checks)
        answers = self.checks.ask(watched, question_of(move), self._overrides(move))
        row = 0 if passed(answers) else failing(move) + 1
        told = {"answers": [one.as_json() for one in answers], "failing": row, "in_the_way": in_the_way(answers)}
        with self.store.writing() as unit:
            unit.moves.save(move.note(Stage.WATCH, asked=now.isoformat(), **told))

    def _overrides(self, move: Move) -> AbstractSet[str]:
        with self.store.reading() as unit:
            return overrides_of(unit, move.terms.plan, move.terms.step)


def question_of(move: Move) -> Question:
    """What the checks of a stored move are asked about."""
    return Question(move.preferences, move.origin, move.to, move.terms.plan, move.terms.step, move.id)


def failing(move: Move) -> int:
    """How many answers in a row did not pass while the new owner of this move was watched."""
    found: int = move.record(Stage.WATCH).detail.get("failing", 0)
    return found


def has_failed(move: Move) -> str | None:
    """Why the checks of a watched move have failed; None while they have not."""
    if failing(move) < FAILS_IN_A_ROW or move.outcome is not None:
        return None
    return str(move.record(Stage.WATCH).detail.get("in_the_way", ""))


def asked_at(move: Move) -> datetime | None:
    """When the checks of a watched move were asked last."""
    told = move.record(Stage.WATCH).detail.get("asked")
    return None if told is None else datetime.fromisoformat(told)


def _every(move: Move) -> timedelta:
    return min(LONGEST, max(SHORTEST, move.terms.bake / ASKED_DURING_BAKE))
