"""The derived index of one language's live clusters: from terms to clusters, rarest first, within a bound.

Everything it counts is an integer, so that an index rebuilt from the records is the same index to the bit.
"""

import math
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from streams.cluster.background import COMMON
from streams.cluster.evidence import MAX_EVIDENCE, SURE, Shared, outweighs_chance
from streams.cluster.terms import SCALE

MAX_POSTINGS = 300  # clusters read per term: a term in more of them tells little
MAX_WEIGHTS = 120  # terms a cluster is known by: the strongest, cut back from a quarter more
MAX_READS = 200  # postings read per story in all, rarest terms first
MAX_CANDIDATES = 6  # clusters compared in full
# as if so many had come before, common terms in their usual share: an empty index weighs alike
PRIOR_STORIES = 200.0
DAMPED = 0.75  # a weight counts by this power: of a word that all say, one story more says little
MAIN_TERM = 1 / 4  # of a cluster's stories have it
LONE_TERM = 0.5  # what counts of the part of a likeness that one term alone carries beyond all the others


class Candidate(NamedTuple):
    """A live cluster and how like the story it is, 0 to 1."""

    cluster: str
    similarity: float


class Entry(NamedTuple):
    """What comparing needs of a live cluster; `norm` is its vector's length when it last changed."""

    weights: Mapping[str, int]
    norm: float
    size: int
    span: "Span"


class Span(NamedTuple):
    """First, last and mean time of a story or a cluster; without `timed`, nothing is known of its time."""

    first: datetime
    last: datetime
    mean_s: float
    timed: bool

    def distance_s(self, other: "Span") -> float:
        """Return the seconds between the mean times: a long story is told in chapters, not as one cluster."""
        return abs(self.mean_s - other.mean_s) if self.timed and other.timed else 0.0

    def gap_s(self, other: "Span") -> float:
        """Return the seconds between two spans: 0 where they meet or where one is not known."""
        if not (self.timed and other.timed):
            return 0.0
        return max(0.0, (self.first - other.last).total_seconds(), (other.first - self.last).total_seconds())


class Profile(NamedTuple):
    """What a cluster is known by: its strongest terms and the length of their vector."""

    weights: dict[str, int]
    norm: float


class Vector(NamedTuple):
    """Weights to compare by, damped: each times its term's rarity, squared, and the length of the whole."""

    shares: Mapping[str, float]
    norm: float


class Term(msgspec.Struct, gc=False):
    """What an index knows of one term, kept together so that it is looked up once.

    `prior` is how many of the stories before the first are taken to have had it, `stories` how many counted
    ones have it; `mass` and `squares` are the sum and the sum of squares of its weights over clusters,
    `posted` its damped part of the length of each, in thousandths: small numbers take no memory of their own.
    """

    prior: float
    stories: int = 0
    mass: int = 0
    squares: int = 0
    posted: dict[str, int] = {}

    @property
    def told(self) -> float:
        """Return by how much the term is common.

        A word that fills one cluster and no other names that cluster's event, however often it comes. So
        not the number of its stories counts, but the geometric mean of that and of its effective number of
        clusters (the inverse of Simpson's index of its weight over them).
        """
        clusters = self.mass * self.mass / self.squares if self.squares else self.stories
        return math.sqrt(self.stories * clusters) + self.prior


class LiveIndex:
    """Live clusters of one language, how often terms occur in their stories, and over how many clusters."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.terms: dict[str, Term] = {}
        self.rarities: dict[str, float] = {}  # as asked for since the index last changed
        self.stories = 0
        self.timed = 0  # clusters of whose time something is known
        self.compared = 0

    def put(self, cluster: str, entry: Entry) -> None:
        """Add a cluster, or bring it up to date."""
        self.rarities.clear()
        old = self.entries.get(cluster)
        before: Mapping[str, int] = old.weights if old is not None else {}
        for name in before.keys() - entry.weights.keys():
            self._unpost(name, cluster, before[name])
        weight_before, length = before.get, _coarse(entry.norm)
        as_long = old is not None and length == _coarse(old.norm)
        for name, weight in entry.weights.items():
            known = weight_before(name, 0)
            if known != weight or not as_long:
                term = self._term(name)
                term.mass += weight - known
                term.squares += weight * weight - known * known
                term.posted[cluster] = round(1000 * weight**DAMPED / length)
        self.timed += entry.span.timed - (old is not None and old.span.timed)
        self.entries[cluster] = entry

    def drop(self, cluster: str) -> None:
        """Forget a cluster that expired or was merged."""
        self.rarities.clear()
        entry = self.entries.pop(cluster)
        self.timed -= entry.span.timed
        for name, weight in entry.weights.items():
            self._unpost(name, cluster, weight)

    def count(self, terms: list[str], by: int) -> None:
        """Count a story's terms in (1) or out (-1)."""
        self.rarities.clear()
        self.stories += by
        for name in terms:
            term = self._term(name)
            term.stories = max(0, term.stories + by)
            self._forget_unused(name, term)

    def rarity(self, term: str) -> float:
        """Return how much a term tells: little if many stories have it, less if many clusters do."""
        rarity = self.rarities.get(term)
        if rarity is None:
            known = self.terms.get(term)
            told = known.told if known is not None else _prior(term)
            rest = (self.stories + PRIOR_STORIES) / (told + 1.0)
            rarity = self.rarities[term] = math.log((1.0 if told else 2.0) + rest)
        return rarity

    def vector(self, weights: Mapping[str, int]) -> Vector:
        """Return what `weights` are compared by, the rarest terms first."""
        find, rarity_of = self.terms.get, self.rarity
        shares: dict[str, float] = {}
        squares = 0.0
        for _, name in sorted([(term.stories if (term := find(name)) else 0, name) for name in weights]):
            rarity, weight = rarity_of(name), weights[name] ** DAMPED
            share = shares[name] = weight * rarity * rarity
            squares += share * weight
        return Vector(shares, math.sqrt(squares) or 1.0)

    def profile(self, weights: Mapping[str, int]) -> Profile:
        """Return the strongest of a cluster's summed weights."""
        values = {term: weight**DAMPED * self.rarity(term) for term, weight in weights.items()}
        kept = dict(weights)
        if len(kept) > MAX_WEIGHTS * 5 // 4:
            kept = {term: weights[term] for term in strongest(values, MAX_WEIGHTS)}
        return Profile(kept, math.sqrt(sum(values[term] ** 2 for term in kept)) or 1.0)

    def grown(self, known: Profile, weights: Mapping[str, int], vector: Vector) -> Profile:
        """Return what a cluster is known by once the story behind `vector` adds its weights to it."""
        grown = dict(known.weights)
        squares = known.norm * known.norm
        for term, weight in weights.items():
            old = grown.get(term, 0)
            new = grown[term] = old + weight
            squares += (new ** (2 * DAMPED) - old ** (2 * DAMPED)) * vector.shares[term] / weight**DAMPED
        if len(grown) > MAX_WEIGHTS * 5 // 4:
            return self.profile(grown)
        return Profile(grown, math.sqrt(squares))

    def nearest(self, vector: Vector, without: str = "") -> list[Candidate]:
        """Return live clusters, the most similar first; many of them cost no more than few."""
        found: dict[str, float] = {}
        get, find = found.get, self.terms.get
        reads = 0
        for name, share in vector.shares.items():
            term = find(name)
            if term is None or len(term.posted) > MAX_POSTINGS:
                continue
            reads += len(term.posted)
            if reads > MAX_READS and found:
                break
            for cluster, part in term.posted.items():
                found[cluster] = get(cluster, 0.0) + share * part
        found.pop(without, None)
        best = _largest(found)
        self.compared += len(best)
        candidates = [(self._likeness(vector, self.entries[cluster]), cluster) for cluster in best]
        return [Candidate(cluster, similarity) for similarity, cluster in sorted(candidates, reverse=True)]

    def alike(self, known: Profile, cluster: str) -> float:
        """Return how like what is known of a cluster a live one is, without regard to time."""
        entry = self.entries[cluster]
        shares = {
            name: weight**DAMPED * self.rarity(name) ** 2
            for name, weight in known.weights.items()
            if name in entry.weights
        }
        return self._likeness(Vector(shares, known.norm), entry)

    def is_evident(self, terms: Collection[str], cluster: str, sure: float = SURE) -> bool:
        """Return whether a story of these terms shares `sure` nats more than chance with a live cluster.

        In a large cluster a term counts as far as many of its stories have it.
        """
        entry, rarity_of = self.entries[cluster], self.rarity
        weights, main = entry.weights, entry.size * SCALE * MAIN_TERM
        shared = sorted([(-rarity_of(name), name) for name in terms if name in weights])
        weighed = [
            Shared(-rarity, self.terms[name].posted.keys(), min(1.0, weights[name] / main))
            for rarity, name in shared[:MAX_EVIDENCE]
        ]
        return outweighs_chance(weighed, len(terms), len(self.entries), sure)

    def _likeness(self, vector: Vector, entry: Entry) -> float:
        """Return a cosine, in which one term alone may not weigh much more than all the others."""
        weights = entry.weights
        parts = [share * weights[name] ** DAMPED for name, share in vector.shares.items() if name in weights]
        total: float = sum(parts)
        excess = max(0.0, max(parts, default=0.0) - total / 2)
        return (total - LONE_TERM * excess) / (vector.norm * entry.norm)

    def _term(self, name: str) -> Term:
        term = self.terms.get(name)
        if term is None:
            term = self.terms[name] = _unheard(name)
        return term

    def _unpost(self, name: str, cluster: str, weight: int) -> None:
        term = self.terms[name]
        del term.posted[cluster]
        term.mass -= weight
        term.squares -= weight * weight
        self._forget_unused(name, term)

    def _forget_unused(self, name: str, term: Term) -> None:
        if not term.stories and not term.posted:
            del self.terms[name]


def _unheard(name: str) -> Term:
    """Return what is known of a term that no story had yet."""
    return Term(_prior(name))


def _prior(name: str) -> float:
    """Return how many of the stories before the first are taken to have had a term."""
    return COMMON.get(name, 0.0) * PRIOR_STORIES


def strongest(values: Mapping[str, float], most: int) -> list[str]:
    """Return the names of the highest values, of equal ones the first by name."""
    return sorted(sorted(values), key=values.__getitem__, reverse=True)[:most]


def _coarse(norm: float) -> float:
    """Return about the same length, to a fifth: it seldom changes as a cluster grows."""
    return math.pow(2.0, math.floor(4 * math.log2(norm)) / 4)


def main_terms(weights: Mapping[str, int], size: int) -> list[str]:
    """Return the terms that many of a cluster's stories have."""
    return [name for name, weight in weights.items() if weight >= size * SCALE * MAIN_TERM]


def _largest(found: Mapping[str, float]) -> list[str]:
    """Return the clusters of the highest values, of equal ones the last by id."""
    # bare numbers are sorted ten times as fast as a heap of pairs is kept
    enough = min(sorted(found.values())[-MAX_CANDIDATES:], default=0.0)
    best = sorted([(value, cluster) for cluster, value in found.items() if value >= enough])
    return [cluster for _, cluster in best[-MAX_CANDIDATES:]]
