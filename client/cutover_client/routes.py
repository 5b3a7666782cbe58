"""Where a preference is read and written now, and what is said to whoever may not write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cutover_client.spans import Spans

FROZEN_FOR = 2
"""Seconds after which a person may try again during a freeze."""

FROZEN_NOTICE = "You can't change this setting right now. Try again in a minute."
"""What a Veteran is told during a freeze."""

MOVING = "moving"
"""The state of a preference that is frozen for a move."""

_LABELS = {"mhv": "MHV", "va_gov": "VA.gov", None: "nobody"}


@dataclass
class Refused(Exception):
    """A write that may not begin: certainly not written. `code` is stable; `mend` says what to do now.

    `facts` holds, where they apply, `owner`, `epoch`, `retry_after` (seconds) and `notice` (what to tell a Veteran).
    """

    code: str
    detail: str
    mend: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.detail} {self.mend}"

    @property
    def owner(self) -> str | None:
        """The present owner, where it is known."""
        owner = self.facts.get("owner")
        return owner if isinstance(owner, str) else None

    @property
    def epoch(self) -> int | None:
        """The present epoch, where it is known."""
        epoch = self.facts.get("epoch")
        return epoch if isinstance(epoch, int) else None

    @property
    def retry_after(self) -> float | None:
        """Seconds after which asking again may help; None where it does not help."""
        seconds = self.facts.get("retry_after")
        return float(seconds) if isinstance(seconds, int | float) else None

    @property
    def notice(self) -> str | None:
        """What to tell a Veteran; None where there is nothing to tell."""
        notice = self.facts.get("notice")
        return notice if isinstance(notice, str) else None


@dataclass(frozen=True, slots=True)
class Route:
    """One preference as a lease's answer tells it. `permit` is what a system with a fence is shown with each write."""

    key: str
    state: str
    read_from: str | None
    write_to: str | None
    epoch: int
    owner: str | None = None
    target: str | None = None
    permit: str | None = field(default=None, repr=False)

    @property
    def words(self) -> str:
        """The state in words that fit behind "it is"."""
        owner, target = _LABELS.get(self.owner, str(self.owner)), _LABELS.get(self.target, str(self.target))
        known = {
            "unowned": "held by no system yet",
            "held": f"held by {owner}",
            MOVING: f"moving from {owner} to {target}",
            "retired": "retired",
            "stopped": "stopped until a person names its owner",
        }
        return known.get(self.state, self.state)

    @property
    def is_moving(self) -> bool:
        """Whether it is frozen for a move."""
        return self.state == MOVING

    @property
    def facts(self) -> dict[str, object]:
        """What every refusal about this preference tells: present owner and epoch."""
        return {"key": self.key, "state": self.state, "owner": self.owner, "epoch": self.epoch}

    def require_writer(self) -> str:
        """The one system that may be written now. Refused `frozen`, `stopped`, `not_adopted`, `retired`."""
        if self.write_to is None:
            raise _SAID.get(self.state, not_adopted)(self)
        return self.write_to

    def require_epoch(self, epoch: int) -> None:
        """Refuse a write whose form was read under another epoch (Refused `epoch_passed`, `no_grant`)."""
        if epoch > self.epoch:
            raise no_grant("This process has not heard of that epoch yet.")
        if epoch < self.epoch:
            raise epoch_passed(self, epoch)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a registration or renewal was answered: routes and their revision, from one snapshot.

    `spans` are those that the lease was granted with; None for those that the holder was made with.
    """

    revision: int
    routes: Mapping[str, Route]
    spans: Spans | None = None


def frozen(route: Route) -> Refused:
    """Nobody may write it for a moment."""
    facts = {**route.facts, "retry_after": FROZEN_FOR, "notice": FROZEN_NOTICE}
    detail = f"{route.key} is {route.words}; nothing was written."
    return Refused("frozen", detail, "Ask again after Retry-After seconds.", facts)


def stopped(route: Route) -> Refused:
    """It is not certain who owns it: nobody may write it before a person has decided."""
    facts = {**route.facts, "retry_after": 60, "notice": FROZEN_NOTICE}
    detail = f"{route.key} is {route.words}; nothing was written."
    return Refused("stopped", detail, "An administrator decides: cutover recover", facts)


def retired(route: Route) -> Refused:
    """Nobody may write it any more."""
    detail = f"{route.key} is retired; nothing was written."
    return Refused("retired", detail, "Do not offer this setting.", route.facts)


def not_adopted(route: Route) -> Refused:
    """No system holds it yet."""
    mend = "An administrator adopts it once: cutover adopt"
    return Refused("not_adopted", f"No system holds {route.key} yet; nothing was written.", mend, route.facts)


def epoch_passed(route: Route, epoch: int) -> Refused:
    """A write whose form was read under an earlier epoch, so that a repeat after a move cannot overwrite."""
    now = f"{route.key} is {route.words} at epoch {route.epoch}"
    detail = f"This change was begun at epoch {epoch}; {now}. Nothing was written."
    return Refused("epoch_passed", detail, "Read the preference again and offer the change anew.", route.facts)


def no_grant(why: str) -> Refused:
    """Writes fail closed where no lease stands behind them."""
    mend = "Ask again after Retry-After seconds."
    facts: dict[str, object] = {"retry_after": FROZEN_FOR, "notice": FROZEN_NOTICE}
    return Refused("no_grant", f"{why} Nothing was written.", mend, facts)


_SAID = {MOVING: frozen, "retired": retired, "stopped": stopped}
