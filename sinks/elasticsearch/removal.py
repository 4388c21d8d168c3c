"""What leaves Elasticsearch: a story on request, with every line on it elsewhere, and what grew too old."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from elasticsearch import Elasticsearch, helpers

from sinks.elasticsearch import indices
from sinks.elasticsearch.client import told_apart
from stories import topics
from stories.model import Alert, Cluster, DeadLetter, Document, PactChange, Story
from stories.withdrawal import change_without, letter_without, listing_without

D = TypeVar("D", bound=Document)
Write = Callable[[Document], None]
GONE_ALREADY = (404, 409)
AT_ONCE = 500


def withdraw(client: Elasticsearch, prefix: str, story: Story, write: Write) -> None:
    """Take out the story that `story` stands for, and what lists, quotes or tells of it.

    Pacts come anew from the step that keeps them. Raises TemporaryError and PermanentError.
    """
    place = indices.place(story)
    lenient = client.options(ignore_status=GONE_ALREADY)
    with told_apart(f"removing {story.id}"):
        lenient.delete(
            index=prefix + place.index_name, id=place.id, version=place.version, version_type="external"
        )
        for topic, kind, clause, change in _traces(story):
            every = f"{prefix}{topic}-*"  # a kind may have no index yet
            client.indices.refresh(index=every)
            for hit, known in list(_documents(client, every, clause, kind)):
                changed = change(known)
                if changed == known:
                    continue
                if changed is None or not isinstance(changed, Cluster):  # only clusters have versions
                    lenient.delete(index=hit["_index"], id=hit["_id"])
                if changed is not None:
                    write(changed)


def prune(client: Elasticsearch, prefix: str, before: datetime) -> Iterator[int]:
    """Remove stories older than `before`, then clusters; yield after each step how many went with it.

    A month without any younger story loses its whole index.
    """
    with told_apart("removing what is too old"):
        for kind, field in ((f"{prefix}stories", "@timestamp"), (f"{prefix}clusters", "last_seen")):
            for index in sorted(client.indices.get(index=f"{kind}-*").body):
                yield from _prune_index(client, index, {"range": {field: {"lt": before.isoformat()}}})


def count_prunable(client: Elasticsearch, prefix: str, before: datetime) -> tuple[int, int]:
    """Return how many stories and clusters `prune` would remove."""
    with told_apart("counting what is too old"):
        found = [
            client.count(index=f"{prefix}{kind}", query={"range": {field: {"lt": before.isoformat()}}})
            for kind, field in (("stories", "@timestamp"), ("clusters", "last_seen"))
        ]
    return int(found[0]["count"]), int(found[1]["count"])


def _prune_index(client: Elasticsearch, index: str, old: Mapping[str, Any]) -> Iterator[int]:
    client.indices.refresh(index=index)
    held, going = (int(client.count(index=index, query=query)["count"]) for query in (None, old))
    if going and going == held and ("-20" in index or "-19" in index):
        client.indices.delete(index=index)
        yield going
        return
    hits = helpers.scan(client, index=index, query={"query": old}, _source=False, size=AT_ONCE)
    actions = ({"_op_type": "delete", "_index": index, "_id": hit["_id"]} for hit in hits)
    for _ in helpers.streaming_bulk(client, actions, chunk_size=AT_ONCE, raise_on_error=False):
        yield 1


def _traces(
    story: Story,
) -> Iterator[tuple[str, type[Any], dict[str, Any], Callable[[Any], Document | None]]]:
    """Yield where else a story may stand: kind, document, which to look at, what becomes of each."""
    every: dict[str, Any] = {"match_all": {}}
    rests = {
        "bool": {"should": [{"term": {"subject.id": story.id}}, {"term": {"receipt.stories": story.id}}]}
    }
    if story.cluster:
        own = {"term": {"id": story.cluster}}
        yield topics.CLUSTERS.name, Cluster, own, lambda one: listing_without(one, story.id)
    yield topics.PACT_CHANGES.name, PactChange, every, lambda one: change_without(one, story.id)
    yield topics.ALERTS.name, Alert, rests, lambda _: None
    yield topics.DEAD_LETTERS.name, DeadLetter, every, lambda one: letter_without(one, story.id)


def _documents(
    client: Elasticsearch, index: str, query: Mapping[str, Any], kind: type[D]
) -> Iterator[tuple[Mapping[str, Any], D]]:
    for hit in helpers.scan(client, index=index, query={"query": query}, size=AT_ONCE):
        yield hit, msgspec.convert(hit["_source"], kind)
