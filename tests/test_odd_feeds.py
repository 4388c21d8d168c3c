"""Feeds as the world writes them: old formats, wrong encodings, stray signs, links and dates of every kind."""

from datetime import UTC, datetime

import dateparser
import pytest

from producers import dates
from producers.feeds import parse
from producers.parsed import FeedError
from producers.source import FeedSource
from stories.model import Story

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = FeedSource(url="https://news.test/feeds/world.xml")
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def only(payload: bytes) -> Story:
    [story] = parse(payload, SOURCE, NOW).stories
    return story


def rss(item: str, declaration: str = "") -> str:
    return f'{declaration}<rss version="2.0" {MEDIA}><channel><title>C</title><item>{item}</item></channel></rss>'


def atom(entry: str, base: str = "") -> bytes:
    inner = 'xml:base="y/"' if base else ""
    return f"<feed {ATOM} {base}><title>C</title><entry {inner}>{entry}</entry></feed>".encode()


def declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>'


@pytest.mark.parametrize(
    ("title", "declaration", "encoding"),
    [
        ("The pact\u2019s end \u2013 now", declared("iso-8859-1"), "cp1252"),
        ("条约签署", declared("gb2312"), "gb18030"),
        ("条約に署名", declared("Shift_JIS"), "shift_jis"),
        ("Accord signé", declared("utf-16"), "utf-16"),
        ("Accord signé", "", "utf-16"),
        ("Accord signé", declared("utf-8"), "utf-8-sig"),
        ("Договор", declared("windows-1251"), "cp1251"),
        ("Договор", declared("us-ascii"), "utf-8"),
    ],
)
def test_encodings_as_they_are_whatever_is_declared(title: str, declaration: str, encoding: str) -> None:
    payload = rss(f"<title>{title}</title><link>https://news.test/a</link>", declaration).encode(encoding)

    assert only(payload).title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("R&D pact & more", "R&D pact & more"),
        ("AT&T &amp; others", "AT&T & others"),
        ("<![CDATA[R&D <i>pact</i> &amp; talks]]>", "R&D pact & talks"),
        ("Caf&eacute; &#8212; &#x2014;", "Café — —"),
        ("A\x0bB pact\x00", "AB pact"),
    ],
)
def test_stray_signs_in_titles(written: str, title: str) -> None:
    story = only(rss(f"<title>{written}</title><link>https://news.test/a?x=1&y=2</link>").encode())

    assert (story.title, story.url) == (title, "https://news.test/a?x=1&y=2")


@pytest.mark.parametrize(
    "junk",
    ["\n\n  ", "<br />\n<b>Warning</b>: on line <b>3</b><br />\n", "\n\ufeff", "<!-- made by hand -->\n"],
)
def test_junk_before_the_declaration(junk: str) -> None:
    item = "<title>A pact</title><link>https://news.test/a</link>"
    story = only((junk + rss(item, declared("utf-8"))).encode())

    assert (story.title, story.url) == ("A pact", "https://news.test/a")


@pytest.mark.parametrize(
    ("payload", "url"),
    [
        (atom('<link href="a.html"/><id>urn:1</id>', 'xml:base="https://other.test/x/"'), "https://other.test/x/y/a.html"),
        (atom('<link rel="self" href="/s"/><link rel="alternate" href="/alt"/><id>urn:2</id>'), "https://news.test/alt"),
        (rss("<title>T</title><link>/rel</link><guid>12</guid>").encode(), "https://news.test/rel"),
        (rss("<title>T</title><guid>https://news.test/p</guid>").encode(), "https://news.test/p"),
        (rss('<title>T</title><guid isPermaLink="false">abc-9</guid>').encode(), ""),
        (rss("<title>T</title><link><![CDATA[ https://news.test/c ]]></link>").encode(), "https://news.test/c"),
    ],
)  # fmt: skip
def test_links_relative_to_what_they_are_relative_to(payload: bytes, url: str) -> None:
    assert only(payload).url == url


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 01 May 2024 04:00:00 EDT", "Wed, 01 May 2024 10:00:00 CEST", "Wed, 01 May 2024 08:00 GMT",
        "2024-05-01 08:00:00", "Mi, 01 Mai 2024 10:00:00 +0200", "mer., 01 mai 2024 10:00:00 +0200",
        "Ср, 01 Май 2024 11:00:00 +0300", "Qua, 01 Mai 2024 05:00:00 -0300", "01 May 24 08:00:00 GMT",
        "mié, 01 may 2024 10:00:00 +0200", "Wed, 01 May 2024 10:00:00 +02:00",
    ],
)  # fmt: skip
def test_one_moment_in_many_spellings(date: str) -> None:
    story = only(rss(f"<title>T</title><link>https://news.test/a</link><pubDate>{date}</pubDate>").encode())

    assert story.published == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_the_language_of_a_documents_dates_is_looked_for_once_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    class Noting(dateparser.DateDataParser):
        def get_date_data(self, *arguments: object, **more: object) -> object:
            asked.append(self.locales)
            return super().get_date_data(*arguments, **more)

    monkeypatch.setattr(dates.dateparser, "DateDataParser", Noting)
    monkeypatch.setattr(dates, "MAX_FOREIGN", 3)
    reader = dates.DateReader()
    read = [reader.read(f"Seg, {day:02} Fev 2024 10:00:00 -0300") for day in (5, 12, 19, 26)]

    assert read == [*(datetime(2024, 2, day, 13, tzinfo=UTC) for day in (5, 12, 19)), None]
    assert asked == [None, ["pt"], ["pt"]]


def test_media_rss_fills_what_plain_fields_lack() -> None:
    media = (
        '<link>https://news.test/v</link><media:content url="https://cdn.test/v.mp4"><media:title>Leaders sign'
        '</media:title><media:description type="html">They met &lt;b&gt;today&lt;/b&gt;.</media:description>'
        "</media:content>"
    )
    story = only(rss(media).encode())

    assert (story.title, story.summary) == ("Leaders sign", "They met today.")


def test_media_rss_credits_writers_and_photographers_apart() -> None:
    credited = (
        '<media:credit role="photographer" scheme="urn:ebu">Ada Light</media:credit>'
        '<media:credit role="author">Grace Word</media:credit><media:credit>Agency</media:credit>'
        '<media:thumbnail url="https://cdn.test/a.jpg" width="80"/>'
    )

    assert only(rss(f"<title>T</title><link>/a</link>{credited}").encode()).authors == ["Grace Word"]
    assert only(rss(f"<title>T</title><link>/a</link><author>Jo</author>{credited}").encode()).authors == [
        "Jo"
    ]


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "parse"),
        (b"error code: 1020", "parse"),
        (b'{"error": "rate limited"}', "parse"),
        (b"<!DOCTYPE html><html><head><title>503</title></head><body>Guru</body></html>", "html"),
        (declared("UTF-8").encode() + b'<!DOCTYPE html PUBLIC "x" "y"><html><body>x</body></html>', "html"),
    ],
)
def test_an_error_page_of_a_cdn_is_an_error_and_no_empty_feed(payload: bytes, kind: str) -> None:
    with pytest.raises(FeedError) as caught:
        parse(payload, SOURCE, NOW)

    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "payload",
    [
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/'
        b'0.9/"><channel><title>C</title></channel><item><title>A pact</title><link>https://news.test/a</link></item>'
        b"</rdf:RDF>",
        b'<rss version="0.91"><channel><title>C</title><item><title>A pact</title><link>/a</link></item></channel></rss>',
        b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>C</title><entry><title>A pact</title>'
        b'<link rel="alternate" href="https://news.test/a"/><id>tag:news.test,2004:1</id></entry></feed>',
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A pact</a:title>'
        b'<a:link href="https://news.test/a"/><a:id>urn:3</a:id></a:entry></a:feed>',
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "url": "/a", "title": "A pact"}]}',
        b'<rss version="2.0"><channel><title>C</title><item><title>A pact</title><link>/a</link></item><item><tit',
    ],
    ids=["rss 0.90", "rss 0.91", "atom 0.3", "a prefix of its own", "json feed 1.0", "cut short"],
)
def test_old_and_odd_formats(payload: bytes) -> None:
    story = only(payload)

    assert (story.title, story.url) == ("A pact", "https://news.test/a")
