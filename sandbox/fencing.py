"""The fence of a stand-in: that of the client package, with marks and refusals in the stand-in's own log."""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cutover_client.epochs import Epochs
from cutover_client.fence import Fence
from cutover_client.keys import KeySet
from cutover_client.raising import PATH, RaiseEndpoint
from sandbox.log import Mark, Refuse
from sandbox.stand_in import Call, Settings, sent_epoch, write_id
from sandbox.store import Store

Written = Callable[[str, WSGIEnvironment], str | None]
"""The preference that a call of this name would write; None for any other."""


class NoFence:
    """A system that checks no permits, as both do today."""

    def calls(self) -> Iterable[Call]:
        """No call beside the contract's."""
        return ()

    def around(self, app: Flask) -> Flask:
        """The application as it is."""
        return app


class PermitFence:
    """A system that checks permits. `system` is what permits call it."""

    def __init__(self, system: str, settings: Settings, store: Store, written: Written) -> None:
        self._system, self._store, self._written = system, store, written
        self._keys = KeySet.at(settings.jwks)
        self._epochs = Epochs(settings.store.with_name(f"{settings.store.name}.epochs"))

    def calls(self) -> Iterable[Call]:
        """The call that raises the fence, among the others, so that it can go wrong like them."""
        raising = RaiseEndpoint(self._system, self._epochs, self._keys, self._mark)
        yield Call("PUT", PATH, "epochs", lambda: Response.from_app(raising, request.environ))

    def around(self, app: Flask) -> Flask:
        """The application behind its fence."""
        inner: WSGIApplication = app.wsgi_app
        refuse = self._refuse(app)
        fence = Fence(inner, self._system, self._epochs, self._keys, self._guarded(app), self._mark, refuse)

        def enter(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            through = inner if environ["PATH_INFO"] == PATH else fence
            return through(environ, start_response)

        app.wsgi_app = enter  # type: ignore[method-assign]
        return app

    def _guarded(self, app: Flask) -> Callable[[WSGIEnvironment], str | None]:
        def guarded(environ: WSGIEnvironment) -> str | None:
            # Found as the application finds it: a second table of addresses could differ from the first.
            adapter = app.create_url_adapter(app.request_class(environ))
            try:
                endpoint = "" if adapter is None else str(adapter.match()[0])
            except HTTPException:
                return None
            return self._written(endpoint, environ)

        return guarded

    def _mark(self, key: str, epoch: int) -> int:
        with self._store.change() as change:
            return change.log(Mark(key, epoch))

    def _refuse(self, app: Flask) -> Callable[[WSGIEnvironment, str, str], None]:
        def refuse(environ: WSGIEnvironment, code: str, key: str) -> None:
            headers = app.request_class(environ).headers
            line = Refuse(code, "The fence said no", key, None, write_id(headers), sent_epoch(headers))
            with self._store.change() as change:
                change.log(line)

        return refuse


def fence_of(system: str, settings: Settings, store: Store, written: Written) -> NoFence | PermitFence:
    """The fence that the settings ask for."""
    return PermitFence(system, settings, store, written) if settings.fence == "permits" else NoFence()
