"""What every answer of the page carries, and who may ask: headers against foreign markup, our own hosts."""

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MISDIRECTED = 421
UNAUTHORISED = 401
ALIVE, READY = "/healthz", "/readyz"  # who asks there brings no token, and is told nothing else
_HOST = re.compile(r"(?:\[(?P<literal>[^\]]*)\]|(?P<name>[^:\[\]]*))(?::\d*)?")
HEADERS = {
    # Everything a page needs comes from the page itself; feeds bring text, never markup or script.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """Refuses hosts that are not ours and whoever lacks the `token`, and puts HEADERS on every answer.

    On loopback the page asks for no token, so a site elsewhere must not reach it by pointing a name of its
    own at this machine (DNS rebinding): loopback, addresses, names without a dot and `names` are let in.
    Plain ASGI, because streams must pass piece by piece.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = (), token: str = "") -> None:
        self.app, self.names, self.token = app, frozenset(name.strip().lower() for name in names), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._refusal(scope["path"], Headers(scope=scope)) or self.app
        await answer(scope, receive, guarded)

    def _refusal(self, path: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if not is_ours(host, self.names):
            return PlainTextResponse(
                f"This page does not answer to the name {host!r}: open it by its address, "
                "or add the name to PACTWATCH_PAGE_NAMES.\n",
                MISDIRECTED,
            )
        if (
            self.token
            and path not in (ALIVE, READY)
            and not _brings(headers.get("authorization", ""), self.token)
        ):
            return PlainTextResponse(
                "This page asks for its token: as the password of any user, or as a bearer token.\n",
                UNAUTHORISED,
                {"WWW-Authenticate": 'Basic realm="pactwatch", charset="UTF-8"'},
            )
        return None


def _brings(authorization: str, token: str) -> bool:
    """Return whether the header holds `token`: `Bearer TOKEN`, or `Basic` with it as the password."""
    scheme, _, value = authorization.partition(" ")
    given = value.strip().encode("latin-1", "replace")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given, token.encode())


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a page that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


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
