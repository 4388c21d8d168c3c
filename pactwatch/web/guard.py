"""What every answer of the page carries, and who may ask: headers against foreign markup, our own hosts."""

import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MISDIRECTED = 421
_HOST = re.compile(r"(?:\[(?P<literal>[^\]]*)\]|(?P<name>[^:\[\]]*))(?::\d*)?")
HEADERS = {
    # Everything a page needs comes from the page itself; feeds bring text, never markup or script.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """Refuses hosts that are not ours and puts HEADERS on every answer.

    The page asks for no password, so a site elsewhere must not reach it by pointing a name of its own at
    this machine (DNS rebinding): loopback, addresses, names without a dot and `names` are let in.
    Plain ASGI, because streams must pass piece by piece.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app, self.names = app, frozenset(name.strip().lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if is_ours(host, self.names):
            await self.app(scope, receive, guarded)
        else:
            refusal = PlainTextResponse(
                f"This page does not answer to the name {host!r}: open it by its address, "
                "or add the name to PACTWATCH_PAGE_NAMES.\n",
                MISDIRECTED,
            )
            await refusal(scope, receive, guarded)


def is_ours(host: str, names: Iterable[str] = ()) -> bool:
    """Return whether the Host header `host`, with or without a port, can mean this page."""
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return False
    name = found["literal"] or found["name"].rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(".localhost") or name in names)
    return True
