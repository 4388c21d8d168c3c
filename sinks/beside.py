"""What stands beside a cluster, found when it is read: its storyline, the event in other languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from sinks.reader import Place, Reader
from stories.model import Cluster

NEAR_DAYS = 2  # one event is told within two days everywhere
LOOKED_AT = 4_000  # clusters around that time, the last seen first
CHUNK = 200
ENOUGH = 0.5  # of the whole likeness
NEARLY_ALL = 0.75  # of the actors of both
MAX_TITLES = 10  # read for their numbers
ACTORS, TOPICS, NUMBERS = 0.6, 0.25, 0.15  # shares of a likeness

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Elsewhere(NamedTuple):
    """A cluster in another language on the same event, how like 0 to 1, and what both have."""

    cluster: Cluster
    likeness: float
    tie: str


def cluster_of(reader: Reader, identity: str) -> Cluster | None:
    """Return the cluster of that id, or that of a story by its id or address."""
    if (found := reader.cluster(identity)) is not None:
        return found
    story = reader.story(identity)
    return reader.cluster(story.cluster) if story is not None and story.cluster else None


def storyline(reader: Reader, cluster: Cluster, limit: int = 50) -> list[Cluster]:
    """Return the chapters of the long story that `cluster` is one of, itself too, the last seen first.

    A chapter that was merged into another took its followers along: they still name it.
    """
    begun = reader.cluster(cluster.storyline)
    names = {cluster.storyline, cluster.id, *cluster.merged_from}
    names |= {begun.storyline, begun.id, *begun.merged_from} if begun is not None else set()
    return reader.storylines(sorted(names - {""}), limit)


def elsewhere(reader: Reader, cluster: Cluster, limit: int = 10) -> list[Elsewhere]:
    """Return clusters in other languages about the same event, the most like first.

    Words say nothing from one language to the next, but actors, topics, numbers and dates do.
    """
    if not cluster.actors:
        return []  # what has none in common is never alike
    compared = (_compared(cluster, other) for other in _around(reader, cluster))
    found = [one for one in compared if one is not None]
    return sorted(found, key=lambda one: (-one.likeness, one.cluster.id))[:limit]


def _around(reader: Reader, cluster: Cluster) -> Iterator[Cluster]:
    """Yield clusters in other languages that were told of at the same time."""
    near = timedelta(days=NEAR_DAYS)
    newest = cluster.last_seen + near
    after = Place(round(newest.timestamp() * 1000), "")
    for _ in range(LOOKED_AT // CHUNK):
        chunk = reader.clusters("", CHUNK, after=after)
        for other in chunk:
            if other.last_seen < cluster.first_seen - near:
                return
            if other.language != cluster.language and other.first_seen <= newest:
                yield other
        if len(chunk) < CHUNK:
            return
        after = Place(round(chunk[-1].last_seen.timestamp() * 1000), chunk[-1].id)


def _compared(one: Cluster, other: Cluster) -> Elsewhere | None:
    actors, topics = {*one.actors} & {*other.actors}, {*one.topics} & {*other.topics}
    numbers = _numbers(one) & _numbers(other)
    parts = [(ACTORS, alike := _overlap(one.actors, other.actors))]
    if one.topics and other.topics:
        parts.append((TOPICS, _overlap(one.topics, other.topics)))
        enough = bool(topics or numbers) and len(actors) + len(topics) + len(numbers) >= 3
    else:  # topics are read in few languages: without them the actors have to be nearly the same
        enough = len(actors) >= 2 and (bool(numbers) or alike >= NEARLY_ALL)
    if numbers:
        parts.append((NUMBERS, 1.0))
    likeness = sum(share * part for share, part in parts) / sum(share for share, _ in parts)
    if not actors or not enough or likeness < ENOUGH:
        return None
    return Elsewhere(other, likeness, ", ".join((*sorted(actors), *sorted(topics), *sorted(numbers))))


def _overlap(one: list[str], other: list[str]) -> float:
    """Return the share of common codes among all of both (Jaccard)."""
    return len({*one} & {*other}) / (len({*one} | {*other}) or 1)


def _numbers(cluster: Cluster) -> set[str]:
    """Return the numbers in a cluster's titles, but for years and single digits."""
    found = {number for link in cluster.stories[:MAX_TITLES] for number in _NUMBER.findall(link.title)}
    return {number for number in found if len(number) > 1 and not _YEAR.fullmatch(number)}
