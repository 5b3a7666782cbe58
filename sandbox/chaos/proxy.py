"""A TCP proxy on 127.0.0.1 that cuts, stalls and delays what goes through it.

All proxies of a harness live in one thread. A connection that is cut is reset at both ends, and what was still on its
way is dropped; a stalled one holds everything back, and drops it when its sender is gone by then.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

_CHUNK = 64 * 1024
_LINGER_0 = struct.pack("ii", 1, 0)
_HOST = "127.0.0.1"


@dataclass(eq=False)
class _Way:
    """One connection: both of its ends."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]

    def reset(self) -> None:
        for end in self.ends:
            opened = end.get_extra_info("socket")
            if opened is not None:
                with suppress(OSError):
                    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
            end.transport.abort()


class Proxy:
    """One way to `target`, a port of 127.0.0.1. Its methods may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int) -> None:
        self._loop, self._target = loop, target
        self._ways: set[_Way] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._delay = 0.0
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Begin to listen; `port` says where."""
        self._server = await asyncio.start_server(self._serve, _HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and reset what is open."""
        if self._server is not None:
            self._server.close()
        self._reset()

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        cut: int = self._do(self._reset)
        return cut

    def stall(self) -> None:
        """Let nothing through until `flow`."""
        self._do(self._flowing.clear)

    def flow(self) -> None:
        """Let everything through again."""
        self._do(self._flowing.set)

    def delay(self, seconds: float) -> None:
        """Hold each piece back for so long, from now on."""

        def later() -> None:
            self._delay = seconds

        self._do(later)

    def _do(self, what: Callable[[], Any]) -> Any:
        async def done() -> Any:
            return what()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(timeout=10)

    def _reset(self) -> int:
        ways = list(self._ways)
        for way in ways:
            way.reset()
        return len(ways)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(_HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        way = _Way((writer, far_writer))
        self._ways.add(way)
        try:
            pumps = {asyncio.ensure_future(one) for one in self._pumps(reader, far_writer, far_reader, writer)}
            # Whichever end closes first, the other one is told: half-open connections are of no use to our callers.
            _, left = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in left:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            self._ways.discard(way)
            writer.close()
            far_writer.close()

    def _pumps(
        self,
        reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> tuple[Awaitable[None], Awaitable[None]]:
        return self._pump(reader, far_writer), self._pump(far_reader, writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                if not self._flowing.is_set():
                    await self._flowing.wait()
                    if reader.at_eof() or reader.exception() is not None:
                        return  # a network does not deliver what its sender took back with a reset
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()


@dataclass
class Proxies:
    """The thread of all proxies."""

    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _made: list[Proxy] = field(default_factory=list)

    def to(self, target: int) -> Proxy:
        """A new proxy before a port of this machine; nobody need listen there yet."""
        made = Proxy(self._loop, target)
        asyncio.run_coroutine_threadsafe(made.open(), self._loop).result(timeout=10)
        self._made.append(made)
        return made

    def run(self) -> None:
        """Serve until the loop is stopped."""
        self._loop.run_forever()
        self._loop.run_until_complete(_end_tasks())
        self._loop.close()

    def end(self) -> None:
        """Close all of them."""
        for proxy in self._made:
            asyncio.run_coroutine_threadsafe(proxy.close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)


async def _end_tasks() -> None:
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


@contextmanager
def proxies() -> Iterator[Proxies]:
    """A thread that proxies live in, while the block lasts."""
    made = Proxies()
    thread = Thread(target=made.run, name="proxies", daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.end()
        thread.join(timeout=10)
