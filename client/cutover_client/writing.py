"""The right to make one write, as the users of the client hold it: what they may do, and nothing that breaks a rule."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cutover_client.errors import NotSent, OutcomeUnknown
from cutover_client.holding import Permit
from cutover_client.reports import Reports
from cutover_client.routes import Route
from cutover_client.sending import Ways
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Answer, Request

_WRITE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass
class WritePermit:
    """One write, within its block and its process. Either `send`; or `recheck`, send by your own means, `answered`.

    `write_id` names this write for ever. Every request that leaves is counted, and one without an answer keeps the
    write in flight until its span has passed: a system may apply it long after its caller gave up.
    """

    write_id: str
    _permit: Permit
    _ways: Ways
    _reports: Reports
    _tell: Callable[[], None]
    _is_open: bool = True
    _asked: int = 0
    _out: int = 0
    _is_lost: bool = False
    _is_late: bool = False

    @property
    def route(self) -> Route:
        """What the write stands on."""
        return self._permit.route

    @property
    def system(self) -> str:
        """The one system that may be written."""
        return self._permit.system

    @property
    def epoch(self) -> int:
        """The epoch that goes with every request of the write."""
        return self.route.epoch

    def headers(self, write_id: str | None = None) -> dict[str, str]:
        """The headers of every request of the write. `write_id` names it from now on; None keeps its name."""
        self._require_open()
        if write_id is not None:
            self.write_id = require_write_id(write_id)
        permit = {} if self.route.permit is None else {"Cutover-Permit": self.route.permit}
        return {**permit, "Cutover-Write-Id": self.write_id, "Cutover-Epoch": str(self.epoch)}

    def seconds_left(self) -> float:
        """What is left of the one deadline over connection, all calls and all retries of this write."""
        self._permit.require_own_process()
        return self._permit.seconds_left()

    def recheck(self) -> None:
        """Ask right before the first byte of each request whether it may still leave. Raises Refused if not."""
        self._require_open()
        self._permit.recheck()
        self._asked += 1
        self._out += 1
        self._permit.sending()

    def answered(self, audit: str | None = None) -> None:
        """The system has said that it is done; `audit` is its own name for that. Raises OutcomeUnknown if too late.

        Not to be called after a time-out, a reset or a 5xx: the write may still be applied then.
        """
        self._require_open()
        if not self._asked:
            raise RuntimeError("Nothing was sent under this permit: call recheck() right before the first byte.")
        if audit is not None:
            self._reports.audit(self.route.key, self.epoch, audit)
        self._end_request()
        self._require_done_in_time()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | bytes | None = None,
    ) -> Answer:
        """Send one request of the write to the owner at `url`, within the permit's deadline. An answer is 2xx or 4xx.

        `body` is sent as JSON, bytes as they are. Raises NotSent or Refused (certainly not written), OutcomeUnknown,
        and ValueError for a wrong address. Nothing is repeated.
        """
        wire, path = self._ways.to(url)
        request = Request(method, path, {**(headers or {}), **self.headers()}, body, writes=True)
        call = Call(self.seconds_left, self.recheck)
        before, earlier = self._out, self._asked
        answer = wire.exchange(call, request)
        if not call.sent:
            self._out, self._asked = before, earlier
            raise self._not_sent(call)
        if answer is None or not answer.says_something:
            self._is_lost = True
            if not self._permit.in_time():
                self._tell_late()  # stopped on its way, it may have been made after another became the owner
            raise self._unknown("Its answer did not come in time or says nothing.")
        self._end_request()
        if answer.accepted:
            self._require_done_in_time()
        return answer

    def close(self) -> None:
        """Its block is over, and it is of no use any more."""
        self._is_open = False

    def _not_sent(self, call: Call) -> BaseException:
        if self._asked:
            # An earlier request of this write did leave: nobody may say that nothing was written.
            self._is_lost = True
            return self._unknown("It was stopped half-way.")
        self._permit.answered()
        return call.stopped or NotSent(self.route.key, self.system, self.epoch)

    def _end_request(self) -> None:
        self._out = max(0, self._out - 1)
        if not self._out and not self._is_lost:
            self._permit.answered()

    def _require_done_in_time(self) -> None:
        if self._is_lost:
            raise self._unknown("A request of it got no answer.")
        if self._permit.in_time():
            return
        self._tell_late()
        raise self._unknown("The answer came after this process's right to write had ended.")

    def _tell_late(self) -> None:
        if not self._is_late:
            self._is_late = True
            self._reports.late(self.route.key, self.epoch, self.write_id)
            self._tell()

    def _unknown(self, why: str) -> OutcomeUnknown:
        return OutcomeUnknown(self.route.key, self.epoch, self.write_id, why)

    def _require_open(self) -> None:
        self._permit.require_own_process()
        if not self._is_open:
            raise RuntimeError("This permit's block is over: take another one for another write.")


def require_write_id(write_id: str) -> str:
    """The same id. Raises ValueError for one that would not fit in a header and a log."""
    if not _WRITE_ID.fullmatch(write_id):
        raise ValueError("A write id is 1 to 64 of A-Z a-z 0-9 . _ : -")
    return write_id
