"""The session's cookie: sent back over https alone when it was given out over https."""

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
