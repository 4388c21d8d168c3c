"""Where alerts are delivered beyond the page: a log line, a webhook, and through apprise all it knows."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import httpx

from stories import wire
from stories.errors import MissingExtraError
from stories.model import Alert, Delivery

log = logging.getLogger(__name__)

TRIES = 4
FIRST_PAUSE_S = 1.0
TIMEOUT_S = 10.0
OUTCOMES = ("delivered", "failed", "unset")
WEBHOOK, APPRISE, UNSET = "webhook", "apprise", "unset"  # kinds of channel

Told = Callable[[str, str], None]  # the kind of a channel, and one of OUTCOMES


class Channels:
    """Delivers each alert to the channels of its subscription; one that fails is logged by name only.

    `addresses` holds, by subscription, what a person configured: an http(s) address is a webhook that gets
    the alert as JSON, `$NAME` is looked up in `secrets`, anything else is an apprise address. `told` hears
    how each fared.
    """

    def __init__(
        self,
        addresses: Mapping[str, Sequence[str]],
        secrets: Mapping[str, str],
        first_pause_s: float = FIRST_PAUSE_S,
        told: Told = lambda kind, outcome: None,
    ) -> None:
        self.addresses, self.secrets, self.first_pause_s = addresses, secrets, first_pause_s
        self.told = told

    async def deliver(self, alert: Alert) -> list[Delivery]:
        """Hand `alert` to its channels, and return how each fared; the log always gets its line."""
        log.info("alert %s: %s (%s)", alert.subscription, alert.title, alert.fact or alert.subject.kind)
        deliveries = []
        for number, written in enumerate(self.addresses.get(alert.subscription, ()), start=1):
            name = written if written.startswith("$") else f"channel {number}"
            address = self._address(written)
            tries, error = await self._try(address, name, alert)
            self.told(_kind(address), "unset" if not address else "failed" if error else "delivered")
            deliveries.append(_delivery(alert, name, tries, error))
        return deliveries

    @property
    def kinds(self) -> set[str]:
        """Return what kinds of channel there are."""
        return {_kind(self._address(one)) for channels in self.addresses.values() for one in channels}

    def _address(self, written: str) -> str:
        return self.secrets.get(written[1:], "") if written.startswith("$") else written

    def unset(self) -> list[tuple[str, str]]:
        """Return the subscription and `$NAME` of each channel whose address the environment lacks."""
        return [
            (subscription, written)
            for subscription, channels in self.addresses.items()
            for written in channels
            if written.startswith("$") and not self.secrets.get(written[1:])
        ]

    async def _try(self, address: str, name: str, alert: Alert) -> tuple[int, str]:
        """Return how often it was tried, and why the last try failed (empty: it did not)."""
        if not address:
            log.error("%s of %s is not set in the environment: nothing was sent", name, alert.subscription)
            return 0, f"{name} is not set in the environment"
        fault = ""
        for attempt in range(1, TRIES + 1):
            try:
                await _send(address, alert)
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                fault = _fault(error)
                log.warning(
                    "%s of %s failed (%s), try %d of %d", name, alert.subscription, fault, attempt, TRIES
                )
                if attempt < TRIES:
                    await asyncio.sleep(self.first_pause_s * 2 ** (attempt - 1))
            except MissingExtraError as error:
                log.error("%s: %s", name, error)  # noqa: TRY400  (the cure is in the message)
                return attempt, str(error)
            else:
                return attempt, ""
        log.error("%s did not take alert %s: it stands on the page", name, alert.id)
        return TRIES, fault


def _kind(address: str) -> str:
    """Return the kind of a channel; never a part of its address, which may hold a secret."""
    if not address:
        return UNSET
    return WEBHOOK if address.startswith(("http://", "https://")) else APPRISE


def _delivery(alert: Alert, channel: str, tries: int, error: str) -> Delivery:
    identity = hashlib.blake2b(f"{alert.id}\x1f{channel}".encode(), digest_size=12).hexdigest()
    return Delivery(
        id=identity, alert=alert.id, subscription=alert.subscription, channel=channel,
        when=datetime.now(UTC), tries=tries, error=error,
    )  # fmt: skip


def _fault(error: Exception) -> str:
    """Return what went wrong without the address, which may hold a secret."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"answered {error.response.status_code}"
    return type(error).__name__


async def _send(address: str, alert: Alert) -> None:
    if address.startswith(("http://", "https://")):
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            response = await client.post(
                address, content=wire.encode(alert), headers={"Content-Type": "application/json"}
            )
            response.raise_for_status()
        return
    try:
        import apprise
    except ImportError as error:
        raise MissingExtraError("delivery to this channel", "channels") from error
    if not await apprise.Apprise([address]).async_notify(title=alert.title, body=_body(alert)):
        raise OSError("apprise could not deliver")


def _body(alert: Alert) -> str:
    return "\n".join(part for part in (alert.fact, alert.url, f"subscription: {alert.subscription}") if part)
