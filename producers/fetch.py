"""HTTP as a good neighbour: conditional, bounded in size and time, one connection per host, public only."""

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from producers.guard import GuardedTransport, PrivateAddressError
from producers.hosts import Hosts
from producers.inflate import BrokenBodyError, Inflater, TooLargeError
from producers.tls_faults import certificate_fault, is_tls_fault
from stories.errors import PactwatchError

FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.3"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/xml;q=0.7, */*;q=0.5"
USER_AGENT = "pactwatch/0.1 (news feed reader)"
MAX_BYTES = 15_000_000
MAX_REDIRECTS = 8
TIMEOUT_S = 30.0
SILENCE_S = 15.0
HOST_DELAY_S = 1.0
MAX_CONNECTIONS = 100


class FetchError(PactwatchError):
    """A fetch that brought nothing. `kind`: see producers.health; `retry_after_s`: what the server asks."""

    def __init__(
        self, kind: str, message: str, *, status: int = 0, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind, self.status, self.retry_after_s = kind, status, retry_after_s


class Fetched(NamedTuple):
    """An answer: 200 with a body, or 304. `moved_to` is set when every redirect was a permanent one."""

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    max_age_s: float | None = None
    moved_to: str = ""


class Fetcher:
    """Fetches feeds and pages. `async with` it, or call `aclose`.

    `contact` (an address or mailbox) goes into the User-Agent; `timeout_s` bounds one fetch, redirects
    included and waiting for the host's turn excluded; `max_bytes` is counted after decompression.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        timeout_s: float = TIMEOUT_S,
        max_bytes: int = MAX_BYTES,
        host_delay_s: float = HOST_DELAY_S,
        max_connections: int = MAX_CONNECTIONS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.timeout_s, self.max_bytes = timeout_s, max_bytes
        self.hosts = Hosts(host_delay_s, clock)
        agent = f"{USER_AGENT[:-1]}; contact: {contact})" if contact else USER_AGENT
        limits = httpx.Limits(
            max_connections=max_connections, max_keepalive_connections=20, keepalive_expiry=10.0
        )
        self._public = _client(GuardedTransport(limits), agent)
        self._private = _client(httpx.AsyncHTTPTransport(limits=limits, trust_env=False), agent)

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._public.aclose()
        await self._private.aclose()

    async def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        allow_private: bool = False,
        accept: str = FEED_ACCEPT,
    ) -> Fetched:
        """Return what `url` leads to. Raises FetchError."""
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        here, seen, permanent = url, {url}, True
        budget_s = self.timeout_s
        while True:
            started = time.monotonic()
            answer = await self._ask(here, headers, allow_private, budget_s)
            if isinstance(answer, Fetched):
                moved = here if permanent and here != url else ""
                return answer._replace(moved_to=moved)
            permanent = permanent and answer.permanent
            here = _next_hop(here, answer.location, seen)
            budget_s -= min(time.monotonic() - started, budget_s)

    async def _ask(
        self, url: str, headers: dict[str, str], allow_private: bool, budget_s: float
    ) -> "Fetched | _Redirect":
        if allow_private:
            return await self._bounded(self._private, url, headers, budget_s)
        host = (urlsplit(url).hostname or "").lower()
        self._refuse_resting(host)
        async with self.hosts.turn(host):
            self._refuse_resting(host)  # a neighbour may have been told to wait meanwhile
            try:
                return await self._bounded(self._public, url, headers, budget_s)
            except FetchError as error:
                if error.kind == "busy":
                    self.hosts.rest(host, error.retry_after_s)
                raise

    def _refuse_resting(self, host: str) -> None:
        if rest := self.hosts.rest_left_s(host):
            raise FetchError("resting", f"{host} asked for a pause", retry_after_s=rest)

    async def _bounded(
        self, client: httpx.AsyncClient, url: str, headers: dict[str, str], budget_s: float
    ) -> "Fetched | _Redirect":
        try:
            async with asyncio.timeout(budget_s):
                return await self._request(client, url, headers)
        except TimeoutError as error:
            raise FetchError("timeout", f"{url} took longer than {self.timeout_s:.0f} s") from error
        except PrivateAddressError as error:
            raise FetchError(
                "private", f"{error}: refused. If it is your own server, set allow_private: true on the feed"
            ) from error
        except TooLargeError as error:
            raise FetchError("too-large", f"{url} sends {error}") from error
        except BrokenBodyError as error:
            raise FetchError("truncated", f"{url}: {error}") from error
        except httpx.InvalidURL as error:
            raise FetchError("address", f"{url} is no usable address ({error})") from error
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            raise _transport_error(url, error) from error

    async def _request(
        self, client: httpx.AsyncClient, url: str, headers: dict[str, str]
    ) -> "Fetched | _Redirect":
        async with client.stream("GET", url, headers=headers) as response:
            status = response.status_code
            if status in (301, 302, 303, 307, 308) and response.headers.get("location"):
                return _Redirect(response.headers["location"], status in (301, 308))
            conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
            if status == HTTPStatus.NOT_MODIFIED and conditional:
                await (
                    response.aread()
                )  # to its end, which has come: else the connection could not be used again
                return _answer(response, url, b"")
            if status != HTTPStatus.OK:
                raise _status_error(response, url)
            return _answer(response, url, await self._body(response))

    async def _body(self, response: httpx.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.max_bytes:
            raise TooLargeError(f"{int(declared):,} bytes, more than {self.max_bytes:,}")
        inflater = Inflater(response.headers.get("content-encoding", ""), self.max_bytes)
        async for chunk in response.aiter_raw():
            inflater.feed(chunk)
        return inflater.finish()


class _Redirect(NamedTuple):
    location: str
    permanent: bool


def retry_after_s(value: str, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, written as a number or a date; None if it says neither."""
    value = value.strip()
    if value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def max_age_s(cache_control: str, expires: str, date: str) -> float | None:
    """Return for how long an answer says it is fresh; None where it doesn't say or must not be kept."""
    directives = [part.strip().lower() for part in cache_control.split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age" and value.strip('"').isdigit():
            return float(value.strip('"')[:9])
    try:
        fresh = (parsedate_to_datetime(expires) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return None
    return fresh if fresh > 0 else None


def _client(transport: httpx.AsyncBaseTransport, agent: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        headers={"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
        timeout=httpx.Timeout(SILENCE_S),
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


def _next_hop(here: str, location: str, seen: set[str]) -> str:
    there = urljoin(here, location)
    if urlsplit(there).scheme not in ("http", "https"):
        raise FetchError("redirect", f"{here} leads to {there[:200]}, which is no web address")
    if there in seen:
        raise FetchError("redirect", f"{here} leads in a circle, back to {there}")
    if len(seen) > MAX_REDIRECTS:
        raise FetchError("redirect", f"{here}: more than {MAX_REDIRECTS} redirects")
    seen.add(there)
    return there


def _answer(response: httpx.Response, url: str, body: bytes) -> Fetched:
    headers = response.headers
    return Fetched(
        status=response.status_code,
        url=url,
        body=body,
        content_type=headers.get("content-type", ""),
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        max_age_s=max_age_s(
            headers.get("cache-control", ""), headers.get("expires", ""), headers.get("date", "")
        ),
    )


def _status_error(response: httpx.Response, url: str) -> FetchError:
    status = response.status_code
    kind = {
        401: "blocked", 402: "blocked", 403: "blocked", 451: "blocked", 404: "missing", 410: "gone",
        429: "busy", 503: "busy",
    }.get(status, "server" if status >= 500 else "answer")  # fmt: skip
    wanted = retry_after_s(response.headers.get("retry-after", ""), datetime.now(UTC))
    if status == 503 and wanted is None:
        kind = "server"
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "no known status"
    return FetchError(kind, f"{url} answers {status} ({phrase})", status=status, retry_after_s=wanted)


def _transport_error(url: str, error: Exception) -> FetchError:
    words = str(error) or type(error).__name__
    cause = f"{error!r} {error.__cause__!r} {error.__context__!r}"
    if fault := certificate_fault(error):
        return FetchError("certificate", f"{url}: {fault}")
    if is_tls_fault(error):
        return FetchError("tls", f"{url}: no safe connection ({words})")
    if isinstance(error, httpx.TimeoutException):
        return FetchError("timeout", f"{url} was silent for more than {SILENCE_S:.0f} s")
    if isinstance(error, httpx.ConnectError):
        named = "resol" in words or "getaddrinfo" in cause or "Name or service" in words
        return FetchError("name" if named else "refused", f"{url} can't be reached ({words})")
    return FetchError("truncated", f"{url}: the connection broke off ({words})")
