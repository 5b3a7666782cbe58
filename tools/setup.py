"""Makes .venv: the locked requirements, each checked by its hash, and the `cutover` command.

Only the standard library, because nothing else is there yet. A stamp inside .venv holds the hash of everything that
decides what is installed, so a second run has nothing to do and says nothing.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"

LOCKS = {
    "runtime": ("requirements-setup.txt", "requirements.txt"),
    "development": ("requirements-setup.txt", "requirements.txt", "requirements-dev.txt"),
}


def main() -> None:
    """Installs what is missing or out of date. Exits 1 with a sentence when it cannot."""
    arguments = argparse.ArgumentParser(description="Makes .venv from the locked requirements.")
    arguments.add_argument("--dev", action="store_true", help="also what tests and checks need")
    # What was installed for tests serves the product too; taking it away would break the tests and save nothing.
    wanted = "development" if arguments.parse_args().dev or stamp("development").exists() else "runtime"
    if not (usable() and current(wanted)):
        install(wanted)


def usable() -> bool:
    """Whether .venv was made here and has a Python that runs. A folder that was moved keeps its old path in its
    commands, and the Python that it was made from may be gone."""
    made = VENV / "pyvenv.cfg"
    if not made.is_file() or str(VENV) not in made.read_text():
        return False
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0


def stamp(kind: str) -> Path:
    """The file in .venv that says from what this kind was installed."""
    return VENV / f".installed-{kind}"


def fingerprint(kind: str) -> str:
    """One hash over all that decides what is installed: the locks, the project's own metadata, this file."""
    digest = hashlib.sha256()
    for name in (*LOCKS[kind], "pyproject.toml", "client/pyproject.toml", "tools/setup.py"):
        digest.update(hashlib.sha256((ROOT / name).read_bytes()).digest())
    return digest.hexdigest()


def current(kind: str) -> bool:
    """Whether this kind is what is installed."""
    return stamp(kind).is_file() and stamp(kind).read_text() == fingerprint(kind)


def install(kind: str) -> None:
    """Makes .venv hold these locks and nothing else. The stamp is written last: a run cut short is begun again."""
    _, *shown = LOCKS[kind]
    say(f"Installing {' and '.join(shown)} into .venv, about 10 seconds …")
    if usable():
        for each in LOCKS:
            stamp(each).unlink(missing_ok=True)
    else:
        venv.create(VENV, clear=True, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "-qq", "--require-hashes", "--no-deps", "-r", LOCKS[kind][0]])
    uv = [str(PYTHON), "-m", "uv", "--quiet", "--no-config", "pip"]
    run([*uv, "sync", "--require-hashes", *LOCKS[kind]])
    # uv has the builder of this project in itself, so this line asks the network for nothing.
    run([*uv, "install", "--no-deps", "--no-build-isolation", "--editable", ".", "--editable", "client"])
    stamp(kind).write_text(fingerprint(kind))


def run(command: Sequence[str]) -> None:
    """Runs one command in the project. Exits with a sentence when it fails; its own words came before."""
    if subprocess.run(command, check=False, cwd=ROOT, env=environment()).returncode:
        sys.exit(f"Setup stopped: this command failed.\n    {' '.join(command)}")


def environment() -> dict[str, str]:
    """The environment for pip and uv. uv does not read pip's settings: a mirror that pip is told of, uv must be too."""
    ours = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    for theirs, same in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if theirs in os.environ:
            ours.setdefault(same, os.environ[theirs])
    return ours


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
