"""A front end in Flask: shows a preference with the epoch that it was read under, and writes it to its present owner.

Make the client once, at import; each worker that is forked gets its own lease at its first request:

    client = Client(url, token, client="front-end", keys=[…])
    app = create_app(client, {"mhv": "https://…", "va_gov": "https://…"})
"""

from flask import Flask, request

from cutover_client.client import Client
from cutover_client.errors import NotKnown, NotSent, OutcomeUnknown
from cutover_client.routes import Refused
from examples.systems import Places, place, read

Said = tuple[dict[str, object], int]
LATER = "You can't change this setting right now. Try again in a minute."
LOOK = "We're not sure your change was saved. Reload this page to see your setting."


def create_app(client: Client, places: Places) -> Flask:
    """The application."""
    app = Flask(__name__)

    @app.get("/<person>/settings/<key>")
    def show(person: str, key: str) -> Said:
        route = client.route(key)  # from memory; goes on when the controller is away
        if route.read_from is None:
            return {"notice": "This setting is not available."}, 404
        return {"choice": read(places, route.read_from, person, key), "epoch": route.epoch}, 200

    @app.post("/<person>/settings/<key>")
    def change(person: str, key: str) -> Said:
        form = request.get_json()
        with client.writing(key, epoch=int(form["epoch"])) as permit:
            answer = permit.send("PUT", place(places, permit.system, person, key), body={"choice": form["choice"]})
        return ({"choice": form["choice"]}, 200) if answer.accepted else ({"notice": LATER}, 502)

    @app.errorhandler(Refused)
    def refused(why: Refused) -> Said:
        if why.code == "epoch_passed":  # the form is older than the last move: what it shows may be, too
            return {"notice": "This setting has changed. Reload this page and try again.", "code": why.code}, 409
        return {"notice": why.notice or LATER, "code": why.code, "retry_after": why.retry_after}, 503

    @app.errorhandler(NotSent)
    @app.errorhandler(NotKnown)
    def not_now(_: NotSent | NotKnown) -> Said:
        return {"notice": LATER}, 503

    @app.errorhandler(OutcomeUnknown)
    def unknown(_: OutcomeUnknown) -> Said:
        return {"notice": LOOK}, 504

    return app
