"""The WSGI application: the API, the pages, and what all of them have in common."""

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter

from app.entrypoints import access, calendar, health, problems, static_files
from app.entrypoints.api import (
    comparing,
    documents,
    events,
    incidents,
    keys,
    leases,
    ledger,
    milestones,
    moves,
    ownership,
    planning,
    plans,
    preferences,
    proposals,
    recovery,
    reports,
    stops,
    webhooks,
)
from app.entrypoints.asked import EXTENSION, require_json
from app.entrypoints.hardening import LARGEST_REQUEST, harden_request
from app.entrypoints.pages import refusing, routes
from app.entrypoints.shortcut import Shortcut
from app.services.context import Context

PARTS = (
    ownership,
    leases,
    events,
    preferences,
    moves,
    proposals,
    plans,
    planning,
    comparing,
    milestones,
    stops,
    ledger,
    recovery,
    incidents,
    reports,
    webhooks,
    documents,
    health,
    keys,
    calendar,
    routes,
)
"""Every part of the application that answers addresses."""

_DESCRIPTION = "Who owns each notification preference now, and how ownership moves."


class RowNumber(IntegerConverter):
    """The number of a row in an address. What no row can have is no address: a database refuses to compare with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **kwargs})


class Name(UnicodeConverter):
    """A name in an address. None has a null byte: PostgreSQL refuses to compare with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = r"[^/\x00]+"


def create_app(context: Callable[[], Context], secret_key: str, trouble: Callable[[str, Exception], None]) -> Flask:
    """The application. `context` is asked at each request: a child of a fork answers with one of its own."""
    app = APIFlask(__name__, title="Cutover controller", version="1", docs_path=None, spec_path=None, json_errors=False)
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=_DESCRIPTION,
        VALIDATION_ERROR_STATUS_CODE=422,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        SESSION_COOKIE_NAME="cutover",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions[EXTENSION] = context
    app.url_map.converters.update({"int": RowNumber, "default": Name})
    for module in PARTS:
        app.register_blueprint(module.blueprint)
    static_files.install(app)
    problems.install(app, trouble, refusing.refused)
    app.spec_processor(lambda document: documents.complete(app, document))
    app.before_request(lambda: context().ensure_started())
    app.before_request(access.check)
    app.before_request(require_json)
    app.after_request(harden_request)
    app.wsgi_app = Shortcut(app.wsgi_app, context, trouble)  # type: ignore[method-assign]  # as Flask's documents say
    return app
