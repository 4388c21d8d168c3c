"""Keeps fetches off private addresses: a name is resolved once, its address checked and dialled."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

_LOW_32 = 0xFFFFFFFF
_NAT64, _LOCAL_NAT64 = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48")
_ISATAP = (0x00005EFE, 0x02005EFE)


class PrivateAddressError(Exception):
    """A name that leads to a private or loopback address."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to public addresses. A name that changes between check and connect can't slip through."""

    def __init__(self) -> None:
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a public address of `host`. Raises PrivateAddressError, httpcore.ConnectError."""
        error: Exception | None = None
        for address in await _public_addresses(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no feed is behind a file."""
        raise PrivateAddressError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a GuardedBackend. `_pool` is httpx's own name; a test pins what we use of it."""

    def __init__(self, limits: httpx.Limits) -> None:
        super().__init__(limits=limits, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=GuardedBackend(),
        )


def is_public(address: str) -> bool:
    """Return whether `address` may be reached from the open internet; addresses inside others count, too."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if (
            ip.is_site_local or ip in _LOCAL_NAT64 or int(ip) <= _LOW_32
        ):  # ::127.0.0.1 is an old way to write it
            return False
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if embedded is None and (ip in _NAT64 or int(ip) >> 32 & _LOW_32 in _ISATAP):
            embedded = ipaddress.IPv4Address(int(ip) & _LOW_32)
        if embedded is not None:
            return is_public(str(embedded))
    return ip.is_global and not ip.is_multicast


async def _public_addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} can't be resolved: {error}") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    private = [address for address in addresses if not is_public(address)]
    if private:
        raise PrivateAddressError(f"{host} leads to the private address {private[0]}")
    return addresses
