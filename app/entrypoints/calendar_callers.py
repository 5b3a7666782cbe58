"""Who asks for a calendar: a program with a token, a person who is signed in, or a calendar program.

Calendar programs know a name and a password, and nothing else (HTTP Basic): the password is the token then, and the
name is not looked at. Nowhere else is a token taken like that: a browser that was given one would send it by itself.
"""

from flask import Response, current_app, request, session

from app.domain.refusals import Refusal
from app.domain.roles import Caller
from app.entrypoints.access import SESSION, sender, signed_in, token_sent
from app.entrypoints.asked import context
from app.services.tries import Tries

TRIES = "calendar_tries"


def who_asks() -> Caller:
    """Who asks for a calendar. Refusals `token_missing`, `token_unknown`, `too_many_tries`."""
    sent = request.authorization
    if sent is not None and sent.type == "basic" and sent.password:
        return _with_password(sent.password)
    if "Authorization" in request.headers or SESSION not in session:
        return token_sent()
    return signed_in()


def say_how(response: Response) -> Response:
    """The answer; one that asks who it is says that a password will do, so that calendar programs ask for it."""
    if response.status_code == 401:
        response.headers.add("WWW-Authenticate", 'Basic realm="cutover calendars", charset="UTF-8"')
    return response


def _with_password(token: str) -> Caller:
    """As for signing in on the pages, wrong passwords are counted: people type them here."""
    tries: Tries = current_app.extensions[TRIES]
    address = request.remote_addr or ""
    tries.require(address, context.clock.monotonic())
    try:
        return sender(context, token, address)
    except Refusal as refusal:
        if refusal.code == "token_unknown":
            tries.count(address, context.clock.monotonic())
        raise
