"""Pure changes to a cluster's record and document: begin, join, merge, close, tell why."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from stories.model import Cluster, Story, StoryLink
from streams.cluster.index import LiveIndex
from streams.cluster.origins import MAX_KEPT, is_copy
from streams.cluster.records import Live

MAX_LINKS = 100  # story links in a document; `size` counts all
MAX_WEIGHTS = 40  # terms a cluster is known by
TIE_TERMS = 5


class Placed(NamedTuple):
    """A story on its way into a cluster."""

    story: Story
    weights: Mapping[str, float]
    signature: bytes


def begin(placed: Placed, cluster_id: str) -> Live:
    """Return a cluster of one story."""
    story = placed.story
    cluster = Cluster(
        id=cluster_id, title=story.title, first_seen=story.timestamp, last_seen=story.timestamp, size=1,
        outlets=_union([], [outlet(story)]), origins=1, language=story.language, actors=story.actors,
        countries=story.countries, topics=story.topics, negated=story.negated, planned=story.planned,
        stories=[link(story)],
    )  # fmt: skip
    return Live(cluster, _strongest(placed.weights), [placed.signature], story.published is not None)


def join(live: Live, placed: Placed) -> Live:
    """Return `live` with one story more; a wire copy adds to its size, not to its origins."""
    old, story = live.cluster, placed.story
    copied = is_copy(placed.signature, live.signatures)
    weights = dict(live.weights)
    for term, weight in placed.weights.items():
        weights[term] = weights.get(term, 0.0) + weight
    strongest = _strongest(weights)
    cluster = msgspec.structs.replace(
        old, first_seen=min(old.first_seen, story.timestamp), last_seen=max(old.last_seen, story.timestamp),
        size=old.size + 1, origins=old.origins + (not copied), revision=old.revision + 1,
        outlets=_union(old.outlets, [outlet(story)]), actors=_union(old.actors, story.actors),
        countries=_union(old.countries, story.countries), topics=_union(old.topics, story.topics),
        negated=_union(old.negated, story.negated), planned=_union(old.planned, story.planned),
        stories=_newest([*old.stories, link(story)]),
    )  # fmt: skip
    signatures = live.signatures if copied else [*live.signatures, placed.signature][-MAX_KEPT:]
    return Live(cluster, strongest, signatures, live.timed and story.published is not None)


def merge(kept: Live, gone: Live) -> Live:
    """Return both as one under the id of `kept`; an origin known to both counts once."""
    one, two = kept.cluster, gone.cluster
    fresh = [signature for signature in gone.signatures if not is_copy(signature, kept.signatures)]
    weights = dict(kept.weights)
    for term, weight in gone.weights.items():
        weights[term] = weights.get(term, 0.0) + weight
    cluster = msgspec.structs.replace(
        one, first_seen=min(one.first_seen, two.first_seen), last_seen=max(one.last_seen, two.last_seen),
        size=one.size + two.size, origins=one.origins + two.origins - (len(gone.signatures) - len(fresh)),
        outlets=_union(one.outlets, two.outlets), actors=_union(one.actors, two.actors),
        countries=_union(one.countries, two.countries), topics=_union(one.topics, two.topics),
        negated=_union(one.negated, two.negated), planned=_union(one.planned, two.planned),
        stories=_newest([*one.stories, *two.stories]), revision=max(one.revision, two.revision) + 1,
        merged_from=_union(one.merged_from, [two.id, *two.merged_from]),
    )  # fmt: skip
    signatures = [*kept.signatures, *fresh][-MAX_KEPT:]
    return Live(cluster, _strongest(weights), signatures, kept.timed and gone.timed)


def older_first(one: Live, other: Live) -> tuple[Live, Live]:
    """Return the cluster that keeps its id, then the one that joins it."""
    first, second = sorted((one, other), key=lambda live: (live.cluster.first_seen, live.cluster.id))
    return first, second


def merged_away(gone: Live, into: str) -> Cluster:
    """Return the last document of a merged cluster: it leads followers to the new one."""
    return msgspec.structs.replace(
        gone.cluster, state="merged", merged_into=into, revision=gone.cluster.revision + 1
    )


def closed(live: Live) -> Cluster:
    """Return the last document of a cluster whose window has passed."""
    return msgspec.structs.replace(live.cluster, state="closed", revision=live.cluster.revision + 1)


def relink(live: Live, story: Story) -> Live:
    """Return `live` with the title and address of an edited story brought up to date."""
    links = [link(story) if known.id == story.id else known for known in live.cluster.stories]
    only = live.cluster.size == 1
    title = story.title if only else live.cluster.title
    cluster = msgspec.structs.replace(
        live.cluster, stories=links, title=title, revision=live.cluster.revision + 1,
        actors=_union(live.cluster.actors, story.actors), topics=_union(live.cluster.topics, story.topics),
    )  # fmt: skip
    return Live(cluster, live.weights, live.signatures, live.timed)


def tie(index: LiveIndex, weights: Mapping[str, float], story: Mapping[str, float]) -> str:
    """Return the terms and actors that weigh most in what a story shares with its cluster."""
    shared = {
        term: story[term] * weights[term] * index.rarity(term) ** 2 for term in story if term in weights
    }
    strongest = sorted(shared, key=lambda term: (-shared[term], term))[:TIE_TERMS]
    return ", ".join(term.removeprefix("actor:") for term in strongest)


def link(story: Story) -> StoryLink:
    """Return a story's line in the dated list."""
    return StoryLink(
        id=story.id, url=story.url, title=story.title, outlet=outlet(story), published=story.timestamp
    )


def outlet(story: Story) -> str:
    """Return who published a story."""
    return story.outlet or story.feed.name or story.feed.url


def _strongest(weights: Mapping[str, float]) -> dict[str, float]:
    strongest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_WEIGHTS]
    return dict(strongest)


def _newest(links: list[StoryLink]) -> list[StoryLink]:
    return sorted(links, key=lambda one: (-one.published.timestamp(), one.id))[:MAX_LINKS]


def _union(one: list[str], other: list[str]) -> list[str]:
    return sorted({*one, *other} - {""})
