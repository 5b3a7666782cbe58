"""A recording has everything that the stand-ins and front ends noted, in the format that is judged."""

import io
import json
from pathlib import Path
from typing import Any

from sandbox.log import Accept, Mark, Refuse
from sandbox.recording import STORES, diary_lines, header, record
from sandbox.store import Origin, Record, Store, create
from sandbox.traffic import Diary

ROOT = Path(__file__).parents[2]
RX = "rx_refill_shipment"


def run_of(folder: Path) -> list[dict[str, Any]]:
    """The recording of a small run, line by line."""
    for system, name in STORES.items():
        create(folder / name, Origin(system, 1, 1, "salt"), lambda: [Record(7, "place", True, RX)])
        store = Store(folder / name)
        with store.change() as change:
            person = store.hashed(7)
            line = Accept("write", RX, person, "w1", 1, "choice", False, None)
            change.put([Record(7, "place", False, RX, "w1")], line)
            change.log(Refuse("no", "It is late.", RX, person, "w2", 1))
            change.log(Mark(RX, 2))
        store.close()
    with (folder / "diary-0.jsonl").open("w") as file:
        Diary(file, "front").note("begin", {"write": "w1", "key": RX, "person": "p", "epoch": 1})
        file.write('{"log": "client", "cut')
    entry = {"number": 1, "at": "2027-03-02T05:00:00Z", "actor": "cli:somebody", "act": "adopt", "reason": "A word."}
    record(folder / "all.jsonl", header(ROOT / "flags"), folder, [{**entry, "revision": 1, "body": {}, "hash": "0"}])
    return [json.loads(line) for line in (folder / "all.jsonl").read_text().splitlines()]


def test_a_recording_has_the_ledger_both_logs_the_diaries_and_the_contents(tmp_path: Path) -> None:
    head, *lines = run_of(tmp_path)

    assert (head["format"], head["systems"]["mhv"], head["records"]) == ("cutover-history", {"fence": "none"}, "none")
    by_log = {log: [line for line in lines if line["log"] == log] for log in ("ledger", *STORES, "client", "contents")}
    assert {log: len(some) for log, some in by_log.items()} == {
        **dict.fromkeys(STORES, 3),
        "ledger": 1,
        "client": 1,
        "contents": 2,
    }
    assert [line["line"] for line in by_log["mhv"]] == ["accept", "refuse", "mark"]
    assert [line["sequence"] for line in by_log["mhv"]] == [1, 2, 3]
    assert by_log["contents"][0]["write_id"] == "w1"
    assert [line["kind"] for line in lines if line["log"] == "process"] == ["carried"]


def test_it_says_what_each_choice_of_the_preference_files_is_stored_as(tmp_path: Path) -> None:
    choices = run_of(tmp_path)[0]["choices"]

    assert choices["secure_messaging_alerts"]["daily"] == {"mhv": 2, "va_gov": True}
    assert choices.keys() == {file.stem for file in (ROOT / "flags").glob("*.toml")}


def test_it_holds_no_actor_and_no_free_text(tmp_path: Path) -> None:
    run_of(tmp_path)
    text = (tmp_path / "all.jsonl").read_text()

    assert not [word for word in ("somebody", "A word.", "hash") if word in text]


def test_a_line_of_a_diary_that_is_being_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "diary-0.jsonl").write_text('{"count": 1}\n{"count": 2}\n{"cou')

    assert [json.loads(line)["count"] for line in diary_lines(tmp_path)] == [1, 2]


def test_a_diary_says_first_what_kind_of_process_wrote_it() -> None:
    file = io.StringIO()
    Diary(file, "front").note("begin", {})
    first, second = map(json.loads, file.getvalue().splitlines())

    assert first == {"log": "process", "process": "front", "kind": "carried"}
    assert (second["log"], second["count"]) == ("client", 1)
