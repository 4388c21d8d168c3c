"""From what a step emits to what is put on topics."""

from collections.abc import Iterable, Iterator

from stories import wire
from stories.trace import Trace, started
from stories.wire import Sending
from streams.operator import Event


def sendings(events: Iterable[Event], trace: Trace | None = None) -> Iterator[Sending]:
    """Yield `events` as bytes that belong to `trace`; where there is none, each to the one it starts.

    What a tick lets go has none: it finds the trace of its story again.
    """
    for topic, key, document in events:
        yield Sending(topic, key, wire.encode(document), str(trace or started(document, key)))
