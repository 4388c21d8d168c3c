"""`pactwatch feeds add|check|import|export|list` as a person runs them, against real loopback servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pactwatch import cli
from pactwatch.settings import load
from stories.errors import ConfigError, PermanentError
from tests.fakes_http import FakeServer, Reply, rss, serving
from tests.newsroom import DATE, Newsroom, source

FEED = rss(("a", "A treaty is signed", DATE), ("b", "A parliament votes", DATE), title="Example World")
COMMENT = "# mine\nfeeds:\n  - url: https://a.test/f  # kept\n"
PAGE = b"""<html><head><title>Example</title>
<link rel="alternate" type="application/rss+xml" href="/world.xml">
<link rel="alternate" type="application/atom+xml" href="/comments.xml"></head></html>"""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        running.on("/world.xml", Reply(FEED))
        running.on("/", Reply(PAGE))
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text(COMMENT, encoding="utf-8")
    return tmp_path


def feeds(folder: Path | None, *words: str, stdin: bytes = b"") -> Result:
    """Run a command; what `main` would print as a fault is raised."""
    config = ["--config", str(folder)] if folder else []
    ran = CliRunner().invoke(cli.app, [*config, "feeds", *words], input=stdin)
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def urls(folder: Path) -> list[str]:
    return [feed.url for feed in load(folder, {}).feeds]


# ---- add ----------------------------------------------------------------------------------------------


def test_add_looks_at_the_feed_and_appends_it(server: FakeServer, folder: Path) -> None:
    url = server.url("/world.xml")
    ran = feeds(
        folder, "add", url, "--allow-private", "--tag", "world", "--tag", "defence", "--language", "en",
        "--country", "GBR", "--full-text", "--every", "10m",
    )  # fmt: skip
    added = load(folder, {}).feeds[-1]

    assert ran.exit_code == 0
    assert "Added to" in ran.stdout
    assert "2 entries, the newest of 2026-03-01 10:00 UTC" in ran.stdout
    assert (added.url, added.name, added.tags) == (url, "Example World", ["world", "defence"])
    assert (added.language, added.country, added.full_text, added.every) == ("en", "GBR", True, "10m")
    assert added.allow_private
    assert (folder / "feeds.yaml").read_text(encoding="utf-8").startswith(COMMENT)


def test_add_finds_the_feed_that_a_page_names(server: FakeServer, folder: Path) -> None:
    ran = feeds(folder, "add", server.url("/"), "--allow-private", "--name", "Mine")

    assert urls(folder)[1:] == [server.url("/world.xml")]
    assert load(folder, {}).feeds[-1].name == "Mine"
    assert f"{server.url('/')} leads to this feed" in ran.stdout
    assert f"names another feed, too: {server.url('/comments.xml')}" in ran.stdout


def test_add_finds_the_feed_at_a_usual_path_of_a_site_that_names_none(folder: Path) -> None:
    with serving() as site:
        site.on("/", Reply(b"<html><head><title>A quiet site</title></head><body>News</body></html>"))
        site.on("/rss.xml", Reply(FEED))
        feeds(folder, "add", site.url("/"), "--allow-private")

        assert urls(folder)[1:] == [site.url("/rss.xml")]


def test_add_takes_the_new_address_of_a_feed_that_moved_for_good(server: FakeServer, folder: Path) -> None:
    old = server.on("/old.xml", Reply(status=301, headers={"Location": "/world.xml"}))
    passing = server.on("/passing.xml", Reply(status=302, headers={"Location": "/world.xml"}))

    feeds(folder, "add", old, "--allow-private")
    feeds(folder, "add", passing, "--allow-private")

    assert urls(folder)[1:] == [server.url("/world.xml"), passing]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"no", 404), "there is no such page"),
        (Reply(b"<html><title>Sign in</title></html>"), 'a web page titled "Sign in"'),
        (Reply(b"words"), "neither RSS, Atom nor JSON Feed"),
    ],
)
def test_add_refuses_what_is_no_feed_with_what_to_do(
    server: FakeServer, folder: Path, reply: Reply, words: str
) -> None:
    with pytest.raises(PermanentError, match="not added") as caught:
        feeds(folder, "add", server.on("/bad", reply), "--allow-private")

    assert words in str(caught.value)
    assert "To do: " in str(caught.value)
    assert (folder / "feeds.yaml").read_text(encoding="utf-8") == COMMENT


def test_add_refuses_a_private_address_unless_told(server: FakeServer, folder: Path) -> None:
    with pytest.raises(PermanentError, match="allow_private: true"):
        feeds(folder, "add", server.url("/world.xml"))

    assert server.requests == []


def test_add_refuses_what_is_there(server: FakeServer, folder: Path) -> None:
    url = server.url("/world.xml")
    feeds(folder, "add", url, "--allow-private")

    with pytest.raises(PermanentError, match=r"is in .*feeds\.yaml already"):
        feeds(folder, "add", url, "--allow-private")


@pytest.mark.parametrize(
    "words", [["add", "ftp://a.test/f"], ["add", "https://a.test/f", "--every", "often"]]
)
def test_add_refuses_what_can_never_be_polled(folder: Path, words: list[str]) -> None:
    with pytest.raises(ConfigError):
        feeds(folder, *words)


@pytest.mark.parametrize("words", [["add", "https://a.test/f"], ["import", "-"]])
def test_without_a_folder_it_says_how_to_make_one_before_asking_anybody(words: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"mkdir -p .*\n  pactwatch --config .* feeds add URL"):
        feeds(None, *words)


def test_a_new_folder_begins_with_the_built_in_list(server: FakeServer, tmp_path: Path) -> None:
    ran = feeds(tmp_path, "add", server.url("/world.xml"), "--allow-private")

    assert "was made from the built-in list" in ran.stdout
    assert urls(tmp_path) == [*(feed.url for feed in load(None, {}).feeds), server.url("/world.xml")]


# ---- check --------------------------------------------------------------------------------------------


def listing(folder: Path, *urls: str) -> None:
    entries = "".join(f"  - url: {url}\n    allow_private: true\n" for url in urls)
    (folder / "feeds.yaml").write_text(f"feeds:\n{entries}", encoding="utf-8")


def test_check_says_of_each_feed_what_is_wrong_and_what_to_do(server: FakeServer, folder: Path) -> None:
    gone = server.on("/gone", Reply(b"", 410))
    listing(folder, server.url("/world.xml"), gone, server.url("/"))

    ran = feeds(folder, "check", "--json")
    fine, failing, page = json.loads(ran.stdout)

    assert ran.exit_code == 1
    assert (fine["ok"], fine["title"], fine["entries"], fine["error"]) == (True, "Example World", 2, "")
    assert fine["newest"] == "2026-03-01T10:00:00Z"
    assert (failing["url"], failing["ok"], failing["error_kind"]) == (gone, False, "gone")
    assert "remove it or look for a successor" in failing["error"]
    assert f"it names the feed {server.url('/world.xml')}: use that address" in page["error"]


def test_check_in_words(server: FakeServer, folder: Path) -> None:
    listing(folder, server.url("/world.xml"), server.on("/bad", Reply(b"", 500)))

    ran = feeds(folder, "check")

    assert ran.exit_code == 1
    assert "1 fine, 1 failing." in ran.stdout
    assert "the server is broken" in " ".join(ran.stdout.split())


def test_check_of_one_address_needs_no_listing(server: FakeServer, folder: Path) -> None:
    ran = feeds(None, "check", server.url("/world.xml"), "--allow-private", "--json")

    assert ran.exit_code == 0
    assert [found["url"] for found in json.loads(ran.stdout)] == [server.url("/world.xml")]


def test_check_of_a_site_finds_its_feed(server: FakeServer) -> None:
    ran = feeds(None, "check", server.url("/"), "--allow-private")
    [found] = json.loads(feeds(None, "check", server.url("/"), "--allow-private", "--json").stdout)

    assert ran.exit_code == 0
    assert (found["url"], found["feed"]) == (server.url("/"), server.url("/world.xml"))
    words = "".join(ran.stdout.split())
    assert f"leadstothefeed{server.url('/world.xml')}" in words
    assert f"namesotherfeeds,too:{server.url('/comments.xml')}" in words


def test_a_feed_that_a_page_names_and_lacks_hides_no_other(server: FakeServer) -> None:
    page = PAGE.replace(b"/world.xml", b"/lost.xml").replace(b"/comments.xml", b"/world.xml")
    server.on("/front", Reply(page))
    server.on("/lost", Reply(page.replace(b"/world.xml", b"/lost2.xml")))

    found, lost = (
        json.loads(feeds(None, "check", server.url(path), "--allow-private", "--json").stdout)[0]
        for path in ("/front", "/lost")
    )

    assert (found["ok"], found["feed"]) == (True, server.url("/world.xml"))
    assert (lost["ok"], lost["error_kind"]) == (False, "missing")
    assert server.url("/lost.xml") in lost["error"]


def test_check_of_a_listed_address_uses_what_is_said_of_it(server: FakeServer, folder: Path) -> None:
    listing(folder, server.url("/world.xml"), server.url("/other"))

    ran = feeds(folder, "check", server.url("/world.xml"), "--json")

    assert ran.exit_code == 0
    assert len(json.loads(ran.stdout)) == 1


# ---- import and export --------------------------------------------------------------------------------


def test_import_appends_with_folders_as_tags_and_names_what_it_left_out(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "mine.opml"
    listed.write_text(
        "<opml><body><outline text='World'><outline text='B' xmlUrl='https://b.test/f'/></outline>"
        "<outline text='A' xmlUrl='https://a.test/f'/><outline text='C' xmlUrl='gopher://c'/></body></opml>",
        encoding="utf-8",
    )

    ran = feeds(folder, "import", str(listed))

    assert ran.exit_code == 1
    assert "1 added, 1 were there, 1 left out." in ran.stdout
    assert "left out: C: url 'gopher://c' is no web address" in ran.stderr
    assert load(folder, {}).feeds[-1].tags == ["World"]
    assert (folder / "feeds.yaml").read_text(encoding="utf-8").startswith(COMMENT)


def test_what_is_exported_can_be_imported(folder: Path, tmp_path: Path) -> None:
    exported = feeds(None, "export")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")

    ran = feeds(tmp_path / "empty", "import", "-", stdin=exported.stdout_bytes)
    built_in = {feed.url: (feed.name, feed.language, feed.tags) for feed in load(None, {}).feeds}

    assert ran.exit_code == 0
    assert built_in == {
        feed.url: (feed.name, feed.language, feed.tags) for feed in load(tmp_path / "empty", {}).feeds
    }


@pytest.mark.parametrize(
    ("payload", "words"),
    [(b"", "no OPML"), (b"<opml><body/></opml>", "lists no feeds"), (b"<rss/>", "no OPML")],
)
def test_a_bad_file_changes_nothing(folder: Path, payload: bytes, words: str) -> None:
    with pytest.raises(PermanentError, match=words):
        feeds(folder, "import", "-", stdin=payload)

    assert (folder / "feeds.yaml").read_text(encoding="utf-8") == COMMENT


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(PermanentError, match=r"nowhere\.opml cannot be read"):
        feeds(folder, "import", "nowhere.opml")


# ---- list ---------------------------------------------------------------------------------------------


def test_list_shows_health_in_words(server: FakeServer, tmp_path: Path) -> None:
    fine, bad = source(server.url("/world.xml")), source(server.on("/bad", Reply(b"", 403)), name="Closed")
    room = Newsroom(tmp_path, fine, bad)
    room.poll()
    table = " ".join(room.run("feeds", "list").split())
    room.close()

    assert "Example World fine 2 2026-03-01 13:00" in table
    assert "Closed the server refuses us" in table
    assert [feed["url"] for feed in json.loads(room.run("feeds", "list", "--json"))] == [bad.url, fine.url]
