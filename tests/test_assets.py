"""What `make setup` puts into static/vendor: everything that a page can ask for, from the lock, and only once."""

import gzip
import re
from pathlib import Path

import pytest

from app.entrypoints.pages.design import SIGNS
from tools import assets

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with everything that decides what is installed."""
    for name in assets.DECIDING:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


def installed(place: Path) -> Path:
    """A folder as npm leaves it, with as little in it as will do."""
    design = place / assets.DESIGN
    for name in ("css/uswds.min.css", "img/sprite.svg", "img/close.svg", "fonts/a.woff2", "img/other.svg"):
        (design / name).parent.mkdir(parents=True, exist_ok=True)
        (design / name).write_text(name)
    sheet = 'a{background:url(../img/close.svg)} @font-face{src:url("../fonts/a.woff2")} b{background:url(data:image)}'
    (design / "css/uswds.min.css").write_text(sheet)
    for name in assets.SCRIPTS:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(name)
    return place


def test_the_sheet_what_it_names_the_icons_and_the_scripts_are_copied_and_nothing_else(tmp_path: Path) -> None:
    to = tmp_path / "vendor"
    (to / "old").mkdir(parents=True)
    assets.copy(installed(tmp_path), to)
    copied = {str(file.relative_to(to)) for file in to.rglob("*") if file.is_file()}
    assert copied == {
        *("css/uswds.min.css", "img/sprite.svg", "img/close.svg", "fonts/a.woff2"),
        *("htmx.min.js", "hx-sse.min.js"),
    }
    assert not (to / "old").exists()


def test_it_is_done_once_and_again_when_what_decides_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/npm")
    monkeypatch.setattr(assets, "install", lambda _, place: installed(place))
    assets.main(root)
    assert "Installing the US Web Design System" in capsys.readouterr().out
    assets.main(root)
    assert capsys.readouterr().out == ""
    (root / "package.json").write_text("{}")
    assets.main(root)
    assert "Installing" in capsys.readouterr().out


def test_without_npm_it_says_what_to_install_and_goes_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assets.main(root)
    told = capsys.readouterr().out
    assert "apt-get install nodejs npm" in told
    assert "so does the API" in told.replace("\n", " ")
    assert not assets.vendor(root).exists()


def test_when_npm_fails_its_words_are_told_and_nothing_counts_as_installed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\necho no such package; exit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    with pytest.raises(SystemExit, match=r"(?s)npm ci .* failed\.\nno such package"):
        assets.main(root)
    assert not assets.current(root)


def test_what_is_installed_here_holds_whatever_the_pages_name() -> None:
    if not assets.current():
        pytest.skip("the design system is not installed here")
    sprite = (assets.vendor() / assets.ICONS).read_text(encoding="utf-8")
    templates = (ROOT / "app" / "entrypoints" / "templates").glob("*.html")
    text = "".join(file.read_text(encoding="utf-8") for file in templates)
    icons = {*re.findall(r"icon\('([a-z_]+)'\)", text), *SIGNS.values()}
    assert icons
    assert {name for name in icons if f'id="{name}"' not in sprite} == set()
    for name in re.findall(r"vendor\('([^']+)'\)", text):
        assert (assets.vendor() / name).is_file(), name


def test_large_texts_are_packed_beside_themselves_and_nothing_else_is(tmp_path: Path) -> None:
    content = b"a{}" * assets.WORTH_PACKING
    for name in ("css/large.css", "large.js", "img/large.svg", "fonts/large.woff2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "small.svg").write_bytes(b"<svg/>")
    assets.pack(tmp_path)
    packed = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.gz")}
    assert packed == {"css/large.css.gz", "large.js.gz", "img/large.svg.gz"}
    first = (tmp_path / "large.js.gz").read_bytes()
    assert gzip.decompress(first) == content
    assets.pack(tmp_path)
    assert (tmp_path / "large.js.gz").read_bytes() == first
