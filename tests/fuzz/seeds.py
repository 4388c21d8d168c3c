"""What the fuzzers start from: small inputs of each kind, ours; the configuration that ships; real ones where they are."""

import gzip
import os
import re
import zlib
from importlib.resources import files
from pathlib import Path

from stories import model, topics, wire
from tests.fakes_http import rss
from tests.fuzz.targets import FETCHED, STORY_AT_HAND
from tests.hostile import cases, made

DATA = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = 20  # of each kind
SMALL_BYTES = 20_000
DOCUMENTS = (".html", ".xml", ".json")
LONGEST_HOSTILE_BYTES, PIECE_BYTES = 2_000, 3_000
KEPT_ENTRIES = 2  # of a real feed: a fuzzer is worth its runs, and a long feed is a slow one
_ENTRY_ENDS = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"
FEED = rss(("a", "Parliament ratifies a treaty", DATE), ("b", "Talks &amp; more", ""))
ATOM = (
    b"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>tag:a</id><title type='html'>&lt;b&gt;x</title>"
    b"<link href='/a'/><updated>2026-03-01T10:00:00Z</updated><content type='xhtml'><div>y</div></content></entry></feed>"
)
JSON_FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "url": "https://a.test/1", '
    b'"title": "x", "content_html": "<p>y</p>", "date_published": "2026-03-01T10:00:00Z", "authors": [{"name": "N"}]}]}'
)
RDF = (
    b"<?xml version='1.0' encoding='iso-8859-1'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    b"xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='/'><title>T</title>"
    b"</channel><item rdf:about='/a'><title>caf\xe9</title><link>/a</link><dc:date>2026-03-01</dc:date></item></rdf:RDF>"
)
MEDIA = (
    b"<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>]><rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><ttl>5</ttl>"
    b"<skipHours><hour>3</hour></skipHours><item><guid isPermaLink='false'>7</guid><title><![CDATA[<b>R&D</b>]]></title>"
    b"<pubDate>4 f\xc3\xa9vrier 2026 10:00</pubDate><media:title>x</media:title><enclosure url='/a'/></item></channel></rss>"
)
PAGE = (
    b"<!doctype html><html lang=en><head><title>A treaty</title><meta property='article:published_time' content='2026-03-01'>"
    b'<script type=\'application/ld+json\'>{"@type": "NewsArticle", "datePublished": "2026-03-01"}</script></head>'
    b"<body><article><h1>A treaty</h1><p>The parliament ratified it on Sunday, after long talks.</p></article>"
    b"<ul class=related><li><a href='/b'>Earlier news of the talks</a> <time datetime=2026-02-01>1 Feb</time></ul></body></html>"
)
QUERIES = (
    "*:*", "topics:ratification AND actors:(RUS OR IRN) AND NOT negated:ratification", '"signed a treaty"', "title:treat*",
    "published:[2026-01-01 TO now-1d/d]", "NOT (a OR b)", "_exists_:body", "revision:>1", "size:{1 TO 5]", "+a -b", "a\\:b",
    "条約 AND Iran's", "title:/x/", "a~2", "a^2", "((((a))))",
)  # fmt: skip
OPML = b"<opml version='2.0'><body><outline text='x'><outline type='rss' xmlUrl='https://a.test/f' text='A'/></outline></body></opml>"


def seeds(target: str) -> list[bytes]:
    """Return what to start `target` from."""
    match target:
        case "feed":
            return [FEED, ATOM, JSON_FEED, RDF, MEDIA, *_hostile("feeds"), *map(_shortened, _real("feeds"))]
        case "article":
            return [PAGE, *_hostile("pages"), *map(_piece, _real("pages"))]
        case "document":
            known = wire.encode(STORY_AT_HAND)
            letter = wire.encode(
                model.DeadLetter(id="a", reason="r", topic="stories", payload=b"x", when=FETCHED)
            )
            return [bytes([number]) + known for number in range(len(topics.ALL))] + [bytes([11]) + letter]
        case "query":
            return [text.encode() for text in QUERIES] + _hostile("queries")
        case "configuration":
            names = ("feeds", "alerts", "actors", "topics", "pactwatch")
            texts = ((files("pactwatch.defaults") / f"{name}.yaml").read_bytes() for name in names)
            return [bytes([number]) + text[:SMALL_BYTES] for number, text in enumerate(texts)]
        case "feed_list":
            return [OPML]
        case "body":
            return [b"\0" + gzip.compress(FEED), b"\1" + zlib.compress(FEED), b"\2" + FEED]
    raise KeyError(target)


def _real(folder: str) -> list[bytes]:
    """Return the smallest real documents there are: what is read quickly is read often."""
    found = sorted(
        (path.stat().st_size, path) for path in (DATA / folder).rglob("*") if path.suffix in DOCUMENTS
    )
    return [path.read_bytes() for _, path in found[:REAL]]


def _hostile(door: str) -> list[bytes]:
    """Return what the hostile corpus has for a door, but for what is hostile by its size."""
    return [found for case in cases(door).values() if len(found := made(case)) <= LONGEST_HOSTILE_BYTES]


def _piece(page: bytes) -> bytes:
    """Return the beginning of a page, and a piece from where its text begins."""
    at = page.find(b"<p")
    return page[:500] + page[at : at + PIECE_BYTES]


def _shortened(feed: bytes) -> bytes:
    """Return a feed without what lies between its first entries and its end."""
    ends = [found.end() for found in _ENTRY_ENDS.finditer(feed)]
    return feed[: ends[KEPT_ENTRIES - 1]] + feed[ends[-1] :] if len(ends) > KEPT_ENTRIES else feed
