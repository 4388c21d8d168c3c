"""What the fuzzers start from: small inputs of each kind, ours; the configuration that ships; real ones where they are."""

import gzip
import os
import zlib
from importlib.resources import files
from pathlib import Path

from stories import model, topics, wire
from tests.fakes_http import rss
from tests.fuzz.targets import FETCHED, STORY_AT_HAND

DATA = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = 20  # of each kind
SMALL_BYTES = 20_000
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
            return [FEED, ATOM, JSON_FEED, *_real("feeds")]
        case "article":
            return [PAGE, *_real("pages")]
        case "document":
            known = wire.encode(STORY_AT_HAND)
            letter = wire.encode(
                model.DeadLetter(id="a", reason="r", topic="stories", payload=b"x", when=FETCHED)
            )
            return [bytes([number]) + known for number in range(len(topics.ALL))] + [bytes([11]) + letter]
        case "query":
            return [text.encode() for text in QUERIES]
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
    found = sorted(
        path for path in (DATA / folder).rglob("*") if path.is_file() and path.stat().st_size <= SMALL_BYTES
    )
    return [path.read_bytes() for path in found[:REAL]]
