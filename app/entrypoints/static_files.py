"""Style sheets, scripts, fonts and icons, under an address that names their content: browsers keep them for long.

The version stands in the path: what a style sheet names beside itself has it too. A file that `make setup` has also
packed is sent packed to whoever takes that.
"""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

YEAR = 365 * 24 * 60 * 60
"""Seconds."""

PACKED = ".gz"
_VERSION = "static_version"
_STAMP = Path("vendor/.installed")


def install(app: Flask) -> None:
    """Serve the files of `app` so, and have `url_for` name the version."""
    app.add_url_rule("/static/v-<version>/<path:filename>", "static")
    app.view_functions["static"] = serve
    app.extensions[_VERSION] = version_of(Path(app.static_folder or "."))
    app.url_defaults(_name_version)


def version_of(folder: Path) -> str:
    """A hash of our own files and of the stamp of those that were installed."""
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.glob("*") if file.is_file()):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    stamp = folder / _STAMP
    digest.update(stamp.read_bytes() if stamp.is_file() else b"")
    return digest.hexdigest()[:16]


def serve(filename: str, version: str | None = None) -> Response:
    """One file. Under the address of another version it is asked for anew each time."""
    folder = current_app.static_folder or ""
    beside = safe_join(folder, filename + PACKED)
    has_packed = beside is not None and Path(beside).is_file()
    sent_packed = has_packed and request.accept_encodings["gzip"] > 0
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = send_from_directory(folder, filename + PACKED if sent_packed else filename, mimetype=kind)
    present = version == current_app.extensions[_VERSION]
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if present else "no-cache"
    if has_packed:
        response.headers["Vary"] = "Accept-Encoding"
    if sent_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("version", current_app.extensions[_VERSION])
