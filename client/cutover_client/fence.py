"""A fence: WSGI middleware for a system that holds preferences. Without a current permit, nobody writes there.

    app = Fence(app, "mhv", Epochs(folder), KeySet.at("https://…/.well-known/jwks.json"), guarded, on_mark)

A raise is confirmed only when every write that was admitted under an older epoch has ended. So a write must have ended
with its answer: an application that hands it on, to be done later or by a process that outlives this one, has no fence.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cutover_client.admission import WRITES, Admission, Claims, admit
from cutover_client.bodies import BodyRefused, body_of
from cutover_client.clocks import Clock, MachineClock
from cutover_client.epochs import KEY, Entered, Epochs
from cutover_client.marking import OnMark, raise_for_write
from cutover_client.permits import Keys, claims_of, require_here
from cutover_client.problems import refused, told
from cutover_client.raising import PATH, RaiseEndpoint
from cutover_client.routes import Refused

_KEPT = "Nothing was written."
_WHOLE = "Send it again, whole and shorter."

Guarded = Callable[[WSGIEnvironment], str | None]
"""The preference that a request would write; None for any other request. It must judge as the application does."""

OnRefuse = Callable[[WSGIEnvironment, str, str], None]
"""Hears of each refused write: the request, the code, the preference."""


def _say_nothing(environ: WSGIEnvironment, code: str, key: str) -> None:
    """Refusals are told to nobody but their callers."""


@dataclass
class Fence:
    """The middleware. Answers raises itself, at `raising.PATH`; passes through, untouched, what is not guarded.

    `on_mark(key, epoch)` writes the mark of a raise into the system's own log and answers its sequence number; it is
    called under the exclusive lock, after the epoch is durable. What it raises passes through: nothing is admitted or
    confirmed then.
    """

    app: WSGIApplication
    system: str
    epochs: Epochs
    keys: Keys
    guarded: Guarded
    on_mark: OnMark
    on_refuse: OnRefuse = _say_nothing
    clock: Clock = field(default_factory=MachineClock)

    def __post_init__(self) -> None:
        self.raising = RaiseEndpoint(self.system, self.epochs, self.keys, self.on_mark, self.clock)
        """Answers raises, also when it is mounted by itself."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") == PATH:
            return self.raising(environ, start_response)
        try:
            key = self.guarded(environ)
            if key is None:
                return self.app(environ, start_response)
            entered = self._enter(environ, key)
        except BodyRefused as error:
            return told(
                start_response, error.status, {"code": "malformed", "detail": f"{error} {_KEPT}", "mend": _WHOLE}
            )
        if isinstance(entered, Refused):
            self.on_refuse(environ, entered.code, key)
            return refused(start_response, entered)
        return self._within(entered, environ, start_response)

    def _within(self, entered: Entered, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return _Answer(self.app(environ, start_response), entered)
        except BaseException:
            entered.leave()
            raise

    def _enter(self, environ: WSGIEnvironment, key: str) -> Entered | Refused:
        """The shared lock of one write, held; or why there is none."""
        if not KEY.fullmatch(key):
            raise ValueError("`guarded` answered what is no preference's key.")
        try:
            claims = claims_of(environ.get("HTTP_CUTOVER_PERMIT"), self.keys, self.clock.instant().wall)
            require_here(claims, self.system, key, WRITES)
            _require_said(claims, environ.get("HTTP_CUTOVER_EPOCH"))
            # Read before the lock is taken: a caller that sends slowly must not hold up a raise.
            body_of(environ)
            return self._admitted(claims)
        except Refused as refusal:
            return refusal

    def _admitted(self, claims: Claims) -> Entered:
        while True:
            entered = self.epochs.enter(claims.key)
            verdict = admit(entered.epoch, claims.epoch)
            if verdict is Admission.ADMIT:
                return entered
            entered.leave()
            if verdict is Admission.EPOCH_PASSED:
                raise passed(claims, entered.epoch)
            # Then asked anew: until the shared lock is held, another raise may pass.
            raise_for_write(self.epochs, claims.key, claims.epoch, self.on_mark)


def _require_said(claims: Claims, epoch: str | None) -> None:
    """The epoch that a write says goes into the system's log: it must be the one under which it is admitted."""
    if epoch is not None and epoch != str(claims.epoch):
        detail = f"The permit for {claims.key} is of another epoch than the write says. Nothing was written."
        mend = "Send Cutover-Epoch and Cutover-Permit of the same route."
        raise Refused("permit_elsewhere", detail, mend, {"key": claims.key})


def passed(claims: Claims, stored: int) -> Refused:
    """The refusal of a permit whose epoch is over."""
    detail = f"This permit for {claims.key} is of epoch {claims.epoch}; epoch {stored} has begun. Nothing was written."
    mend = "Renew the lease, read the preference again, and offer the change anew."
    return Refused("epoch_passed", detail, mend, {"key": claims.key, "epoch": stored})


class _Answer(Iterator[bytes]):
    """The application's answer. The lock is held until the server closes it, however it came to its end."""

    def __init__(self, inner: Iterable[bytes], entered: Entered) -> None:
        self._inner, self._entered, self._is_closed = inner, entered, False
        self._chunks = iter(inner)

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        """The answer has ended: sent, broken off, or given up. Does nothing the second time."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            close = getattr(self._inner, "close", None)
            if close is not None:
                close()
        finally:
            self._entered.leave()

    def __del__(self) -> None:
        # A server that forgets to close must not keep every raise out for good.
        self.close()
