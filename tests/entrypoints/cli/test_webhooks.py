"""Webhooks from the command line."""

from app.domain.hooks import DeliveryState
from tests.entrypoints.api.asking import FIRST_KEY
from tests.entrypoints.api.test_webhooks import tell
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.world import World
from tests.services.receivers import receiving

URL = "https://chat.example.gov/services/very-secret"
BECAUSE = ("--reason", "Invented.")


def test_a_webhook_is_added_listed_and_removed(world: World, cutover: Cutover) -> None:
    made = cutover("webhooks", "add", URL, "--format", "text", "--event", "step.*", *BECAUSE, "--json").json
    assert (made["id"], made["format"], made["events"]) == (1, "text", ["step.*"])
    assert made["secret"].startswith("whsec_")
    listed = cutover("webhooks", "list")
    assert "https://chat.example.gov/…" in listed.out
    assert "step.*" in listed.out
    assert all(secret not in listed.out for secret in ("very-secret", made["secret"]))
    removed = cutover("webhooks", "remove", "1", *BECAUSE)
    assert (removed.status, removed.out) == (0, "webhook 1 is removed\n")
    assert cutover("webhooks", "list", "--json").json == {"webhooks": []}
    gone = cutover("webhooks", "remove", "1", *BECAUSE)
    assert (gone.status, "[not_found]" in gone.err) == (1, True)


def test_people_are_shown_the_number_and_the_secret(world: World, cutover: Cutover) -> None:
    number, secret = cutover("webhooks", "add", URL, *BECAUSE).out.splitlines()
    assert number == "webhook 1"
    assert secret.startswith("whsec_")


def test_deliveries_are_listed_and_sent_once_more(world: World, cutover: Cutover) -> None:
    with receiving(lambda _: 500) as receiver:
        assert cutover("webhooks", "add", receiver.url, *BECAUSE).status == 0
        world.adopt(FIRST_KEY)
        tell(world)
        (one,) = cutover("webhooks", "deliveries", "1", "--json").json["deliveries"]
        assert (one["type"], one["state"], one["attempts"], one["status"]) == ("ownership.adopt", "waiting", 1, 500)
        assert "The receiver answered with status 500." in cutover("webhooks", "deliveries", "1").out
        again = cutover("webhooks", "resend", "1", str(one["number"]))
        assert (again.status, f"entry {one['number']} is due for webhook 1" in again.out) == (0, True)
        receiver.respond = lambda _: 200
        tell(world)
    (one,) = cutover("webhooks", "deliveries", "1", "--json").json["deliveries"]
    assert one["state"] == DeliveryState.DELIVERED
    nothing = cutover("webhooks", "deliveries", "1", "--before", str(one["number"]), "--json").json
    assert nothing == {"deliveries": []}


def test_what_cannot_be_is_refused(world: World, cutover: Cutover) -> None:
    plain = cutover("webhooks", "add", "http://receiver.example.gov", *BECAUSE)
    assert (plain.status, "[invalid]" in plain.err) == (1, True)
    assert cutover("webhooks", "add", URL).status == 2
    assert cutover("webhooks", "deliveries", "9").status == 1
    assert cutover("webhooks", "resend", "9", "1").status == 1
