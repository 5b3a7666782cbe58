"""The body of a WSGI request, read by whoever stands in front of the application, and left there to be read again."""

from io import BytesIO
from wsgiref.types import WSGIEnvironment

LONGEST = 1 << 20
"""Bytes up to which a body is read."""


class BodyRefused(Exception):
    """The body is longer than it may be, or ended before it was whole. `status` is the answer's."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def body_of(environ: WSGIEnvironment, longest: int = LONGEST) -> bytes:
    """The whole body. The application finds it again in `wsgi.input`. Raises BodyRefused."""
    if isinstance(environ["wsgi.input"], _Read):
        body: bytes = environ["wsgi.input"].getvalue()
        return body
    expected = _length(environ)
    # By a single byte more than is allowed, one that is too long is found.
    body = _read(environ, longest + 1 if expected is None else min(expected, longest + 1))
    if len(body) > longest:
        raise BodyRefused(413, f"The request is longer than {longest} bytes.")
    if expected is not None and len(body) != expected:
        raise BodyRefused(400, "The request ended before it was whole.")
    environ["wsgi.input"] = _Read(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body


class _Read(BytesIO):
    """A body that was read."""


def _length(environ: WSGIEnvironment) -> int | None:
    """The bytes to come; None where the server itself knows the end."""
    told = environ.get("CONTENT_LENGTH", "")
    if told:
        if not (told.isascii() and told.isdigit()):
            raise BodyRefused(400, "The length of the request is no number.")
        return int(told)
    return None if environ.get("wsgi.input_terminated") else 0


def _read(environ: WSGIEnvironment, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := environ["wsgi.input"].read(most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)
