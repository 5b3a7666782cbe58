"""The whole of signing in, by HTTP alone: the service and a provider, each a process of its own, and a browser."""

from pathlib import Path
from urllib.parse import urljoin

import requests

from sandbox.stage import stage
from tests.adapters.systems.servers import free_port
from tests.entrypoints.pages.reading import read
from tests.oidc_provider.browsing import go_through
from tests.oidc_provider.serving import SECRET, oidc_server


def test_a_person_signs_in_at_a_real_provider_looks_signs_out_and_is_out(tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "OIDC_ISSUER": f"http://localhost:{port}",
        "OIDC_CLIENT_ID": "secret",
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_SCOPES": "openid profile groups",
        "OIDC_ROLES": "cutover-operators=operator",
    }
    with stage(tmp_path, people=1, settings=settings) as service, requests.Session() as browser:
        pages = service.url.replace("127.0.0.1", "localhost")
        returns = f"{pages}/sign-in/return"
        closed = browser.get(f"{pages}/", timeout=20)
        assert (closed.url, closed.status_code) == (f"{pages}/sign-in?because=signed_out&next=/", 200)
        link = urljoin(pages, read(closed.text).links()["Sign in"])
        away = browser.get(link, timeout=20)
        assert (away.status_code, read(away.text).one("h1").text) == (503, "The sign-in provider does not answer")
        with oidc_server(tmp_path, [returns], port=port):
            started = browser.get(link, allow_redirects=False, timeout=20)
            back = go_through(started.headers["Location"], "ada", returns)
            board = browser.get(back, timeout=20)
            assert (board.url, board.status_code) == (f"{pages}/", 200)
            assert "Ada Invented (VA.gov), operator" in read(board.text).one("header").text
            copy = requests.Session()
            copy.cookies.update(browser.cookies)
            mark = read(board.text).one("header").one("input", name="mark").attributes["value"]
            out = browser.post(f"{pages}/sign-out", data={"mark": mark}, timeout=20)
            assert out.url == f"{pages}/sign-in?because=done"
            assert copy.get(f"{pages}/", timeout=20).url == f"{pages}/sign-in?because=ended&next=/"
            copy.close()
        log = (tmp_path / "service.log").read_text()
        assert back.partition("code=")[2] not in log
