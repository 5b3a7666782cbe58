"""The folders behind the ports that the services know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.files import catalogue as flags
from app.adapters.files import plans
from app.domain.catalogue import Catalogue, Fault
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.services.keeping import Loaded


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
    """See `services.context.PlanFiles`. `least_freeze` is the shortest freeze in which every older write has ended."""

    folder: Path
    least_freeze: timedelta

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """See `services.context.PlanFiles`."""
        loaded = plans.load(self.folder, catalogue, self.least_freeze)
        return loaded.plans, tuple(loaded.faults)

    def read(self, key: str, text: str) -> Plan:
        """See `services.context.PlanFiles`. Refusal `plan_invalid` for a text that this version cannot read."""
        read = plans.read_text(key, text)
        if isinstance(read, Plan):
            return read
        raise Refusal("plan_invalid", " ".join(str(fault) for fault in read), "Start a plan that this version reads.")


def _frozen(loaded: flags.Loaded) -> Loaded:
    return Loaded(loaded.preferences, loaded.texts, tuple(loaded.faults))
