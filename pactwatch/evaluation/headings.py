"""Do items that an editor put under one heading within days fall together? Ours beside a plain baseline."""

from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import harmonic_mean
from typing import NamedTuple

import msgspec
from rich.console import RenderableType
from rich.table import Table

from pactwatch.evaluation.clusters import assign
from pactwatch.evaluation.plain import nearest_centroids
from stories.model import Story
from streams.cluster.operator import ClusterOperator, ClusterOptions

NEAR_S = 3 * 86_400.0
PLAIN_JOINS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)  # of which the baseline gets its best


class Filed(NamedTuple):
    """A tagged, dated story and the headings that it stands under."""

    story: Story
    headings: frozenset[str]


class Together(msgspec.Struct, kw_only=True):
    """How a method puts the items together that share a heading, by pairs at most three days apart.

    `together`: of the pairs under one heading, the share in one cluster; `sharing`: of the pairs in one
    cluster whose items both have headings, the share that has one in common.
    """

    method: str
    together: float
    sharing: float
    clusters: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of the two."""
        return harmonic_mean((self.together, self.sharing))


class Report(msgspec.Struct, kw_only=True):
    """Ours; of the baseline what gives its best f1, and what gives about as many clusters."""

    stories: int
    pairs: int
    methods: list[Together]


def evaluate(filed: Sequence[Filed], options: ClusterOptions | None = None) -> Report:
    """Return how the items fall, in order of their dates, by our clusters and by the nearest of centroids."""
    filed = sorted(filed, key=lambda one: (one.story.timestamp, one.story.id))
    stories = [one.story for one in filed]
    placed = assign(ClusterOperator(options), stories)
    ours = _judged("pactwatch", filed, [placed[story.id] for story in stories])
    days = (options or ClusterOptions()).window_days
    plain = [
        _judged(f"nearest centroid, {join}", filed, nearest_centroids(stories, join, days))
        for join in PLAIN_JOINS
    ]
    best = max(plain, key=lambda one: one.f1)
    as_many = min(plain, key=lambda one: abs(one.clusters - ours.clusters))
    methods = [ours, best, *[as_many] * (as_many is not best)]
    return Report(stories=len(filed), pairs=sum(one.same for one in _pairs(filed, [])), methods=methods)


class _Pair(NamedTuple):
    same: bool
    together: bool


def _judged(method: str, filed: Sequence[Filed], given: Sequence[str]) -> Together:
    pairs = list(_pairs(filed, given))
    both = sum(one.same and one.together for one in pairs)
    same, together = sum(one.same for one in pairs), sum(one.together for one in pairs)
    return Together(
        method=method, together=both / same if same else 0.0, sharing=both / together if together else 0.0,
        clusters=len(set(given)),
    )  # fmt: skip


def _pairs(filed: Sequence[Filed], given: Sequence[str]) -> Iterator[_Pair]:
    """Yield the pairs of items with headings within three days, as long as either has anything in common."""
    for number, one in enumerate(filed):
        if not one.headings:
            continue
        for offset, other in enumerate(islice(filed, number + 1, None), number + 1):
            if (other.story.timestamp - one.story.timestamp).total_seconds() > NEAR_S:
                break
            if other.headings:
                same = not one.headings.isdisjoint(other.headings)
                together = bool(given) and given[number] == given[offset]
                if same or together:
                    yield _Pair(same, together)


def render(report: Report) -> RenderableType:
    """Return the report as a table, a method a row."""
    table = Table(title=f"{report.stories} items, {report.pairs} pairs under one heading within three days")
    for column in ("method", "together", "of a cluster's pairs sharing a heading", "F1", "clusters"):
        table.add_column(column)
    for one in report.methods:
        table.add_row(
            one.method, f"{one.together:.3f}", f"{one.sharing:.3f}", f"{one.f1:.3f}", str(one.clusters)
        )
    return table
