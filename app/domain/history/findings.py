"""What was found: counted by weight and kind, and in sentences. A sentence names no person and no write."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_SENTENCES = 20
"""How many sentences of each weight are kept: a flood of one must not hide another."""


class Weight(StrEnum):
    """What a finding means for the promise, the worst first."""

    VIOLATION = "violation"
    """A rule was broken that is promised to hold."""
    LOST = "lost"
    """A person's last acknowledged write is not where it must be."""
    STUCK = "stuck"
    """Nobody may write, and nothing ends it."""
    UNDECIDABLE = "undecidable"
    """The recording does not show whether the rule was kept."""
    BREACH = "breach"
    """An accept on the wrong side that is promised to be found, and not to be prevented."""
    NOTED = "noted"
    """What happened to writers without a lease, beyond any promise."""


FAILING = (Weight.VIOLATION, Weight.LOST, Weight.STUCK, Weight.UNDECIDABLE)
"""With any of these a recording is not clean."""


@dataclass
class Findings:
    """Collects findings; memory does not grow with their number."""

    counts: Counter[tuple[Weight, str]] = field(default_factory=Counter)
    said: dict[Weight, list[str]] = field(default_factory=lambda: {weight: [] for weight in Weight})

    def add(self, weight: Weight, kind: str, sentence: str) -> None:
        """Count one finding, and keep its sentence while there is room."""
        self.counts[weight, kind] += 1
        if len(self.said[weight]) < MOST_SENTENCES:
            self.said[weight].append(sentence)

    def total(self, *weights: Weight) -> int:
        """How many findings of these weights there are."""
        return sum(count for (weight, _), count in self.counts.items() if weight in weights)

    def of_kind(self, weight: Weight, kind: str) -> int:
        """How many findings of one kind there are."""
        return self.counts[weight, kind]

    @property
    def sentences(self) -> Sequence[str]:
        """Those that were kept, the worst first."""
        return [f"{weight}: {sentence}" for weight, said in self.said.items() for sentence in said]

    @property
    def left_out(self) -> int:
        """How many sentences were not kept."""
        return self.total(*Weight) - sum(map(len, self.said.values()))

    def by_kind(self, *weights: Weight) -> Mapping[str, int]:
        """How many findings of these weights there are of each kind."""
        found: Counter[str] = Counter()
        for (weight, kind), count in self.counts.items():
            if weight in weights:
                found[kind] += count
        return dict(sorted(found.items()))
