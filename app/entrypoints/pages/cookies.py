"""The session's cookie: sent back over https alone when it was given out over https.

It is Lax, not Strict: whoever comes back from the sign-in provider comes from another site, and would not be known on
the first page. A Lax cookie does not come along with a form that another site sends, and looking changes nothing.
"""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


def over_https() -> bool:
    """Whether the browser speaks https to us, or to a proxy that says so. A false claim only locks its sender out."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


class PageSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, with `Secure` as the request has it."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie is marked `Secure`."""
        return bool(super().get_cookie_secure(app)) or over_https()
