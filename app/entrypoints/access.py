"""Who may call what. Every route says so beside itself; a route that says nothing is open to nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request, session
from werkzeug.local import LocalProxy

from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.entrypoints.asked import context
from app.entrypoints.loopback import is_local
from app.services.context import Context
from app.services.persons import Asking, caller_in
from app.services.store import Unreachable
from app.services.tokens import hashed

View = TypeVar("View", bound=Callable[..., Any])

OPEN: frozenset[Role] = frozenset()
"""The rule of what anybody may ask: whether the service lives, style sheets, signing in."""

SESSION = "session"
"""Where the cookie of the pages holds the secret of its session."""

READERS = (Role.VIEWER, Role.CLIENT)


def may(*roles: Role) -> Callable[[View], View]:
    """Say that holders of one of these roles may call the route."""
    return _rule(frozenset(roles))


def open_to_all(view: View) -> View:
    """Say that anybody may call the route."""
    return _rule(OPEN)(view)


def from_memory(view: View) -> View:
    """Say that a view answers readers from memory while the database cannot be reached: it grants nothing."""
    view.from_memory = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def known_by(find: Callable[[], Caller]) -> Callable[[View], View]:
    """Say that a view has a way of its own to find out who asks. What that caller may do is its rule's to say."""

    def mark(view: View) -> View:
        view.find_caller = find  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles that may call an endpoint; OPEN for anybody, None when nobody said."""
    return OPEN if endpoint == "static" else getattr(app.view_functions[endpoint], "access_rule", None)


def check() -> None:
    """Before each request: find out who asks, and refuse whoever may not (Refusal `not_allowed`)."""
    if request.endpoint is None:
        return
    rule = rule_of(current_app, request.endpoint)
    if rule == OPEN:
        return
    usual = signed_in if request.blueprint == "pages" else token_sent
    found: Caller = getattr(current_app.view_functions[request.endpoint], "find_caller", usual)()
    found.require_role(rule or ())
    g.caller = found


def token_in(header: str) -> str:
    """The token in an `Authorization` header. Refusal `token_missing`."""
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        mend = "Send it as: Authorization: Bearer <token>. cutover token create makes one."
        raise Refusal("token_missing", "This address needs a token.", mend)
    return secret.strip()


def sender(asked: Context, token: str, address: str) -> Caller:
    """Who sends a token from an address, by the database. Raises Unreachable.

    Refusals `token_unknown`, and `too_many_tries` in its place once an address has sent too many. Who sends a right
    one is let in all the same, and is not slowed down: other programs may share its address.
    """
    began = asked.clock.instant()
    try:
        found = asked.callers.ask(token)
    except Refusal as refusal:
        if refusal.code == "token_unknown":
            asked.wrong_tokens.require(address, asked.clock.monotonic())
            asked.wrong_tokens.count(address, asked.clock.monotonic())
        raise
    asked.memory.keep_caller(hashed(token), found, began)
    return found


def token_sent() -> Caller:
    """Who sends a Bearer token. Refusals `token_missing`, `token_unknown`, `too_many_tries`; raises Unreachable."""
    token = token_in(request.headers.get("Authorization", ""))
    try:
        return sender(context, token, request.remote_addr or "")
    except Unreachable:
        return _remembered(token)


def _remembered(token: str) -> Caller:
    """Who asks, for a view that answers from memory too; raises Unreachable for any other, and for who is not known."""
    view = current_app.view_functions[request.endpoint or ""]
    limit = context.catalogue.memory_limit if hasattr(view, "from_memory") else 0.0
    found = context.memory.caller(hashed(token), context.clock.instant(), limit)
    if found is None:
        raise Unreachable("the database does not answer, and whose token this is cannot be asked")
    return found


def signed_in() -> Caller:
    """Who is signed in on the pages. Refusals `not_signed_in`, `session_ended`, `role_ended`, `provider_silent`."""
    secret = session.get(SESSION)
    if not isinstance(secret, str):
        raise Refusal("not_signed_in", "You are not signed in.", "Sign in first.")
    return caller_in(Asking(context.store, context.sign_in, context.clock.sleep, development_is_open()), secret)


def development_is_open() -> bool:
    """Whether the development sign-in is for whoever asks: it is switched on, and they ask from this machine."""
    return context.sign_in.development and is_local()


def _rule(roles: frozenset[Role]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = roles  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


caller: Caller = LocalProxy(lambda: g.caller)  # type: ignore[assignment]  # a proxy of one
