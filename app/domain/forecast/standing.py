"""What holds for each preference from day to day: who owns it, and where a Veteran can change it."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.catalogue import SURFACES
from app.domain.forecast.days import Column
from app.domain.forecast.given import Known, Standing
from app.domain.forecast.running import Dated, Run
from app.domain.ownership import NOBODY, System
from app.domain.plans import Step

_OF_MHV = frozenset(page for page in SURFACES if page.startswith("mhv_"))
_OF_VA_GOV = frozenset(page for page in SURFACES if page.startswith("va_gov_"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from `begins` to before `ends` on which a preference stands so; for each draw."""

    begins: Column
    ends: Column
    standing: Standing

    @property
    def at_mhv(self) -> bool:
        """Whether a page of MHV changes it."""
        return not _OF_MHV.isdisjoint(self.standing.surfaces)

    @property
    def at_va_gov(self) -> bool:
        """Whether a page of VA.gov changes it."""
        return not _OF_VA_GOV.isdisjoint(self.standing.surfaces)

    @property
    def mhv_page_differs(self) -> bool:
        """Whether a page of MHV writes a system that does not own it, unless MHV's pages write whoever owns."""
        return self.at_mhv and self.standing.owner is System.VA_GOV

    @property
    def va_gov_page_differs(self) -> bool:
        """Whether a page of VA.gov, which always writes VA Profile, writes a system that does not own it."""
        return self.at_va_gov and self.standing.owner is System.MHV


def stretches(run: Run, known: Known, key: str, first: Column, last: Column) -> Iterator[Stretch]:
    """How a preference stands from the first day to before the last, in order. Steps without a date change nothing.

    Steps that change one preference come one after the other, as the loader of plans makes sure.
    """
    begins, standing = first, known.standing(key)
    for name, dated in run.steps.items():
        step = run.plan.step(name)
        if not isinstance(dated, Dated) or not dated.pending or key not in step.preferences:
            continue
        yield Stretch(begins, dated.day, standing)
        begins, standing = dated.day, after(step, standing)
    yield Stretch(begins, last, standing)


def after(step: Step, before: Standing) -> Standing:
    """How a preference stands once a step has changed it. A retired one is changed nowhere."""
    if step.to is NOBODY:
        return Standing(None, (), retired=True)
    owner = before.owner if step.to is None else System(step.to)
    return Standing(owner, before.surfaces if step.surfaces is None else step.surfaces, before.retired)
