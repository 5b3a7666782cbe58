"""What a run of the tests promises: nothing leaves this machine, and nothing is left out in silence."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

import tests.browser.conftest
import tests.chromium
import tests.databases
import tests.npm_packages
import tests.oidc_provider.serving
import tests.unleash_server
from tests.system_packages import welcome

pytest_plugins = ["pytester"]

THREE_TESTS = """
def test_alone(): ...
def test_on_a_server(postgres_cluster): ...
def test_on_a_server_too(postgres_cluster): ...
"""


@pytest.fixture
def no_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a server."""
    monkeypatch.setattr(tests.databases, "find", lambda: None)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)


@pytest.mark.usefixtures("no_postgresql")
def test_without_postgresql_the_last_line_tells_what_was_not_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(THREE_TESTS)
    run = pytester.runpytest_inprocess("-p", "tests.databases")
    run.assert_outcomes(passed=1, skipped=2)
    assert sum("2 TESTS WERE NOT RUN" in line for line in run.outlines) == 1


@pytest.mark.usefixtures("no_postgresql")
def test_without_postgresql_a_run_in_ci_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(THREE_TESTS)
    run = pytester.runpytest_inprocess("-p", "tests.databases")
    run.assert_outcomes(passed=1, errors=2)
    assert run.ret == pytest.ExitCode.TESTS_FAILED


WITH_A_PROVIDER = """
from tests.oidc_provider.serving import oidc_server
def test_alone(): ...
def test_of_signing_in(tmp_path):
    with oidc_server(tmp_path, []): ...
"""


@pytest.mark.parametrize(
    ("ci", "ended"), [("false", {"passed": 1, "skipped": 1}), ("true", {"passed": 1, "failed": 1})]
)
def test_without_a_sign_in_provider_what_was_not_run_is_told_or_fails_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, ended: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(tests.oidc_provider.serving, "oidc_provider", lambda: None)
    pytester.makepyfile(WITH_A_PROVIDER)
    run = pytester.runpytest_inprocess("-p", "tests.oidc_provider.serving")
    run.assert_outcomes(**ended)
    assert any("1 TESTS WERE NOT RUN" in line for line in run.outlines) == (ci == "false")


@pytest.fixture
def no_unleash(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without unleash-server."""
    monkeypatch.setattr(tests.unleash_server, "unleash_server", lambda: None)


@pytest.mark.usefixtures("postgres_cluster", "no_unleash")
def test_without_unleash_the_last_line_tells_what_was_not_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile("def test_alone(): ...\ndef test_of_flags(unleash): ...")
    run = pytester.runpytest_inprocess("-p", "tests.databases", "-p", "tests.unleash_server")
    run.assert_outcomes(passed=1, skipped=1)
    assert sum("1 TESTS WERE NOT RUN. unleash-server" in line for line in run.outlines) == 1


@pytest.mark.usefixtures("postgres_cluster", "no_unleash")
def test_without_unleash_a_run_in_ci_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("def test_alone(): ...\ndef test_of_flags(unleash): ...")
    run = pytester.runpytest_inprocess("-p", "tests.databases", "-p", "tests.unleash_server")
    run.assert_outcomes(passed=1, errors=1)
    assert run.ret == pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def no_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser."""
    monkeypatch.setattr(tests.chromium, "find", lambda: None)


@pytest.mark.usefixtures("no_chromium")
def test_without_a_browser_the_last_line_tells_what_was_not_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile("def test_alone(): ...\ndef test_of_a_page(browser): ...")
    run = pytester.runpytest_inprocess("-p", "tests.chromium", "-p", "tests.browser.conftest")
    run.assert_outcomes(passed=1, skipped=1)
    told = [line for line in run.outlines if "1 TESTS WERE NOT RUN. There is no Chromium." in line]
    assert len(told) == 1
    assert told[0].endswith("(or, as root, make test SYSTEM=1).")


@pytest.mark.usefixtures("no_chromium")
def test_without_a_browser_a_run_in_ci_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("def test_alone(): ...\ndef test_of_a_page(browser): ...")
    run = pytester.runpytest_inprocess("-p", "tests.chromium", "-p", "tests.browser.conftest")
    run.assert_outcomes(passed=1, errors=1)
    assert run.ret == pytest.ExitCode.TESTS_FAILED


def test_without_axe_the_tests_that_look_with_it_are_told_of(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(tests.npm_packages, "axe", lambda: None)
    pytester.makepyfile("def test_of_a_page(axe_script): ...")
    run = pytester.runpytest_inprocess("-p", "tests.chromium", "-p", "tests.browser.conftest")
    run.assert_outcomes(skipped=1)
    assert sum("1 TESTS WERE NOT RUN. axe-core is not installed" in line for line in run.outlines) == 1


def test_a_run_that_left_nothing_out_says_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_alone(): ...")
    run = pytester.runpytest_inprocess("-p", "tests.databases")
    run.assert_outcomes(passed=1)
    assert not any("NOT RUN" in line for line in run.outlines)


def test_a_connection_beyond_this_machine_is_refused() -> None:
    # Connecting a datagram socket sends nothing, so that this test is harmless where the guard is broken.
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward,
        pytest.raises(SocketConnectBlockedError),
    ):
        outward.connect(("192.0.2.1", 9))


def test_a_connection_within_this_machine_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as made:
        assert made.getpeername() == listening.getsockname()


@pytest.mark.parametrize(
    ("user", "asked", "may_install"),
    [(0, {"CI": "true"}, True), (0, {"SYSTEM": "1"}, True), (0, {}, False), (1000, {"CI": "true"}, False)],
)
def test_a_machine_is_changed_only_by_root_and_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, user: int, asked: dict[str, str], may_install: bool
) -> None:
    for name in ("CI", "SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("pathlib.Path.exists", lambda path: str(path) == "/etc/debian_version")
    assert welcome() is may_install
