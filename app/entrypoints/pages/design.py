"""What the pages take from the US Web Design System: where it is served from, and which icons.

`make setup` puts it into static/vendor. Without it a page is plain and works all the same.
"""

from pathlib import Path

from flask import current_app, url_for

SIGNS = {
    "ok": "check_circle",
    "bad": "cancel",
    "doubt": "help",
    "wait": "schedule",
    "info": "info",
    "now": "autorenew",
    "later": "radio_button_unchecked",
    "lock": "lock",
    "no": "do_not_disturb",
    "edit": "edit",
    "person": "person",
    "held": "report",
    "due": "alarm",
    "watch": "visibility",
    "undone": "undo",
    "skipped": "fast_forward",
    "cancelled": "remove_circle",
    "best": "star",
}
"""The icon of each mark. An icon never stands without a word beside it."""

_INSTALLED = "design_installed"


def installed() -> bool:
    """Whether the design system is installed; looked at once for each application."""
    known: bool | None = current_app.extensions.get(_INSTALLED)
    if known is None:
        folder = current_app.static_folder
        known = current_app.extensions[_INSTALLED] = folder is not None and _stamp(folder)
    return known


def vendor(name: str) -> str:
    """The address of one of its files."""
    return url_for("static", filename=f"vendor/{name}")


def _stamp(folder: str) -> bool:
    return (Path(folder) / "vendor" / ".installed").is_file()
