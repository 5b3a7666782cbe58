"""Makes a client stop itself between its check and its first byte, every time: what a SIGSTOP does by bad luck."""

import http.client
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WRITE = re.compile(rb"^cutover-write-id: *(\S+)\r$", re.IGNORECASE | re.MULTILINE)


def lay(file: str) -> None:
    """From now on, the first write after `file` has appeared stops this process right before its first byte.

    The file is taken away then, and one named `.sprung` beside it holds the write's id. This reaches below the client
    package, behind its last check and its deadline: it is what no code of a client can rule out.
    """
    send: Callable[..., None] = http.client.HTTPConnection.send

    held: dict[int, tuple[bytes, str]] = {}

    def stopping(self: http.client.HTTPConnection, data: Any) -> None:
        found = _WRITE.search(data) if isinstance(data, bytes) else None
        if found and Path(file).exists():
            # Head and body are checked one by one: only behind the second check nothing stands before the first byte.
            held[id(self)] = data, found[1].decode()
            return
        head, write = held.pop(id(self), (b"", ""))
        if not head:
            send(self, data)
            return
        is_sprung = _sprung(Path(file), write)
        if is_sprung:
            os.kill(os.getpid(), signal.SIGSTOP)
            # Another thread may be the first to stop: this one must not get as far as the byte until all have.
            time.sleep(0.2)
        send(self, head + data)
        if is_sprung:
            # The client now finds its deadline passed and resets the connection, which often takes the write back on
            # its way. Here it must arrive.
            time.sleep(0.5)

    http.client.HTTPConnection.send = stopping  # type: ignore[method-assign]


def _sprung(file: Path, write: str) -> bool:
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    part = file.with_suffix(".part")
    part.write_text(write, encoding="utf-8")
    part.rename(file.with_suffix(".sprung"))
    return True
