"""One request and its answer over kept connections, or a stream; no cookies, redirects, proxies, netrc or retries."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from cutover_client.wire.call import Call, Stopped, under_way
from cutover_client.wire.connection import CONNECT, Pool, SecurePool
from cutover_client.wire.messages import LARGEST_BODY, Answer, Request

KEPT_CONNECTIONS = 64
CHUNK = 64 * 1024
_FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, Stopped)


class Lost(Exception):
    """A stream ended, or never began. It holds neither address nor content."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is read as it comes. `pieces` ends when the peer closes it. Names of `headers` in lower case."""

    status: int
    headers: dict[str, str]
    pieces: Iterator[bytes] = field(repr=False)


class Wire:
    """The way to one base address. Safe to be used from many threads at once, and after a fork.

    `requests` is used below its Session: the adapter with its pools is safe among threads, a Session (cookies,
    redirects, the environment) is not, and none of that is wanted here.
    """

    def __init__(self, base_url: str, ca_file: str | None) -> None:
        self._base = base_url.rstrip("/")
        self._verify: bool | str = ca_file or True
        self._lock = Lock()
        self._process = os.getpid()
        self._adapter = _Adapter(pool_connections=1, pool_maxsize=KEPT_CONNECTIONS)

    def exchange(self, call: Call, request: Request) -> Answer | None:
        """Send one request and read its answer; None when there is no usable one. What happened stands in `call`.

        Libraries' exceptions hold the address, and so the person's id: they end here.
        """
        with under_way(call):
            try:
                return self._answer(call, request)
            except _FAILURES:
                return None

    @contextmanager
    def streaming(self, call: Call, request: Request) -> Iterator[Stream]:
        """Send one request and read its answer as it comes; each read is given what is left of `call` then.

        Raises Lost, also within the block.
        """
        with under_way(call):
            try:
                response = self._sent(call, request)
                try:
                    yield Stream(response.status_code, _lower(response), _pieces(response))
                finally:
                    # Closed and not kept: what is still to come would be taken for the next answer.
                    response.close()
            except _FAILURES:
                raise Lost from None

    def close(self) -> None:
        """Close the connections that are kept open for later calls."""
        self._adapter.close()

    def _answer(self, call: Call, request: Request) -> Answer | None:
        response = self._sent(call, request)
        try:
            body = _body(response)
        finally:
            response.close()
        return None if body is None else Answer(response.status_code, _lower(response), body)

    def _sent(self, call: Call, request: Request) -> requests.Response:
        prepared = requests.Request(
            request.method,
            f"{self._base}/{request.path}",
            headers=_headers(request),
            data=request.encoded(),
        ).prepare()
        limits = (min(CONNECT, call.left()), call.left())
        return self._adapter_of_this_process().send(prepared, stream=True, timeout=limits, verify=self._verify)

    def _adapter_of_this_process(self) -> "_Adapter":
        # A child of a fork that used its parent's connections would read answers that are meant for the parent.
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._adapter = _Adapter(pool_connections=1, pool_maxsize=KEPT_CONNECTIONS)
                    self._process = os.getpid()
        return self._adapter


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


def _headers(request: Request) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "cutover", **request.headers}
    if request.body is not None and not isinstance(request.body, bytes):
        headers["Content-Type"] = "application/json"
    return headers


def _body(response: requests.Response) -> bytes | None:
    """The whole body; None when it is larger than any answer of these systems can be."""
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    while piece := response.raw.read1(CHUNK):
        yield piece


def _lower(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
