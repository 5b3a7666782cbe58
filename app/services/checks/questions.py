"""What a check is asked about, and with what it finds its answer."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.catalogue import Catalogue
from app.domain.evidence import Patience
from app.domain.milestones import Milestone
from app.domain.ownership import System, Target
from app.services.checks.answers import CheckAnswer, Verdict
from app.services.flags import FlagPort, NoFlags
from app.services.store import Store
from app.services.systems import SystemPort

_PATIENCE = Patience(delay=timedelta(minutes=15), names=timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Question:
    """A move that is to be made, or is watched: what it moves, from where and to where, and for which step.

    `about` is what stands behind the colon of the check's name. `move` is its number once it is stored.
    """

    preferences: tuple[str, ...]
    origin: System | None
    to: Target | None
    plan: str | None = None
    step: str | None = None
    move: int | None = None
    about: str = ""

    @property
    def systems(self) -> Sequence[System]:
        """The systems that the move concerns: the one it leaves, and the one it goes to."""
        return [system for system in System if system in (self.origin, self.to)]


@dataclass(frozen=True, slots=True)
class Means:
    """What checks find their answers with. No transaction is open while one is asked.

    `reporting` are the systems whose reports of writes are taken; `patience` says how late such a report may come.
    """

    store: Store
    systems: Mapping[System, SystemPort]
    catalogue: Callable[[], Catalogue]
    milestones: Callable[[], Mapping[str, Milestone]]
    patience: Patience = _PATIENCE
    reporting: AbstractSet[System] = frozenset()
    flags: FlagPort = field(default_factory=NoFlags)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `asks_about` is what must stand behind a colon, in words; None where nothing does.

    `in_bake` says that it is asked again while the new owner is watched. `depends_on` is all of a question that its
    answer depends on: where that is the same, so is the answer at one moment.
    """

    name: str
    ask: Callable[[Means, Question], tuple[Verdict, str]]
    asks_about: str | None = None
    in_bake: bool = False
    depends_on: Callable[[Question], Hashable] = lambda question: question

    def answer(self, means: Means, question: Question) -> CheckAnswer:
        """Ask it."""
        verdict, sentence = self.ask(means, question)
        called = f"{self.name}:{question.about}" if question.about else self.name
        return CheckAnswer(called, verdict, sentence)
