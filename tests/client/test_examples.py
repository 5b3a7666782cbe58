"""The examples do what they show, against a real controller and two systems on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from examples.batch_writer import write_all
from examples.front_end import create_app
from tests.client.controllers import eventually
from tests.client.http_controller import FROZEN, MOVED, client_of, controlling


@dataclass
class System:
    """One system: what it holds by path, and how many answers it forgets to send first, having written."""

    held: dict[str, str] = field(default_factory=dict)
    mute: int = 0
    epochs: list[str] = field(default_factory=list)


@contextmanager
def holding() -> Iterator[tuple[System, str]]:
    """Serve one system."""
    system = System()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Nothing on the terminal."""

        def do_GET(self) -> None:
            found = system.held.get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"choice": found}).encode())

        def do_PUT(self) -> None:
            system.epochs.append(self.headers["Cutover-Epoch"])
            system.held[self.path] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["choice"]
            if system.mute > 0:
                system.mute -= 1
                return
            self.send_response(204)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield system, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_front_end_reads_and_writes_the_owner_and_shows_the_notice_for_veterans() -> None:
    with controlling() as controller, client_of(controller) as client, holding() as mhv, holding() as va_gov:
        browser = create_app(client, {"mhv": mhv[1], "va_gov": va_gov[1]}).test_client()
        form = browser.get("/ada/settings/a").get_json()
        assert form == {"choice": None, "epoch": 7}
        assert browser.post("/ada/settings/a", json={"choice": "off", "epoch": 7}).status_code == 200
        assert browser.get("/ada/settings/a").get_json() == {"choice": "off", "epoch": 7}
        controller.change(FROZEN)
        assert eventually(lambda: client.route("a").state == "moving")
        frozen = browser.post("/ada/settings/a", json={"choice": "on", "epoch": 7})
        assert (frozen.status_code, frozen.get_json()["code"]) == (503, "frozen")
        assert "Try again" in frozen.get_json()["notice"]
        controller.change(MOVED)
        assert eventually(lambda: client.route("a").owner == "va_gov")
        assert browser.post("/ada/settings/a", json={"choice": "on", "epoch": 7}).status_code == 409
        assert browser.post("/ada/settings/a", json={"choice": "on", "epoch": 9}).status_code == 200
        va_gov[0].mute = 1
        assert browser.post("/ada/settings/a", json={"choice": "off", "epoch": 9}).status_code == 504
        assert (mhv[0].epochs, va_gov[0].epochs) == (["7"], ["9", "9"])


def test_the_batch_writer_waits_for_the_end_of_a_move_and_reads_back_what_got_no_answer() -> None:
    with controlling() as controller, client_of(controller) as client, holding() as mhv, holding() as va_gov:
        mhv[0].mute = 1
        places = {"mhv": mhv[1], "va_gov": va_gov[1]}
        assert write_all(client, places, "a", {"ada": "off", "grace": "on"}) == []
        assert mhv[0].held == {"/people/ada/a": "off", "/people/grace/a": "on"}
        assert len(mhv[0].epochs) == 2, "the one without an answer was read back and not sent again"
        controller.change(FROZEN)
        assert eventually(lambda: client.route("a").state == "moving")
        threading.Timer(0.3, controller.change, (MOVED,)).start()
        assert write_all(client, places, "a", {"ada": "on"}) == []
        assert va_gov[0].held == {"/people/ada/a": "on"}
        controller.change({**MOVED, "state": "retired", "write_to": None, "read_from": None})
        assert eventually(lambda: client.route("a").state == "retired")
        assert write_all(client, places, "a", {"ada": "off"}) == ["ada"]
