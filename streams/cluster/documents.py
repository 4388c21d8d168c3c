"""Pure changes to a cluster's record and document: begin, join, merge, close, tell why."""

import math
from bisect import insort
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from stories.model import Cluster, Story, StoryLink
from stories.withdrawal import cluster_without
from streams.cluster.index import LiveIndex, Profile, Span, Vector, strongest
from streams.cluster.leads import lead
from streams.cluster.origins import MAX_KEPT, is_copy
from streams.cluster.pactkeys import kinds_told, pacts_told
from streams.cluster.records import Live
from streams.cluster.terms import title_terms

MAX_LINKS = 100  # story links in a document; `size` counts all
TIE_TERMS = 5
TELLING_TERMS = 4  # a title of fewer tells less of the event
GROWTH = 1.5


class Placed(NamedTuple):
    """A story on its way into a cluster."""

    story: Story
    language: str
    weights: dict[str, int]
    vector: Vector
    signature: bytes


def begin(placed: Placed, cluster_id: str) -> Live:
    """Return a cluster of one story."""
    story = placed.story
    cluster = Cluster(
        id=cluster_id, title=story.title, first_seen=story.timestamp, last_seen=story.timestamp, size=1,
        outlets=_union([], [outlet(story)]), origins=1, language=placed.language, actors=story.actors,
        countries=story.countries, topics=story.topics, negated=story.negated, planned=story.planned,
        stories=[link(story)], storyline=cluster_id, summary=lead(story),
    )  # fmt: skip
    return Live(
        cluster, placed.weights, placed.vector.norm, [placed.signature], *_dated(story),
        pacts_told(story), kinds_told(story),
    )  # fmt: skip


def join(live: Live, placed: Placed, index: LiveIndex) -> Live:
    """Return `live` with one story more; a wire copy adds to its size, not to its origins."""
    old, story = live.cluster, placed.story
    copied = is_copy(placed.signature, live.signatures)
    weights, norm = index.grown(Profile(live.weights, live.norm), placed.weights, placed.vector)
    stories, title = _with(old.stories, link(story)), old.title
    if looks_around(old.size + 1):
        weights, norm = index.profile(weights)
        title = central_title(stories, weights, old.language, index)
    cluster = msgspec.structs.replace(
        old, first_seen=min(old.first_seen, story.timestamp), last_seen=max(old.last_seen, story.timestamp),
        size=old.size + 1, origins=old.origins + (not copied), revision=old.revision + 1,
        outlets=_union(old.outlets, [outlet(story)]), actors=_union(old.actors, story.actors),
        countries=_union(old.countries, story.countries), topics=_union(old.topics, story.topics),
        negated=_union(old.negated, story.negated), planned=_union(old.planned, story.planned),
        stories=stories, title=title,
    )  # fmt: skip
    signatures = live.signatures if copied else [*live.signatures, placed.signature][-MAX_KEPT:]
    seconds, dated = _dated(story)
    return Live(
        cluster, weights, norm, signatures, live.seconds + seconds, live.dated + dated,
        _union(live.pacts, pacts_told(story)), _union(live.kinds, kinds_told(story)),
    )  # fmt: skip


def looks_around(size: int) -> bool:
    """Return whether a cluster has just grown by half: then it is measured anew and asks its neighbours."""
    return size > 1 and int(math.log(size, GROWTH)) > int(math.log(size - 1, GROWTH))


def merge(kept: Live, gone: Live, index: LiveIndex) -> Live:
    """Return both as one under the id of `kept`; an origin known to both counts once."""
    one, two = kept.cluster, gone.cluster
    weights, norm = index.profile(_sum(kept.weights, gone.weights))
    stories = sorted([*one.stories, *two.stories], key=_newest_first)[:MAX_LINKS]
    fresh = [signature for signature in gone.signatures if not is_copy(signature, kept.signatures)]
    cluster = msgspec.structs.replace(
        one, first_seen=min(one.first_seen, two.first_seen), last_seen=max(one.last_seen, two.last_seen),
        size=one.size + two.size, origins=one.origins + two.origins - (len(gone.signatures) - len(fresh)),
        outlets=_union(one.outlets, two.outlets), actors=_union(one.actors, two.actors),
        countries=_union(one.countries, two.countries), topics=_union(one.topics, two.topics),
        negated=_union(one.negated, two.negated), planned=_union(one.planned, two.planned),
        stories=stories, title=central_title(stories, weights, one.language, index),
        revision=max(one.revision, two.revision) + 1,
        merged_from=_union(one.merged_from, [two.id, *two.merged_from]),
    )  # fmt: skip
    signatures = [*kept.signatures, *fresh][-MAX_KEPT:]
    seconds, dated = kept.seconds + gone.seconds, kept.dated + gone.dated
    return Live(
        cluster, weights, norm, signatures, seconds, dated, _union(kept.pacts, gone.pacts),
        _union(kept.kinds, gone.kinds),
    )  # fmt: skip


def older_first(lives: Iterable[Live]) -> list[Live]:
    """Return the cluster that keeps its id, then those that join it."""
    return sorted(lives, key=lambda live: (live.cluster.first_seen, live.cluster.id))


def merged_away(gone: Live, into: str) -> Cluster:
    """Return the last document of a merged cluster: it leads followers to the new one."""
    return msgspec.structs.replace(
        gone.cluster, state="merged", merged_into=into, revision=gone.cluster.revision + 1
    )


def closed(live: Live) -> Cluster:
    """Return the last document of a cluster whose window has passed."""
    return msgspec.structs.replace(live.cluster, state="closed", revision=live.cluster.revision + 1)


def without(live: Live, story_id: str, words: AbstractSet[str], index: LiveIndex) -> Live:
    """Return `live` without a story that was taken out, and without `words`, which it alone brought.

    Stores take the story's line out of what they have themselves, as its next revision; this one is newer.
    """
    kept = {term: weight for term, weight in live.weights.items() if term not in words}
    weights, norm = index.profile(kept) if kept else (live.weights, live.norm)
    cluster = cluster_without(live.cluster, story_id)
    cluster = msgspec.structs.replace(cluster, revision=cluster.revision + 1)
    return msgspec.structs.replace(live, cluster=cluster, weights=weights, norm=norm)


def relink(live: Live, story: Story) -> Live:
    """Return `live` with an edited story's title and address; if the story gave it its title, with that."""
    links = [link(story) if known.id == story.id else known for known in live.cluster.stories]
    title = live.cluster.title
    gave_it = any(known.id == story.id and known.title == title for known in live.cluster.stories)
    if gave_it and title not in {known.title for known in links}:  # no other story has it
        title = story.title
    cluster = msgspec.structs.replace(
        live.cluster, stories=links, title=title, revision=live.cluster.revision + 1,
        actors=_union(live.cluster.actors, story.actors), topics=_union(live.cluster.topics, story.topics),
    )  # fmt: skip
    return msgspec.structs.replace(live, cluster=cluster)


def central_title(
    stories: Iterable[StoryLink], weights: Mapping[str, int], language: str, index: LiveIndex
) -> str:
    """Return the title most like the cluster as a whole, of those that say something."""
    titles = sorted({one.title for one in stories})
    terms = {title: title_terms(title, language) for title in titles}
    telling = {term: index.rarity(term) ** 2 for term in set().union(*terms.values())}
    return max(titles, key=lambda title: _centrality(terms[title], weights, telling))


def _centrality(terms: AbstractSet[str], weights: Mapping[str, int], telling: Mapping[str, float]) -> float:
    """Return how like a cluster its title is."""
    if not terms:
        return 0.0
    length = math.sqrt(math.fsum(map(telling.__getitem__, terms)))
    shared = math.fsum([telling[term] * weights[term] for term in terms if term in weights])
    return shared / length * min(1.0, len(terms) / TELLING_TERMS)


def tie(vector: Vector, weights: Mapping[str, int]) -> str:
    """Return the terms and actors that weigh most in what a story shares with its cluster."""
    shared = {term: share * weights[term] for term, share in vector.shares.items() if term in weights}
    return ", ".join(term.removeprefix("actor:") for term in strongest(shared, TIE_TERMS))


def span(live: Live) -> Span:
    """Return when a cluster's stories were published."""
    cluster, dated = live.cluster, live.dated
    return Span(cluster.first_seen, cluster.last_seen, live.seconds / max(1, dated), dated > 0)


def link(story: Story) -> StoryLink:
    """Return a story's line in the dated list."""
    return StoryLink(
        id=story.id, url=story.url, title=story.title, outlet=outlet(story), published=story.timestamp
    )


def outlet(story: Story) -> str:
    """Return who published a story."""
    return story.outlet or story.feed.name or story.feed.url


def _dated(story: Story) -> tuple[int, int]:
    """Return what a story adds to its cluster's times and to their number: nothing if it has no date."""
    return (int(story.timestamp.timestamp()), 1) if story.published else (0, 0)


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    weights = dict(one)
    for term, weight in other.items():
        weights[term] = weights.get(term, 0) + weight
    return weights


def _with(links: list[StoryLink], fresh: StoryLink) -> list[StoryLink]:
    """Return `links`, newest first, with one more in its place."""
    more = list(links)
    insort(more, fresh, key=_newest_first)
    return more[:MAX_LINKS]


def _newest_first(one: StoryLink) -> tuple[float, str]:
    return -one.published.timestamp(), one.id


def _union(one: list[str], other: list[str]) -> list[str]:
    return sorted({*one, *other} - {""}) if other else one
