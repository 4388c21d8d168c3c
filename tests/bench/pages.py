"""Article pages: body and facts beside trafilatura's own defaults, related articles beside labels made by eye.

`pages_labels.json` names, by page, a part of each related link's address and its day ("" where the page shows
none); `optional` ones count neither way. A page that is not in it lists nothing related.
"""

import csv
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from producers.articles import Article, extract
from stories.model import Related

TITLE = "Article pages: body, facts and related articles"
LABELS = Path(__file__).with_name("pages_labels.json")
_WORD = re.compile(r"\w+")


class Page(NamedTuple):
    """A saved page, what stands about it in the index, and what is related to it."""

    name: str
    html: bytes
    body: str
    facts: Mapping[str, str]
    related: Sequence[tuple[str, str]]
    optional: Sequence[str]


Judge = Callable[[Page, Article], tuple[bool, bool] | None]


class Score(NamedTuple):
    """What was found and right, what was found, and what there is."""

    right: int
    found: int
    there: int

    def row(self, what: str) -> Mapping[str, object]:
        """Return the row of a table."""
        return {
            "what": what,
            "recall": f"{self.right / max(self.there, 1):.3f}",
            "precision": f"{self.right / max(self.found, 1):.3f}",
            "of": self.there,
        }


def pages() -> list[Page]:
    """Return every saved page of the material; none where it is missing."""
    folder = Path(os.environ.get("PACTWATCH_DATA", "../shared/data")) / "pages"
    if not folder.exists():
        return []
    labels = json.loads(LABELS.read_text("utf-8"))
    with (folder / "index.csv").open(newline="", encoding="utf-8") as rows:
        return [_page(folder, row, labels) for row in csv.DictReader(rows)]


def _page(folder: Path, row: Mapping[str, str], labels: Mapping[str, Any]) -> Page:
    name = row["file"].removesuffix(".html")
    label = labels.get(name, {})
    related = [(part, day) for part, day in label.get("related", ())]
    html, body = (folder / row["file"]).read_bytes(), (folder / row["expected"]).read_text("utf-8")
    return Page(name, html, body, row, related, label.get("optional", ()))


def links(page: Page, items: Sequence[Related]) -> tuple[Score, Score]:
    """Return the scores of the links and of the days among `items`, found on `page`."""
    counted = [item for item in items if not any(part in item.url for part in page.optional)]
    named = {part: next((item for item in counted if part in item.url), None) for part, _ in page.related}
    right = sum(1 for item in named.values() if item)
    days = {part: f"{item.published:%Y-%m-%d}" for part, item in named.items() if item and item.published}
    dated = sum(1 for item in counted if item.published)
    right_days = sum(1 for part, day in page.related if day and days.get(part) == day)
    return (
        Score(right, len(counted), len(page.related)),
        Score(right_days, dated, sum(1 for _, day in page.related if day)),
    )


def body(text: str, expected: str) -> tuple[float, float]:
    """Return recall and precision of the words of `text`."""
    found, there = Counter(_WORD.findall(text.casefold())), Counter(_WORD.findall(expected.casefold()))
    common = (found & there).total()
    return common / max(there.total(), 1), common / max(found.total(), 1)


def run() -> Iterable[Mapping[str, object]]:
    """Yield one row for each thing that is read from a page."""
    read = pages()
    began = time.perf_counter()
    articles = [extract(page.html, page.facts["url"]) for page in read]
    took_s = time.perf_counter() - began
    scored = [links(page, article.related) for page, article in zip(read, articles, strict=True)]
    yield _sum(score for score, _ in scored).row("related: links")
    yield _sum(score for _, score in scored).row("related: days")
    yield _bodies(
        "body", [body(article.body, page.body) for page, article in zip(read, articles, strict=True)]
    )
    defaults = [trafilatura.extract(page.html) or "" for page in read]
    yield _bodies(
        "body, trafilatura's defaults",
        [body(text, page.body) for page, text in zip(read, defaults, strict=True)],
    )
    yield _facts("authors", read, articles, _authors_right)
    yield _facts("date", read, articles, _date_right)
    yield {
        "what": f"{took_s / max(len(read), 1) * 1000:.0f} ms a page",
        "recall": "",
        "precision": "",
        "of": len(read),
    }


def _sum(scores: Iterable[Score]) -> Score:
    return Score(*map(sum, zip(*scores, strict=True)))


def _bodies(what: str, scores: Sequence[tuple[float, float]]) -> Mapping[str, object]:
    recall, precision = (sum(column) / max(len(scores), 1) for column in zip(*scores, strict=True))
    return {"what": what, "recall": f"{recall:.3f}", "precision": f"{precision:.3f}", "of": len(scores)}


def _facts(
    what: str, read: Sequence[Page], articles: Sequence[Article], judge: Judge
) -> Mapping[str, object]:
    judged = [judge(page, article) for page, article in zip(read, articles, strict=True)]
    there = [one for one in judged if one is not None]
    right = sum(1 for given, correct in there if correct)
    return Score(right, sum(1 for given, _ in there if given), len(there)).row(what)


def _authors_right(page: Page, article: Article) -> tuple[bool, bool] | None:
    wanted = {_bare(name) for name in page.facts["authors"].split(";") if name.strip()}
    return (bool(article.authors), {_bare(name) for name in article.authors} == wanted) if wanted else None


def _date_right(page: Page, article: Article) -> tuple[bool, bool] | None:
    if not page.facts["date"]:
        return None
    wanted, given = datetime.fromisoformat(page.facts["date"]), article.published
    return given is not None, given is not None and abs(given.timestamp() - wanted.timestamp()) < 86400


def _bare(name: str) -> str:
    return " ".join(name.casefold().split())
