"""What is no feed, or a broken one: refused in words, or read as far as it goes; never a crash."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.parsed import FeedError
from tests.fakes_http import rss
from tests.feeds_made import DATE, SOURCE, item, read


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
