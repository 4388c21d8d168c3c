"""Which story's way a message, a log line or a dead letter belongs to: a W3C trace context.

Everything that one story leads to carries one trace id, made from the story's id: never random, so that what
comes twice is the same twice, and what lost its header finds its trace again. A span is one piece of work.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from stories.model import Alert, Cluster, Document, PactChange, Story

HEADER = "traceparent"
SAMPLED = "01"

_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")


class Trace(NamedTuple):
    """`id` (32 hex digits) names the story's whole way, `span` (16) the work that sent this."""

    id: str
    span: str
    flags: str = SAMPLED

    def __str__(self) -> str:
        """Return it as the header has it."""
        return f"00-{self.id}-{self.span}-{self.flags}"

    def after(self, work: str) -> "Trace":
        """Return what `work`, done for this, sends on: the same trace, a span of its own."""
        return self._replace(span=_digest(f"{self.span}\x1f{work}", 8))


def started(document: Document, key: str = "") -> Trace:
    """Return the trace that begins with `document`: that of the story it tells of, else one of its own.

    Two fetches of one story are two spans of its trace.
    """
    name = story_of(document) or str(getattr(document, "id", "")) or key
    return named(name, document.fetched.isoformat() if isinstance(document, Story) else "")


def named(name: str, moment: str = "") -> Trace:
    """Return the trace that belongs to `name`, with the span of what happened to it at `moment`."""
    return Trace(_digest(name, 16), _digest(f"{name}\x1f{moment}", 8))


def story_of(document: Document) -> str:
    """Return the id of the story that `document` is or tells of, "" where it tells of none."""
    match document:
        case Story():
            return document.id
        case Alert():
            return document.receipt.stories[0] if document.receipt.stories else ""
        case PactChange():
            return document.evidence.story if document.evidence else ""
        case Cluster():
            return document.stories[0].id if document.stories else ""
    return ""


def parse(header: str) -> Trace | None:
    """Return the trace in a traceparent header, None where it holds none."""
    found = _FORM.fullmatch(header)
    return Trace(*found.groups()) if found else None


def found(headers: Iterable[tuple[str, bytes]] | None) -> Trace | None:
    """Return the trace in the headers of a message, None where they hold none."""
    for name, value in headers or ():
        if name == HEADER and (trace := parse((value or b"").decode("latin-1"))):
            return trace
    return None


def headers(traceparent: str) -> list[tuple[str, bytes]]:
    """Return the headers of a message that belongs to `traceparent`; none where that is empty."""
    return [(HEADER, traceparent.encode())] if traceparent else []


def _digest(text: str, size: int) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=size, person=b"pactwatch").hexdigest()
