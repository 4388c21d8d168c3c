"""Where alerts are delivered beyond the page: a log line, a webhook, and through apprise all it knows."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

import httpx

from stories import wire
from stories.errors import MissingExtraError
from stories.model import Alert

log = logging.getLogger(__name__)

TRIES = 4
FIRST_PAUSE_S = 1.0
TIMEOUT_S = 10.0


class Channels:
    """Delivers each alert to the channels of its subscription; one that fails is logged by name only.

    `addresses` holds, by subscription, what a person configured: an http(s) address is a webhook that gets
    the alert as JSON, `$NAME` is looked up in `secrets`, anything else is an apprise address.
    """

    def __init__(self, addresses: Mapping[str, Sequence[str]], secrets: Mapping[str, str]) -> None:
        self.addresses, self.secrets = addresses, secrets

    async def deliver(self, alert: Alert) -> int:
        """Return to how many channels `alert` went; the log always gets its line."""
        log.info("alert %s: %s (%s)", alert.subscription, alert.title, alert.fact or alert.subject.kind)
        delivered = 0
        for number, written in enumerate(self.addresses.get(alert.subscription, ()), start=1):
            name = written if written.startswith("$") else f"channel {number} of {alert.subscription}"
            address = self.secrets.get(written[1:], "") if written.startswith("$") else written
            if not address:
                log.error("%s is not set in the environment: nothing was sent", name)
            elif await self._try(address, name, alert):
                delivered += 1
        return delivered

    async def _try(self, address: str, name: str, alert: Alert) -> bool:
        for attempt in range(TRIES):
            try:
                await _send(address, alert)
            except (httpx.HTTPError, OSError) as error:
                log.warning("%s failed (%s), try %d of %d", name, type(error).__name__, attempt + 1, TRIES)
                if attempt + 1 < TRIES:
                    await asyncio.sleep(FIRST_PAUSE_S * 2**attempt)
            except MissingExtraError as error:
                log.error("%s: %s", name, error)  # noqa: TRY400  (the cure is in the message)
                return False
            else:
                return True
        log.error("%s did not take alert %s: it stands on the page", name, alert.id)
        return False


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
