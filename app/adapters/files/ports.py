"""The folders behind the ports that the services know."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.adapters.files import catalogue as flags
from app.adapters.files import editing, plans
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.services.keeping import Loaded
from app.services.planning.editing import Edit


@dataclass(frozen=True, slots=True)
class FlagFolder:
    """See `services.keeping.PreferenceFiles`."""

    folder: Path
    environment: str

    def load(self) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        return _frozen(flags.load(self.folder, self.environment))

    def read(self, texts: Mapping[str, str]) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        return _frozen(flags.read_texts(texts, self.environment))


@dataclass(frozen=True, slots=True)
class PlanFolder:
    """See `services.planning.texts.PlanFiles`."""

    folder: Path
    limits: plans.Limits

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """See `services.planning.texts.PlanFiles`."""
        loaded = plans.load(self.folder, catalogue, self.limits)
        return loaded.plans, tuple(loaded.faults)

    def milestones(self) -> Mapping[str, Milestone]:
        """See `services.planning.texts.PlanFiles`."""
        return plans.load_milestones(self.folder)

    def read(self, key: str, text: str) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        return _sound(plans.read_text(key, text), "Start a plan that this version reads.")

    def judge(self, key: str, text: str, catalogue: Catalogue) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        read = plans.judge_text(key, text, catalogue, self.limits, self.folder)
        return _sound(read, "Mend the text and send it again.")

    def edited(self, text: str, edit: Edit) -> str:
        """See `services.planning.texts.PlanFiles`."""
        return editing.edited(text, edit)


def _sound(read: Plan | list[Fault], mend: str) -> Plan:
    if isinstance(read, Plan):
        return read
    faults = [fault.as_json() for fault in read]
    raise Refusal("plan_invalid", " ".join(str(fault) for fault in read[:20]), mend, {"faults": faults})


def _frozen(loaded: flags.Loaded) -> Loaded:
    return Loaded(loaded.preferences, loaded.texts, tuple(loaded.faults))
