"""OPML in and out: folders are tags, odd files are read as far as they can be, attacks are refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers import opml
from producers.source import FeedSource
from stories.errors import PermanentError

TAGS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=",/"), min_size=1, max_size=12)
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


def document(body: str, prologue: str = "<?xml version='1.0'?>") -> bytes:
    return f"{prologue}<opml version='2.0'><head/><body>{body}</body></opml>".encode()


def test_folders_and_categories_are_tags() -> None:
    read = opml.read(
        document("""
        <outline text="World"><outline text="Defence  news">
          <outline type="rss" text="A" xmlUrl="https://a.example/f" language="en-gb" category="/World/Navy,army"/>
        </outline></outline>
        <outline text="B" title="The B" xmlUrl="https://b.example/f"/>""")
    )

    assert read.left_out == []
    assert read.feeds == [
        FeedSource(
            url="https://a.example/f", name="A", language="en", tags=["World", "Defence news", "Navy", "army"]
        ),
        FeedSource(url="https://b.example/f", name="The B"),
    ]


def test_a_feed_in_two_folders_comes_once_with_both_tags() -> None:
    feed = '<outline text="A" xmlUrl="https://a.example/f"/>'
    read = opml.read(document(f'<outline text="x">{feed}</outline><outline text="y">{feed}</outline>'))

    assert [feed.tags for feed in read.feeds] == [["x", "y"]]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("feed://a.example/f", "https://a.example/f"),
        ("feed:http://a.example/f", "http://a.example/f"),
        (" https://a.example/f ", "https://a.example/f"),
    ],
)
def test_feed_addresses_become_web_addresses(written: str, address: str) -> None:
    assert opml.read(document(f'<outline text="A" xmlUrl="{written}"/>')).feeds[0].url == address


def test_what_is_no_web_address_is_left_out_and_told() -> None:
    read = opml.read(document('<outline text="A" xmlUrl="file:///etc/passwd"/><outline xmlUrl=""/>'))

    assert read.feeds == []
    assert read.left_out[0].startswith("A: url 'file:///etc/passwd' is no web address")
    assert read.left_out[1].startswith("a feed without a name: ")


def test_a_bare_ampersand_loses_nothing() -> None:
    """Many readers write it so."""
    read = opml.read(
        document(
            '<outline text="A & B" xmlUrl="https://a.example/f?x=1&y=2"/><outline text="C" xmlUrl="https://c.example/f"/>'
        )
    )

    assert [feed.url for feed in read.feeds][-1] == "https://c.example/f"
    assert len(read.feeds) == 2


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "no OPML"),
        (b"just words", "no OPML"),
        (b"<rss version='2.0'><channel/></rss>", "no OPML"),
        (b"<html><body>sign in</body></html>", "no OPML"),
        (document("", "<!DOCTYPE opml [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"), "declares entities"),
        (document("", "<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"), "declares entities"),
        (b"<opml>" + b" " * 15_000_000, "larger than"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(payload: bytes, words: str) -> None:
    with pytest.raises(PermanentError, match=words):
        opml.read(payload)


def test_an_external_document_type_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "opml.dtd").write_text("<!ENTITY stolen 'the-secret'>", encoding="utf-8")
    prologue = f"<!DOCTYPE opml SYSTEM 'file://{tmp_path}/opml.dtd'>"
    read = opml.read(document('<outline text="A &stolen;" xmlUrl="https://a.example/f"/>', prologue))

    assert "the-secret" not in read.feeds[0].name


def test_deep_folders_are_no_recursion() -> None:
    depth = 200
    inner = '<outline text="A" xmlUrl="https://a.example/f"/>'
    read = opml.read(document('<outline text="x">' * depth + inner + "</outline>" * depth))

    assert read.feeds[0].tags == ["x"]


@given(st.lists(st.tuples(NAMES, st.lists(TAGS, max_size=3, unique=True)), max_size=6))
def test_what_is_written_is_read_again(listed: list[tuple[str, list[str]]]) -> None:
    feeds = [
        FeedSource(url=f"https://{number}.example/feed?a=1&b=<2>", name=name, language="en", tags=tags)
        for number, (name, tags) in enumerate(listed)
    ]

    read = opml.read(opml.write(feeds))

    assert read.left_out == []
    assert sorted(read.feeds, key=lambda feed: feed.url) == feeds
