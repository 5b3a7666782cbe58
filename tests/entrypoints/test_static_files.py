"""Style sheets, scripts and icons are kept for long under an address that names what they hold, and are sent packed."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.entrypoints.static_files import version_of
from tests.entrypoints.world import World

LONG = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the service serves: one large file, packed too, and one small one."""
    place = tmp_path / "static"
    (place / "vendor").mkdir(parents=True)
    (place / "vendor" / "large.css").write_text("a{}" * 1000)
    (place / "vendor" / "large.css.gz").write_bytes(gzip.compress(b"a{}" * 1000))
    (place / "small.js").write_text("1;")
    (tmp_path / "secret.css").write_text("secret")
    (tmp_path / "secret.css.gz").write_text("secret")
    monkeypatch.setattr(world.app, "static_folder", str(place))
    return place


def named(client: FlaskClient) -> dict[str, str]:
    """The addresses that a page names, by the end of each."""
    return {found.rsplit("/", 1)[1]: found for found in re.findall(r'"(/static/[^"#]+)', client.get("/sign-in").text)}


def test_every_address_on_a_page_names_the_version_and_is_kept_for_a_year(client: FlaskClient) -> None:
    addresses = named(client)
    assert {"cutover.css", "live.js", "mark.svg"} <= addresses.keys()
    for address in addresses.values():
        with client.get(address) as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, LONG), address


@pytest.mark.parametrize("address", ["/static/cutover.css", "/static/v-0123456789abcdef/cutover.css"])
def test_under_another_address_a_file_is_asked_for_anew(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
        etag = answer.headers["ETag"]
    with client.get(address, headers={"If-None-Match": etag}) as again:
        assert again.status_code == 304


def test_the_version_changes_with_every_file_and_with_what_is_installed(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    seen = {version_of(tmp_path)}
    for file, content in (("a.css", "1"), ("a.css", "2"), ("b.js", "2"), ("vendor/.installed", "lock")):
        (tmp_path / file).write_text(content)
        seen.add(version_of(tmp_path))
    assert len(seen) == 5


def test_a_packed_file_is_sent_to_whoever_takes_it(client: FlaskClient, folder: Path) -> None:
    with client.get("/static/vendor/large.css", headers={"Accept-Encoding": "br, gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.mimetype == "text/css"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.get_data()) == b"a{}" * 1000


@pytest.mark.parametrize("accepted", [None, "", "identity", "gzip;q=0"])
def test_nobody_else_gets_it_packed(client: FlaskClient, folder: Path, accepted: str | None) -> None:
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    with client.get("/static/vendor/large.css", headers=headers) as plain:
        assert "Content-Encoding" not in plain.headers
        assert plain.get_data() == b"a{}" * 1000
        assert plain.headers["Vary"] == "Accept-Encoding"


def test_a_file_that_is_not_packed_is_sent_as_it_is(client: FlaskClient, folder: Path) -> None:
    with client.get("/static/small.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.get_data() == b"1;"
        assert "Vary" not in answer.headers


@pytest.mark.parametrize("path", ["../secret.css", "%2e%2e/secret.css", "vendor/../../secret.css", "/etc/passwd"])
@pytest.mark.parametrize("before", ["/static/", "/static/v-1/"])
def test_nothing_outside_the_folder_is_served(client: FlaskClient, folder: Path, before: str, path: str) -> None:
    with client.get(before + path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code in (308, 404)
        assert b"secret" not in answer.get_data()
