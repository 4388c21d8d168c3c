"""A year of one feed, snapshot by snapshot: each entry once, its edited titles as revisions."""

import gzip
import warnings
from pathlib import Path

import feedparser
import pytest

from sinks.sqlite.reader import SqliteReader
from streams.admit import MAX_EDITS
from tests.fakes_http import Reply, serving
from tests.newsroom import Newsroom, source


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_series_is_stored_once_with_its_edits(data: Path, tmp_path: Path) -> None:
    paths = sorted((data / "series" / "bbc").glob("*.gz"))
    bodies = [gzip.decompress(path.read_bytes()) for path in paths]
    titles = _titles(bodies)
    waiting = iter(bodies)
    with serving() as server:
        newsroom = Newsroom(tmp_path, source(server.on("/bbc", lambda request: Reply(next(waiting)))))
        for _ in paths:
            newsroom.poll()
        reader = SqliteReader(newsroom.store)
        stories = list(reader.every_story())
        status = newsroom.counts()
        reader.close()
        newsroom.close()

    assert len(paths) > 300
    assert len(stories) == len({story.url for story in stories})
    assert len(stories) == len(titles)
    edited = {guid: told for guid, told in titles.items() if len(told) > 1}
    by_title = {story.title: story for story in stories}
    assert len(edited) > 50
    assert [guid for guid, told in edited.items() if by_title[told[-1]].revision < len(told)] == []
    kept = {
        guid: [edit.after for edit in by_title[told[-1]].edits if edit.field == "title"]
        for guid, told in edited.items()
    }
    assert [guid for guid, told in edited.items() if kept[guid][-1:] != told[-1:]] == []
    assert [
        guid for guid, told in edited.items() if len(told) < MAX_EDITS / 2 and kept[guid] != told[1:]
    ] == []
    assert status["dead_letters"] == 0


def _titles(bodies: list[bytes]) -> dict[str, list[str]]:
    """Return, by guid, the titles an entry had one after the other, as feedparser reads them."""
    found: dict[str, list[str]] = {}
    for body in bodies:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            entries = feedparser.parse(body).entries
        for entry in entries:
            told = found.setdefault(entry.id, [])
            title = " ".join(entry.title.split())
            if not told or told[-1] != title:
                told.append(title)
    return found
