"""Refusals: everything that this product says no with, in one family.

A refusal changes nothing and loses nothing. `code` is stable and documented in docs/errors.md; `detail` says what
happened and why; `mend` says what to do now. The same sentences stand in the API, the page, the CLI and the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# code: (HTTP status, title). One place for each; docs/errors.md explains every one.
CODES: Mapping[str, tuple[int, str]] = {
    # who is asking
    "token_missing": (401, "No token was sent"),
    "token_unknown": (401, "This token is not known"),
    "not_allowed": (403, "You may not do this"),
    "not_signed_in": (401, "You are not signed in"),
    "session_ended": (401, "Your session has ended"),
    "role_ended": (401, "Your role has ended"),
    "no_role": (403, "You have no role here"),
    "sign_in_closed": (403, "Nobody can sign in yet"),
    "sign_in_failed": (403, "Signing in did not work"),
    "provider_silent": (503, "The sign-in provider does not answer"),
    "reports_closed": (403, "Reports are not taken here"),
    "report_unproven": (401, "This report is not proven"),
    "form_expired": (403, "This form is no longer valid"),
    "too_many_tries": (429, "Too many tries"),
    # how it was asked
    "malformed": (400, "The request cannot be read"),
    "invalid": (422, "The request says something that cannot be"),
    "id_missing": (400, "An id of the person is missing"),
    "id_malformed": (400, "An id of the person is malformed"),
    "reason_missing": (422, "A reason is missing"),
    "epoch_missing": (428, "The epoch is missing"),
    "match_missing": (428, "The version is missing"),
    "not_found": (404, "There is no such thing here"),
    "method_not_allowed": (405, "This address does not take that method"),
    "too_large": (413, "The request is too large"),
    "preference_unknown": (404, "There is no such preference"),
    "choice_unknown": (422, "There is no such choice"),
    "idempotency_key_reused": (422, "This Idempotency-Key was used for another request"),
    "idempotency_in_progress": (409, "The first request with this Idempotency-Key is still running"),
    # decided on something old
    "epoch_stale": (412, "Somebody else was first"),
    "changed_meanwhile": (412, "It was changed meanwhile"),
    "epoch_passed": (409, "The owner changed since this form was read"),
    # ownership
    "not_adopted": (409, "No system holds this preference yet"),
    "retired": (409, "This preference is retired"),
    "frozen": (503, "Nobody can change it for a moment"),
    "stopped": (503, "Nobody can change it until its owner is certain"),
    "transition_illegal": (409, "That change of ownership is not possible"),
    "already_adopted": (409, "This preference was adopted before"),
    "nothing_to_adopt": (409, "Its file names no system to start with"),
    "recovering": (503, "Nothing can change until every old grant has run out"),
    # moves
    "already_there": (409, "It is there already"),
    "mixed_owners": (409, "These preferences have different owners"),
    "move_open": (409, "This preference is in another move"),
    "not_live": (409, "This preference cannot be moved"),
    "file_missing": (409, "The preference's file is missing"),
    "no_contract": (409, "The target cannot hold this preference"),
    "advisory_writers": (409, "Writers without a lease need a written acceptance"),
    "too_late_to_call_off": (409, "Too late to call off"),
    "already_ended": (409, "This move has ended"),
    "not_undoable": (409, "This move cannot be undone"),
    "incident_closed": (409, "This incident is closed"),
    # webhooks
    "webhook_disabled": (409, "This webhook is disabled"),
    # stops and proposals
    "everything_stopped": (409, "Everything is stopped"),
    "preference_locked": (409, "This preference is locked"),
    "already_stopped": (409, "It is stopped already"),
    "not_stopped": (409, "It is not stopped"),
    "approval_needed": (409, "This move needs approvals"),
    "proposal_ended": (409, "This proposal has ended"),
    "proposal_expired": (409, "This proposal has run out"),
    # plans
    "plan_invalid": (422, "The plan cannot be run as it stands"),
    "plan_not_startable": (409, "The plan cannot be started now"),
    "preference_in_plan": (409, "A running plan has this preference"),
    "not_started": (409, "This plan was not started"),
    "plan_state": (409, "The plan's state does not allow that"),
    "step_state": (409, "The step's state does not allow that"),
    "nothing_new": (409, "This version runs already"),
    "version_conflicts": (409, "The new version contradicts what has begun"),
    "team_not_asked": (409, "Another team has not agreed"),
    "not_four_eyes": (403, "Somebody else must approve this"),
    "approval_needless": (409, "This needs no approval"),
    "already_approved": (409, "You have approved this already"),
    "already_confirmed": (409, "You have confirmed this already"),
    "already_overridden": (409, "You have overridden this already"),
    "check_unknown": (404, "The step has no such check"),
    "milestone_reached": (409, "The milestone is reached already"),
    "not_reached": (409, "The milestone is not reached"),
    # carrying
    "choice_not_held": (422, "The owner cannot hold this choice"),
    "refused_by_system": (422, "The owning system refused the change"),
    "system_unreachable": (503, "The owning system cannot be reached"),
    "system_failed": (502, "The owning system gave an answer that cannot be used"),
    "outcome_unknown": (504, "It is not known whether the change was made"),
    "no_grant": (503, "This process may not write just now"),
    "still_under_way": (503, "An earlier change may still be made"),
    "too_many_waiting": (503, "Too many requests are waiting for a change"),
    # recordings
    "recording_unreadable": (422, "The recording cannot be read"),
    "recording_malformed": (422, "The recording is not in the format that is judged"),
    # the service itself
    "database_unreachable": (503, "The controller cannot reach its database"),
    "database_changed": (503, "The controller's database is not the one it was"),
    "key_sealed": (503, "A key cannot be opened"),
    "schema_old": (503, "The database has not the tables of this version"),
    "catalogue_faulty": (503, "The preference files cannot be read"),
    "settings_faulty": (500, "The settings cannot be used"),
    "unexpected": (500, "Something went wrong that should not have"),
}


@dataclass
class Refusal(Exception):
    """Why something was not done. Nothing was changed by asking.

    `facts` are further members of the answer, such as `owner`, `epoch` or `retry_after` (seconds).
    """

    code: str
    detail: str
    mend: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.code, self.detail)

    @property
    def status(self) -> int:
        """The HTTP status of this refusal."""
        return CODES[self.code][0]

    @property
    def title(self) -> str:
        """The short name of this kind of refusal, the same for each of its kind."""
        return CODES[self.code][1]

    def __str__(self) -> str:
        return f"{self.detail} {self.mend}".strip()
