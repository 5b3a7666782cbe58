"""Invented preferences, plans and systems, held in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.adapters.files.editing import edited
from app.domain.catalogue import Catalogue, Choice, Fault, MhvBinding, Preference, Status, Stored, VaGovBinding
from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.people import Person
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.services.keeping import Loaded
from app.services.planning.editing import Edit
from app.services.systems import Failed, NotSent, Reading, Write

FIRST = Preference(
    key="parcel_on_its_way",
    title="Parcel on its way",
    channel="email",
    status=Status.LIVE,
    starts_with=System.MHV,
    feature="parcels",
    surfaces=("mhv_profile",),
    choices=(
        Choice("off", {System.MHV: 0, System.VA_GOV: False}),
        Choice("each", {System.MHV: 1, System.VA_GOV: True}),
        Choice("daily", {System.MHV: 2, System.VA_GOV: True}, loses="the once-a-day bundle"),
    ),
    systems={System.MHV: MhvBinding("secure_messaging"), System.VA_GOV: VaGovBinding(9, 2)},
    approvals_by_hand=0,
)
SECOND = replace(
    FIRST,
    key="visit_reminders",
    title="Visit reminders",
    choices=(
        Choice("off", {System.MHV: False, System.VA_GOV: False}),
        Choice("on", {System.MHV: True, System.VA_GOV: True}),
    ),
    systems={System.MHV: MhvBinding("assumed", "visits"), System.VA_GOV: VaGovBinding(3, 2)},
    approvals_by_hand=0,
)
ON_HOLD = replace(SECOND, key="summary_by_mail", title="Summary by mail", status=Status.ON_HOLD)
ONLY_VA_GOV = replace(
    SECOND,
    key="results_ready",
    title="Results ready",
    starts_with=None,
    choices=(Choice("off", {System.VA_GOV: False}), Choice("on", {System.VA_GOV: True})),
    systems={System.VA_GOV: VaGovBinding(12, 2)},
)


@dataclass
class InventedFiles:
    """See `services.keeping.PreferenceFiles`. What a test puts here is what stands in flags/."""

    preferences: dict[str, Preference] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    known: dict[str, Preference] = field(default_factory=dict)

    def put(self, *preferences: Preference) -> None:
        """Write files; each replaces the one with its key."""
        self.preferences |= {each.key: each for each in preferences}
        self.known |= self.preferences

    def load(self) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        return Loaded(dict(self.preferences), {key: repr(each) for key, each in self.preferences.items()}, self.faults)

    def read(self, texts: Mapping[str, str]) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        return Loaded({key: self.known[key] for key in texts}, texts)


@dataclass
class InventedPlans:
    """See `services.planning.texts.PlanFiles`."""

    plans: dict[str, Plan] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    filed: dict[str, Milestone] = field(default_factory=dict)

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """See `services.planning.texts.PlanFiles`."""
        return self.plans, self.faults

    def milestones(self) -> Mapping[str, Milestone]:
        """See `services.planning.texts.PlanFiles`."""
        return self.filed

    def judge(self, key: str, text: str, catalogue: Catalogue) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        return self.read(key, text)

    def read(self, key: str, text: str) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        if key not in self.plans:
            raise Refusal("plan_invalid", f"The plan {key} cannot be read.", "Mend its file.")
        return self.plans[key]

    def edited(self, text: str, edit: Edit) -> str:
        """See `services.planning.texts.PlanFiles`."""
        return edited(text, edit)


@dataclass
class InventedSystem:
    """See `services.systems.SystemPort`. `trouble` is why it does not answer; None while it does."""

    trouble: str | None = None
    held: dict[tuple[Person, str], Stored] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)

    def read(self, person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        """See `services.systems.SystemPort`."""
        if self.trouble is not None:
            return {each.key: Failed(self.trouble) for each in preferences}
        return {each.key: Reading(self.held.get((person, each.key))) for each in preferences}

    def write(self, person: Person, write: Write) -> Reading:
        """See `services.systems.SystemPort`."""
        write.before_first_byte()
        if self.trouble is not None:
            raise NotSent(self.trouble)
        self.writes.append(write)
        self.held[person, write.preference.key] = write.value
        return Reading(write.value)

    def reachable(self) -> str | None:
        """See `services.systems.SystemPort`."""
        return self.trouble

    def raise_fence(self, epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        """See `services.systems.SystemPort`."""
        if self.trouble is not None:
            raise Failed(self.trouble)
        return dict.fromkeys(epochs, 1)

    def mark(self, epochs: Mapping[str, int]) -> Mapping[str, int] | None:
        """See `services.systems.SystemPort`. It keeps no marks."""
        return None


def plan(key: str, *steps: Any) -> Plan:
    """A plan of these steps, with an invented text."""
    return Plan(key, key.replace("_", " ").capitalize(), "America/New_York", tuple(steps), f"invented {key}", "0" * 64)
