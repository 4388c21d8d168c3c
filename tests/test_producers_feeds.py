"""Documents to stories: formats, encodings, identity, text."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from producers.feeds import parse
from tests.fakes_http import rss
from tests.feeds_made import DATE, NOW, SOURCE, item, read


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


def test_hints_of_the_publisher() -> None:
    hours = "<skipHours><hour>1</hour><hour>2</hour></skipHours>"
    extra = f"<ttl>20</ttl>{hours}<skipDays><day>Sunday</day></skipDays>"
    hints = read(rss(("a", "A", DATE), extra=extra)).hints

    assert (hints.ttl_s, hints.skip_hours, hints.skip_days) == (1200, {1, 2}, {6})
