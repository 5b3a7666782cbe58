"""The environment: every name is read, and whatever is wrong in it is told at once, with what to do."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.settings import NAMES, SHORTEST_SECRET, Settings, from_environment

SECRET = "an invented key, long enough to sign cookies"
POSTGRESQL = "postgresql+psycopg://cutover@db.invalid/cutover"
# One value for each name that is not its default, and the field and value that must come of it.
GIVEN: dict[str, tuple[str, str, Any]] = {
    "CUTOVER_DATABASE_URL": (POSTGRESQL, "database_url", POSTGRESQL),
    "CUTOVER_ENVIRONMENT": ("staging", "environment", "staging"),
    "CUTOVER_SECRET_KEY": (SECRET, "secret_key", SECRET),
    "CUTOVER_LEASE_TTL": ("1m", "lease_ttl", 60.0),
    "CUTOVER_WRITE_TIMEOUT": ("4s", "write_timeout", 4.0),
    "CUTOVER_TICK": ("off", "tick", False),
    "CUTOVER_FOLDER": ("/srv/cutover", "folder", Path("/srv/cutover")),
    "CUTOVER_CA_FILE": (__file__, "ca_file", __file__),
    "CUTOVER_HOST": ("0.0.0.0", "host", "0.0.0.0"),  # noqa: S104 - a value to read, nothing is bound
    "CUTOVER_PORT": ("9090", "port", 9090),
    "MHV_URL": ("https://mhv.invalid/", "mhv_url", "https://mhv.invalid"),
    "MHV_APP_TOKEN": ("invented", "mhv_app_token", "invented"),
    "MHV_FENCE": ("permits", "mhv_fence", True),
    "MHV_SETTLE": ("2s", "mhv_settle", 2.0),
    "VA_PROFILE_URL": ("http://va-profile.invalid", "va_profile_url", "http://va-profile.invalid"),
    "VA_PROFILE_FENCE": ("permits", "va_profile_fence", True),
    "VA_PROFILE_SETTLE": ("1s", "va_profile_settle", 1.0),
    "VA_PROFILE_REPORT_KEYS": (__file__, "va_profile_report_keys", __file__),
    "VA_PROFILE_REPORT_AUDIENCE": ("cutover", "va_profile_report_audience", "cutover"),
    "CUTOVER_REPORT_DELAY": ("1m", "report_delay", 60.0),
    "CUTOVER_PUBLIC_URL": ("https://cutover.invalid/", "public_url", "https://cutover.invalid"),
    "CUTOVER_DEVELOPMENT_SIGN_IN": ("on", "development_sign_in", True),
    "CUTOVER_SESSION_IDLE": ("10m", "session_idle", timedelta(minutes=10)),
    "CUTOVER_SESSION_LIFE": ("8h", "session_life", timedelta(hours=8)),
    "OIDC_ISSUER": ("https://sign-in.invalid/", "oidc_issuer", "https://sign-in.invalid/"),
    "OIDC_CLIENT_ID": ("cutover", "oidc_client_id", "cutover"),
    "OIDC_CLIENT_SECRET": ("invented", "oidc_client_secret", "invented"),
    "OIDC_SCOPES": ("openid profile groups", "oidc_scopes", "openid profile groups"),
    "OIDC_GROUPS_CLAIM": ("roles", "oidc_groups_claim", "roles"),
    "OIDC_ROLES": (
        "movers=operator, leads=approver,leads=operator",
        "oidc_roles",
        {"movers": frozenset({Role.OPERATOR}), "leads": frozenset({Role.APPROVER, Role.OPERATOR})},
    ),
    "UNLEASH_URL": ("https://unleash.invalid/api/", "unleash_url", "https://unleash.invalid/api"),
    "UNLEASH_TOKEN": ("default:development.invented", "unleash_token", "default:development.invented"),
}


def _refused(environment: Mapping[str, str]) -> str:
    with pytest.raises(Refusal) as caught:
        from_environment(environment)
    assert caught.value.code == "settings_faulty"
    assert caught.value.mend
    return caught.value.detail


def test_with_nothing_set_the_defaults_hold() -> None:
    assert from_environment({}) == Settings(
        database_url="sqlite:///cutover.db",
        environment="development",
        secret_key=None,
        lease_ttl=30.0,
        write_timeout=5.0,
        tick=True,
        mhv_url=None,
        mhv_app_token=None,
        mhv_fence=False,
        mhv_settle=3.0,
        va_profile_url=None,
        va_profile_fence=False,
        va_profile_settle=3.0,
        va_profile_report_keys=None,
        va_profile_report_audience=None,
        report_delay=900.0,
        unleash_url=None,
        unleash_token=None,
        folder=Path(),
        ca_file=None,
        host="127.0.0.1",
        port=8080,
        public_url=None,
        development_sign_in=False,
        session_idle=timedelta(minutes=30),
        session_life=timedelta(hours=12),
        oidc_issuer=None,
        oidc_client_id=None,
        oidc_client_secret=None,
        oidc_scopes="openid profile",
        oidc_groups_claim="groups",
        oidc_roles={},
    )


@pytest.mark.parametrize("name", GIVEN)
def test_each_name_fills_its_own_field_and_no_other(name: str) -> None:
    text, field, value = GIVEN[name]
    names = Settings.__dataclass_fields__

    read, default = from_environment({name: text}), from_environment({})

    assert getattr(read, field) == value
    assert [one for one in names if getattr(read, one) != getattr(default, one)] == [field]


def test_no_name_is_left_out_of_the_table_above_and_each_says_what_it_means() -> None:
    assert NAMES.keys() == GIVEN.keys()
    assert all(name.means for name in NAMES.values())


def test_an_empty_value_is_as_if_it_were_not_there() -> None:
    assert from_environment(dict.fromkeys(NAMES, "")) == from_environment({})


def test_names_of_others_are_left_alone() -> None:
    assert from_environment({"PATH": "/bin", "HOME": "/root", "MHVX": "1"}) == from_environment({})


def test_a_name_of_a_version_to_come_is_no_misspelling() -> None:
    assert from_environment({"CUTOVER_VAULT_KEY": "later"}) == from_environment({})


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("CUTOVER_DATABSE_URL", "CUTOVER_DATABASE_URL"),
        ("CUTOVER_SECRETKEY", "CUTOVER_SECRET_KEY"),
        ("MHV_SETLE", "MHV_SETTLE"),
        ("VA_PROFILE_URI", "VA_PROFILE_URL"),
        ("UNLEASH_TOKEN_", "UNLEASH_TOKEN"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest_right_one(wrong: str, near: str) -> None:
    told = _refused({wrong: "x"})

    assert wrong in told
    assert f"did you mean {near}?" in told


@pytest.mark.parametrize("name", ["CUTOVER_QQQQQQQQQQQQQQQQ", "UNLEASH_QQQQQQQQQQQQQQQQ"])
def test_a_name_that_is_like_none_is_refused_without_a_guess(name: str) -> None:
    told = _refused({name: "x"})

    assert f"{name} is not a setting" in told
    assert "did you mean" not in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CUTOVER_DATABASE_URL", "mysql://db.invalid/c"),
        ("CUTOVER_DATABASE_URL", "postgresql://db.invalid/c"),
        ("CUTOVER_DEVELOPMENT_SIGN_IN", "yes"),
        ("CUTOVER_SESSION_IDLE", "30"),
        ("OIDC_ISSUER", "sign-in.invalid"),
        ("OIDC_ISSUER", "http://sign-in.invalid"),
        ("OIDC_ROLES", "operator"),
        ("OIDC_ROLES", "movers=king"),
        ("OIDC_ROLES", "programs=client"),
        ("CUTOVER_LEASE_TTL", "30"),
        ("CUTOVER_LEASE_TTL", "soon"),
        ("CUTOVER_LEASE_TTL", "-30s"),
        ("CUTOVER_WRITE_TIMEOUT", "5 s"),
        ("CUTOVER_TICK", "yes"),
        ("CUTOVER_TICK", "ON"),
        ("CUTOVER_PORT", "0"),
        ("CUTOVER_PORT", "65536"),
        ("CUTOVER_PORT", "http"),
        ("CUTOVER_PORT", "-1"),
        ("CUTOVER_PORT", "1" * 5000),
        ("CUTOVER_SECRET_KEY", "x" * (SHORTEST_SECRET - 1)),
        ("MHV_URL", "mhv.invalid"),
        ("MHV_URL", "ftp://mhv.invalid"),
        ("MHV_FENCE", "maybe"),
        ("MHV_SETTLE", "3"),
        ("VA_PROFILE_URL", "//va-profile.invalid"),
        ("VA_PROFILE_FENCE", "on"),
        ("UNLEASH_URL", "unleash.invalid/api"),
        ("UNLEASH_URL", "https://unleash.invalid"),
    ],
)
def test_an_impossible_value_is_refused_with_its_name(name: str, text: str) -> None:
    assert name in _refused({name: text})


@pytest.mark.parametrize("name", ["CUTOVER_SECRET_KEY", "MHV_APP_TOKEN", "UNLEASH_TOKEN", "OIDC_CLIENT_SECRET"])
def test_a_secret_is_in_no_message(name: str) -> None:
    told = _refused({name: "hush-hush", "CUTOVER_SECRET_KEY": "hush-hush", "CUTOVER_PORT": "0"})

    assert "hush" not in told


def test_a_secret_of_just_enough_characters_is_taken() -> None:
    assert from_environment({"CUTOVER_SECRET_KEY": "x" * SHORTEST_SECRET}).secret_key == "x" * SHORTEST_SECRET


def test_everything_that_is_wrong_is_told_at_once() -> None:
    told = _refused({"CUTOVER_PORT": "0", "CUTOVER_TICK": "maybe", "MHV_URL": "mhv", "CUTOVER_HOTS": "::1"})

    assert all(name in told for name in ("CUTOVER_PORT", "CUTOVER_TICK", "MHV_URL", "CUTOVER_HOTS"))


@pytest.mark.parametrize(
    "environment",
    [
        {"CUTOVER_LEASE_TTL": "10s"},
        {"CUTOVER_WRITE_TIMEOUT": "20s"},
        {"MHV_SETTLE": "20s"},
        {"VA_PROFILE_SETTLE": "1m"},
        {"CUTOVER_LEASE_TTL": "20s", "CUTOVER_WRITE_TIMEOUT": "5s", "MHV_SETTLE": "3s"},
    ],
)
def test_a_lease_under_which_writes_would_stop_between_renewals_is_refused(environment: dict[str, str]) -> None:
    assert "between renewals" in _refused(environment)


def test_a_longer_lease_makes_room_for_a_slower_system() -> None:
    slow = {"MHV_SETTLE": "20s"}

    assert from_environment({**slow, "CUTOVER_LEASE_TTL": "80s"}).spans.settle["mhv"] == 20.0


def test_all_missing_settings_are_named_at_once_with_what_they_mean() -> None:
    needed = ("CUTOVER_SECRET_KEY", "MHV_URL", "MHV_APP_TOKEN", "VA_PROFILE_URL")
    settings = from_environment({"MHV_URL": "https://mhv.invalid"})

    with pytest.raises(Refusal) as caught:
        settings.require(*needed)

    assert caught.value.code == "settings_faulty"
    for name in needed:
        assert (name in caught.value.detail) == (name != "MHV_URL")
        assert name == "MHV_URL" or NAMES[name].means in caught.value.detail


def test_what_is_there_is_not_missing() -> None:
    settings = from_environment({name: text for name, (text, _, _) in GIVEN.items()})

    settings.require(*GIVEN.keys() - {"CUTOVER_TICK"})


def test_the_environment_of_the_process_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTOVER_PORT", "8765")

    assert from_environment().port == 8765


def test_reports_are_taken_of_va_profile_alone_and_only_where_its_keys_are_set() -> None:
    assert from_environment({}).reporting == set()
    assert from_environment({"VA_PROFILE_REPORT_KEYS": __file__}).reporting == {System.VA_GOV}


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"CUTOVER_DEVELOPMENT_SIGN_IN": "on", "CUTOVER_HOST": "0.0.0.0"}, "CUTOVER_HOST=127.0.0.1"),  # noqa: S104
        ({"OIDC_ISSUER": "https://sign-in.invalid", "OIDC_CLIENT_ID": "cutover"}, "OIDC_ROLES"),
        ({"OIDC_ISSUER": "https://sign-in.invalid", "OIDC_ROLES": "movers=operator"}, "OIDC_CLIENT_ID"),
        ({"OIDC_SCOPES": "profile"}, "openid"),
    ],
)
def test_settings_of_signing_in_that_do_not_go_together_are_refused(environment: dict[str, str], told: str) -> None:
    settings = from_environment(environment)
    with pytest.raises(Refusal) as caught:
        settings.require_sign_in()
    assert (caught.value.code, told in caught.value.detail) == ("settings_faulty", True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_development_sign_in_goes_with_an_address_of_this_machine(host: str) -> None:
    from_environment({"CUTOVER_DEVELOPMENT_SIGN_IN": "on", "CUTOVER_HOST": host}).require_sign_in()
