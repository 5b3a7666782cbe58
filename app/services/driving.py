"""Carrying a move through its stages. `Driver.advance` does one thing and leaves; any process may call it next.

Whatever it decides is written by compare-and-set on the move and on each ownership row, so that two drivers, or a
call-off that races an activation, cannot both win. Nothing is kept in memory that a crash could lose, but for what this
process has seen of leases: a new process begins to count anew, and waits longer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.leases import Drain, Waited
from app.domain.moves import Move, Outcome, Stage, StageState
from app.domain.ownership import NOBODY, Act, System
from app.domain.refusals import Refusal
from app.services.checking import CheckAnswer, passed, systems_reachable
from app.services.clock import Clock
from app.services.door import Change, change
from app.services.moving import call_off
from app.services.notices import Notices
from app.services.recording import LONGEST_REASON, By, record
from app.services.store import Lost, Store, Unit
from app.services.systems import Failed, SystemPort

FRESH = timedelta(seconds=10)
"""How old an answer to a check may be when its move freezes."""

CONTROLLER = "controller"
LOOK_AGAIN = 0.02
"""Seconds between two looks at the leases while a drain waits."""


@dataclass
class Driver:
    """What one process needs to carry moves on."""

    store: Store
    clock: Clock
    systems: Mapping[System, SystemPort]
    notices: Notices
    drains: dict[int, Drain] = field(default_factory=dict)
    first_seen_frozen: dict[int, float] = field(default_factory=dict)

    def advance(self, number: int) -> float | None:
        """Do the next thing for a move. Seconds until it should be looked at again; None when it has ended."""
        try:
            seconds = self._advance(number)
        except Lost:
            seconds = 0.0
        if not seconds:
            self.notices.publish()
        return seconds

    def _advance(self, number: int) -> float | None:
        with self.store.reading() as unit:
            move, now = unit.moves.find(number), unit.now()
        if move is None or move.outcome is not None:
            self._forget(number)
            return None
        if self._is_past_limit(move, now):
            limit = move.terms.freeze_limit.total_seconds()
            return self._call_off(move, f"By itself: the pause reached its limit of {limit:g} seconds.")
        try:
            return self._at(move.stage)(move)
        except Refusal as refusal:
            if self._has_changed(move):
                raise Lost from refusal
            if not move.may_be_called_off:
                raise
            return self._call_off(move, f"It could not go on: {refusal}")

    def _has_changed(self, move: Move) -> bool:
        """Whether another driver was faster: its refusal to us says nothing about the move."""
        with self.store.reading() as unit:
            present = unit.moves.find(move.id)
        return present is None or present.version != move.version

    def keep_limits(self) -> None:
        """Call off every move whose freeze has reached its limit, whatever another move waits for meanwhile."""
        with self.store.reading() as unit:
            moves, now = unit.moves.unfinished(), unit.now()
        for move in moves:
            if self._is_past_limit(move, now):
                self.advance(move.id)

    def _at(self, stage: Stage) -> Callable[[Move], float | None]:
        steps: dict[Stage, Callable[[Move], float | None]] = {
            Stage.CHECK: self._check,
            Stage.SEED: self._pass_over,
            Stage.FREEZE: self._freeze,
            Stage.CLOSE: self._pass_over,
            Stage.DRAIN: self._drain,
            Stage.CATCH_UP: self._catch_up,
            Stage.ACTIVATE: self._activate,
            Stage.WATCH: self._watch,
        }
        return steps[stage]

    def waited_for(self, move: Move) -> list[Waited]:
        """The leases that a draining move waits for, as this process sees them now."""
        if move.stage is not Stage.DRAIN or move.outcome is not None:
            return []
        with self.store.reading() as unit:
            leases = unit.leases.all()
        waiting, _ = self._drain_of(move).look(leases, self.clock.monotonic())
        return waiting

    def _check(self, move: Move) -> float | None:
        with self.store.reading() as unit:
            asked = unit.now()  # before the answers: a wait for the write lock makes them no fresher
        answers = systems_reachable(self.systems, move.origin, move.to)
        if not passed(answers):
            sentences = " ".join(answer.sentence for answer in answers if answer.verdict != "pass")
            return self._call_off(move, f"A check has not passed. {sentences}", answers)
        with self.store.writing() as unit:
            now = unit.now()
            told = [answer.as_json() for answer in answers]
            unit.moves.save(replace(move, asked=asked).finish(now, answers=told, epochs=dict(move.epochs)))
        return 0.0

    def _pass_over(self, move: Move) -> float:
        why = {Stage.SEED: "This move carries no records.", Stage.CLOSE: "No system of this move has a fence."}
        with self.store.writing() as unit:
            unit.moves.save(move.skip(unit.now(), why[move.stage]))
        return 0.0

    def _freeze(self, move: Move) -> float:
        with self.store.writing() as unit:
            now = unit.now()
            if move.asked is None or now - move.asked > FRESH:
                unit.moves.save(move.ask_again(now))
                return 0.0
            if move.origin is None:
                return self._start(unit, move, now)
            asked_by = By(move.terms.actor, move.terms.reason)
            head, rows = change(unit, asked_by, Change(Act.FREEZE, move.epochs, given=move.to, move=move.id))
            epochs = {key: row.epoch for key, row in rows.items()}
            frozen = replace(move, frozen=now, freeze_revision=head.revision, epochs=epochs)
            unit.moves.save(frozen.finish(now, epochs=epochs, revision=head.revision))
        self.first_seen_frozen[move.id] = self.clock.monotonic()
        return 0.0

    def _start(self, unit: Unit, move: Move, now: datetime) -> float:
        """A preference that nobody holds needs no freeze and no drain."""
        passing = move
        for _ in range(4):
            passing = passing.skip(now, "Nobody held it before.")
        self._hand_over(unit, passing, Act.START, {})
        return 0.0

    def _drain(self, move: Move) -> float:
        with self.store.reading() as unit:
            leases = unit.leases.all()
        waiting, expired = self._drain_of(move).look(leases, self.clock.monotonic())
        if waiting:
            return LOOK_AGAIN
        with self.store.writing() as unit:
            if not all(unit.leases.delete(lease.id, lease.renewals) for lease in expired):
                raise Lost
            waited_out = [f"{lease.client}, {lease.instance}" for lease in expired]
            unit.moves.save(move.finish(unit.now(), waited_out=waited_out))
        return 0.0

    def _catch_up(self, move: Move) -> float:
        """With the drain stored as done, each system is asked for a mark; records are not carried."""
        concerned = [system for system in System if system in (move.origin, move.to)]
        marks = {system.value: self._mark(system, move.epochs) for system in concerned}
        with self.store.writing() as unit:
            unit.moves.save(move.finish(unit.now(), marks=marks, records="This move carries no records."))
        return 0.0

    def _activate(self, move: Move) -> float:
        with self.store.writing() as unit:
            marks = move.record(Stage.CATCH_UP).detail.get("marks", {})
            self._hand_over(unit, move, Act.RETIRE if move.to is NOBODY else Act.ACTIVATE, {"marks": marks})
        self._forget(move.id)
        return 0.0

    def _hand_over(self, unit: Unit, move: Move, act: Act, body: Mapping[str, Any]) -> None:
        """The point of no return: the new owner may be written from this commit on."""
        by = By(move.terms.actor, move.terms.reason)
        given = move.to if act is Act.START else None
        asked = Change(act, move.epochs, given=given, move=move.id, surfaces=move.terms.surfaces, body=body)
        head, rows = change(unit, by, asked)
        now = unit.now()
        epochs = {key: row.epoch for key, row in rows.items()}
        done = replace(move, activated=now, epochs=epochs).finish(now, epochs=epochs, revision=head.revision)
        unit.moves.save(done)
        unit.moves.release(move.id)
        if move.terms.undoes is not None:
            undone = unit.moves.find(move.terms.undoes)
            if undone is not None:
                unit.moves.save(_ended(replace(undone, undone_by=move.id), now))

    def _watch(self, move: Move) -> float | None:
        with self.store.writing() as unit:
            now = unit.now()
            left = ((move.activated or now) + move.terms.bake - now).total_seconds()
            if left > 0:
                return left
            unit.ledger.lock()  # before the move's row, as everywhere: an undo that comes now would wait in a circle
            unit.moves.save(_ended(move, now))
            record(unit, By(CONTROLLER, "The bake time is over."), "move_done", {"move": move.id})
        return None

    def _call_off(self, move: Move, why: str, answers: Sequence[CheckAnswer] = ()) -> float | None:
        with self.store.writing() as unit:
            noted = move.note(move.stage, answers=[answer.as_json() for answer in answers]) if answers else move
            call_off(unit, noted, By(CONTROLLER, why[:LONGEST_REASON]))
        self._forget(move.id)
        return None

    def _mark(self, system: System, epochs: Mapping[str, int]) -> Mapping[str, int] | str | None:
        try:
            return self.systems[system].mark(epochs)
        except Failed as failure:
            return f"No mark: {failure}"

    def _is_past_limit(self, move: Move, now: datetime) -> bool:
        """By the database's clock since the freeze, or this process's own since it first saw it: the sooner."""
        if not move.is_frozen or move.frozen is None:
            return False
        seen = self.first_seen_frozen.setdefault(move.id, self.clock.monotonic())
        by_own = timedelta(seconds=self.clock.monotonic() - seen)
        return max(now - move.frozen, by_own) > move.terms.freeze_limit

    def _drain_of(self, move: Move) -> Drain:
        if move.freeze_revision is None:
            raise ValueError(f"move {move.id} drains without having been frozen")
        return self.drains.setdefault(move.id, Drain(move.preferences, move.freeze_revision))

    def _forget(self, number: int) -> None:
        self.drains.pop(number, None)
        self.first_seen_frozen.pop(number, None)


def _ended(move: Move, now: datetime) -> Move:
    if move.outcome is not None:
        return move
    return replace(move.finish(now, StageState.DONE), outcome=Outcome.DONE)
