"""Carrying a move through its stages. `Driver.advance` does one thing and leaves; any process may call it next.

Whatever it decides is written by compare-and-set on the move and on each ownership row, so that two drivers, or a
call-off that races an activation, cannot both win.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from app.domain.leases import Waited
from app.domain.moves import Move, Stage
from app.domain.ownership import Act, System
from app.domain.refusals import Refusal
from app.services.baking import Baking
from app.services.checks.answers import CheckAnswer, in_the_way, passed
from app.services.checks.asking import Checks
from app.services.clock import Clock
from app.services.door import Change, change
from app.services.draining import Drains, Looked
from app.services.fencing import Ahead, Fences
from app.services.handing import ended, give, start
from app.services.marking import Marking
from app.services.moving import call_off
from app.services.notices import Notices
from app.services.recording import By, record, sayable
from app.services.store import Lost, Store, Unit
from app.services.systems import Behind, Failed, SystemPort

FRESH = timedelta(seconds=10)
"""How old an answer to a check may be when its move freezes."""

CONTROLLER = "controller"
NO_FENCE = "No system of this move has a fence."
NO_DRAIN = "Every system of this move checks permits: nobody needs to be waited for."
LOOK_AGAIN = 0.01
"""Seconds between two looks at the leases while a drain waits."""
FENCE_AGAIN = MARK_AGAIN = 0.1
"""Seconds after which a fence that could not confirm is told again, and a system without one asked for its mark."""


@dataclass
class Driver:
    """What one process needs to carry moves on."""

    store: Store
    clock: Clock
    fences: Fences
    notices: Notices
    drains: Drains
    checks: Checks
    on_ahead: Ahead = lambda *_: None
    troubles: dict[int, str] = field(default_factory=dict)
    marking: Marking = field(init=False)
    baking: Baking = field(init=False)

    def __post_init__(self) -> None:
        self.marking = Marking(self.systems, self.clock)
        self.baking = Baking(self.store, self.checks)

    @property
    def systems(self) -> Mapping[System, SystemPort]:
        """The two systems."""
        return self.fences.systems

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
            looked = None if move is None else self._looked(unit, move)
        if move is None or move.outcome is not None:
            self._forget(number)
            return None
        if self.drains.is_past_limit(move, now):
            limit, late = move.terms.freeze_limit.total_seconds(), looked.sentence if looked else ""
            told = (f"By itself: the pause reached its limit of {limit:g} seconds.", late, self.troubles.get(move.id))
            return self._call_off(move, " ".join(filter(None, told)))
        try:
            return self._drain(move, looked) if looked else self._at(move.stage)(move)
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
        troubles: list[Exception] = []
        for move in moves:
            try:
                if self.drains.is_past_limit(move, now):
                    self.advance(move.id)
            except Exception as trouble:  # noqa: BLE001 - one move keeps no other one frozen; it is raised at the end
                troubles.append(trouble)
        if troubles:
            raise troubles[0]

    def _at(self, stage: Stage) -> Callable[[Move], float | None]:
        steps: dict[Stage, Callable[[Move], float | None]] = {
            Stage.CHECK: self._check,
            Stage.SEED: self._seed,
            Stage.FREEZE: self._freeze,
            Stage.CLOSE: self._close,
            Stage.DRAIN: partial(self._skip, why=NO_DRAIN),
            Stage.CATCH_UP: self._catch_up,
            Stage.ACTIVATE: self._activate,
            Stage.WATCH: self._watch,
        }
        return steps[stage]

    def waited_for(self, move: Move) -> list[Waited]:
        """The leases that a draining move waits for, as this process sees them now."""
        with self.store.reading() as unit:
            looked = self._looked(unit, move)
        return looked.waiting if looked else []

    def _looked(self, unit: Unit, move: Move) -> Looked | None:
        """How far the drain of a move is; None where it does not drain, or where that waits for nobody."""
        drains = move.stage is Stage.DRAIN and move.outcome is None and not self.fences.closes(move)
        return self.drains.look(unit, move) if drains else None

    def _check(self, move: Move) -> float | None:
        with self.store.reading() as unit:
            asked = unit.now()  # before the answers: a wait for the write lock makes them no fresher
        answers = self.baking.ask_all(move)
        if not passed(answers):
            return self._call_off(move, f"A check has not passed. {in_the_way(answers)}", answers)
        with self.store.writing() as unit:
            now = unit.now()
            told = [answer.as_json() for answer in answers]
            unit.moves.save(replace(move, asked=asked).finish(now, answers=told, epochs=dict(move.epochs)))
        return 0.0

    def _seed(self, move: Move) -> float:
        return self._skip(move, "This move carries no records.")

    def _skip(self, move: Move, why: str) -> float:
        with self.store.writing() as unit:
            unit.moves.save(move.skip(unit.now(), why))
        return 0.0

    def _freeze(self, move: Move) -> float:
        with self.store.writing() as unit:
            now = unit.now()
            if move.asked is None or now - move.asked > FRESH:
                unit.moves.save(move.ask_again(now))
                return 0.0
            if move.origin is None:
                start(unit, move, now)
                return 0.0
            asked_by = By(move.terms.actor, move.terms.reason)
            head, rows = change(unit, asked_by, Change(Act.FREEZE, move.epochs, given=move.to, move=move.id))
            epochs = {key: row.epoch for key, row in rows.items()}
            frozen = replace(move, frozen=now, freeze_revision=head.revision, epochs=epochs)
            frozen = frozen.finish(now, epochs=epochs, revision=head.revision)
            unit.moves.save(frozen if self.fences.of(move) else frozen.skip(now, NO_FENCE))
        self.drains.see(move.id)
        return 0.0

    def _close(self, move: Move) -> float | None:
        """Every fence of the move confirms that writes admitted before the freeze have ended."""
        try:
            marks = self.fences.close(move)
        except Failed as failure:
            return self._wait_for_fence(move, failure)
        except Behind as behind:
            return self._stop_for(move, behind)
        with self.store.writing() as unit:
            now = unit.now()
            closed = move.finish(now, marks=marks) if marks else move.skip(now, NO_FENCE)
            unit.moves.save(closed.skip(now, NO_DRAIN) if self.fences.closes(move) else closed)
        return 0.0

    def _wait_for_fence(self, move: Move, failure: Failed) -> float:
        """It may be an older write that has not ended: the freeze limit says for how long that is waited for."""
        self.troubles[move.id] = str(failure)
        return FENCE_AGAIN

    def _stop_for(self, move: Move, behind: Behind) -> float | None:
        """A fence that knows a later epoch has seen commits that this database has not.

        The stop ends the move itself, in one transaction: between a call-off and a stop, permits could be given under
        the very epoch that the lost history gave to the other system.
        """
        known = {key: epoch for key, epoch in behind.epochs.items() if key in move.preferences}
        if behind.system is not None and known:
            self.on_ahead(behind.system, known, move)
        if self._has_changed(move):
            raise Lost
        return self._call_off(move, f"It could not go on: {behind}")

    def _drain(self, move: Move, looked: Looked) -> float:
        if looked.waiting or looked.advisory:
            return LOOK_AGAIN if looked.waiting else min(looked.advisory, 1.0)
        with self.store.writing() as unit:
            if not all(unit.leases.delete(lease.id, lease.renewals) for lease in looked.expired):
                raise Lost
            waited_out = [f"{lease.client}, {lease.instance}" for lease in looked.expired]
            unit.moves.save(move.finish(unit.now(), waited_out=waited_out))
        return 0.0

    def _catch_up(self, move: Move) -> float:
        """With the drain stored as done, each system without a fence is asked for a mark; records are not carried."""
        closed = move.record(Stage.CLOSE).detail.get("marks", {})
        bare = self.marking.of(move, (one for one in self.fences.concerned(move) if one.value not in closed))
        if bare is None:
            return MARK_AGAIN
        with self.store.writing() as unit:
            marks = {**closed, **bare}
            caught_up = move.finish(unit.now(), marks=marks, records="This move carries no records.")
            if self.fences.of(move):
                unit.moves.save(caught_up)
                return 0.0
            give(unit, caught_up)  # there is no fence to be told first
        self._forget(move.id)
        return 0.0

    def _activate(self, move: Move) -> float | None:
        try:
            self.fences.shut_copies_out(move)
        except Failed as failure:
            return self._wait_for_fence(move, failure)
        except Behind as behind:
            return self._stop_for(move, behind)
        with self.store.writing() as unit:
            give(unit, move)
        self._forget(move.id)
        return 0.0

    def _watch(self, move: Move) -> float | None:
        seconds = self.baking.watch(move)
        if seconds is not None:
            return seconds
        with self.store.writing() as unit:
            now = unit.now()
            unit.ledger.lock()  # before the move's row, as everywhere: an undo that comes now would wait in a circle
            unit.moves.save(ended(move, now))
            record(unit, By(CONTROLLER, "The bake time is over."), "move_done", {"move": move.id})
        return None

    def _call_off(self, move: Move, why: str, answers: Sequence[CheckAnswer] = ()) -> float | None:
        with self.store.writing() as unit:
            noted = move.note(move.stage, answers=[answer.as_json() for answer in answers]) if answers else move
            call_off(unit, noted, By(CONTROLLER, sayable(why)))
        self._forget(move.id)
        return None

    def keep_only(self, unfinished: Iterable[int]) -> None:
        """Forget what was seen of moves that other processes have ended."""
        for number in self.drains.seen() - set(unfinished):
            self._forget(number)

    def _forget(self, number: int) -> None:
        self.drains.forget(number)
        self.marking.forget(number)
        self.troubles.pop(number, None)
