"""A real HTTP server on loopback whose paths behave as a test says: well, badly, slowly or never."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Request:
    """What the server was asked: header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Reply:
    """How a path answers. `cut` ends the connection after that many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    compress: bool = False
    cut: int | None = None
    hang: bool = False  # accept the request, never answer
    drip_s: float = 0.0  # between single bytes
    measured: bool = True  # else without Content-Length: the end of the connection is the end of the body
    repeat: int = 1  # the body is sent so many times, for bombs that need no memory here


BLOCK_BYTES = 1 << 16

Behaviour = Reply | Callable[[Request], Reply]


class FakeServer:
    """`server.on(path, reply)` scripts a path; `server.requests` is what was asked, in order.

    With `tls` it shows the certificate in there.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.requests: list[Request] = []
        self.port = 0
        self.connections = 0  # all that were made
        self.open_connections = 0
        self.most_connections = 0
        self._paths: dict[str, Behaviour] = {}
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def on(self, path: str, behaviour: Behaviour) -> str:
        """Script `path` and return its URL."""
        self._paths[path] = behaviour
        return self.url(path)

    def url(self, path: str) -> str:
        """Return the address of `path`."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """Return the requests for `path`."""
        return [request for request in self.requests if request.path == path]

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        self._started.wait(10)

    def stop(self) -> None:
        """Close every connection."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopped.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_connections += 1
        self.most_connections = max(self.most_connections, self.open_connections)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open_connections -= 1
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        request = Request(head[0].split(" ")[1], headers)
        self.requests.append(request)
        behaviour = self._paths.get(request.path, Reply(b"nothing here", status=404))
        reply = behaviour(request) if callable(behaviour) else behaviour
        return await self._reply(reply, request, writer)

    async def _reply(self, reply: Reply, request: Request, writer: asyncio.StreamWriter) -> bool:
        if reply.hang:
            await asyncio.sleep(3600)
        if reply.etag and request.headers.get("if-none-match") == reply.etag:
            reply = Reply(status=304, etag=reply.etag, headers=reply.headers)
        body = gzip.compress(reply.body) if reply.compress else reply.body
        headers = (
            {"Content-Length": str(len(body) * reply.repeat)} if reply.measured else {"Connection": "close"}
        )
        headers |= reply.headers
        if reply.etag:
            headers["ETag"] = reply.etag
        if reply.compress:
            headers["Content-Encoding"] = "gzip"
        lines = [
            f"HTTP/1.1 {reply.status} Scripted",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if reply.cut is not None:
            writer.write(body[: reply.cut])
            await writer.drain()
            return False
        at_once = max(1, BLOCK_BYTES // max(1, len(body)))  # thousands of tiny writes would take seconds
        for done in range(0, reply.repeat, at_once):
            await _send(writer, body * min(at_once, reply.repeat - done), reply.drip_s)
        return reply.measured


async def _send(writer: asyncio.StreamWriter, body: bytes, drip_s: float) -> None:
    if not drip_s:
        writer.write(body)
        await writer.drain()
        return
    for position in range(len(body)):
        writer.write(body[position : position + 1])
        await writer.drain()
        await asyncio.sleep(drip_s)


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[FakeServer]:
    """Yield a running FakeServer."""
    server = FakeServer(tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def rss(*items: tuple[str, str, str], title: str = "Example", extra: str = "") -> bytes:
    """Return an RSS document of (guid, title, pubDate) items in the words of the test."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{text}</title>"
        f"<link>https://news.example/{guid}</link><description>About {text}.</description>"
        + (f"<pubDate>{date}</pubDate></item>" if date else "</item>")
        for guid, text, date in items
    )
    channel = f"<channel><title>{title}</title>{extra}{entries}</channel>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'>{channel}</rss>".encode()
