"""Finds the distribution's Chromium, and says how many tests were not run for want of it. No test's fixture: that loads
a library which other tests need not wait for."""

import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "there is no browser, or nothing to look with"

MISSING = (
    "There is no Chromium. On Debian: apt-get install chromium fonts-liberation (or, as root, make test SYSTEM=1)."
)


def find() -> str | None:
    """The program, by the first of its names that is on the PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that nobody overlooks how many tests were not run."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    missed = [reason for reason in skipped if NO_BROWSER in reason]
    if missed:
        why = missed[0].partition(f"{NO_BROWSER}: ")[2].rstrip("')")
        terminalreporter.write_line(f"{len(missed)} TESTS WERE NOT RUN. {why}", red=True, bold=True)
