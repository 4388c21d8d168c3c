"""A document that comes again is read only where it changed: entries that stood in it before are known."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from producers import changes
from producers.changes import Changes
from producers.feeds import ParsedFeed, parse
from producers.fetch import Fetched
from producers.identity import digest_bytes, is_utf8
from producers.source import FeedSource
from stories.model import FeedState

WHOLE_EVERY = timedelta(days=1)
_NAMES = (b"item", b"entry")
_OPENS = {name: re.compile(rb"<%b[\s>]" % name) for name in _NAMES}
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>][^>]*>?", re.IGNORECASE)
_DIGEST_BYTES, _ID_BYTES = 12, 12
_NO_STORY = bytes(_ID_BYTES)


class Reading(NamedTuple):
    """What a document brought: `parsed.stories` are those of its unknown entries, all at the first time."""

    parsed: ParsedFeed
    changes: Changes


class Known(NamedTuple):
    """The entries of a document that was read; true while the state of its feed has this `entries_hash`."""

    entries_hash: str
    read_whole: datetime
    warning: str
    packed: bytes  # of each entry the digest of its bytes and the id of its story

    def ids(self) -> dict[bytes, str]:
        """Return the story id of each entry by the digest of its bytes, "" where it is none."""
        size = _DIGEST_BYTES + _ID_BYTES
        pieces = (self.packed[at : at + size] for at in range(0, len(self.packed), size))
        return {piece[:_DIGEST_BYTES]: _id(piece[_DIGEST_BYTES:]) for piece in pieces}


class Rereader:
    """Reads the documents of feeds and remembers of each feed's last one, some 24 bytes an entry."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def read(self, source: FeedSource, before: FeedState, answer: Fetched, now: datetime) -> Reading | None:
        """Return what is new in `answer`, None where every entry of it is known. Raises FeedError."""
        document = Document.split(answer)
        known = self._known.get(source.url)
        if document and known and _holds(known, before, now):
            ids = known.ids()
            if document.digests and ids.keys() >= set(document.digests):
                return None
            if reading := self._reread(source, before, answer, now, document, known, ids):
                return reading
        parsed = parse(answer.body, source, now, url=answer.url, content_type=answer.content_type)
        new = changes.since(before, parsed.stories, now)
        self._known.pop(source.url, None)
        if document and len(parsed.ids) == len(document.digests):
            self._remember(source, Known(new.entries_hash, now, parsed.warning, b""), document, parsed.ids)
        return Reading(parsed, new)

    def _reread(
        self,
        source: FeedSource,
        before: FeedState,
        answer: Fetched,
        now: datetime,
        document: "Document",
        known: Known,
        ids: Mapping[bytes, str],
    ) -> Reading | None:
        """Parse only the unknown entries; None where they can't be told apart from the known ones."""
        rest = document.without(ids)
        parsed = parse(rest, source, now, url=answer.url, content_type=answer.content_type)
        unknown = [digest for digest in document.digests if digest not in ids]
        still = {ids[digest] for digest in document.digests if ids.get(digest)}
        if (
            len(parsed.ids) != len(unknown)
            or not still.isdisjoint(parsed.ids)
            or not still <= before.seen.keys()
        ):
            return None
        of_all = dict(ids) | dict(zip(unknown, parsed.ids, strict=True))
        new = changes.since(before, parsed.stories, now, still)
        known = known._replace(entries_hash=new.entries_hash)
        self._remember(source, known, document, [of_all[digest] for digest in document.digests])
        return Reading(parsed._replace(entries=len(document.digests), warning=known.warning), new)

    def _remember(self, source: FeedSource, known: Known, document: "Document", ids: Sequence[str]) -> None:
        packed = b"".join(
            digest + (bytes.fromhex(story) or _NO_STORY)
            for digest, story in zip(document.digests, ids, strict=True)
        )
        self._known[source.url] = known._replace(packed=packed)


class Document(NamedTuple):
    """A document cut at its entries: `around[n]` stands before entry n, the last one behind them all."""

    around: Sequence[bytes]
    entries: Sequence[bytes]
    digests: Sequence[bytes]

    @classmethod
    def split(cls, answer: Fetched) -> "Document | None":
        """Return the document in `answer` cut at its entries, None where that is no matter of bytes alone.

        Its root and encoding go into the digests, as they say what the bytes of an entry mean.
        """
        root = _ROOT.search(answer.body)
        if root is None or not is_utf8(answer.body):
            return None
        pieces = list(_pieces(answer.body))
        if len(pieces) < 2:
            return None
        meaning = answer.content_type.encode() + answer.body[: root.end()]
        entries = [entry for _, entry in pieces[:-1]]
        digests = [bytes.fromhex(digest_bytes(meaning + entry)) for entry in entries]
        return cls([before for before, _ in pieces], entries, digests)

    def without(self, known: Mapping[bytes, str]) -> bytes:
        """Return the document without the entries that are `known`."""
        kept = (
            before + (b"" if digest in known else entry)
            for before, entry, digest in zip(self.around, self.entries, self.digests, strict=False)
        )
        return b"".join((*kept, self.around[-1]))


def _pieces(payload: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands before an entry and the entry, at last what stands behind all; else nothing."""
    name = next((name for name in _NAMES if b"</%b>" % name in payload), b"")
    if not name:
        return
    end = b"</%b>" % name
    *parts, rest = payload.split(end)
    starts = [[found.start() for found in _OPENS[name].finditer(part)] for part in parts]
    if _OPENS[name].search(rest) or any(len(found) != 1 for found in starts):
        return
    for part, [start] in zip(parts, starts, strict=True):
        yield part[:start], part[start:] + end
    yield rest, b""


def _holds(known: Known, before: FeedState, now: datetime) -> bool:
    """Tell whether the state is the one that the last document led to, and not one of another poller."""
    return known.entries_hash == before.entries_hash and now - known.read_whole < WHOLE_EVERY


def _id(packed: bytes) -> str:
    return "" if packed == _NO_STORY else packed.hex()
