"""The level above clusters: chapters of a long story, each led back to the one it goes on from.

A war or a negotiation is told in clusters of a few days (decision 42), a pact in steps months apart. A
chapter is what is remembered of a cluster, live or closed, to find it again: its strongest terms, its actors,
the pacts it tells of. A new one follows one on the same pact, or else the one most like it of the last weeks.
"""

import math
from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from stories.model import Cluster
from streams.cluster.evidence import Shared, outweighs_chance
from streams.cluster.index import LiveIndex, strongest
from streams.cluster.records import Chapter, Live
from streams.cluster.terms import SCALE

KEPT_DAYS = 400  # from the signing to the ratification a year may pass
LIKE_DAYS = 45  # without a pact, what was told longer ago is another story
LIKE = 0.37  # cosine of the strongest terms of two chapters of one story
SHARED_WORDS = 2  # beside actors
STRONGEST = 16  # terms by which a chapter is known
NEWEST = 30  # chapters read per term and per pact
MAX_COMPARED = 20
MAX_LISTED = 200  # chapters by which it is told what words come together
TIE_TERMS = 5
MAIN_ACTOR = 1 / 3  # of a cluster's stories name it
ACTOR = "actor:"


class Predecessor(NamedTuple):
    """The chapter that a cluster goes on from, and what ties the two."""

    cluster: str
    chapter: Chapter
    tie: str


Place = tuple[str, str]  # a language, and a pact or a term; "" for every chapter
Dated = tuple[datetime, str]  # when a chapter was last seen, and its cluster


class Storylines:
    """Chapters by their language and the pacts and terms in them, the newest last."""

    def __init__(self) -> None:
        self.chapters: dict[str, Chapter] = {}
        self.places: dict[Place, list[Dated]] = {}

    def put(self, cluster: str, chapter: Chapter) -> None:
        """Add a chapter, or bring it up to date."""
        if cluster in self.chapters:
            self.drop(cluster)
        self.chapters[cluster] = chapter
        for place in _places(chapter):
            insort(self.places.setdefault(place, []), (chapter.last_seen, cluster))

    def drop(self, cluster: str) -> None:
        """Forget a chapter."""
        chapter = self.chapters.pop(cluster)
        for place in _places(chapter):
            listed = self.places[place]
            del listed[bisect_left(listed, (chapter.last_seen, cluster))]
            if not listed:
                del self.places[place]

    def before(self, moment: datetime, language: str, most: int) -> list[str]:
        """Return a few clusters whose chapters were last seen before `moment`, the oldest first."""
        oldest = self.places.get((language, ""), [])[:most]
        return [cluster for seen, cluster in oldest if seen < moment]

    def predecessor(self, fresh: Chapter, without: Collection[str], index: LiveIndex) -> Predecessor | None:
        """Return the chapter that `fresh` goes on from, none of those `without`."""
        return self._by_pact(fresh, without) or self._by_terms(fresh, without, index)

    def _by_pact(self, fresh: Chapter, without: Collection[str]) -> Predecessor | None:
        found = [
            (dated, pact)
            for pact in fresh.pacts
            for dated in self._newest(pact, fresh, without, KEPT_DAYS)
            if _same_kind(fresh.kinds, self.chapters[dated[1]].kinds)
        ]
        if not found:
            return None
        (_, older), pact = max(found)
        return Predecessor(older, self.chapters[older], f"pact {pact.rpartition(':')[2]}")

    def _by_terms(self, fresh: Chapter, without: Collection[str], index: LiveIndex) -> Predecessor | None:
        rarest = sorted(
            fresh.terms, key=lambda term: (len(self.places.get((fresh.language, term), ())), term)
        )
        met = {dated for term in rarest for dated in self._newest(term, fresh, without, LIKE_DAYS)}
        best: tuple[float, Dated, list[str]] | None = None
        for dated in sorted(met, reverse=True)[:MAX_COMPARED]:
            older = self.chapters[dated[1]]
            shared = sorted(fresh.terms.keys() & older.terms.keys())
            words = [term for term in shared if not term.startswith(ACTOR)]
            if len(words) < SHARED_WORDS or not same_parties(fresh.actors, older.actors):
                continue
            likeness = _cosine(fresh.terms, older.terms, index)
            if likeness < LIKE or (best is not None and (likeness, dated) <= best[:2]):
                continue
            if self._is_evident(shared, fresh, dated[1], without, index):
                best = likeness, dated, shared
        if best is None:
            return None
        _, (_, found), shared = best
        telling = strongest({term: index.rarity(term) for term in shared}, TIE_TERMS)
        return Predecessor(found, self.chapters[found], ", ".join(one.removeprefix(ACTOR) for one in telling))

    def _is_evident(
        self, shared: Sequence[str], fresh: Chapter, older: str, without: Collection[str], index: LiveIndex
    ) -> bool:
        """Return whether a chapter shares more than chance with an older one.

        A long story's chapters say the same words: what comes together in them is told by one storyline.
        """
        weighed, own = [], self.chapters[older].storyline
        for rarity, term in sorted((-index.rarity(term), term) for term in shared):
            listed = self.places.get((fresh.language, term), [])[-MAX_LISTED:]
            told = {self.chapters[cluster].storyline for _, cluster in listed if cluster not in without}
            weighed.append(Shared(-rarity, told | {own}))
        every = self.places[fresh.language, ""]
        since = fresh.first_seen - timedelta(days=LIKE_DAYS)
        among = len(every) - bisect_left(every, (since, ""))
        return outweighs_chance(weighed, len(fresh.terms), max(1, among))

    def _newest(self, place: str, fresh: Chapter, without: Collection[str], days: int) -> list[Dated]:
        """Return the newest chapters listed under `place` that began before `fresh`, within so many days."""
        since = fresh.first_seen - timedelta(days=days)
        listed = self.places.get((fresh.language, place), [])
        found = []
        for dated in listed[-NEWEST:]:
            older = self.chapters[dated[1]]
            if since <= older.last_seen and older.first_seen < fresh.first_seen and dated[1] not in without:
                found.append(dated)
        return found


def chapter(live: Live, index: LiveIndex, known: Chapter | None) -> Chapter:
    """Return what is remembered of a cluster; whether it is followed, only its `known` chapter says."""
    cluster = live.cluster
    values = {term: weight * index.rarity(term) for term, weight in live.weights.items()}
    terms = {term: live.weights[term] for term in strongest(values, STRONGEST)}
    return Chapter(
        language=cluster.language, storyline=cluster.storyline, first_seen=cluster.first_seen,
        last_seen=cluster.last_seen, terms=terms,
        actors=main_actors(live.weights, cluster.size), pacts=live.pacts, kinds=live.kinds,
        followed=known is not None and known.followed,
    )  # fmt: skip


def main_actors(weights: Mapping[str, int], size: int) -> list[str]:
    """Return the actors that many of a cluster's stories name."""
    enough = size * SCALE * MAIN_ACTOR
    return sorted(
        term.removeprefix(ACTOR)
        for term, weight in weights.items()
        if term.startswith(ACTOR) and weight >= enough
    )


def same_parties(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two sets of actors may act in one story: talks with another are other talks."""
    shared = len({*one} & {*other})
    return shared >= min(2, len(one), len(other))


def follow(cluster: Cluster, older: Predecessor) -> Cluster:
    """Return `cluster` as the chapter after `older`."""
    return msgspec.structs.replace(
        cluster, storyline=older.chapter.storyline, follows=older.cluster, follows_by=older.tie
    )


def _places(chapter: Chapter) -> list[Place]:
    return [(chapter.language, name) for name in ("", *chapter.pacts, *chapter.terms)]


def _same_kind(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two chapters may tell of one pact: its kind may be left open, but not differ."""
    return not one or not other or not set(one).isdisjoint(other)


def _cosine(one: Mapping[str, int], other: Mapping[str, int], index: LiveIndex) -> float:
    rarities = {term: index.rarity(term) ** 2 for term in (*one, *other)}
    shared = math.fsum(weight * other[term] * rarities[term] for term, weight in one.items() if term in other)
    lengths = (math.sqrt(math.fsum(w * w * rarities[t] for t, w in terms.items())) for terms in (one, other))
    return shared / (math.prod(lengths) or 1.0)
