"""Finds the distribution's Chromium. Only the standard library: it runs before anything is installed."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")

MISSING = (
    "There is no Chromium. On Debian: apt-get install chromium fonts-liberation (or, as root, make test SYSTEM=1)."
)


def find() -> str | None:
    """The program, by the first of its names that is on the PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
