"""Feeds put together from what their makers do: each is read as it was meant, and as feedparser reads it.

Spellings that feedparser gets wrong stand in the other tests of feeds; of these here, both must give the same
title, link and date.
"""

import html
import warnings
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.feeds import parse
from producers.plaintext import strip
from producers.source import FeedSource
from producers.urls import canonical
from stories.model import Story

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = "https://news.test/feeds/world.xml"
PAGE = "https://news.test/2024/05/pact"
WHEN = datetime(2024, 5, 1, 8, tzinfo=UTC)
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
}

Spelling = Callable[[str], str]


def escaped(text: str) -> str:
    return html.escape(text, quote=False)


def numeric(text: str) -> str:
    return "".join(f"&#{ord(letter)};" if letter in "&<>" or ord(letter) > 127 else letter for letter in text)


TITLES: dict[str, Spelling] = {
    "escaped": escaped,
    "in CDATA": lambda text: f"<![CDATA[{text}]]>",
    "markup in CDATA": lambda text: f"<![CDATA[<b>{escaped(text)}</b>]]>",
    "escaped twice": lambda text: escaped(escaped(text)),
    "numbers": numeric,
    "on lines of its own": lambda text: f"\n\t  {escaped(text)}\n  ",
    "a part in CDATA": lambda text: f"{escaped(text[:4])}<![CDATA[{text[4:]}]]>",
}
LINKS = {
    "absolute": f"<link>{PAGE}</link>",
    "from the root": "<link>/2024/05/pact</link>",
    "from the feed": "<link>../2024/05/pact</link>",
    "without a scheme": "<link>//news.test/2024/05/pact</link>",
    "in CDATA on lines": f"<link>\n<![CDATA[\n{PAGE}\n]]>\n</link>",
    "with a base": '<link xml:base="https://news.test/2024/">05/pact</link>',
    "the guid": f"<guid>{PAGE}</guid>",
    "the guid, said so": f'<guid isPermaLink="true">{PAGE}</guid>',
    "beside a guid": f'<guid isPermaLink="false">4711</guid><link>{PAGE}</link>',
    "beside another page's guid": f"<guid>https://cms.test/4711</guid><link>{PAGE}</link>",
    "behind Atom's self": f'<atom:link rel="self" href="https://cms.test/self"/><link>{PAGE}</link>',
    "before a file": f'<link>{PAGE}</link><enclosure url="https://cdn.test/a.mp3" type="audio/mpeg" length="1"/>',
}
DATES = {
    "RFC 822": "<pubDate>Wed, 01 May 2024 08:00:00 GMT</pubDate>",
    "no day of the week": "<pubDate>01 May 2024 08:00:00 +0000</pubDate>",
    "two digits of a year": "<pubDate>Wed, 01 May 24 10:00:00 +0200</pubDate>",
    "no seconds": "<pubDate>Wed, 1 May 2024 08:00 UT</pubDate>",
    "half an hour's zone": "<pubDate>Wed, 01 May 2024 13:30:00 +0530</pubDate>",
    "an American zone": "<pubDate>Wed, 01 May 2024 01:00:00 PDT</pubDate>",
    "a wrong weekday": "<pubDate>Sun, 01 May 2024 08:00:00 GMT</pubDate>",
    "lower case": "<pubDate>wed, 01 may 2024 08:00:00 gmt</pubDate>",
    "Dublin Core": "<dc:date>2024-05-01T10:00:00+02:00</dc:date>",
    "parts of seconds": "<dc:date>2024-05-01T08:00:00.417Z</dc:date>",
    "Dublin Core's terms": "<dcterms:issued>2024-05-01T08:00Z</dcterms:issued>",
    "Atom's": "<atom:published>2024-05-01T05:00:00-03:00</atom:published>",
    "with that of the last change": "<pubDate>Wed, 01 May 2024 08:00:00 GMT</pubDate>"
    "<atom:updated>2024-06-01T08:00:00Z</atom:updated>",
}
COMPANY = {
    "nothing": "",
    "a full text": "<content:encoded><![CDATA[<p>Delegates <a href='https://else.test/'>met</a>.</p>]]></content:encoded>",
    "media": '<media:group><media:content url="https://cdn.test/a.jpg"><media:title>A photo</media:title>'
    '<media:credit role="photographer">Jo</media:credit></media:content></media:group>'
    '<media:thumbnail url="https://cdn.test/s.jpg"/>',
    "an image": "<image><title>Logo</title><url>https://cdn.test/l.png</url><link>https://else.test/</link></image>",
    "a podcast's words": "<itunes:subtitle>Short</itunes:subtitle><itunes:image href='https://cdn.test/a.jpg'/>",
    "another's feed": '<source url="https://else.test/feed">Another outlet</source>',
    "comments": "<comments>https://news.test/2024/05/pact#comments</comments><slash:comments>3</slash:comments>",
    "an address before forwarding": f"<feedburner:origLink>{PAGE}</feedburner:origLink>",
}
VERSIONS = ("0.91", "0.92", "2.0", "")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252")
BEFORE = ("", "\n", " \r\n\t", "<!-- made by hand -->\n")


class Entry(NamedTuple):
    """One way to write an entry of RSS; each part by its name in the tables above."""

    title: str
    link: str
    date: str
    company: str
    reverse: bool

    def written(self, text: str) -> str:
        """Return the entry titled `text`."""
        parts = [f"<title>{TITLES[self.title](text)}</title>", LINKS[self.link], DATES[self.date]]
        parts.append(COMPANY[self.company])
        return "".join(reversed(parts) if self.reverse else parts)


ENTRIES = st.builds(
    Entry,
    *(st.sampled_from(sorted(table)) for table in (TITLES, LINKS, DATES, COMPANY)),
    st.booleans(),
)
WORDS = st.lists(
    st.sampled_from(("Iran", "café", "R&D", "pact", "5 > 3", "naïve", "“peace”", "–", "AT&T", "treaty")),
    min_size=2, max_size=6,
).map(" ".join)  # fmt: skip


def declared(prefixes: dict[str, str]) -> str:
    return " ".join(f'xmlns:{prefix}="{NAMESPACES[name]}"' for name, prefix in prefixes.items())


def renamed(markup: str, prefixes: dict[str, str]) -> str:
    for name, prefix in prefixes.items():
        markup = markup.replace(f"<{name}:", f"<{prefix}:").replace(f"</{name}:", f"</{prefix}:")
    return markup


def ours(payload: bytes, content_type: str = "") -> list[Story]:
    return parse(payload, FeedSource(url=FEED), NOW, url=FEED, content_type=content_type).stories


def told(story: Story) -> tuple[str, str, datetime | None]:
    return story.title, story.url, story.published


def as_feedparser_reads(payload: bytes, content_type: str = "") -> list[tuple[str, str, datetime | None]]:
    headers = {"content-location": FEED} | ({"content-type": content_type} if content_type else {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entries = feedparser.parse(payload, response_headers=headers).entries
        days = [entry.get("published_parsed") or entry.get("updated_parsed") for entry in entries]
    return [
        (
            strip(entry.get("title", ""), one_line=True),
            canonical(entry.get("link", ""), FEED),
            datetime.fromtimestamp(timegm(day), UTC) if day else None,
        )
        for entry, day in zip(entries, days, strict=True)
    ]


@settings(max_examples=300, deadline=None)
@given(
    entry=ENTRIES,
    title=WORDS,
    version=st.sampled_from(VERSIONS),
    channel=st.booleans(),
    odd_prefixes=st.booleans(),
    encoding=st.sampled_from(ENCODINGS),
    declares=st.booleans(),
    before=st.sampled_from(BEFORE),
)
def test_rss_in_every_spelling(
    entry: Entry, title: str, version: str, channel: bool, odd_prefixes: bool, encoding: str,
    declares: bool, before: str,
) -> None:  # fmt: skip
    prefixes = {name: f"x{number}" if odd_prefixes else name for number, name in enumerate(NAMESPACES)}
    item = renamed(f"<item>{entry.written(title)}</item>", prefixes)
    inner = (
        f"<channel><title>World</title><link>https://news.test/</link>{item}</channel>" if channel else item
    )
    label = encoding.removesuffix("-sig")
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if declares else '<?xml version="1.0"?>'
    text = f'{declaration}{before}<rss version="{version}" {declared(prefixes)}>{inner}</rss>'
    payload = text.encode(encoding, "xmlcharrefreplace")
    content_type = "" if declares else f"application/rss+xml; charset={label}"

    found = [told(story) for story in ours(payload, content_type)]

    assert found == [(title, PAGE, WHEN)]
    if encoding != "utf-16" or declares:  # feedparser reads no UTF-16 by its mark alone
        assert found == as_feedparser_reads(payload, content_type)


ATOM_TITLES: dict[str, Spelling] = {
    "text": lambda text: f'<title type="text">{escaped(text)}</title>',
    "html": lambda text: f'<title type="html">{escaped(escaped(text))}</title>',
    "html in CDATA": lambda text: f'<title type="html"><![CDATA[<i>{escaped(text)}</i>]]></title>',
    "xhtml": lambda text: (
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"<em>{escaped(text)}</em></div></title>"
    ),
    "no type": lambda text: f"<title>{escaped(text)}</title>",
}
ATOM_LINKS = {
    "plain": f'<link href="{PAGE}"/>',
    "among others": f'<link rel="self" href="https://cms.test/1"/><link rel="enclosure" href="https://cdn.test/a.mp3"/>'
    f'<link rel="alternate" type="text/html" href="{PAGE}"/><link rel="replies" href="https://cms.test/r"/>',
    "relative to the feed": '<link href="../2024/05/pact"/>',
    "relative to a base": '<link xml:base="/2024/" href="05/pact"/>',
}
ATOM_DATES = {
    "published": "<published>2024-05-01T08:00:00Z</published><updated>2024-06-01T08:00:00Z</updated>",
    "updated alone": "<updated>2024-05-01T10:00:00+02:00</updated>",
    "0.3": "<issued>2024-05-01T08:00:00Z</issued><modified>2024-06-01T08:00:00Z</modified>",
}


@settings(max_examples=150, deadline=None)
@given(
    title=WORDS,
    spelling=st.sampled_from(sorted(ATOM_TITLES)),
    link=st.sampled_from(sorted(ATOM_LINKS)),
    date=st.sampled_from(sorted(ATOM_DATES)),
    base=st.sampled_from(("", 'xml:base="https://news.test/feeds/"')),
    prefixed=st.booleans(),
)
def test_atom_in_every_spelling(
    title: str, spelling: str, link: str, date: str, base: str, prefixed: bool
) -> None:
    namespace = "http://purl.org/atom/ns#" if date == "0.3" else NAMESPACES["atom"]
    parts = [ATOM_TITLES[spelling](title), ATOM_LINKS[link], "<id>urn:uuid:1</id>", ATOM_DATES[date]]
    text = f"<feed><title>World</title><id>urn:uuid:0</id><entry>{''.join(parts)}</entry></feed>"
    if prefixed:
        for tag in ("feed", "title", "id", "entry", "link", "published", "updated", "issued", "modified"):
            text = text.replace(f"<{tag}", f"<a:{tag}").replace(f"</{tag}", f"</a:{tag}")
    root, prefix = ("<a:feed", ":a") if prefixed else ("<feed", "")
    payload = text.replace(root, f'{root} xmlns{prefix}="{namespace}" {base}', 1).encode()

    found = [told(story) for story in ours(payload)]

    assert found == [(title, PAGE, WHEN)]
    assert found == as_feedparser_reads(payload)


@pytest.mark.parametrize("namespace", ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"])
@pytest.mark.parametrize("spelling", sorted(TITLES))
def test_rdf_in_every_spelling(namespace: str, spelling: str) -> None:
    title = "R&D “pact” – naïve"
    payload = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="{namespace}" {declared({"dc": "d"})}><channel rdf:about="{FEED}"><title>World</title></channel>'
        f'<item rdf:about="{PAGE}"><title>{TITLES[spelling](title)}</title><link>{PAGE}</link>'
        "<d:date>2024-05-01T10:00:00+02:00</d:date></item></rdf:RDF>"
    ).encode()

    found = [told(story) for story in ours(payload)]

    assert found == [(title, PAGE, WHEN)] == as_feedparser_reads(payload)


def test_identities_are_those_of_the_guids() -> None:
    """Feedparser's id is the guid, or what stands for it: entries are one story where these are one."""
    guids = [
        '<guid isPermaLink="false">4711</guid>', "<guid>4711</guid>", "<guid> 4711\n</guid>", "<guid>4712</guid>",
        "<guid>urn:uuid:1</guid>", f"<guid>{PAGE}</guid>", f"<guid isPermaLink='false'>{PAGE}</guid>", "",
    ]  # fmt: skip
    payloads = [
        f"<rss><channel><item><title>A pact</title>{guid}<link>{PAGE}</link></item></channel></rss>".encode()
        for guid in guids
    ]
    ids = [ours(payload)[0].id for payload in payloads]
    theirs = [feedparser.parse(payload).entries[0].get("id", PAGE) for payload in payloads]

    same = [[one == other for other in ids] for one in ids]

    assert same == [[one == other for other in theirs] for one in theirs]
