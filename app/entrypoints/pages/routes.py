"""Every address of the pages, in one table."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Flask, g, session
from flask.blueprints import BlueprintSetupState

from app.entrypoints.access import SESSION
from app.entrypoints.asked import context
from app.entrypoints.pages import (
    approvals,
    approving_proposals,
    board,
    clients,
    comparing,
    design,
    documents,
    forms,
    helping,
    incidents,
    ledger,
    ledger_files,
    live,
    locking,
    milestones,
    moves,
    moving,
    navigation,
    on_top,
    plan_drafts,
    plan_edits,
    plan_previews,
    plan_versions,
    plan_writing,
    preference,
    proposing,
    provider_visit,
    recovery,
    restoring,
    several,
    signing_in,
    stopping,
    times,
    tokens,
    undoing,
    words,
)
from app.entrypoints.pages.cookies import PageSessions
from app.entrypoints.pages.plans import acts, dating, showing, starting
from app.services.tries import Tries

PAGES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/sign-in", signing_in.sign_in_form),
    ("POST", "/sign-in", signing_in.sign_in),
    ("GET", "/sign-in/start", provider_visit.sign_in_start),
    ("GET", "/sign-in/return", provider_visit.sign_in_return),
    ("POST", "/sign-out", signing_in.sign_out),
    ("GET", "/live", live.stream),
    ("GET", "/", board.board),
    ("GET", "/preferences/<key>", preference.preference),
    ("GET", "/preferences/<key>/move", moving.move_form),
    ("POST", "/preferences/<key>/move", moving.move_now),
    ("GET", "/preferences/<key>/restore", restoring.restore_form),
    ("POST", "/preferences/<key>/restore", restoring.restore_now),
    ("GET", "/propose", proposing.propose_form),
    ("POST", "/propose", proposing.propose_now),
    ("GET", "/move-several", several.move_several),
    ("POST", "/move-several", several.move_several_now),
    ("GET", "/moves/<int:number>", moves.move),
    ("POST", "/moves/<int:number>/call-off", moves.call_move_off),
    ("GET", "/moves/<int:number>/undo", undoing.undo_form),
    ("POST", "/moves/<int:number>/undo", undoing.undo_now),
    ("GET", "/plans", showing.plans),
    ("GET", "/plans/<key>", showing.plan),
    ("GET", "/plans/<key>/why", showing.plan_why),
    ("GET", "/plans/<key>/start", starting.start_plan_form),
    ("POST", "/plans/<key>/start", starting.start_plan_now),
    ("GET", "/plans/<key>/steps/<step>/reschedule", dating.reschedule_step_form),
    ("POST", "/plans/<key>/steps/<step>/reschedule", dating.reschedule_step_now),
    *acts.PAGES,
    ("GET", "/compare", comparing.compare),
    ("GET", "/milestones", milestones.milestones),
    ("GET", "/milestones/<key>/reach", milestones.reach_form),
    ("POST", "/milestones/<key>/reach", milestones.reach_now),
    ("GET", "/milestones/<key>/reopen", milestones.reopen_form),
    ("POST", "/milestones/<key>/reopen", milestones.reopen_now),
    ("GET", "/milestones/<key>/estimate", milestones.estimate_form),
    ("POST", "/milestones/<key>/estimate", milestones.estimate_now),
    ("GET", "/ledger", ledger.ledger),
    ("GET", "/ledger.csv", ledger_files.ledger_csv),
    ("GET", "/ledger.jsonl", ledger_files.ledger_lines),
    ("GET", "/tokens", tokens.tokens),
    ("GET", "/tokens/new", tokens.token_form),
    ("POST", "/tokens/new", tokens.make_token),
    ("GET", "/tokens/<token>/revoke", tokens.revoke_form),
    ("POST", "/tokens/<token>/revoke", tokens.revoke_now),
    ("GET", "/help", helping.help),
    ("GET", "/plans/new", plan_writing.new_plan),
    ("POST", "/plans/new", plan_writing.write_plan),
    ("GET", "/plans/<key>/draft", plan_drafts.plan_draft),
    ("GET", "/plans/<key>/draft/discard", plan_drafts.discard_form),
    ("POST", "/plans/<key>/draft/discard", plan_drafts.discard_draft),
    ("GET", "/plans/<key>/version", plan_versions.plan_version),
    ("POST", "/plans/<key>/version", plan_versions.accept_version),
    ("GET", "/plans/<key>/preview", plan_previews.plan_preview),
    ("GET", "/plans/<key>/edit", plan_edits.edit_plan),
    ("POST", "/plans/<key>/edit", plan_edits.edit_plan_now),
    ("GET", "/plans/<key>/steps/<step>/edit", plan_edits.edit_step),
    ("POST", "/plans/<key>/steps/<step>/edit", plan_edits.edit_step_now),
    ("GET", "/stop", stopping.stop_form),
    ("POST", "/stop", stopping.stop_now),
    ("GET", "/stop/lift", stopping.lift_form),
    ("POST", "/stop/lift", stopping.lift_now),
    ("GET", "/preferences/<key>/lock", locking.lock_form),
    ("POST", "/preferences/<key>/lock", locking.lock_now),
    ("GET", "/preferences/<key>/unlock", locking.unlock_form),
    ("POST", "/preferences/<key>/unlock", locking.unlock_now),
    ("GET", "/approvals", approvals.approvals),
    ("GET", "/approvals/<int:number>", approvals.proposal),
    ("GET", "/approvals/<int:number>/approve", approving_proposals.approve_proposal_form),
    ("POST", "/approvals/<int:number>/approve", approving_proposals.approve_proposal_now),
    ("GET", "/approvals/<int:number>/withdraw", approving_proposals.withdraw_proposal_form),
    ("POST", "/approvals/<int:number>/withdraw", approving_proposals.withdraw_proposal_now),
    ("GET", "/approvals/<int:number>/override", approving_proposals.override_proposal_form),
    ("POST", "/approvals/<int:number>/override", approving_proposals.override_proposal_now),
    ("GET", "/incidents", incidents.incidents),
    ("GET", "/incidents/<int:number>", incidents.incident),
    ("GET", "/incidents/<int:number>/close", incidents.close_incident_form),
    ("POST", "/incidents/<int:number>/close", incidents.close_incident_now),
    ("GET", "/clients", clients.clients),
    ("GET", "/recovery", recovery.recovery),
    ("GET", "/recovery/recover", recovery.recover_form),
    ("POST", "/recovery/recover", recovery.recover_page_now),
    ("GET", "/recovery/<key>/name", recovery.name_owner_form),
    ("POST", "/recovery/<key>/name", recovery.name_owner_now),
    ("GET", "/api", documents.api),
)

_FILTERS: dict[str, Callable[..., Any]] = {
    "eastern": times.eastern,
    "day": times.day,
    "clock": times.clock,
    "calendar_day": times.calendar_day,
    "utc": times.utc_words,
    "machine": times.machine,
    "lasting": times.lasting,
    "until": times.Ticking,
    "title_of": plan_previews.title_of,
    "person": words.person,
    "label": words.label_of,
    "direction": words.direction,
    "surfaces": words.surfaces_words,
    "by_tag": documents.by_tag,
}

_MADE: dict[str, Any] = {
    "designed": design.installed,
    "signs": design.SIGNS,
    "vendor": design.vendor,
    "menu": navigation.menu,
    "mark": forms.mark,
    "on_top": on_top.on_top,
    "waits_for_caller": on_top.waits_for_caller,
}

# The maker of the API's document looks at every blueprint that asks something before a request: a plain one stops it.
blueprint = APIBlueprint("pages", __name__, enable_openapi=False)


def _add_pages() -> None:
    for method, address, view in PAGES:
        blueprint.add_url_rule(address, view.__name__, view, methods=[method])
    for name, written in _FILTERS.items():
        blueprint.add_app_template_filter(written, name)
    for name, made in _MADE.items():
        blueprint.add_app_template_global(made, name)
    blueprint.before_request(forms.require_mark)
    blueprint.before_request(live.note_and_wait)
    blueprint.app_context_processor(_everywhere)
    blueprint.record_once(_prepare)


def _everywhere() -> dict[str, Any]:
    """What every page shows: where it is, and who looks."""
    caller = g.get("caller")
    signed_in = {"name": words.person(caller.actor), "roles": words.roles_of(caller)} if caller else None
    return {
        "environment": context.environment,
        "signed_in": signed_in,
        "has_session": SESSION in session,
        "colour": navigation.colour_of(context.environment),
        "ledger_mark": context.verification.mark,
        "database_changed": context.worker.is_changed,
        "recovering": context.worker.is_recovering,
        **live.everywhere(),
    }


def _prepare(state: BlueprintSetupState) -> None:
    if isinstance(state.app, Flask):
        state.app.session_interface = PageSessions()
    state.app.extensions[signing_in.TRIES] = Tries()
    state.app.extensions[signing_in.STARTS] = Tries("ways to the sign-in provider begun", signing_in.MOST_STARTS)
    state.app.extensions[on_top.TOP] = on_top.Kept()


_add_pages()
