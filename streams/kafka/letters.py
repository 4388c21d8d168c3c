"""Dead letters of messages: what came in, from where, and why it could not be processed."""

import hashlib
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from stories import topics
from stories.errors import PermanentError
from stories.model import DeadLetter, Document
from stories.trace import Trace, found, named, started
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

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


def trace_of(message: Message, topic: str, partition: int, document: Document | None = None) -> Trace:
    """Return the trace in the message's header, else that of the `document` in it, else one of its place."""
    if (trace := found(message.headers)) is not None:
        return trace
    place = f"{topic}:{partition}:{message.offset}"
    return started(document, place) if document is not None else named(place)


def text(key: bytes | None) -> str:
    """Return a message's key as text, whatever its bytes are."""
    return (key or b"").decode("utf-8", "replace")


def reason_of(step: str, error: Exception) -> str:
    """Return why `step` gave up; a fault of ours is named with its line."""
    if isinstance(error, PermanentError):
        return f"{step}: {error}"
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{step}: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


def dead_letter(
    topic: str, partition: int, message: Message, reason: str, trace: Trace | None = None
) -> Event:
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
        trace=trace.id if trace else "",
        when=datetime.fromtimestamp(max(message.timestamp, 0) / 1000, UTC),
    )
    return Event(topics.DEAD_LETTERS.name, letter.key or letter.id, letter)
