"""Puts what the pages are made of into app/entrypoints/static/vendor: the US Web Design System and htmx, from npm.

Only the standard library. They are installed by the lock into a folder for once, and what a page can ask for is copied:
the style sheet, whatever that names, the icons and the scripts. A stamp in the folder holds the hash of everything that
decides, so a second run has nothing to do and says nothing. Without npm the API works all the same, and the pages are
plain; that is said, and is no error.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECIDING = ("package.json", "package-lock.json", ".npmrc", "tools/assets.py")
COMMAND = ("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
DESIGN = Path("node_modules/@uswds/uswds/dist")
SHEET = Path("css/uswds.min.css")
ICONS = Path("img/sprite.svg")
PACKED = (".css", ".js", ".svg")
WORTH_PACKING = 1500
"""Bytes: what is smaller fits into one packet as it is."""
SCRIPTS = ("node_modules/htmx.org/dist/htmx.min.js", "node_modules/htmx.org/dist/ext/hx-sse.min.js")

MISSING = (
    "npm was not found, so the pages stay plain: without the US Web Design System, and not live. All of them work, and "
    "so does the API.\nWith Node.js 18 or newer and npm, run this again. On Debian: apt-get install nodejs npm"
)


def main(root: Path = ROOT) -> None:
    """Copies what is missing or out of date. Exits 1 with a sentence when npm was found and failed."""
    if current(root):
        return
    if shutil.which("npm") is None:
        print(MISSING, flush=True)
        return
    print("Installing the US Web Design System and htmx for the pages, about 10 seconds …", flush=True)
    with tempfile.TemporaryDirectory() as place:
        install(root, Path(place))
        copy(Path(place), vendor(root))
    stamp(root).write_text(fingerprint(root))


def vendor(root: Path = ROOT) -> Path:
    """The ignored folder that the pages are served from."""
    return root / "app" / "entrypoints" / "static" / "vendor"


def stamp(root: Path) -> Path:
    """The file that says from what the folder was filled."""
    return vendor(root) / ".installed"


def current(root: Path = ROOT) -> bool:
    """Whether the folder holds what the lock says."""
    return stamp(root).is_file() and stamp(root).read_text() == fingerprint(root)


def fingerprint(root: Path = ROOT) -> str:
    """One hash over all that decides what is copied."""
    digest = hashlib.sha256()
    for name in DECIDING:
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def install(root: Path, place: Path) -> None:
    """Installs the locked packages of the product, and none of the tests', into a folder."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, place / name)
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    done = subprocess.run(COMMAND, check=False, cwd=place, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"Setup stopped: {' '.join(COMMAND)} failed.\n{done.stdout}{done.stderr}")


def copy(place: Path, to: Path) -> None:
    """Copies what a page can ask for, and nothing else. The folder is made anew."""
    shutil.rmtree(to, ignore_errors=True)
    for each in wanted(place / DESIGN):
        (to / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(place / DESIGN / each, to / each)
    for name in SCRIPTS:
        shutil.copy(place / name, to / Path(name).name)
    pack(to)


def pack(folder: Path) -> None:
    """Puts a packed file beside each that gets smaller by it, for browsers that take it. Fonts are packed already."""
    for file in [file for file in folder.rglob("*") if file.suffix in PACKED]:
        if file.stat().st_size < WORTH_PACKING:
            continue
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def wanted(design: Path) -> set[Path]:
    """The style sheet, the icons, and whatever the style sheet names; its addresses begin in its own folder."""
    named = re.findall(r"url\(\"?([^)\"]+)\"?\)", (design / SHEET).read_text(encoding="utf-8"))
    files = {Path(os.path.normpath(SHEET.parent / name)) for name in named if not name.startswith("data:")}
    return {SHEET, ICONS, *files}


if __name__ == "__main__":
    main()
