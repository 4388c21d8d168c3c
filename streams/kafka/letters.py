"""Dead letters of messages: what came in, from where, and why it could not be processed."""

import hashlib
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from stories import topics
from stories.errors import PermanentError
from stories.model import DeadLetter
from streams.operator import Event


class Message(Protocol):
    """What is needed of a message, whichever client fetched it. `timestamp` is in ms since 1970."""

    @property
    def offset(self) -> int: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def timestamp(self) -> int: ...


def text(key: bytes | None) -> str:
    """Return a message's key as text, whatever its bytes are."""
    return (key or b"").decode("utf-8", "replace")


def reason_of(step: str, error: Exception) -> str:
    """Return why `step` gave up; a fault of ours is named with its line."""
    if isinstance(error, PermanentError):
        return f"{step}: {error}"
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{step}: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


def dead_letter(topic: str, partition: int, message: Message, reason: str) -> Event:
    """Return the event that sets `message` aside: the same message and reason give the same id."""
    payload = message.value or b""
    place = f"{topic}:{partition}:{message.offset}:{reason}"
    letter = DeadLetter(
        id=hashlib.blake2b(payload + place.encode("utf-8", "replace"), digest_size=12).hexdigest(),
        reason=reason,
        topic=topic,
        partition=partition,
        offset=message.offset,
        key=text(message.key),
        payload=payload,
        when=datetime.fromtimestamp(max(message.timestamp, 0) / 1000, UTC),
    )
    return Event(topics.DEAD_LETTERS.name, letter.key or letter.id, letter)
