"""Asking the checks of a move: before it begins, and again while its new owner is watched.

What was found while watching stands in the move's last stage, so that any process goes on with it; whoever asks says so
there first, so that no two do. One answer that does not pass may be a moment's trouble; several in a row are a failure,
which a plan's step is held or undone for, and which stays one until a person lets the step go on: nobody has to look
at the right moment to see it. The watch ends only with answers that pass.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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

LEFT_ALONE = timedelta(seconds=30)
"""How long nobody else asks when a process has said that it asks: it may have died."""


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
        self._ask(self._claim(move, now), now)
        return 0.0

    def _next(self, move: Move, ends: datetime) -> datetime | None:
        """When the checks are to be asked next; None when there is nothing more to ask. The last answers are those
        that are given once the bake time is over."""
        if not self.checks.watched(move.terms.checks) or not move.terms.bake:
            return None
        asked, claimed = _moment(move, "asked"), _moment(move, "claimed")
        if claimed is not None and claimed != asked:
            return claimed + LEFT_ALONE
        if asked is None:
            return move.activated
        if asked >= ends:
            return None if _passes(move) else asked + _every(move)
        return min(asked + _every(move), max(ends, asked + SHORTEST))

    def _claim(self, move: Move, now: datetime) -> Move:
        with self.store.writing() as unit:
            return unit.moves.save(move.note(Stage.WATCH, claimed=now.isoformat()))

    def _ask(self, move: Move, now: datetime) -> None:
        watched = self.checks.watched(move.terms.checks)
        answers = self.checks.ask(watched, question_of(move), self._overrides(move))
        with self.store.writing() as unit:
            unit.moves.save(move.note(Stage.WATCH, asked=now.isoformat(), **_found(move, answers)))

    def _overrides(self, move: Move) -> AbstractSet[str]:
        with self.store.reading() as unit:
            return overrides_of(unit, move.terms.plan, move.terms.step)


def question_of(move: Move) -> Question:
    """What the checks of a stored move are asked about."""
    return Question(move.preferences, move.origin, move.to, move.terms.plan, move.terms.step, move.id)


def _found(move: Move, answers: Sequence[CheckAnswer]) -> dict[str, Any]:
    """What is noted of answers. Once there were too many in a row that did not pass, one that does changes nothing."""
    told = {"answers": [one.as_json() for one in answers], "passes": passed(answers)}
    if not told["passes"]:
        return {**told, "failing": failing(move) + 1, "in_the_way": in_the_way(answers)}
    return told if failing(move) >= FAILS_IN_A_ROW else {**told, "failing": 0, "in_the_way": ""}


def failing(move: Move) -> int:
    """How many answers in a row did not pass while the new owner of this move was watched."""
    found: int = move.record(Stage.WATCH).detail.get("failing", 0)
    return found


def has_failed(move: Move) -> str | None:
    """Why the checks of a move failed while its new owner was watched; None if they have not."""
    if failing(move) < FAILS_IN_A_ROW:
        return None
    return str(move.record(Stage.WATCH).detail.get("in_the_way", ""))


def _passes(move: Move) -> bool:
    """Whether the last answers passed, whatever a person forgave meanwhile."""
    detail = move.record(Stage.WATCH).detail
    return bool(detail.get("passes", not failing(move)))


def _moment(move: Move, name: str) -> datetime | None:
    told = move.record(Stage.WATCH).detail.get(name)
    return None if told is None else datetime.fromisoformat(told)


def _every(move: Move) -> timedelta:
    return min(LONGEST, max(SHORTEST, move.terms.bake / ASKED_DURING_BAKE))
