"""The way to the sign-in provider and back. What must be known on the way back travels in a sealed cookie.

The way begins with a link, not with a form: a form's answer may not lead to another site (`form-action 'self'`).
"""

import hmac
import json
from dataclasses import asdict
from typing import Any

from flask import after_this_request, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.entrypoints.access import open_to_all
from app.entrypoints.asked import context
from app.entrypoints.pages.cookies import over_https
from app.entrypoints.pages.signing_in import STARTS, TRIES, signed_in_as
from app.services.providers import Journey, Provider, Refused, Silent
from app.services.tries import Tries

JOURNEY = "cutover_journey"
JOURNEY_LASTS = 10 * 60
"""Seconds to sign in at the provider."""
_MEND = "Begin again from the sign-in page."


@open_to_all
def sign_in_start() -> Response:
    """Send somebody to the provider. Refusals `sign_in_closed`, `provider_silent`,
    `too_many_tries`."""
    provider, return_url = _provider(), _return_url()
    _count_start()
    try:
        out = provider.begin(return_url)
    except Silent as silent:
        raise _silent(silent) from None
    began = context.clock.now().timestamp()
    kept = {"out": asdict(out), "return_url": return_url, "next": request.args.get("next"), "began": began}
    response = redirect(out.url, 303)
    response.set_cookie(
        JOURNEY,
        context.sign_in.seal.close(json.dumps(kept).encode()),
        max_age=JOURNEY_LASTS,
        path=url_for("pages.sign_in_form"),
        secure=over_https(),
        httponly=True,
        samesite="Lax",  # whoever comes back comes from another site
    )
    return response


@open_to_all
def sign_in_return() -> Response:
    """Begin a session for whoever comes back. Refusals `sign_in_failed`, `no_role`, `provider_silent`,
    `too_many_tries`."""
    tries: Tries = current_app.extensions[TRIES]
    address = request.remote_addr or ""
    tries.require(address, context.clock.monotonic())
    provider = _provider()
    after_this_request(_forget_journey)
    try:
        kept = _journey(provider)
        known = provider.finish(Journey(**kept["out"]), kept["return_url"], _code())
    except Silent as silent:
        raise _silent(silent) from None
    except Refused as refused:
        tries.count(address, context.clock.monotonic())
        raise Refusal("sign_in_failed", str(refused), _MEND) from None
    return signed_in_as(provider.issuer, known, kept["next"])


def _count_start() -> None:
    """Everybody may begin, signed in or not, and a way that begins may ask the provider where it is."""
    starts: Tries = current_app.extensions[STARTS]
    address, moment = request.remote_addr or "", context.clock.monotonic()
    starts.require(address, moment)
    starts.count(address, moment)


def _provider() -> Provider:
    found = context.sign_in.provider
    if found is None:
        raise Refusal("sign_in_closed", "No sign-in provider is configured here.", "See docs/signing-in.md.")
    return found


def _return_url() -> str:
    """Where the provider sends people back to: it knows this address beforehand, and takes no other."""
    base = context.sign_in.public_url or f"{'https' if over_https() else 'http'}://{request.host}"
    return base + url_for("pages.sign_in_return")


def _journey(provider: Provider) -> dict[str, Any]:
    """What this browser set out with. Raises Refused."""
    try:
        kept: dict[str, Any] = json.loads(context.sign_in.seal.open(request.cookies.get(JOURNEY, "")))
    except Refusal:
        raise Refused("This browser has not set out to sign in, or did so too long ago.") from None
    if context.clock.now().timestamp() - kept["began"] > JOURNEY_LASTS:
        raise Refused("Signing in took longer than ten minutes.")
    if not hmac.compare_digest(request.args.get("state", "").encode(), kept["out"]["state"].encode()):
        raise Refused("What came back belongs to another attempt to sign in.")
    if request.args.get("iss", provider.issuer) != provider.issuer:
        raise Refused("What came back is from another provider.")
    return kept


def _code() -> str:
    """What the provider gave. Raises Refused; nothing that it sent is repeated but a word."""
    code = request.args.get("code", "")
    if "error" in request.args or not code:
        word = request.args.get("error", "")
        said = word if word.isascii() and word.replace("_", "").isalpha() and len(word) <= 40 else "no reason given"
        raise Refused(f"The sign-in provider did not let you in ({said}).")
    return code


def _silent(silent: Silent) -> Refusal:
    mend = "Try again in a minute. Nothing was lost: what runs goes on, and the API and the command line work as ever."
    return Refusal("provider_silent", str(silent), mend, {"retry_after": 30})


def _forget_journey(response: Any) -> Any:
    response.delete_cookie(JOURNEY, path=url_for("pages.sign_in_form"))
    return response
