"""One request and its answer over kept connections; no cookies, redirects, proxies, netrc or retries."""

import os
from http.client import HTTPException
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from app.adapters.http.call import Call, Stopped, under_way
from app.adapters.http.connection import CONNECT, Pool, SecurePool
from app.adapters.http.exchange import LARGEST_BODY, Answer, Request

KEPT_CONNECTIONS = 64
CHUNK = 64 * 1024


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
            except (requests.RequestException, HTTPError, HTTPException, OSError, Stopped):
                return None

    def close(self) -> None:
        """Close the connections that are kept open for later calls."""
        self._adapter.close()

    def _answer(self, call: Call, request: Request) -> Answer | None:
        prepared = requests.Request(
            request.method,
            f"{self._base}/{request.path}",
            headers=_headers(request),
            data=request.encoded(),
        ).prepare()
        limits = (min(CONNECT, call.left()), call.left())
        response = self._adapter_of_this_process().send(prepared, stream=True, timeout=limits, verify=self._verify)
        try:
            body = _body(response)
        finally:
            response.close()
        if body is None:
            return None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body)

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
    if request.body is not None:
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
