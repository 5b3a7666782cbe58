"""The environment, read once and typed. A missing or bad name is a named error; nothing is guessed."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.domain import durations
from app.domain.evidence import Patience
from app.domain.leases import require_sound
from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.domain.roles import Role
from cutover_client.spans import Spans

SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Durations are in seconds."""

    database_url: str
    environment: str
    secret_key: str | None
    lease_ttl: float
    write_timeout: float
    tick: bool
    mhv_url: str | None
    mhv_app_token: str | None
    mhv_fence: bool
    mhv_settle: float
    va_profile_url: str | None
    va_profile_fence: bool
    va_profile_settle: float
    va_profile_report_keys: str | None
    va_profile_report_audience: str | None
    report_delay: float
    unleash_url: str | None
    unleash_token: str | None
    folder: Path
    ca_file: str | None
    host: str
    port: int
    public_url: str | None
    development_sign_in: bool
    session_idle: timedelta
    session_life: timedelta
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None
    oidc_scopes: str
    oidc_groups_claim: str
    oidc_roles: Mapping[str, frozenset[Role]]

    @property
    def spans(self) -> Spans:
        """The durations of leases and writes."""
        settle = {System.MHV.value: self.mhv_settle, System.VA_GOV.value: self.va_profile_settle}
        return Spans(self.lease_ttl, self.write_timeout, settle)

    @property
    def patience(self) -> Patience:
        """How late reports and names of writes may come. Who lives tells its names before its lease runs out."""
        return Patience(timedelta(seconds=self.report_delay), timedelta(seconds=self.lease_ttl))

    @property
    def reporting(self) -> frozenset[System]:
        """The systems whose reports of writes are taken. MHV makes none."""
        return frozenset({System.VA_GOV} if self.va_profile_report_keys else ())

    @property
    def fenced(self) -> frozenset[System]:
        """The systems that check permits."""
        fences = {System.MHV: self.mhv_fence, System.VA_GOV: self.va_profile_fence}
        return frozenset(system for system, checks in fences.items() if checks)

    @property
    def all_fenced(self) -> bool:
        """Whether both systems check permits."""
        return self.fenced == frozenset(System)

    def require(self, *names: str) -> None:
        """Refuse to go on without these settings, naming all that are missing (Refusal `settings_faulty`)."""
        missing = [name for name in names if not getattr(self, NAMES[name].field)]
        if missing:
            told = "; ".join(f"{name} ({NAMES[name].means})" for name in missing)
            raise Refusal("settings_faulty", f"These settings are missing: {told}.", "Set them in the environment.")

    def require_sign_in(self) -> None:
        """Refuse settings of signing in that do not go together (Refusal `settings_faulty`)."""
        faults: list[str] = []
        if self.development_sign_in and self.host not in LOOPBACK:
            faults.append("CUTOVER_DEVELOPMENT_SIGN_IN=on lets anybody in, so it needs CUTOVER_HOST=127.0.0.1")
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_roles):
            faults.append("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_ROLES beside it")
        if "openid" not in self.oidc_scopes.split():
            faults.append("OIDC_SCOPES needs openid in it: without it nobody is named")
        if faults:
            raise Refusal("settings_faulty", f"{'; '.join(faults)}.", "Mend them in the environment.")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the environment: the field it fills, how it is read, its default, and what it means."""

    field: str
    read: Callable[[str], Any]
    default: str | None
    means: str


def _text(value: str) -> str:
    return value


def _seconds(value: str) -> float:
    return durations.parse(value).total_seconds()


def _on_off(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError('say "on" or "off"')
    return value == "on"


def _url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    return value.rstrip("/")


def _unleash(value: str) -> str:
    url = _url(value)
    # Without it Unleash answers as if the token were wrong.
    if not url.endswith("/api"):
        raise ValueError("an address of Unleash ends with /api")
    return url


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("a database begins with sqlite:/// or postgresql+psycopg://")
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters")
    return value


def _port(value: str) -> int:
    number = int(value) if value.isdecimal() else 0
    if not 0 < number < 65536:
        raise ValueError("a port is a number from 1 to 65535")
    return number


def _file(value: str) -> str:
    if not Path(value).is_file():
        raise ValueError("there is no such file")
    return value


def _span(value: str) -> timedelta:
    return durations.parse(value)


def _issuer(value: str) -> str:
    """As given: a provider's name counts to the letter."""
    host = urlsplit(value).hostname
    if not (value.startswith("https://") and host) and not (value.startswith("http://") and host in LOOPBACK):
        raise ValueError("a provider's address begins with https:// (http:// on this machine alone)")
    return value


def _roles(value: str) -> Mapping[str, frozenset[Role]]:
    """Groups and what they are worth: "cutover-operators=operator,cutover-leads=operator"."""
    found: dict[str, frozenset[Role]] = {}
    for pair in filter(None, map(str.strip, value.split(","))):
        group, _, role = (part.strip() for part in pair.rpartition("="))
        if not group or role not in _MAPPED:
            raise ValueError(f'say "group=role,group=role" with the roles {", ".join(_MAPPED)}')
        found[group] = found.get(group, frozenset()) | {Role(role)}
    return found


_MAPPED = tuple(role.value for role in Role if role is not Role.CLIENT)
"""Clients are programs: no person is one."""


def _fence(value: str) -> bool:
    if value not in ("permits", "none"):
        raise ValueError('say "permits" or "none"')
    return value == "permits"


NAMES: Mapping[str, Name] = {
    "CUTOVER_DATABASE_URL": Name("database_url", _database, "sqlite:///cutover.db", "where ownership is kept"),
    "CUTOVER_ENVIRONMENT": Name("environment", _text, "development", "which [environments.…] of a file applies"),
    "CUTOVER_SECRET_KEY": Name(
        "secret_key",
        _secret,
        None,
        "signs the cookies of the pages; seals keys of permits, secrets of webhooks and tokens of sessions",
    ),
    "CUTOVER_LEASE_TTL": Name("lease_ttl", _seconds, "30s", "how long a lease holds without a renewal"),
    "CUTOVER_WRITE_TIMEOUT": Name("write_timeout", _seconds, "5s", "the one deadline of a write, retries included"),
    "CUTOVER_REPORT_DELAY": Name("report_delay", _seconds, "15m", "how late a system's report of a write may come"),
    "CUTOVER_TICK": Name("tick", _on_off, "on", "whether this process starts what is due"),
    "CUTOVER_FOLDER": Name("folder", Path, ".", "where flags/ and cutover_plans/ are"),
    "CUTOVER_CA_FILE": Name(
        "ca_file",
        _file,
        None,
        "authorities that sign certificates of the systems, of Unleash and of the provider (PEM); else the usual ones",
    ),
    "CUTOVER_HOST": Name("host", _text, "127.0.0.1", "the address to serve on"),
    "CUTOVER_PORT": Name("port", _port, "8080", "the port to serve on"),
    "CUTOVER_PUBLIC_URL": Name(
        "public_url", _url, None, "the address of the pages as people's browsers know it; else as each request names it"
    ),
    "CUTOVER_DEVELOPMENT_SIGN_IN": Name(
        "development_sign_in", _on_off, "off", "whether anybody on this machine may sign in as an invented person"
    ),
    "CUTOVER_SESSION_IDLE": Name("session_idle", _span, "30m", "how long a person stays signed in without a request"),
    "CUTOVER_SESSION_LIFE": Name("session_life", _span, "12h", "how long a person stays signed in at most"),
    "OIDC_ISSUER": Name("oidc_issuer", _issuer, None, "the provider of OpenID Connect that people sign in with"),
    "OIDC_CLIENT_ID": Name("oidc_client_id", _text, None, "how the provider knows this service"),
    "OIDC_CLIENT_SECRET": Name("oidc_client_secret", _text, None, "its secret there; none for a public client"),
    "OIDC_SCOPES": Name("oidc_scopes", _text, "openid profile", "what is asked for; it holds openid"),
    "OIDC_GROUPS_CLAIM": Name("oidc_groups_claim", _text, "groups", "the claim that lists a person's groups"),
    "OIDC_ROLES": Name("oidc_roles", _roles, "", "what groups are worth: group=role,group=role"),
    "MHV_URL": Name("mhv_url", _url, None, "MHV's address"),
    "MHV_APP_TOKEN": Name("mhv_app_token", _text, None, "MHV's application token"),
    "MHV_FENCE": Name("mhv_fence", _fence, "none", "whether MHV checks permits"),
    "MHV_SETTLE": Name("mhv_settle", _seconds, "3s", "how long MHV may go on with a write after its caller has gone"),
    "VA_PROFILE_URL": Name("va_profile_url", _url, None, "VA Profile's address"),
    "VA_PROFILE_FENCE": Name("va_profile_fence", _fence, "none", "whether VA Profile checks permits"),
    "VA_PROFILE_SETTLE": Name("va_profile_settle", _seconds, "3s", "the same for VA Profile"),
    "VA_PROFILE_REPORT_KEYS": Name(
        "va_profile_report_keys",
        _file,
        None,
        "public keys of VA Profile's reports (JWKS or PEM); without them no report is taken",
    ),
    "VA_PROFILE_REPORT_AUDIENCE": Name(
        "va_profile_report_audience", _text, None, "whom a report must be meant for; else anybody"
    ),
    "UNLEASH_URL": Name("unleash_url", _unleash, None, "the address of Unleash's API, which ends with /api"),
    "UNLEASH_TOKEN": Name("unleash_token", _text, None, "a backend token of the environment whose flags are read"),
}

_OURS = ("CUTOVER_", "MHV_", "VA_PROFILE_", "UNLEASH_", "OIDC_")
_LATER = {"CUTOVER_VAULT_KEY"}
"""Names of versions to come: allowed to stand in the environment, and not read."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Refusal `settings_faulty` lists every name that is wrong, with the nearest right one."""
    given = os.environ if environment is None else environment
    faults = [_misspelt(name) for name in sorted(given) if name.startswith(_OURS) and name not in NAMES.keys() | _LATER]
    values: dict[str, Any] = {}
    for name, rule in NAMES.items():
        text = given.get(name) or rule.default
        try:
            values[rule.field] = None if text is None else rule.read(text)
        except ValueError as fault:
            faults.append(f"{name}: {fault}")
    if faults:
        raise Refusal("settings_faulty", f"{'; '.join(faults)}.", "Mend them in the environment.")
    settings = Settings(**{field: values[field] for field in Settings.__dataclass_fields__})
    require_sound(settings.spans)
    return settings


def _misspelt(name: str) -> str:
    near = get_close_matches(name, NAMES, n=1)
    return f"{name} is not a setting" + (f" (did you mean {near[0]}?)" if near else "")
