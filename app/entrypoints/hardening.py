"""What every answer carries, and the most that a request may."""

from flask import Response

from app.entrypoints.pages.cookies import over_https

LARGEST_REQUEST = 64 * 1024
"""Bytes."""

_UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

ONLY_HTTPS = "max-age=31536000"
"""For a year a browser asks this host over https alone. Not its neighbours: they may be somebody else's."""


def harden(response: Response) -> Response:
    """The answer, with each of these headers that it does not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def harden_request(response: Response) -> Response:
    """The same in a request: over https the browser is told to stay there."""
    if over_https():
        response.headers["Strict-Transport-Security"] = ONLY_HTTPS
    return harden(response)
