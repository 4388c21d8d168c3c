"""How right the tags are: precision, recall and F1 against labelled items, and the lines that are wrong."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from statistics import harmonic_mean
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table

from stories.model import TOPICS, Feed, Story

PARTS = ("topics", "negated", "actors")


class Score(msgspec.Struct, kw_only=True):
    """Counts of one label or of all: optional labels count neither for nor against."""

    hits: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Return the share of what was given that is right."""
        return self.hits / (self.hits + self.extra) if self.hits + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is right that was given."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return harmonic_mean((self.precision, self.recall))


class Wrong(msgspec.Struct, kw_only=True):
    """One item that was read wrongly."""

    id: str
    text: str
    extra: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}


class Report(msgspec.Struct, kw_only=True):
    """The whole evaluation: micro scores per part, scores per topic, wrong items."""

    items: int = 0
    micro: dict[str, Score] = {}
    topics: dict[str, Score] = {}
    wrong: list[Wrong] = []


def evaluate(lines: Iterable[dict[str, Any]], tag: Callable[[Story], Story]) -> Report:
    """Return how `tag` does on labelled `lines`: id, date, text, topics, negated, actors, and *_optional.

    Lines with `relevant` (0 or 1) instead are scored on whether there is any topic.
    """
    report = Report(micro={}, topics={}, wrong=[])
    for line in lines:
        report.items += 1
        story = tag(story_of(line))
        if "relevant" in line:
            given = {"relevant"} if story.topics else set[str]()
            required = {"relevant"} if line["relevant"] else set[str]()
            _score(report, line, {"relevant": (given, required, set())})
        else:
            _score(report, line, {part: _labels(line, story, part) for part in PARTS})
    return report


def story_of(line: dict[str, Any]) -> Story:
    """Return the story of a labelled line: its text is the body, its date the time of publication."""
    when = datetime.fromisoformat(line["date"]).replace(tzinfo=UTC)
    return Story(
        id=str(line["id"]), body=line["text"], language="en", published=when, first_published=when,
        fetched=when, timestamp=when, feed=Feed(url="", language="en"),
    )  # fmt: skip


Labels = tuple[set[str], set[str], set[str]]


def _labels(line: dict[str, Any], story: Story, part: str) -> Labels:
    return set(getattr(story, part)), set(line.get(part, [])), set(line.get(f"{part}_optional", []))


def _score(report: Report, line: dict[str, Any], labels: dict[str, Labels]) -> None:
    extra: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    for part, (given, required, optional) in labels.items():
        _count(report.micro.setdefault(part, Score()), given, required, optional)
        if part == "topics":
            for topic in (given | required) - optional:
                score = report.topics.setdefault(topic, Score())
                _count(score, given & {topic}, required & {topic}, optional)
        if wrong := sorted(given - required - optional):
            extra[part] = wrong
        if wrong := sorted(required - given):
            missed[part] = wrong
    if extra or missed:
        report.wrong.append(Wrong(id=str(line["id"]), text=line["text"], extra=extra, missed=missed))


def _count(score: Score, given: set[str], required: set[str], optional: set[str]) -> None:
    score.hits += len(given & required)
    score.extra += len(given - required - optional)
    score.missed += len(required - given)


def render(report: Report) -> RenderableType:
    """Return the report as tables: micro scores, scores per topic, wrong items."""
    scores = Table(title=f"{report.items} items")
    for column in ("part", "precision", "recall", "F1", "right", "extra", "missed"):
        scores.add_column(column, justify="left" if column == "part" else "right")
    for part, score in report.micro.items():
        scores.add_row(*_row(part, score), style="bold")
    for topic in (topic for topic in TOPICS if topic in report.topics):
        scores.add_row(*_row(topic, report.topics[topic]))
    wrong = Table(title=f"{len(report.wrong)} wrong")
    for column in ("item", "extra", "missed", "text"):
        wrong.add_column(column, overflow="fold")
    for item in report.wrong:
        wrong.add_row(item.id, _flat(item.extra), _flat(item.missed), item.text)
    return Group(scores, wrong)


def _row(name: str, score: Score) -> Sequence[str]:
    figures = [f"{figure:.3f}" for figure in (score.precision, score.recall, score.f1)]
    return [name, *figures, str(score.hits), str(score.extra), str(score.missed)]


def _flat(labels: dict[str, list[str]]) -> str:
    return "; ".join(f"{part}: {', '.join(names)}" for part, names in labels.items())
