"""The server: granian, one process with many threads; more processes are more replicas."""

from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

THREADS = 464
"""Threads for requests: 64 more than may wait at once, so that short requests always find one."""


def serve(host: str, port: int, folder: Path) -> None:
    """Serve `wsgi:app` until the process is told to stop."""
    server = Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=2 * THREADS,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=10,
        working_dir=folder,
    )
    server.serve()
