"""What holds for every test: nothing of the developer's own environment, and made-up cases without a stopwatch."""

import os

import pytest
from hypothesis import HealthCheck, settings

OURS = ("CUTOVER_", "MHV_", "VA_PROFILE_", "UNLEASH_", "OIDC_")

# A busy machine makes a test slow, not wrong. In CI the cases are the same each time; elsewhere new ones.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that passes only with somebody's own settings would fail for everybody else."""
    forget_settings(monkeypatch)


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every setting of the product out of the environment."""
    for name in os.environ:
        if name.startswith(OURS):
            monkeypatch.delenv(name)
