"""Indices of an older pactwatch brought up to date: where a mapping changed, a new index."""

from collections.abc import Iterator

from elasticsearch import Elasticsearch, helpers

from sinks.elasticsearch import indices
from sinks.elasticsearch.client import reason_of, told_apart
from stories.errors import PermanentError

AT_ONCE = 500


def upgrade(client: Elasticsearch, prefix: str = "") -> Iterator[str]:
    """Bring every index to today's generation and yield, line by line, what was done.

    An index of an older generation is copied into one of today's, which takes its
    place behind the alias at once; then the old one goes. Run again after an interruption, it goes on.
    Raises TemporaryError and PermanentError.
    """
    for kind in indices.KINDS:
        with told_apart(f"looking for the indices of {prefix}{kind}"):
            found = sorted(client.indices.get(index=f"{prefix}{kind}-*").body)
        for index in found:
            today = indices.of_today(index, kind)
            if index == today:
                continue  # `install` has added the fields it lacked
            copied = _copy(client, index, today)
            _swap(client, index, today, f"{prefix}{kind}")
            yield f"{index} became {today}, {copied} documents"


def _copy(client: Elasticsearch, index: str, today: str) -> int:
    """Copy with versions, so that what was written to the new index meanwhile is newer and stays."""
    indices.create(client, today)
    with told_apart(f"copying {index} to {today}"):
        client.indices.refresh(index=index)
        hits = helpers.scan(client, index=index, query={"version": True}, size=AT_ONCE)
        actions = (
            {
                "_op_type": "index", "_index": today, "_id": hit["_id"], "_source": hit["_source"],
                "version": hit["_version"], "version_type": "external_gte",
            }
            for hit in hits
        )  # fmt: skip
        copied = 0
        for fine, item in helpers.streaming_bulk(client, actions, chunk_size=AT_ONCE, raise_on_error=False):
            result = next(iter(item.values()))
            if not fine and result["status"] != 409:
                raise PermanentError(f"{index} cannot be copied to {today}: {reason_of(result)}")
            copied += 1
        client.indices.refresh(index=today)
    return copied


def _swap(client: Elasticsearch, index: str, today: str, alias: str) -> None:
    with told_apart(f"putting {today} in the place of {index}"):
        client.indices.update_aliases(
            actions=[{"add": {"index": today, "alias": alias}}, {"remove_index": {"index": index}}]
        )
