"""The derived index of one language's live clusters: from terms to clusters, rarest first, within a bound."""

import heapq
import math
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

MAX_POSTINGS = 300  # clusters read per term: a term in more of them tells little
MAX_PROBES = 16  # terms looked up per story, rarest first
MAX_CANDIDATES = 24  # clusters compared in full


class Candidate(NamedTuple):
    """A live cluster and how like the story it is, 0 to 1."""

    cluster: str
    similarity: float


class Entry(NamedTuple):
    """What comparing needs of a live cluster."""

    weights: Mapping[str, float]
    last_seen: datetime
    timed: bool


class LiveIndex:
    """Live clusters of one language with the document frequencies of their stories' terms."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.postings: dict[str, dict[str, None]] = {}
        self.frequencies: dict[str, int] = {}
        self.stories = 0
        self.compared = 0

    def put(self, cluster: str, entry: Entry) -> None:
        """Add a cluster, or bring it up to date."""
        old = self.entries.get(cluster)
        if old is not None:
            for term in old.weights.keys() - entry.weights.keys():
                self._unpost(term, cluster)
        for term in entry.weights:
            self.postings.setdefault(term, {})[cluster] = None
        self.entries[cluster] = entry

    def drop(self, cluster: str) -> None:
        """Forget a cluster that expired or was merged."""
        for term in self.entries.pop(cluster).weights:
            self._unpost(term, cluster)

    def count(self, terms: list[str], by: int) -> None:
        """Count a story's terms in (1) or out (-1)."""
        self.stories += by
        for term in terms:
            number = self.frequencies.get(term, 0) + by
            if number > 0:
                self.frequencies[term] = number
            else:
                self.frequencies.pop(term, None)

    def rarity(self, term: str) -> float:
        """Return a term's inverse document frequency, smoothed so that an empty index weighs all alike."""
        return math.log(1.0 + (self.stories + 50.0) / (self.frequencies.get(term, 0) + 1.0))

    def nearest(
        self, weights: Mapping[str, float], when: datetime, timed: bool, decay_s: float
    ) -> list[Candidate]:
        """Return candidates, the most similar first; many live clusters cost no more than few."""
        rarity = {term: self.rarity(term) for term in weights}
        vector = {term: weight * rarity[term] for term, weight in weights.items()}
        norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        found: dict[str, float] = {}
        for term in sorted(vector, key=lambda one: (self.frequencies.get(one, 0), one))[:MAX_PROBES]:
            posted = self.postings.get(term, ())
            if len(posted) <= MAX_POSTINGS:
                share = vector[term] * rarity[term]
                for cluster in posted:
                    found[cluster] = found.get(cluster, 0.0) + share
        best = heapq.nsmallest(MAX_CANDIDATES, found, key=lambda one: (-found[one], one))
        self.compared += len(best)
        candidates = [
            Candidate(cluster, self._similarity(vector, norm, self.entries[cluster], when, timed, decay_s))
            for cluster in best
        ]
        return sorted(candidates, key=lambda one: (-one.similarity, one.cluster))

    def alike(self, one: str, other: str) -> float:
        """Return the similarity of two live clusters, without regard to time."""
        weights = self.entries[one].weights
        vector = {term: weight * self.rarity(term) for term, weight in weights.items()}
        norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return self._cosine(vector, norm, self.entries[other].weights)

    def _similarity(
        self,
        vector: Mapping[str, float],
        norm: float,
        entry: Entry,
        when: datetime,
        timed: bool,
        decay_s: float,
    ) -> float:
        similarity = self._cosine(vector, norm, entry.weights)
        if timed and entry.timed:
            distance_s = abs((when - entry.last_seen).total_seconds())
            similarity *= math.exp(-distance_s / decay_s)
        return similarity

    def _cosine(self, vector: Mapping[str, float], norm: float, weights: Mapping[str, float]) -> float:
        dot = squares = 0.0
        for term, weight in weights.items():
            value = weight * self.rarity(term)
            squares += value * value
            if (own := vector.get(term)) is not None:
                dot += own * value
        return dot / (norm * math.sqrt(squares)) if squares else 0.0

    def _unpost(self, term: str, cluster: str) -> None:
        posted = self.postings[term]
        del posted[cluster]
        if not posted:
            del self.postings[term]
