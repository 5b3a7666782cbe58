"""What exists: the preferences as their files describe them. Who owns them is the database's to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum

from app.domain.ownership import System
from app.domain.refusals import Refusal

Stored = int | bool
"""What a system keeps for one choice: MHV's number or flag, VA Profile's allowed or not."""


class Status(StrEnum):
    """Whether a preference may be moved: only a live one may."""

    LIVE = "live"
    ON_HOLD = "on_hold"
    PLANNED = "planned"


SURFACES = ("mhv_profile", "mhv_feature_page", "va_gov_profile")
"""The pages on which a Veteran can change a preference."""


@dataclass(frozen=True, slots=True)
class MhvBinding:
    """Where MHV keeps a preference: its contract (rx, secure_messaging, images, assumed) and, if assumed, the path."""

    contract: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class VaGovBinding:
    """Where VA Profile keeps a preference: communication item and channel (1 text, 2 e-mail)."""

    item: int
    channel: int


Binding = MhvBinding | VaGovBinding

ASSUMED: Mapping[str, str] = {"assumed": "MHV’s contract is assumed", "images": "MHV’s write is assumed"}
"""What nobody has seen of an MHV contract, by its name: told wherever the preference is shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a person can choose, and what each system stores for it. A system left out cannot hold it."""

    name: str
    values: Mapping[System, Stored]
    loses: str | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference in one channel, as its file says."""

    key: str
    title: str
    channel: str
    status: Status
    starts_with: System | None
    feature: str
    surfaces: tuple[str, ...]
    choices: tuple[Choice, ...]
    systems: Mapping[System, Binding]
    approvals_by_hand: int = 1
    advisory_writers: bool = False
    advisory_ttl: timedelta = timedelta(seconds=60)
    default_send: bool = False

    def choices_held_by(self, system: System) -> tuple[str, ...]:
        """The choices that a system can tell apart: of two stored alike, it holds the one that loses nothing."""
        return tuple(choice.name for choice in self.choices if self._is_held(choice, system))

    def value(self, name: str, system: System) -> Stored:
        """What `system` stores for a choice. Refusals `choice_unknown`, `choice_not_held`."""
        choice = next((choice for choice in self.choices if choice.name == name), None)
        if choice is None:
            names = tuple(choice.name for choice in self.choices)
            raise Refusal(
                "choice_unknown",
                f'{self.title} has no choice "{name[:40]}".',
                f"Choose one of: {', '.join(names)}.",
                {"choices": names},
            )
        if not self._is_held(choice, system):
            raise self._not_held(choice, system)
        return choice.values[system]

    def choice(self, value: Stored, system: System) -> str | None:
        """The choice that a stored value stands for; None for a value that no choice has."""
        return next(
            (
                choice.name
                for choice in self.choices
                if self._is_held(choice, system) and choice.values[system] == value
            ),
            None,
        )

    def means_the_same(self, choice: str | None, system: System, stored: Stored | None) -> bool:
        """Whether `system` stores what it would store for a choice. None: nothing was ever set.

        A choice that loses something there means the same as the one that is stored alike.
        """
        if choice is None or stored is None:
            return choice is None and stored is None
        return any(one.name == choice and one.values.get(system) == stored for one in self.choices)

    def _is_held(self, choice: Choice, system: System) -> bool:
        if system not in choice.values:
            return False
        alike = [other for other in self.choices if other.values.get(system) == choice.values[system]]
        return choice is min(alike, key=lambda other: other.loses is not None)

    def _not_held(self, choice: Choice, system: System) -> Refusal:
        held = self.choices_held_by(system)
        loss = f": it would lose {choice.loses}" if choice.loses else ""
        return Refusal(
            "choice_not_held",
            f'{system.label} owns {self.title} and cannot hold "{choice.name}"{loss}.',
            f"Choose one of: {', '.join(held) or 'none'}.",
            {"owner": system, "choices": held},
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file: where, what, and what to do. `line` counts from 1."""

    file: str
    line: int | None
    key: str | None
    what: str
    mend: str

    def as_json(self) -> dict[str, str | int | None]:
        """The fault as it stands in an answer."""
        return {"file": self.file, "line": self.line, "key": self.key, "what": self.what, "mend": self.mend}

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key + ': ' if self.key else ''}{self.what} {self.mend}".rstrip()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All preferences. `missing` are those whose file has gone; `faults` is why newer files are not in force.

    `all_fenced` says that both systems check permits: then nobody writes without a lease.
    """

    preferences: Mapping[str, Preference] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()
    all_fenced: bool = False

    @property
    def memory_limit(self) -> float:
        """Seconds for which a process that cannot read the database may answer ownership from memory."""
        return min((one.advisory_ttl.total_seconds() for one in self.preferences.values()), default=0.0)

    def preference(self, key: str) -> Preference:
        """The preference called `key`. Refusal `preference_unknown`, with the nearest name."""
        found = self.preferences.get(key)
        if found is None and self.faults and not self.preferences:
            detail = f"The preference files cannot be read: {self.faults[0]}"
            raise Refusal("catalogue_faulty", detail, "cutover check shows every fault.")
        if found is None:
            near = get_close_matches(key, self.preferences, n=1)
            mend = (
                f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(self.preferences)) or 'none'}."
            )
            raise Refusal("preference_unknown", f'There is no preference "{key[:60]}".', mend)
        return found

    def title(self, key: str) -> str:
        """What people call a preference; its key where there is no file of it."""
        found = self.preferences.get(key)
        return found.title if found else key

    def require_movable(self, key: str, to: System | None, accepted: str | None = None) -> None:
        """Refuse the move of a preference that its file does not allow. `to` is None for a retirement.

        `accepted` is why a plan accepts, in writing, writers that can only be found out.
        """
        preference = self.preference(key)
        if key in self.missing:
            raise Refusal(
                "file_missing",
                f"The file flags/{key}.toml has gone, so {preference.title} stays where it is.",
                f"Put flags/{key}.toml back.",
            )
        if preference.status is not Status.LIVE:
            status = preference.status.value.replace("_", " ")
            raise Refusal(
                "not_live",
                f"{preference.title} is {status}, and only a live preference can be moved.",
                f'When it is live, say status = "live" in flags/{key}.toml.',
            )
        if preference.advisory_writers and not self.all_fenced and not accepted:
            raise Refusal(
                "advisory_writers",
                f"{preference.title} is written by clients without a lease, which can only be found out, not stopped.",
                'Move it by a plan whose step says accept_advisory = "why".',
            )
        if to is not None and to not in preference.systems:
            raise Refusal(
                "no_contract",
                f"{to.label} has no id or contract for {preference.title}.",
                f"Add [systems.{to.value}] to flags/{key}.toml.",
            )
