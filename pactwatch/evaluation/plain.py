"""What ours is measured against: each story goes to the nearest centroid by TF-IDF, among all there are."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from stories.model import Story
from streams.cluster.terms import read, weigh


class Centroid:
    """The sum of its stories' vectors, each of length 1, with its own squared length kept along."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.square = 0.0
        self.last_seen: datetime | None = None

    def likeness(self, vector: dict[str, float]) -> float:
        """Return the cosine with a vector of length 1."""
        values = self.values
        shared = sum(value * values[term] for term, value in vector.items() if term in values)
        return shared / math.sqrt(self.square)

    def add(self, vector: dict[str, float], story: Story) -> None:
        """Take in a story's vector of length 1."""
        for term, value in vector.items():
            old = self.values.get(term, 0.0)
            self.values[term] = old + value
            self.square += value * (2.0 * old + value)
        self.last_seen = max(self.last_seen or story.timestamp, story.timestamp)


def nearest_centroids(stories: Sequence[Story], join: float, window_days: float | None = None) -> list[str]:
    """Return a cluster for each story: that of the nearest centroid, if that is near enough.

    Near enough is a cosine above `join`. With a window, centroids that were last added to so many days
    before are no longer compared.
    """
    live: dict[str, Centroid] = {}
    frequencies = Counter[str]()
    given: list[str] = []
    for number, story in enumerate(stories, 1):
        vector = _vector(story, frequencies, number)
        if window_days is not None:
            _forget(live, story.timestamp - timedelta(days=window_days))
        found, best = str(number), join
        for name, centroid in live.items():
            likeness = centroid.likeness(vector)
            if likeness > best:
                found, best = name, likeness
        if vector:
            live.setdefault(found, Centroid()).add(vector, story)
        given.append(found)
    return given


def _vector(story: Story, frequencies: Counter[str], number: int) -> dict[str, float]:
    terms = weigh(story, read(story), "en").keys()
    frequencies.update(terms)
    values = {term: math.log(1 + number / frequencies[term]) for term in terms}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {term: value / length for term, value in values.items()}


def _forget(live: dict[str, Centroid], before: datetime) -> None:
    gone = [name for name, one in live.items() if one.last_seen is not None and one.last_seen < before]
    for name in gone:
        del live[name]
