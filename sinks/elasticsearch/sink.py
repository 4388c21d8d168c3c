"""Documents into Elasticsearch, in bulk: once by id, the highest revision stays, refusals one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import msgspec
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, helpers

from sinks.elasticsearch import indices, removal
from sinks.elasticsearch.client import RETRY_AFTER_S, reason_of, told_apart
from stories import wire
from stories.errors import PermanentError, TemporaryError
from stories.fields import STORY, values
from stories.model import Alert, Cluster, Document, Pact, PactChange, Story

CONFLICT = 409  # there already, as new or newer: what a repeat should meet
WAIT_STATUS = frozenset({403, 408, 429, 500, 502, 503, 504})  # 403 inside a bulk is a write block
TOO_LARGE, TOO_MANY = 413, 429  # a whole request: beyond a proxy's limit, or what the server holds at once
MAX_REQUEST_BYTES = 5_000_000
LEAST_REQUEST_BYTES = 20_000
MAX_DOCUMENTS = 1000
RETRIES = 3
_FLATTENED = (Story, Cluster, Pact, PactChange)
_INNER = frozenset(name for name in STORY.types if "." in name)  # stands in a part of the document already
_encoder = msgspec.json.Encoder()


class ElasticsearchSink:
    """Writes what the steps decided. One thread at a time may call it.

    `retries` are made within one call, seconds apart, for documents that the server is too busy to take.
    """

    def __init__(self, client: Elasticsearch, prefix: str = "", retries: int = RETRIES) -> None:
        self.client, self.prefix, self.retries = client, prefix, retries
        self.request_bytes = MAX_REQUEST_BYTES
        self._known: set[str] = set()

    def write(self, documents: Sequence[tuple[str, Document]]) -> list[tuple[str, Document, str]]:
        """Index (topic, document) pairs; return those that were refused for good, each with the reason.

        Raises TemporaryError when the server is away, full or blocked: the same call may be repeated,
        what was indexed already stays as it is. Raises PermanentError when it does not let us write.
        """
        kept: list[tuple[str, Document]] = []
        for topic, document in documents:
            if isinstance(document, Story) and document.withdrawn:
                self.withdraw(document)
            elif not (isinstance(document, Alert) and document.withdraws):
                kept.append((topic, document))
        with told_apart(f"indexing {len(kept)} documents"):
            return self._written(kept)

    def _written(self, documents: Sequence[tuple[str, Document]]) -> list[tuple[str, Document, str]]:
        try:
            return self._written_at_once(documents)
        except ApiError as error:
            if error.status_code != TOO_LARGE:
                raise
            if len(documents) == 1:
                return [(*documents[0], f"{TOO_LARGE}: larger than the server or a proxy before it takes")]
            half = len(documents) // 2
            return self._written(documents[:half]) + self._written(documents[half:])

    def _written_at_once(self, documents: Sequence[tuple[str, Document]]) -> list[tuple[str, Document, str]]:
        places = [indices.place(document) for _, document in documents]
        self._make_indices({self.prefix + place.index_name for place in places})
        actions = [
            _action(self.prefix, place, document)
            for place, (_, document) in zip(places, documents, strict=True)
        ]
        with self._sized(sum(len(body) for _, body in actions)):
            outcomes = list(self._outcomes(actions))
        return [
            (topic, document, reason)
            for (topic, document), reason in zip(documents, outcomes, strict=True)
            if reason
        ]

    @contextmanager
    def _sized(self, total_bytes: int = MAX_REQUEST_BYTES) -> Iterator[None]:
        """Send less at once after a whole request was too much for the server, more after all went well.

        One that was not answered in time is too much, too: sent again as it is, it would never be.
        """
        try:
            yield
        except (ApiError, ConnectionTimeout) as error:
            if isinstance(error, ConnectionTimeout) or error.status_code in (TOO_LARGE, TOO_MANY):
                at_once = min(self.request_bytes, total_bytes)
                self.request_bytes = max(at_once // 2, LEAST_REQUEST_BYTES)
            raise
        self.request_bytes = min(self.request_bytes * 2, MAX_REQUEST_BYTES)

    def withdraw(self, story: Story) -> None:
        """Drop a story that was taken out on request, and what quotes it. Raises as `write` does."""
        removal.withdraw(self.client, self.prefix, story, self._put)

    def _put(self, document: Document) -> None:
        self._make_indices({self.prefix + indices.place(document).index_name})
        with told_apart(f"writing {indices.place(document).id} anew"):
            for reason in self._outcomes([_action(self.prefix, indices.place(document), document)]):
                if reason:
                    raise PermanentError(f"{indices.place(document).id} could not be written anew: {reason}")

    def forget(self, document: Document) -> None:
        """Remove one document, if it is there. Raises TemporaryError and PermanentError."""
        place = indices.place(document)
        with told_apart(f"removing {place.id}"):
            self.client.options(ignore_status=404).delete(index=self.prefix + place.index_name, id=place.id)

    def _outcomes(self, actions: Iterable[tuple[dict[str, Any], bytes]]) -> Iterator[str]:
        """Yield for each action in order why it was refused, empty where it was not."""
        for _, item in helpers.streaming_bulk(
            self.client,
            actions,  # type: ignore[arg-type]  # made ready for the wire, so nothing is left to expand
            expand_action_callback=_as_it_is,  # type: ignore[arg-type]
            chunk_size=MAX_DOCUMENTS,
            max_chunk_bytes=self.request_bytes,
            raise_on_error=False,
            raise_on_exception=True,
            max_retries=self.retries,
            initial_backoff=1,
            retry_on_status=(429, 503),
        ):
            result: Mapping[str, Any] = next(iter(item.values()))
            yield self._outcome(result)

    def _outcome(self, result: Mapping[str, Any]) -> str:
        status = int(result.get("status", 200))
        if status < 300 or status == CONFLICT:
            return ""
        reason = reason_of(result)
        if status == 404:
            self._known.discard(str(result.get("_index")))  # deleted under our hands: made again
        if status in WAIT_STATUS or status == 404:
            raise TemporaryError(f"Elasticsearch takes no documents now ({status}, {reason})", RETRY_AFTER_S)
        return reason

    def _make_indices(self, wanted: set[str]) -> None:
        for index in sorted(wanted - self._known):
            indices.create(self.client, index)
            self._known.add(index)


def source(document: Document) -> bytes:
    """Return `document` as it is indexed: as on the wire, with the fields that queries know beside it.

    Defaults, which the wire leaves out, are written: Kibana can count only what is there.
    """
    plain: dict[str, Any] = {}
    if isinstance(document, _FLATTENED):
        plain |= {name: found for name, found in values(document).items() if name not in _INNER}
    if isinstance(document, PactChange):
        plain["pact_id"] = document.pact.id
    return _encoder.encode(plain | _defaults(type(document)) | wire.to_builtins(document))


@cache
def _defaults(kind: type[Document]) -> dict[str, Any]:
    """Return the defaults of a kind that say something, by the name of the field on the wire."""
    return {
        field.encode_name: field.default
        for field in msgspec.structs.fields(kind)
        if isinstance(field.default, str | int | float) and field.default != ""
    }


def _action(prefix: str, place: indices.Place, document: Document) -> tuple[dict[str, Any], bytes]:
    header: dict[str, Any] = {"_index": prefix + place.index_name, "_id": place.id}
    if place.version is None:
        return {"create": header}, source(document)
    header |= {"version": place.version, "version_type": "external"}
    return {"index": header}, source(document)


def _as_it_is(action: tuple[dict[str, Any], bytes]) -> tuple[dict[str, Any], bytes]:
    return action
