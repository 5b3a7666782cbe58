"""Everything that one part of a run plays on: PostgreSQL, three replicas, both systems, and proxies before them."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from sandbox.chaos.cluster import Cluster
from sandbox.chaos.proxy import Proxies, Proxy
from sandbox.chaos.replica import Replica
from sandbox.processes import StandIn, running
from sandbox.programs import free_port
from sandbox.recording import STORES

ROOT = Path(__file__).resolve().parents[2]
CUTOVER = Path(sys.executable).with_name("cutover")
REPLICAS = 3
PROCESSES = 2
PEOPLE = 1200
TTL, WRITE_TIMEOUT, SETTLE = 7.0, 1.0, 1.0
"""Short, so that a run is; the service checks that they go together."""
SPAN = WRITE_TIMEOUT + SETTLE
PATIENCE = 2.5
"""Seconds for which one replica is waited for: one of three may be stopped in its tracks."""


@dataclass(frozen=True)
class Size:
    """How many replicas a stage has, and how many seconds a lease lasts."""

    replicas: int = REPLICAS
    ttl: float = TTL


USUAL = Size()


class Trouble(Exception):
    """The service did not do what it was asked. The message says what it said."""


@dataclass
class Stage:
    """A running service with everything around it. `folder` holds every file of the part."""

    folder: Path
    prepared: "Prepared"
    salt: str
    app_token: str
    fenced: bool
    replicas: list[Replica] = field(default_factory=list)
    databases: list[Proxy] = field(default_factory=list)
    systems: dict[str, StandIn] = field(default_factory=dict)
    ways: dict[str, Proxy] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """A token that may do everything."""
        return self.prepared.token

    @property
    def cluster(self) -> Cluster:
        """The database server of all replicas."""
        return self.prepared.cluster

    @property
    def urls(self) -> list[str]:
        """The addresses of the replicas."""
        return [replica.url for replica in self.replicas]

    def way(self, system: str) -> str:
        """The address of a system, through its proxy."""
        return f"http://127.0.0.1:{self.ways[system].port}"

    def ask(self, method: str, path: str, body: Any = None, replica: int = 0) -> Any:
        """Ask the API as the operator: that replica, or the next ones when it gives no answer. Raises Trouble.

        A change that got no answer is not asked again elsewhere: it may have been made.
        """
        headers = {"Authorization": f"Bearer {self.token}"}
        words = "nobody was asked"
        for step in range(len(self.replicas)):
            url = self.replicas[(replica + step) % len(self.replicas)].url
            try:
                answer = requests.request(method, f"{url}{path}", json=body, headers=headers, timeout=PATIENCE)
            except requests.RequestException as error:
                words = type(error).__name__
                if method != "GET":
                    break
                continue
            if answer.ok:
                return answer.json()
            words = f"{answer.status_code}: {answer.text[:400]}"
            if answer.status_code < 500:
                break
        raise Trouble(f"{method} {path}: {words}")

    def cutover(self, *arguments: str, may_refuse: bool = False) -> str:
        """Run a command of the command line on this stage, and answer what it printed. Raises Trouble."""
        return cutover(self.environment, *arguments, may_refuse=may_refuse)


@dataclass(frozen=True)
class Prepared:
    """A database that each part begins with a copy of: every preference is adopted, and tokens are there."""

    cluster: Cluster
    name: str
    secret: str
    token: str


def prepare(cluster: Cluster) -> Prepared:
    """Make the database that parts begin with. The command line takes seconds to start: it is asked once."""
    name, secret = "chaos_template", secrets.token_hex(32)
    cluster.create(name)
    environment = {
        "CUTOVER_DATABASE_URL": _database_url(cluster.port, name),
        "CUTOVER_ENVIRONMENT": "sandbox",
        "CUTOVER_SECRET_KEY": secret,
        "CUTOVER_FOLDER": str(ROOT),
    }
    cutover(environment, "migrate")
    cutover(environment, "adopt", "--reason", "chaos")
    roles = [word for role in ("client", "operator", "approver", "admin") for word in ("--role", role)]
    told = cutover(environment, "token", "create", "--name", "chaos", *roles, "--reason", "chaos", "--json")
    return Prepared(cluster, name, secret, json.loads(told)["token"])


def cutover(environment: Mapping[str, str], *arguments: str, may_refuse: bool = False) -> str:
    """Run a command of the command line, and answer what it printed. Raises Trouble when it fails."""
    command = [str(CUTOVER), *arguments]
    ended = subprocess.run(  # noqa: S603 - the product's own command
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        start_new_session=True,
    )
    if ended.returncode != 0 and not (may_refuse and ended.stdout):
        raise Trouble(f"cutover {' '.join(arguments)}: {ended.stderr.strip()[-600:]}")
    return ended.stdout


@contextmanager
def stage(folder: Path, prepared: Prepared, proxies: Proxies, *, fenced: bool, size: Size = USUAL) -> Iterator[Stage]:
    """Set everything up: nothing moves yet, and nobody writes."""
    folder.mkdir()
    made = Stage(folder, prepared, secrets.token_hex(16), secrets.token_hex(16), fenced)
    database = f"chaos_{secrets.token_hex(4)}"
    prepared.cluster.create(database, prepared.name)
    with ExitStack() as closing:
        ports = [free_port() for _ in range(size.replicas)]
        _start_systems(made, closing, proxies, f"http://127.0.0.1:{ports[0]}")
        made.environment = _environment(made, database, size.ttl)
        for port in ports:
            _start_replica(made, closing, proxies.to(prepared.cluster.port), database, port)
        for replica in made.replicas:
            replica.wait_ready()
        yield made


def _start_systems(made: Stage, closing: ExitStack, proxies: Proxies, url: str) -> None:
    crowd: dict[str, object] = {"salt": made.salt, "people": PEOPLE, "processes": PROCESSES}
    if made.fenced:
        crowd |= {"fence": "permits", "jwks": f"{url}/.well-known/jwks.json"}
    reports = {"report_url": f"{url}/api/v1/reports/va-profile", "report_key": made.folder / "report-key"}
    more: dict[str, dict[str, object]] = {"mhv": {"app_token": made.app_token}, "va_gov": reports}
    for system, name in STORES.items():
        kind = name.removesuffix(".db")
        errors = closing.enter_context((made.folder / f"{kind}.log").open("a", encoding="utf-8"))
        stand_in = closing.enter_context(running(kind, made.folder / name, errors, **crowd, **more[system]))
        made.systems[system] = stand_in
        made.ways[system] = proxies.to(stand_in.port)


def _environment(made: Stage, database: str, ttl: float) -> Mapping[str, str]:
    fence = "permits" if made.fenced else "none"
    shutil.copytree(ROOT / "flags", made.folder / "flags")
    shutil.copytree(ROOT / "cutover_plans", made.folder / "cutover_plans")
    return {
        "CUTOVER_DATABASE_URL": _database_url(made.cluster.port, database),
        "CUTOVER_ENVIRONMENT": "sandbox",
        "CUTOVER_SECRET_KEY": made.prepared.secret,
        "CUTOVER_FOLDER": str(made.folder),
        "CUTOVER_LEASE_TTL": f"{ttl:g}s",
        "CUTOVER_WRITE_TIMEOUT": f"{WRITE_TIMEOUT:g}s",
        "MHV_URL": made.way("mhv"),
        "MHV_APP_TOKEN": made.app_token,
        "MHV_FENCE": fence,
        "MHV_SETTLE": f"{SETTLE:g}s",
        "VA_PROFILE_URL": made.way("va_gov"),
        "VA_PROFILE_FENCE": fence,
        "VA_PROFILE_SETTLE": f"{SETTLE:g}s",
        "VA_PROFILE_REPORT_KEYS": str(made.folder / "report-key.pub"),
    }


def _database_url(port: int, database: str) -> str:
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{database}"


def _start_replica(made: Stage, closing: ExitStack, way: Proxy, database: str, port: int) -> None:
    mine = {"CUTOVER_PORT": str(port), "CUTOVER_DATABASE_URL": _database_url(way.port, database)}
    log = made.folder / f"replica-{len(made.replicas)}.log"
    replica = Replica([str(CUTOVER), "serve"], log, {**made.environment, **mine}, url=f"http://127.0.0.1:{port}")
    closing.callback(replica.kill)
    replica.start()
    made.replicas.append(replica)
    made.databases.append(way)
