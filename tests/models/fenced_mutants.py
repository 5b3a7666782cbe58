"""Mutants of model (b): each leaves out one rule of the protocol, and replaces nothing else."""

from collections.abc import Iterator

from cutover_client.admission import Admission
from tests.models.fenced import Fenced
from tests.models.fenced_parts import (
    NAMES,
    Database,
    Driver,
    Message,
    Parts,
    Step,
    Store,
    with_driver,
    with_message,
    with_system,
    without_message,
)
from tests.models.search import Breach


class ReadsBeforeRaise(Fenced):
    """The owner's fence is raised after the owner was read for the last time."""

    closes = (1,)

    def _catch_up(self, parts: Parts, number: int, driver: Driver) -> Iterator[Step]:
        if driver.step == -1:
            raised = self.raise_fence(parts, driver.owner, driver.epoch)
            if raised:
                told = with_driver(raised, number, driver._replace(step=1))
                yield f"tells {NAMES[driver.owner]} epoch {driver.epoch}", told
            return
        for label, after in super()._catch_up(parts, number, driver):
            if driver.step or isinstance(after, Breach):
                yield label, after
            else:
                yield label, with_driver(after, number, after.drivers[number]._replace(step=-1))


class ChecksAtAdmissionOnly(Fenced):
    """A raise is confirmed while a write that was admitted is not committed."""

    raises_lock = False


class UnfencedCopies(Fenced):
    """Copies are taken whatever their epoch."""

    def admits(self, store: Store, message: Message) -> Admission:
        """See Fenced."""
        return Admission.ADMIT if message.is_copy else super().admits(store, message)


class CopiesCheckedOnce(Fenced):
    """A copy that is sent again, because its answer was lost, is not checked again."""

    again = 50
    """Added to the content of what is sent again."""

    def admits(self, store: Store, message: Message) -> Admission:
        """See Fenced."""
        return Admission.ADMIT if message.content >= self.again else super().admits(store, message)

    def _arrive(self, parts: Parts, message: Message) -> Step:
        store = parts.systems[message.place]
        is_admitted = message.is_copy and self.admits(store, message) is Admission.ADMIT
        if is_admitted and message.content >= self.again:
            item = (True, message.epoch, message.content - self.again)
            admitting = store._replace(admitted=tuple(sorted((*store.admitted, item))))
            after = with_system(without_message(parts, message), message.place, admitting)
            return "a copy is sent again, and not checked", after
        label, admitted = super()._arrive(parts, message)
        if is_admitted and isinstance(admitted, Parts):
            admitted = with_message(admitted, message._replace(content=message.content + self.again))
        return label, admitted


class TargetToldAtActivationOnly(Fenced):
    """The new owner's fence is told the epoch of the activation, but not that of the freeze."""

    closes = (0,)


class TargetToldAtFreezeOnly(Fenced):
    """The new owner's fence is told the epoch of the freeze, but not that of the activation."""

    tells_activation = False


class CatchesUpByDate(Fenced):
    """A record is copied if its date is later. Dates have whole seconds: two writes fit into one."""

    def is_to_be_copied(self, driver: Driver, target: Store) -> bool:
        """See Fenced."""
        return driver.read // 2 > target.content // 2


class CatchesUpTheSourceOnly(Fenced):
    """Only records that changed in the old owner since the seed began are caught up."""

    def is_listed(self, parts: Parts, driver: Driver) -> bool:
        """See Fenced."""
        return parts.base.changed[driver.owner]


class GoesOnAfterLostCommits(Fenced):
    """The database goes on from what the standby had, with fences that were told more."""

    def after_failover(self, standby: Database) -> Database:
        """See Fenced."""
        return standby
