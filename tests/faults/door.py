"""A door before Elasticsearch that lets only so many documents through a second: a sink that is slow, not gone."""

import http.client
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

NOT_HANDED_ON = frozenset({"connection", "transfer-encoding", "content-length", "content-encoding", "host"})
TIMEOUT_S = 300.0
SLICE_S = 0.2


class Door:
    """What passes to `target`. `documents` went through so far; `per_s` is how many may in a second, if any."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.documents, self.per_s = 0, 0.0
        self.turn = threading.Lock()
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                door.hand_on(self)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def hand_on(self, request: BaseHTTPRequestHandler) -> None:
        """Hand a request on, and its answer back; a bulk's takes as long as its documents are to take."""
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        inside = http.client.HTTPConnection(self.target.hostname or "", self.target.port, timeout=TIMEOUT_S)
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in NOT_HANDED_ON
        }
        if encoding := request.headers.get("Content-Encoding"):
            headers["Content-Encoding"] = encoding
        inside.request(request.command, request.path, body, headers)
        answer = inside.getresponse()
        content = answer.read()
        inside.close()
        if urlsplit(request.path).path.endswith("/_bulk"):
            self._take_time(body.count(b"\n") // 2, request.connection)
            if _is_gone(request.connection):
                request.close_connection = True
                return
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_HANDED_ON - {"content-encoding"}:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)

    def _take_time(self, documents: int, client: socket.socket) -> None:
        with self.turn:  # one after the other: two at once are no faster together
            begun = time.monotonic()
            while self.per_s and time.monotonic() - begun < documents / self.per_s:
                if _is_gone(client):
                    return
                time.sleep(SLICE_S)
            self.documents += documents


def _is_gone(client: socket.socket) -> bool:
    """Tell whether who asked has had enough and closed the connection."""
    readable, _, _ = select.select([client], [], [], 0)
    return bool(readable) and not client.recv(1, socket.MSG_PEEK)


@contextmanager
def door_before(target: str) -> Iterator[Door]:
    """Yield a door before `target`, open until the end."""
    door = Door(target)
    thread = threading.Thread(target=door.server.serve_forever, daemon=True)
    thread.start()
    yield door
    door.server.shutdown()
    door.server.server_close()
    thread.join()
