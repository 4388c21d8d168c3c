"""Stories to measure with: as dense as news gets, summaries of the archive put end to end; and articles as they are."""

import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from stories.model import Feed, Story

ARCHIVE = "archive/current_events_2010_2024.jsonl.gz"
# more items, each of one line
MORE = (
    "events/relevance_2002_2014.jsonl.gz", "clusters/news_t.jsonl", "clusters/uci_head.jsonl",
    "events/plover_train.jsonl",
)  # fmt: skip
FEWEST_CHARS = 25  # less is a heading
START = datetime(2022, 1, 1, tzinfo=UTC)
MISSING = (
    "The archive of news is missing (set PACTWATCH_DATA): what follows was measured on one sentence again and again. "
    "These are no figures to compare with or to cite."
)
STAND_IN = "The parliament of Iran ratified a treaty with Russia after talks in Moscow. "


def data() -> Path:
    """Return where the material to measure with is, or should be."""
    return Path(os.environ.get("PACTWATCH_DATA", "../shared/data"))


def archive() -> Path:
    """Return where the archive of news is, or should be."""
    return data() / ARCHIVE


def articles(chars: int) -> list[str]:
    """Return the bodies of the article pages, in many languages, cut into texts of `chars` characters; none without."""
    bodies = [path.read_text(encoding="utf-8") for path in sorted(data().glob("pages/*.expected.txt"))]
    return [
        body[start : start + chars] for body in bodies for start in range(0, len(body) - chars + 1, chars)
    ]


def texts(count: int, chars: int) -> list[str]:
    """Return `count` texts of `chars` characters each; without the archive, a stand-in (say so: `MISSING`)."""
    return list(islice(_texts(chars), count))


def stories(count: int, chars: int, minutes: float = 1.0) -> list[Story]:
    """Return `count` stories of `chars` characters, one every so many `minutes`, of a dozen outlets."""
    return list(each_story(count, chars, minutes))


def each_story(count: int, chars: int, minutes: float = 1.0) -> Iterator[Story]:
    """Yield the same stories one by one, without holding them all."""
    for number, text in enumerate(islice(_texts(chars), count)):
        yield _story(number, text, START + timedelta(minutes=minutes * number))


def each_item(chars: int) -> Iterator[Story]:
    """Yield a story of one time for each item of news that there is, `chars` characters of it, none twice."""
    seen: set[str] = set()
    data = archive().parents[1]
    for text in (text[:chars] for name in (ARCHIVE, *MORE) for text in _items(data / name)):
        if len(text) >= FEWEST_CHARS and text not in seen:
            seen.add(text)
            yield _story(len(seen), text, START)


def _items(path: Path) -> Iterator[str]:
    """Yield the text of each line of a file, or its title; none where there is no file."""
    if path.exists():
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for item in map(json.loads, lines):
                yield item.get("text") or item.get("title") or ""


def _texts(chars: int) -> Iterator[str]:
    path = archive()
    while path.exists():  # the archive again and again, should it not be enough
        current = ""
        for text in _items(path):
            current += text + " "
            if len(current) >= chars:
                yield current[:chars]
                current = ""
    while True:
        yield (STAND_IN * (chars // len(STAND_IN) + 1))[:chars]


def _story(number: int, text: str, when: datetime) -> Story:
    host = f"outlet{number % 12}.test"
    return Story(
        id=str(number), url=f"https://{host}/{number}", title=text[:80], body=text, published=when,
        first_published=when, fetched=when, timestamp=when,
        feed=Feed(url=f"https://{host}/feed", name=host, language="en"),
    )  # fmt: skip
