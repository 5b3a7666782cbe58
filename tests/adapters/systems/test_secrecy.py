"""No id, token, address or body in any message or log, whatever happens."""

import logging

import pytest

from app.adapters.mhv import system as mhv_system
from app.adapters.mhv.system import MhvSystem
from app.adapters.va_profile import system as va_profile_system
from app.adapters.va_profile.system import VaProfileSystem
from app.services.systems import Failed, NotSent, Rejected, SystemPort, Unknown
from tests.adapters.systems.doubles import NO_IDS, Mhv, VaProfile
from tests.adapters.systems.samples import ADDRESS, CLOCK, PERSON, RX, TOKEN, write_of
from tests.adapters.systems.servers import Behaviour, answer, close, half_an_answer, hang, reset, serving

TALKATIVE = {"errorCode": "1000001", "messages": [{"code": "1000001", "text": ADDRESS}], "message": ADDRESS}
FAULTS: list[Behaviour] = [
    close,
    reset,
    half_an_answer,
    hang,
    answer(500, TALKATIVE),
    answer(400, TALKATIVE),
    answer(200, TALKATIVE),
    answer(302, None, {"Location": "/elsewhere/1000001"}),
    answer(200, b"ada.1000001@people.invalid"),
    answer(200, {}, {"Content-Type": "text/html; 1000001", " broken 1000001": "x"}),
]


def systems(url: str) -> list[SystemPort]:
    return [MhvSystem(url, TOKEN, CLOCK), VaProfileSystem(url, CLOCK)]


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_of_a_person_stands_in_any_message_chain_or_log(
    fault: Behaviour, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (mhv_system, va_profile_system):
        monkeypatch.setattr(module, "READ", 0.6)
    caplog.set_level(logging.DEBUG)
    told = []
    for double, which in ((Mhv(), 0), (VaProfile(), 1)):
        double.plan("GET rx", *[fault] * 3)
        double.plan("POST rx", *[fault] * 3)
        for method in ("POST", "PUT"):
            double.plan(f"{method} communication-permissions", *[fault] * 3)
        with serving(double) as server:
            told.append(_trouble(systems(server.url)[which]))
        told.append(_trouble(systems(server.url)[which]))
    assert all(told)
    assert NO_IDS.search("\n".join(told) + caplog.text) is None


@pytest.mark.parametrize("which", [0, 1])
def test_the_libraries_lines_about_other_peoples_calls_stay(which: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").debug("somebody else's line")
    with serving([Mhv(), VaProfile()][which]) as server:
        systems(server.url)[which].read(PERSON, [RX])
    assert [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")] == [
        "somebody else's line"
    ]


def _trouble(system: SystemPort) -> str:
    """Everything that could reach a log when a write and a read go wrong, what stands behind an exception included."""
    told = []
    try:
        system.write(PERSON, write_of(RX, False, seconds=0.6))
    except (NotSent, Rejected, Unknown) as trouble:
        behind: BaseException | None = trouble
        while behind is not None:
            told.append(repr(behind))
            behind = behind.__cause__ or behind.__context__
    found = system.read(PERSON, [RX])[RX.key]
    return "\n".join([*told, str(found)] if isinstance(found, Failed) else told)
