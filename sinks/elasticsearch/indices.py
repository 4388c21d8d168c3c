"""Where each document lives in Elasticsearch: its index, named from the document itself, and its mapping."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from sinks.elasticsearch import languages
from sinks.elasticsearch.client import reason_of, told_apart
from stories import topics
from stories.errors import PermanentError
from stories.model import Alert, Cluster, DeadLetter, Delivery, Document, FeedState, Pact, PactChange, Story

MAX_ID_BYTES = 512  # Elasticsearch refuses a longer _id
TEMPLATE_PRIORITY = 600  # above what a distribution installs by itself
KINDS = tuple(topic.name.replace(topics.CLUSTERED.name, "stories") for topic in topics.STORED)

# by kind, where it is not the first: raised when its mapping changes in what cannot be changed in place;
# `setup` then copies each index into one of the new generation
GENERATIONS: dict[str, int] = {}


class Place(NamedTuple):
    """The index and id of a document; of two with a `version` the higher stays, else the first."""

    index_name: str
    id: str
    version: int | None


def place(document: Document) -> Place:
    """Return where `document` belongs: the same document always in the same place."""
    match document:
        case Story():
            return Place(_monthly("stories", document.first_published), _id(document.id), document.revision)
        case Cluster():
            return Place(_single("clusters"), _id(document.id), document.revision)
        case Pact():
            return Place(_single("pacts"), _id(document.id), document.revision)
        case PactChange():
            return Place(_single("pact-changes"), _id(document.id), None)
        case Alert():
            return Place(_monthly("alerts", document.when), _id(document.id), None)
        case Delivery():
            return Place(_monthly("deliveries", document.when), _id(document.id), None)
        case FeedState():
            return Place(_single("feeds"), _id(document.url), document.polls)
        case DeadLetter():
            return Place(_monthly("dead-letters", document.when), _id(document.id), None)
    raise TypeError(f"no index is known for a {type(document).__name__}")


def _monthly(kind: str, moment: datetime) -> str:
    return of_today(f"{kind}-{moment:%Y.%m}", kind)


def _single(kind: str) -> str:
    return of_today(f"{kind}-1", kind)


def of_today(index: str, kind: str) -> str:
    """Return the name that `index`, of whatever generation, has with today's mapping of its kind."""
    generation = GENERATIONS.get(kind, 1)
    return re.sub(r"-g\d+$", "", index) + (f"-g{generation}" if generation > 1 else "")


def _id(identity: str) -> str:
    encoded = identity.encode("utf-8", "replace")
    return identity if len(encoded) <= MAX_ID_BYTES else hashlib.blake2b(encoded, digest_size=24).hexdigest()


def mapping(kind: str) -> dict[str, Any]:
    """Return the mapping of an index of `kind`, as templates/ beside this file has it."""
    template = files("sinks.elasticsearch") / "templates" / f"{kind}.json"
    loaded: dict[str, Any] = json.loads(template.read_text("utf-8"))
    return loaded


def templates(prefix: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the index templates by name; an index gets its alias, mapping and settings from one of them."""
    return {
        f"{prefix}pactwatch-{kind}": {
            "index_patterns": [f"{prefix}{kind}-*"],
            "priority": TEMPLATE_PRIORITY,
            "composed_of": [f"{prefix}pactwatch-{kind}", f"{prefix}pactwatch-settings", *optional],
            "ignore_missing_component_templates": optional,
            "template": {"aliases": {f"{prefix}{kind}": {}}},
            "_meta": {"owner": "pactwatch"},
        }
        for kind in KINDS
        for optional in ([languages.template_name(prefix)] if kind == "stories" else [],)
    }


def install(
    client: Elasticsearch, prefix: str = "", shards: int = 1, spoken: Iterable[str] = ()
) -> list[str]:
    """Put every template and make the indices that are not monthly; return the templates' names.

    Stories are analysed in the `spoken` languages, too, as far as the cluster can. What is there already is
    brought up to date. Raises TemporaryError and PermanentError.
    """
    settings = {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",  # one node has room for no copy, a cluster keeps one
        "mapping.ignore_malformed": False,
    }
    with told_apart("installing templates"):
        client.cluster.put_component_template(
            name=f"{prefix}pactwatch-settings", template={"settings": {"index": settings}}
        )
        for kind in KINDS:
            client.cluster.put_component_template(
                name=f"{prefix}pactwatch-{kind}", template={"mappings": mapping(kind)}
            )
        installed = templates(prefix)
        for name, body in installed.items():
            client.indices.put_index_template(name=name, **body)
        for kind in KINDS:  # a template serves indices to come; the present ones take no unknown field
            _add_fields(client, f"{prefix}{kind}-*", kind)
    for kind in ("clusters", "pacts", "pact-changes", "feeds"):
        create(client, f"{prefix}{_single(kind)}")
    languages.install(client, prefix, spoken, mapping("stories")["properties"])
    return sorted(installed)


def missing_templates(client: Elasticsearch, prefix: str = "") -> list[str]:
    """Return the names of the templates that are not installed."""
    with told_apart("looking for templates"):
        return [
            name for name in templates(prefix) if not client.indices.exists_index_template(name=name).body
        ]


def create(client: Elasticsearch, index: str) -> None:
    """Make an index from its template, unless it is there."""
    with told_apart(f"making the index {index}"):
        answer = client.options(ignore_status=400).indices.create(index=index)
        error = answer.body.get("error", {}) if answer.meta.status == 400 else {}
        if error and error.get("type") != "resource_already_exists_exception":
            raise PermanentError(f"the index {index} cannot be made: {reason_of(answer.body)}")


def _add_fields(client: Elasticsearch, indices: str, kind: str) -> None:
    for index in client.indices.get(index=indices).body:
        if index == of_today(index, kind):  # others are copied: see upgrade.py
            client.indices.put_mapping(index=index, properties=mapping(kind)["properties"])
