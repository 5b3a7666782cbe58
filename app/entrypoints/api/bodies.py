"""The shapes of what is sent to the API. Strict: a number is not text, and an unknown member is refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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
