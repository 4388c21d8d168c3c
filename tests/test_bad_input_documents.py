"""Documents that are feeds, but odd ones: every entry is kept that can be, and feed health says what is odd."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes_http import FakeServer, Reply, rss, serving
from tests.newsroom import DATE, Newsroom, source


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def document(*items: str, prologue: str = "<?xml version='1.0' encoding='utf-8'?>") -> str:
    """Return an RSS document of items in the words of the test."""
    inner = "".join(f"<item>{item}<pubDate>{DATE}</pubDate></item>" for item in items)
    return f"{prologue}<rss version='2.0'><channel><title>Odd News</title>{inner}</channel></rss>"


def item(guid: str, title: str, link: str = "") -> str:
    """Return the inside of an item; an empty guid or link is left out."""
    return (
        (f"<guid>{guid}</guid>" if guid else "")
        + (f"<link>{link}</link>" if link else "")
        + f"<title>{title}</title>"
    )


def polled(server: FakeServer, folder: Path, payload: bytes, times: int = 2) -> tuple[str, list[str]]:
    """Return the health of a feed whose document is `payload`, and the titles stored of it."""
    odd = source(server.on("/odd", Reply(payload)))
    other = source(server.on("/other", Reply(rss(("other", "Elsewhere", DATE)))))
    room = Newsroom(folder, odd, other)
    for _ in range(times):
        room.poll()
    found = room.health(odd), room.titles(odd)
    assert room.counts()["feeds"].items() >= {"ok": 2, "failing": 0}.items()
    assert room.counts()["stories"] == len(found[1]) + 1
    assert (room.health(other), room.titles(other)) == ("fine", ["Elsewhere"])
    room.close()
    return found


def test_an_external_entity_is_never_read(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the-secret", encoding="utf-8")
    stolen = server.on("/stolen", Reply(b"the-secret"))
    prologue = (
        f"<!DOCTYPE rss [<!ENTITY f SYSTEM 'file://{tmp_path}/secret'><!ENTITY n SYSTEM '{stolen}'>"
        f"<!ENTITY % p SYSTEM '{stolen}'> %p;]>"
    )
    payload = document(item("1", "News &f; here"), item("2", "More &n; there"), prologue=prologue)

    health, titles = polled(server, tmp_path, payload.encode())

    assert "external entities were left out" in health
    assert [title.split()[0] for title in titles] == ["More", "News"]
    assert "the-secret" not in " ".join(titles)
    assert server.asked("/stolen") == []


@pytest.mark.parametrize(
    ("declared", "real"),
    [("utf-8", "cp1250"), ("iso-8859-1", "utf-8"), ("us-ascii", "utf-8"), ("klingon", "utf-8")],
)
def test_a_wrongly_declared_encoding_is_read_all_the_same(
    server: FakeServer, declared: str, real: str, tmp_path: Path
) -> None:
    prologue = f"<?xml version='1.0' encoding='{declared}'?>"
    text = document(item("1", "Sejm za paktem"), item("2", "Zażółć gęślą jaźń"), prologue=prologue)

    health, titles = polled(server, tmp_path, text.encode(real))

    assert "encoding" in health
    assert len(titles) == 2
    assert titles[0] == "Sejm za paktem"
    if real == "utf-8":
        assert titles[1] == "Zażółć gęślą jaźń"


def test_a_wrong_encoding_in_the_servers_header_is_not_believed(server: FakeServer, tmp_path: Path) -> None:
    payload = document(item("1", "Zażółć gęślą jaźń")).encode()
    headers = {"Content-Type": "text/xml; charset=ISO-8859-1"}
    odd = source(server.on("/odd", Reply(payload, headers=headers)))
    room = Newsroom(tmp_path, odd)
    room.poll()
    room.close()

    assert room.titles(odd) == ["Zażółć gęślą jaźń"]
    assert "its encoding is not the declared one (ISO-8859-1); read as utf-8" in room.health(odd)


@pytest.mark.parametrize("encoding", ["iso-8859-2", "windows-1250", "utf-16"])
def test_a_rightly_declared_encoding_is_nothing_to_tell(
    server: FakeServer, encoding: str, tmp_path: Path
) -> None:
    text = document(item("1", "Zażółć gęślą jaźń"), prologue=f"<?xml version='1.0' encoding='{encoding}'?>")

    assert polled(server, tmp_path, text.encode(encoding)) == ("fine", ["Zażółć gęślą jaźń"])


def test_entries_without_a_guid_are_told_apart_by_address_else_by_title(
    server: FakeServer, tmp_path: Path
) -> None:
    payload = document(
        item("", "One", "https://news.example/1"), item("", "Two", "https://news.example/2"),
        item("", "Three"), item("", "Four"),
        item("", "Five", "https://news.example/"), item("", "Six", "https://news.example/"),
        item("7", "Seven"),
    )  # fmt: skip

    health, titles = polled(server, tmp_path, payload.encode())

    assert "6 of 7 entries without a guid: told apart by address, else by title" in health
    assert titles == sorted(["One", "Two", "Three", "Four", "Five", "Six", "Seven"])


def test_a_guid_that_all_entries_share_loses_none_of_them(server: FakeServer, tmp_path: Path) -> None:
    payload = document(*(item("0", f"Title {n}", f"https://news.example/{n}") for n in "abc"))

    health, titles = polled(server, tmp_path, payload.encode())

    assert "3 of 3 entries share guids with other pages: told apart by address" in health
    assert titles == ["Title a", "Title b", "Title c"]


def test_a_shared_guid_stays_without_meaning_when_an_entry_has_left(
    server: FakeServer, tmp_path: Path
) -> None:
    items = [item("0", f"Title {n}", f"https://news.example/{n}") for n in "abcd"]
    documents = iter([document(*items[:2]), document(*items[1:3]), document(*items[2:4]), document(items[3])])
    odd = source(server.on("/odd", lambda request: Reply(next(documents).encode())))
    room = Newsroom(tmp_path, odd)
    for _ in range(4):
        room.poll()
    room.close()

    assert room.titles(odd) == ["Title a", "Title b", "Title c", "Title d"]


def test_an_entry_that_comes_twice_is_kept_once_and_the_repeat_told(
    server: FakeServer, tmp_path: Path
) -> None:
    twice = item("1", "A treaty is signed", "https://news.example/1")
    payload = document(twice, item("2", "A parliament votes", "https://news.example/2"), twice)

    health, titles = polled(server, tmp_path, payload.encode())

    assert "1 of 3 entries repeat an earlier one: left out" in health
    assert titles == ["A parliament votes", "A treaty is signed"]


@pytest.mark.parametrize(
    ("date", "flag"),
    [
        ("", "missing"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "future"),
        ("some day soon", "unreadable"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
    ],
)
def test_a_useless_date_is_flagged_and_the_entry_kept(
    server: FakeServer, date: str, flag: str, tmp_path: Path
) -> None:
    health, titles = polled(server, tmp_path, rss(("a", "Undated", date), ("b", "Dated", DATE)))

    assert f"1 of 2 entries without a usable date ({flag})" in health
    assert titles == ["Dated", "Undated"]


def test_a_date_in_2099_does_not_reach_into_the_time_of_the_others(
    server: FakeServer, tmp_path: Path
) -> None:
    """It would close every cluster and hold the feed's schedule for decades."""
    late = ("a", "Undated", "Thu, 01 Jan 2099 00:00:00 GMT")
    feed = source(server.on("/odd", Reply(rss(late, ("b", "Dated", DATE)))))
    room = Newsroom(tmp_path, feed)
    room.poll()
    state = room.state(feed)
    room.close()

    assert max(state.arrivals) <= room.now
    assert state.next_poll is not None
    assert (state.next_poll - room.now).total_seconds() < 86_400


@pytest.mark.slow
def test_ten_thousand_entries_are_all_kept_and_told(server: FakeServer, tmp_path: Path) -> None:
    words = (
        "treaty",
        "harvest",
        "election",
        "storm",
        "market",
        "rocket",
        "museum",
        "strike",
        "bridge",
        "vaccine",
    )
    titles = [f"{words[n % 10]} {words[n // 10 % 10]} {words[n // 100 % 10]} {n}" for n in range(10_000)]
    payload = rss(*((f"g{n}", title, DATE) for n, title in enumerate(titles)))

    health, stored = polled(server, tmp_path, payload, times=1)

    assert "10,000 entries in one document: look for a shorter feed of the same site" in health
    assert stored == sorted(titles)
