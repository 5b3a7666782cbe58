"""Model (b), its systems and clients. Every message may come at any later time, or never.

What a fence admits is asked of the real `admission`. A raise takes the lock exclusively; what is admitted holds
it shared until it is committed.
"""

from collections.abc import Iterator

from app.domain.ownership import State as Owned
from cutover_client.admission import Admission, Raising, admit, raising
from tests.models.fenced_parts import (
    LATE,
    NAMES,
    SAME,
    Database,
    Driver,
    Message,
    Parts,
    Scope,
    Stage,
    State,
    Step,
    Store,
    Told,
    under_way,
    with_message,
    with_system,
    without_message,
)
from tests.models.ground import LOST, TWO, Rows
from tests.models.search import Breach, Numbered


class Systems:
    """Clients, and what the two systems make of their messages and of copies."""

    raises_lock = True

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.rows = Rows()
        self._numbers: Numbered[object] = Numbered()

    def initial(self) -> State:
        """MHV owns, at epoch 1, a record that both systems hold."""
        base = Database(self.rows.first(), Stage.NONE, self.scope.moves)
        systems = (Store(1, 0), Store(1, 0))
        told = Told(0, 1, self.scope.writes, self.scope.failovers)
        return self._pack(Parts(base, base, systems, (), (Driver(),) * self.scope.drivers, told))

    def unpack(self, state: State) -> Parts:
        """A state, spelled out."""
        values = [self._numbers[number] for number in state]
        return Parts(*values)  # type: ignore[arg-type]

    def _pack(self, parts: Parts) -> State:
        return tuple(self._numbers.number(part) for part in parts)

    def checked(self, parts: Parts) -> State | Breach:
        """Whoever may be written holds the last acknowledged write."""
        row = self.rows[parts.base.row]
        if row.state is Owned.HELD and row.owner and self.is_settled(parts):
            if parts.systems[NAMES.index(row.owner)].content == parts.told.last:
                return self._pack(parts)
            return LOST
        return self._pack(parts)

    def is_settled(self, parts: Parts) -> bool:
        """Whether the row tells who rules: not when the database has lost a commit and nobody has noticed."""
        return parts.told.since <= self.rows[parts.base.row].epoch

    def clients(self, parts: Parts) -> Iterator[Step]:
        """What clients do."""
        row = self.rows[parts.base.row]
        if (
            row.state is Owned.HELD
            and row.owner
            and under_way(parts, copies=False) < min(self.scope.messages, parts.told.writes)
        ):
            sent = Message(NAMES.index(row.owner), False, row.epoch, -1)
            yield f"a client sends a write to {row.owner} under epoch {row.epoch}", with_message(parts, sent)
        for message in dict.fromkeys(parts.messages):
            yield "a message on its way is lost", without_message(parts, message)

    def systems(self, parts: Parts) -> Iterator[Step]:
        """What the systems do."""
        for message in dict.fromkeys(parts.messages):
            yield self._arrive(parts, message)
        for place, store in enumerate(parts.systems):
            for item in dict.fromkeys(store.admitted):
                yield self._commit(parts, place, item)

    def admits(self, store: Store, message: Message) -> Admission:
        """What the fence makes of a message."""
        return admit(store.epoch, message.epoch)

    def _arrive(self, parts: Parts, message: Message) -> Step:
        store, name = parts.systems[message.place], NAMES[message.place]
        what = f"{'the copy' if message.is_copy else 'the write'} of epoch {message.epoch}"
        verdict = self.admits(store, message)
        if verdict is Admission.EPOCH_PASSED:
            return f"{name} refuses {what}", without_message(parts, message)
        if verdict is Admission.RAISE_FIRST:
            raised = self.raise_fence(parts, message.place, message.epoch)
            return f"{name} raises its fence to {message.epoch} for {what}", raised or parts
        admitted = tuple(sorted((*store.admitted, (message.is_copy, message.epoch, message.content))))
        after = without_message(parts, message)
        return f"{name} admits {what}", with_system(after, message.place, store._replace(admitted=admitted))

    def raise_fence(self, parts: Parts, place: int, epoch: int) -> Parts | None:
        """A raise, once its exclusive lock is free; None while it waits, or when it is refused."""
        store = parts.systems[place]
        if raising(store.epoch, epoch) is Raising.EPOCH_PASSED or (self.raises_lock and store.admitted):
            return None
        return with_system(parts, place, store._replace(epoch=epoch))

    def _commit(self, parts: Parts, place: int, item: tuple[bool, int, int]) -> Step:
        is_copy, epoch, content = item
        left = list(parts.systems[place].admitted)
        left.remove(item)
        store = parts.systems[place]._replace(admitted=tuple(left))
        what = f"{NAMES[place]} commits the {'copy' if is_copy else 'write'} of epoch {epoch}"
        changed = parts.base.changed
        base = parts.base
        if self.scope.seeds:
            base = base._replace(changed=(changed[0] or place == 0, changed[1] or place == 1))
        if is_copy:
            late = (
                parts.base.stage in (Stage.NONE, Stage.SEED) and self._owns(parts, place) and epoch < parts.told.since
            )
            after = with_system(parts._replace(base=base), place, store._replace(content=content))
            return what, self._late(after) if late else after
        told = parts.told._replace(last=parts.told.last + 1, writes=parts.told.writes - 1)
        if epoch < told.since:
            return what, TWO
        if parts.systems[1 - place].accepted == epoch:
            return what, SAME
        written = store._replace(content=told.last, accepted=max(store.accepted, epoch))
        return what, with_system(parts._replace(base=base, told=told), place, written)

    def _late(self, after: Parts) -> Parts | Breach:
        """A copy after the activation: worse when it overwrites."""
        checked = self.checked(after)
        return checked if isinstance(checked, Breach) else LATE

    def _owns(self, parts: Parts, place: int) -> bool:
        return self.rows[parts.base.row].owner == NAMES[place]
