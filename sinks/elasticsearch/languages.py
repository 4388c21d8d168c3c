"""Stems and stop words per language, where a cluster has them, beside the plain words that queries name."""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from sinks.elasticsearch.client import told_apart

ANALYSED = ("title", "summary", "body")
ANALYZERS: Mapping[str, str] = {
    "ar": "arabic", "bg": "bulgarian", "bn": "bengali", "ca": "catalan", "cs": "czech", "da": "danish",
    "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "ja": "cjk", "ko": "cjk", "lt": "lithuanian",
    "lv": "latvian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "th": "thai", "tr": "turkish", "uk": "ukrainian",
    "zh": "cjk",
}  # fmt: skip
NO_SUCH = 400


def template_name(prefix: str) -> str:
    """Return the name of the component template that a cluster may lack."""
    return f"{prefix}pactwatch-languages"


def properties(languages: Iterable[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the text fields of `fields`, a mapping's properties, with a part for each of `languages`.

    `title.en` is the title in English stems; `title` stays as it is, word for word.
    """
    parts = {one: {"type": "text", "analyzer": ANALYZERS[one]} for one in sorted(languages)}
    return {
        name: {**fields[name], "fields": {**fields[name].get("fields", {}), **parts}} for name in ANALYSED
    }


def known(client: Elasticsearch, languages: Iterable[str]) -> list[str]:
    """Return those of `languages` (ISO 639-1) that the cluster can analyse, in order."""
    wanted = sorted({one.partition("-")[0].lower() for one in languages} & ANALYZERS.keys())
    return [one for one in wanted if _has(client, ANALYZERS[one])]


def install(
    client: Elasticsearch, prefix: str, languages: Iterable[str], fields: Mapping[str, Any]
) -> list[str]:
    """Put the component template for those of `languages` that the cluster has; return them.

    What is indexed from now on is analysed so, in indices that are there as well. A cluster that has none
    of them keeps no such template, and lacks nothing else.
    """
    found = known(client, languages)
    if not found:
        return []
    analysed = properties(found, fields)
    with told_apart("installing analyzers per language"):
        client.cluster.put_component_template(
            name=template_name(prefix), template={"mappings": {"properties": analysed}}
        )
        client.indices.put_mapping(index=f"{prefix}stories-*", properties=analysed, allow_no_indices=True)
    return found


def _has(client: Elasticsearch, analyzer: str) -> bool:
    with told_apart(f"looking for the analyzer {analyzer}"):
        answer = client.options(ignore_status=NO_SUCH).indices.analyze(analyzer=analyzer, text="word")
    return answer.meta.status != NO_SUCH
