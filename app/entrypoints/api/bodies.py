"""The shapes of what is sent to the API. Strict: a number is not text, and an unknown member is refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.domain.plan_shape import LONGEST_PLAN
from app.domain.refusals import Refusal

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
# A null byte cannot be stored in PostgreSQL; it would come back as a fault of the service.
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Epoch = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Strict(BaseModel):
    """What all bodies have in common."""

    model_config = ConfigDict(strict=True, extra="forbid")


class MoveIn(Strict):
    """A move that is asked for. `expect` is the epoch of each preference that the decision was made on."""

    preferences: list[Key] = Field(min_length=1, max_length=50)
    to: Literal["mhv", "va_gov", "nobody"]
    expect: dict[Key, Epoch] = Field(default_factory=dict)
    surfaces: list[Literal["mhv_profile", "mhv_feature_page", "va_gov_profile"]] | None = None
    reason: Reason = ""
    dry_run: bool = False


class ReasonIn(Strict):
    """Why something is done."""

    reason: Reason = ""


class UndoIn(ReasonIn):
    """Why a move is taken back, and (optionally) the epochs that the decision was made on."""

    expect: dict[Key, Epoch] | None = None


class ExpectIn(ReasonIn):
    """A change of some preferences, decided on these epochs."""

    expect: dict[Key, Epoch] = Field(min_length=1, max_length=50)


class RecoverIn(ReasonIn):
    """Why everything is stopped. `above` is the highest epoch or revision that was seen anywhere."""

    above: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0


class NameIn(ExpectIn):
    """Who owns stopped preferences, decided on these epochs."""

    owner: Literal["mhv", "va_gov"]


class AdoptIn(ReasonIn):
    """Which preferences to adopt; all that can be, when none is named."""

    preferences: list[Key] | None = Field(default=None, min_length=1, max_length=50)


class ChoiceIn(Strict):
    """A person's choice, and the epoch under which the form was read (428 without it)."""

    choice: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    epoch: Epoch | None = None


Reference = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[ -~]+$")]


class LeaseIn(Strict):
    """A process that wants to write. `instance` is new for each process; names are only for people to read."""

    client: Name
    instance: Name
    keys: list[Key] = Field(min_length=1, max_length=200)
    lease: str | None = None


class LateIn(Strict):
    """A write that was answered after its grant had ended: it may have been made on the wrong side."""

    key: Key
    epoch: Epoch
    write_id: Reference


class AuditIn(Strict):
    """The name that a system gave to a write of this process (VA Profile's txAuditId)."""

    key: Key
    epoch: Epoch
    audit: Reference


class RenewalIn(LeaseIn):
    """A renewal: `acknowledged` is the revision by which this process acts, with no older write under way.

    What is told twice counts once.
    """

    acknowledged: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    late: list[LateIn] = Field(default_factory=list, max_length=200)
    audits: list[AuditIn] = Field(default_factory=list, max_length=200)


PlanText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PLAN, pattern=r"^[^\x00]*$")]


class DraftIn(ReasonIn):
    """The text of a plan, or of its next version, as its file would say it."""

    key: Key
    text: PlanText


class AcceptIn(ReasonIn):
    """A new version that is accepted; `hash` is that of the text that was looked at."""

    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class RescheduleIn(ReasonIn):
    """A date for a step, local in the plan's zone or with an offset; null: what the plan says. `agreed`: evidence by
    team."""

    to: Annotated[str, StringConstraints(min_length=10, max_length=40)] | None
    agreed: dict[Name, Reason] = Field(default_factory=dict, max_length=20)


class NamedIn(ReasonIn):
    """What is confirmed, or which check is overridden ("approvals": the missing approvals)."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=170, pattern=r"^[!-~]+$")]


Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class EstimateIn(ReasonIn):
    """When a milestone is expected: three days, or none."""

    earliest: Day | None = None
    likely: Day | None = None
    latest: Day | None = None

    @property
    def dates(self) -> tuple[date, date, date] | None:
        """The three days. Refusal `invalid` for one or two of them, or for days that no calendar has."""
        said = [day for day in (self.earliest, self.likely, self.latest) if day is not None]
        if not said:
            return None
        try:
            earliest, likely, latest = (date.fromisoformat(day) for day in said)
        except ValueError as error:
            mend = "Say earliest, likely and latest like 2027-03-01, or none of them."
            raise Refusal("invalid", "An estimate is three days, or none.", mend) from error
        return earliest, likely, latest


class WebhookIn(ReasonIn):
    """A receiver of events. `events` are patterns of types; all when none is named."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    format: Literal["json", "text"] = "json"
    events: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        default_factory=lambda: ["*"], min_length=1, max_length=50
    )
