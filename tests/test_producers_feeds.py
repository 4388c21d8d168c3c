"""Documents to stories: formats, identity, dates, text, and everything a document can be broken by."""

import csv
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.feeds import ParsedFeed, parse
from producers.parsed import FeedError
from producers.plaintext import strip
from producers.source import FeedSource
from producers.urls import canonical
from tests.fakes_http import rss

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = FeedSource(url="https://news.example/feed.xml", name="Example", country="GBR", tags=["world"])
DATE = "Sun, 01 Mar 2026 10:00:00 +0100"


def read(payload: bytes, source: FeedSource = SOURCE, **known: str) -> ParsedFeed:
    return parse(payload, source, NOW, **known)


def item(inner: str) -> bytes:
    return f"<rss version='2.0'><channel><title>T</title><item>{inner}</item></channel></rss>".encode()


def test_an_entry_becomes_a_story() -> None:
    story = read(rss(("a1", "Two states sign a pact", DATE))).stories[0]

    assert story.title == "Two states sign a pact"
    assert story.summary == "About Two states sign a pact."
    assert story.url == "https://news.example/a1"
    assert story.published == story.timestamp == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert story.fetched == NOW
    assert (story.feed.url, story.feed.country, story.feed.tags) == (SOURCE.url, "GBR", ["world"])
    assert story.outlet == "Example"
    assert story.date_flag == ""


@pytest.mark.parametrize(
    ("date", "flag"),
    [
        ("", "missing"),
        ("some day soon", "unreadable"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
    ],
)
def test_a_useless_date_is_flagged_and_not_invented(date: str, flag: str) -> None:
    story = read(rss(("a1", "News", date))).stories[0]

    assert (story.published, story.date_flag) == (None, flag)
    assert story.timestamp == story.first_published == NOW


def test_a_date_some_hours_ahead_is_kept_and_the_event_time_clipped() -> None:
    story = read(rss(("a1", "News", "Sun, 01 Mar 2026 15:00:00 GMT"))).stories[0]

    assert story.published == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert story.timestamp == NOW


@pytest.mark.parametrize(
    "inner",
    [
        "<guid>tag:news.example,2026:7</guid><link>https://{}/a</link><title>A</title>",
        "<guid>https://news.example/a</guid><link>https://{}/b</link><title>A</title>",
    ],
)
def test_a_guid_that_is_a_uri_is_the_identity_whatever_the_link(inner: str) -> None:
    one, two = (read(item(inner.format(host))).stories[0] for host in ("x.example", "y.example"))

    assert one.id == two.id


def test_a_plain_guid_counts_with_the_host_of_its_link() -> None:
    def ids(host: str) -> str:
        return read(item(f"<guid>17</guid><link>https://{host}/a</link><title>A</title>")).stories[0].id

    assert ids("x.example") != ids("y.example")
    assert ids("www.x.example") == ids("x.example")


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.example/a",
        "https://www.news.example/a/",
        "https://m.news.example/a?utm_source=rss&amp;utm_medium=feed",
        "https://amp.news.example/a/amp/",
        "https://news.example/a#ref=rss",
        "https://news.example/a?at_medium=RSS&amp;fbclid=x",
    ],
)
def test_twins_of_an_address_are_one_story(twin: str) -> None:
    one = read(item("<link>https://news.example/a</link><title>A</title>")).stories[0]
    two = read(item(f"<link>{twin}</link><title>Another title</title>")).stories[0]

    assert one.id == two.id


def test_without_guid_and_link_feed_and_title_are_the_identity() -> None:
    payload = item("<title>Only a title</title>")
    other = msgspec.structs.replace(SOURCE, url="https://other.example/feed.xml")

    assert read(payload).stories[0].id != read(payload, other).stories[0].id
    assert read(payload).stories[0].id == read(item("<title>Only a  title!</title>")).stories[0].id


def test_entries_with_one_id_or_one_page_and_title_come_once() -> None:
    twice = rss(("a1", "News", DATE), ("a1", "News again", DATE), ("b2", "Else", DATE))
    twins = b"".join(
        b"<item><guid>%d</guid><link>https://news.example/p</link><title>Same</title></item>" % number
        for number in range(2)
    )

    assert [story.title for story in read(twice).stories] == ["News", "Else"]
    assert read(twice).entries == 3
    assert len(read(b"<rss version='2.0'><channel>" + twins + b"</channel></rss>").stories) == 1


def test_html_becomes_text() -> None:
    markup = "&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;Three&lt;/p&gt;"
    story = read(
        item(f"<guid>1</guid><title>A &amp;lt; B</title><description>{markup}</description>")
    ).stories[0]

    assert (story.title, story.summary) == ("A < B", "One & two\nThree")


def test_a_full_text_in_the_description_is_the_body() -> None:
    long = "First paragraph.</p><p>" + "More and more words. " * 100
    story = read(item(f"<title>A</title><description><![CDATA[<p>{long}</p>]]></description>")).stories[0]

    assert story.summary == "First paragraph."
    assert story.body.startswith("First paragraph.\nMore and more words.")


def test_atom_rdf_and_json_feed() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>A</title><entry>
        <id>urn:uuid:1</id><title type="html">Un &lt;b&gt;pacte&lt;/b&gt;</title><link href="/a"/>
        <author><name>Jo</name></author><updated>2026-03-01T10:00:00+02:00</updated></entry></feed>"""
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel><title>R</title></channel><item rdf:about="https://news.example/a">
        <title>R1</title><link>https://news.example/a</link><dc:date>2026-03-01T08:00:00Z</dc:date></item></rdf:RDF>"""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": 5, "url": "https://news.example/a", "title": "a < b", "content_html": "<p>Hello</p>",
                   "date_published": "2026-03-01T08:00:00Z", "authors": [{"name": "Jo"}]}, "junk"],
    }  # fmt: skip

    stories = [read(payload).stories[0] for payload in (atom, rdf, json.dumps(feed).encode())]

    assert [story.title for story in stories] == ["Un pacte", "R1", "a < b"]
    assert {story.published for story in stories} == {datetime(2026, 3, 1, 8, tzinfo=UTC)}
    assert {story.url for story in stories} == {"https://news.example/a"}
    assert stories[0].feed.language == "fr"
    assert stories[2].body == "Hello"
    assert stories[2].authors == stories[0].authors == ["Jo"]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("windows-1251", "Парламент Ирана одобрил двадцатилетний договор с Россией"),
        ("windows-1256", "وافق البرلمان الإيراني على معاهدة مدتها عشرون عاما مع روسيا"),
        (
            "gb18030",
            "伊朗议会批准了与俄罗斯签署的为期二十年的战略伙伴关系条约，双方表示将在今年内交换批准书。",
        ),
        ("euc-kr", "이란 의회가 러시아와의 20년 전략적 동반자 조약을 승인했다고 발표했다"),
        ("windows-1252", "Le Parlement iranien a approuvé un traité avec la Russie, décidé à Genève"),
    ],
)
def test_a_feed_that_declares_no_encoding_is_read_by_its_letters(encoding: str, title: str) -> None:
    payload = f"<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>".encode(
        encoding
    )

    assert [story.title for story in read(payload).stories] == [title]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", ["", ' encoding="utf-16"'])
@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=utf-16"])
def test_xml_is_read_in_every_unicode_encoding(encoding: str, declared: str, content_type: str) -> None:
    text = f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><item><title>Пакт</title></item></channel></rss>'

    found = parse(text.encode(encoding), SOURCE, NOW, content_type=content_type)

    assert [story.title for story in found.stories] == ["Пакт"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_json_feed_is_read_in_every_unicode_encoding(encoding: str) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Пакт подписан"}]}
    payload = json.dumps(feed, ensure_ascii=False).encode(encoding)

    assert [story.title for story in read(payload).stories] == ["Пакт подписан"]


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("Sun, 01 Mar 2026 11:00:00 CET", 10),
        ("Sun, 01 Mar 2026 14:30:00 IST", 9),
        ("Sun, 01 Mar 2026 05:00:00 EST", 10),
        ("Dom, 01 Mar 2026 07:00:00 -0300", 10),
        ("1 mars 2026 09:00", 9),
        ("1772355600", 9),
        ("01.03.2026 09:00", 9),
        ("2026-03-01 09:00:00 UTC", 9),
        ("2026-03-01 09:00 EST", 14),
        ("2026/03/01 11:00 +02:00", 9),
        ("20260301T090000Z", 9),
        ("2026-03-01T14:30:00.250+05:30", 9),
        ("2026年3月1日 09:00", 9),
        ("Sun, 01 Mar 2026 09:00:00 PM +0000", 21),
        ("Sun, 01 Mar 2026 11:00:00 UTC+02:00", 9),
        ("Sunday, March 1, 2026 12:10 AM", 0),
    ],
)
def test_dates_are_utc_whatever_the_feed_wrote(raw: str, hour: int) -> None:
    published = read(rss(("a", "A", raw))).stories[0].published

    assert published is not None
    assert published.replace(minute=0) == datetime(2026, 3, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["2026-W09-7", "2026-060", "2026-13-01 09:00"])
def test_what_names_no_day_of_a_month_is_unreadable(raw: str) -> None:
    assert read(rss(("a", "A", raw))).stories[0].published is None


def test_an_unreadable_date_gives_way_to_that_of_the_last_change() -> None:
    changed = (
        "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><item><title>A</title><pubDate>soon</pubDate>"
        "<a:updated>2026-03-01T10:00:00Z</a:updated></item></channel></rss>"
    )

    [story] = read(changed.encode()).stories

    assert (story.published, story.date_flag) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "")


def test_a_date_whose_day_and_month_cannot_be_told_apart_is_unreadable() -> None:
    assert read(rss(("a", "A", "02/03/2026 09:00"))).stories[0].date_flag == "unreadable"


def test_hints_of_the_publisher() -> None:
    hours = "<skipHours><hour>1</hour><hour>2</hour></skipHours>"
    extra = f"<ttl>20</ttl>{hours}<skipDays><day>Sunday</day></skipDays>"
    hints = read(rss(("a", "A", DATE), extra=extra)).hints

    assert (hints.ttl_s, hints.skip_hours, hints.skip_days) == (1200, {1, 2}, {6})


# ---- bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "kind", "words"),
    [
        (b"", "empty", "answered with nothing"),
        (b" \n\0", "empty", "answered with nothing"),
        (b"just some words", "parse", "neither RSS, Atom nor JSON Feed"),
        (b'{"error": "nope"}', "parse", "lacks a list of items"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "parse", "broken JSON"),
        (b"[" * 100_000, "parse", "broken JSON"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", "html", '"Just a moment..."'),
        (b"<html><head><title>403</title></head><body><rss></rss></body></html>", "html", "web page"),
    ],
)
def test_what_is_no_feed_is_an_error_and_never_an_empty_feed(payload: bytes, kind: str, words: str) -> None:
    with pytest.raises(FeedError, match=r".") as caught:
        read(payload)

    assert caught.value.kind == kind
    assert words in str(caught.value)
    assert SOURCE.url in str(caught.value)


def test_a_web_page_names_the_feeds_it_has() -> None:
    page = b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"

    with pytest.raises(FeedError, match=r"https://news\.example/rss") as caught:
        read(page)

    assert caught.value.found == ("https://news.example/rss",)


def test_billion_laughs_are_refused() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{lines}]>'.encode() + item("<title>&l9;</title>")

    with pytest.raises(FeedError, match="billion laughs") as caught:
        read(bomb)

    assert caught.value.kind == "entities"


def test_one_long_entity_used_often_is_refused() -> None:
    bomb = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 5000}">]>'.encode() + item(
        "<title>" + "&a;" * 1000 + "</title>"
    )

    with pytest.raises(FeedError, match="entities"):
        read(bomb)


def test_an_external_entity_is_left_out_and_the_entry_kept(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
    parsed = read(doctype + item("<guid>1</guid><title>News &x; here</title>"))

    assert "the-secret" not in parsed.stories[0].title
    assert parsed.stories[0].title.startswith("News")
    assert "external entities were left out" in parsed.warning


def test_a_wrongly_declared_encoding_is_read_and_said() -> None:
    payload = rss(("a", "Zażółć", DATE)).decode().encode("cp1250")
    parsed = read(payload)

    assert len(parsed.stories) == 1
    assert "encoding" in parsed.warning or "well-formed" in parsed.warning


def test_a_document_that_ends_too_early_gives_what_it_has_and_a_warning() -> None:
    payload = rss(("a", "One", DATE), ("b", "Two", DATE))
    parsed = read(payload[: payload.index(b"Two")])

    assert parsed.stories[0].title == "One"
    assert "not well-formed" in parsed.warning


def test_a_feed_without_entries_is_a_warning() -> None:
    assert read(rss()).warning == "a feed without entries"


def test_ten_thousand_entries() -> None:
    stories = read(rss(*((f"g{n}", f"Title {n}", DATE) for n in range(10_000)))).stories

    assert len({story.id for story in stories}) == 10_000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<rss version='2.0'>", b"{", b"<feed>", b"<?xml?>"]))
def test_any_bytes_give_stories_or_a_feed_error(payload: bytes, start: bytes) -> None:
    try:
        parsed = read(start + payload)
    except FeedError:
        return

    assert len(parsed.stories) <= parsed.entries


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_json_feed_item_gives_one_story(guid: str, title: str, date: str) -> None:
    item = {"id": guid, "title": title, "date_published": date, "content_text": "words"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item]}
    story = read(json.dumps(feed).encode()).stories[0]

    assert story.body == "words"
    assert (story.published is None) == (story.date_flag != "")


# ---- real documents -----------------------------------------------------------------------------------


def documents(data: Path) -> list[Path]:
    with (data / "feeds" / "index.csv").open(encoding="utf-8") as index:
        return [data / "feeds" / row["file"] for row in csv.DictReader(index)]


def as_feedparser_reads(payload: bytes) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(feedparser.parse(payload, response_headers={"content-location": SOURCE.url}).entries)


def test_real_documents_agree_with_feedparser(data: Path) -> None:
    """But for one with an item that has nothing in it, and one that has a title twice, on its front page.

    Of one, in Ukrainian, feedparser reads four of 80 entries as if they were Latin, when it also cleans HTML.
    """
    later = datetime(2026, 11, 1, tzinfo=UTC)
    differing: dict[str, int] = {}
    misread: list[str] = []
    for path in documents(data):
        if path.suffix == ".json":
            continue
        entries = as_feedparser_reads(path.read_bytes())
        found = parse(path.read_bytes(), SOURCE, later)
        if len(found.stories) != len(entries):
            differing[path.name] = len(entries) - len(found.stories)
            continue
        for story, entry in zip(found.stories, entries, strict=True):
            when = entry.get("published_parsed")
            assert story.published is None or when is None or story.published.timetuple()[:6] == when[:6]
            assert story.published is not None or when is None or story.date_flag == "ancient"
            words = strip(entry.get("title", ""), one_line=True), canonical(entry.get("link", ""), SOURCE.url)
            if (story.title, story.url) != words:
                # how the first byte of a Cyrillic letter looks
                assert "\u00d0" in entry.get("title", "") + entry.id
                misread.append(path.name)
        names = {entry.get("id") or entry.get("link") or entry.get("summary") for entry in entries}
        assert len({story.id for story in found.stories}) == len(names)

    assert sorted(differing.values()) == [1, 1]
    assert len(misread) == 4
    assert len(set(misread)) == 1
