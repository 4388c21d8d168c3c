"""How right the clusters are: BCubed and NMI against labelled stories, as placed once the last has come."""

import math
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import harmonic_mean
from typing import NamedTuple

import msgspec
from rich.console import RenderableType
from rich.table import Table

from stories.model import Story
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.operator import Event, MemoryState, run


class Labelled(NamedTuple):
    """A tagged story and the cluster that it truly belongs to."""

    story: Story
    cluster: str


class Report(msgspec.Struct, kw_only=True):
    """The whole evaluation; the rate is that of clustering alone, tagging is not in it."""

    stories: int
    precision: float
    recall: float
    f1: float
    nmi: float
    clusters: int
    true_clusters: int
    stories_per_s: float
    candidates_per_story: float


class BCubed(NamedTuple):
    """Precision: the share of a story's neighbours that belong to it; recall: of those that belong, here."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return harmonic_mean((self.precision, self.recall))


def evaluate(labelled: Sequence[Labelled], options: ClusterOptions | None = None) -> Report:
    """Return how the stories, in the order given, are clustered: final assignments, after every merge."""
    operator = ClusterOperator(options)
    start = time.perf_counter()
    placed = assign(operator, (one.story for one in labelled))
    seconds = time.perf_counter() - start
    true = [one.cluster for one in labelled]
    given = [placed[one.story.id] for one in labelled]
    score = bcubed(true, given)
    return Report(
        stories=len(labelled), precision=score.precision, recall=score.recall, f1=score.f1,
        nmi=nmi(true, given), clusters=len(set(given)), true_clusters=len(set(true)),
        stories_per_s=len(labelled) / seconds if seconds else 0.0,
        candidates_per_story=operator.compared / len(labelled) if labelled else 0.0,
    )  # fmt: skip


def assign(operator: ClusterOperator, stories: Iterable[Story]) -> dict[str, str]:
    """Return the cluster of each story by id, as it stands after the last one."""
    state, placed = MemoryState(), dict[str, str]()
    for story in stories:
        for event in run(operator, state, Event("tagged", "", story)):
            if isinstance(event.document, Story):
                placed[event.document.id] = event.document.cluster
    return placed


def bcubed(true: Sequence[Hashable], given: Sequence[Hashable]) -> BCubed:
    """Return BCubed precision and recall, each story counting alike (Bagga and Baldwin, 1998)."""
    if not true:
        return BCubed(1.0, 1.0)
    true_sizes, given_sizes = Counter(true), Counter(given)
    both = Counter(zip(true, given, strict=True))
    precision = sum(count * count / given_sizes[cluster] for (_, cluster), count in both.items())
    recall = sum(count * count / true_sizes[label] for (label, _), count in both.items())
    return BCubed(precision / len(true), recall / len(true))


def nmi(true: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """Return the mutual information over the arithmetic mean of the two entropies, 0 to 1."""
    total = len(true)
    true_sizes, given_sizes = Counter(true), Counter(given)
    mean = (_entropy(true_sizes, total) + _entropy(given_sizes, total)) / 2
    if not mean:
        return 1.0  # both know a single cluster: nothing is left to disagree on
    shared = sum(
        count / total * math.log(count * total / (true_sizes[label] * given_sizes[cluster]))
        for (label, cluster), count in Counter(zip(true, given, strict=True)).items()
    )
    return max(0.0, shared / mean)


def _entropy(sizes: Counter[Hashable], total: int) -> float:
    return -sum(size / total * math.log(size / total) for size in sizes.values())


def render(report: Report) -> RenderableType:
    """Return the report as a table, one figure a row."""
    table = Table(title=f"{report.stories} stories, as assigned after the last one", show_header=False)
    for name, figure in (
        ("BCubed precision", f"{report.precision:.3f}"),
        ("BCubed recall", f"{report.recall:.3f}"),
        ("BCubed F1", f"{report.f1:.3f}"),
        ("NMI", f"{report.nmi:.3f}"),
        ("clusters", str(report.clusters)),
        ("true clusters", str(report.true_clusters)),
        ("stories/s", f"{report.stories_per_s:.0f}"),
        ("candidates per story", f"{report.candidates_per_story:.1f}"),
    ):
        table.add_row(name, figure)
    return table
