"""What must hold once a disturbed stream has come to its end."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from elasticsearch import Elasticsearch, helpers
from fastapi.testclient import TestClient
from lxml import etree
from msgspec.structs import replace

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from pactwatch.web.app import create
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.reader import Reader
from sinks.sqlite.reader import SqliteReader
from stories.model import Alert, Cluster, Pact, Story
from streams.topology import Step
from tests.faults import material
from tests.faults.fault import Found
from tests.stream import Stream, replayed

ALL = 1_000_000
PAGE = 500
Folded = dict[str, tuple[object, ...]]
_ATOM = "{http://www.w3.org/2005/Atom}"


def of_scaled(stream: Stream, client: Elasticsearch, expected: set[str], scratch: Path) -> Found:
    """Compare index, page and Atom with what was published, an undisturbed run and a replay of the log."""
    client.indices.refresh(index=f"{stream.prefix}*")
    reader = reader_of(stream, client)
    copies = Counter(_ids(client, f"{stream.prefix}stories-*"))
    wrong = list(_wrong_alerts(reader, _ids(client, f"{stream.prefix}alerts-*"), _told(stream)))
    if letters := reader.dead_letters(ALL):
        wrong.append(f"{len(letters)} dead letters, the first: {letters[0].reason}")
    with replayed(stream, scratch, steps()) as replay:
        wrong += _differences(reader, replay, f"a replay of {stream.prefix}tagged")
    return _found(copies, expected, wrong)


def of_embedded(store: Path, expected: set[str], scratch: Path) -> Found:
    """Compare a store with what was offered, and with a replay of its stories in their order of arrival."""
    reader = SqliteReader(store)
    arrived = [_as_fetched(reader.story(identity)) for identity in _arrived(store)]
    replaying = Embedded(scratch, steps())
    replaying.process(arrived)
    replay = SqliteReader(scratch)
    found = reader.alerts(limit=ALL)
    # that a subscription fell silent is told as time passes, which a replay does not: those may differ
    told = {alert.id for alert in replay.alerts(limit=ALL)} | {one.id for one in found if _is_silence(one)}
    wrong = list(_wrong_alerts(reader, [alert.id for alert in found], told))
    wrong += _differences(reader, replay, "a replay in order of arrival")
    if letters := reader.dead_letters(ALL):
        wrong.append(f"{len(letters)} dead letters, the first: {letters[0].reason}")
    copies = Counter(story.id for story in arrived)
    for each in (reader, replay, replaying):
        each.close()
    return _found(copies, expected, wrong)


def reader_of(stream: Stream, client: Elasticsearch) -> ElasticsearchReader:
    """Return what reads the indices of `stream`."""
    return ElasticsearchReader(client, stream.prefix)


def pacts_differ(reader: Reader, undisturbed: Folded) -> list[str]:
    """Return a complaint where the pacts are not those of an undisturbed run."""
    found = folded(reader.pacts(limit=ALL))
    return _compared("pacts, beside an undisturbed run", found, undisturbed)


def folded(pacts: Iterable[Pact]) -> Folded:
    """Return of each pact what does not depend on the order of arrival."""
    return {pact.id: (pact.name, pact.parties, pact.steps, pact.stage) for pact in pacts}


@cache
def undisturbed(count: int) -> Folded:
    """Return the pacts of the first `count` stories, taken in by one process that nothing happened to."""
    with TemporaryDirectory() as place:
        embedded = Embedded(Path(place) / "undisturbed.db", steps())
        embedded.process(material.stories(count))
        reader = SqliteReader(Path(place) / "undisturbed.db")
        found = folded(reader.pacts(limit=ALL))
        reader.close()
        embedded.close()
    return found


@cache
def steps() -> tuple[Step, ...]:
    """Return the steps under the rules of every run."""
    with TemporaryDirectory() as place:
        return build(load(material.write_config(Path(place)), {}))


def _found(copies: Counter[str], expected: set[str], wrong: list[str]) -> Found:
    if unknown := copies.keys() - expected:
        wrong.append(f"{len(unknown)} stories that nobody published, such as {min(unknown)}")
    lost = sorted(expected - copies.keys())
    doubled = sorted(identity for identity, times in copies.items() if times > 1)
    return Found(len(expected), lost, doubled, wrong)


def _differences(reader: Reader, replay: Reader, name: str) -> list[str]:
    def stories(one: Reader) -> dict[str, Story]:
        return {story.id: story for story in one.every_story()}

    def clusters(one: Reader) -> dict[str, Cluster]:
        return {cluster.id: cluster for cluster in one.clusters(limit=ALL)}

    def pacts(one: Reader) -> Folded:
        return folded(one.pacts(limit=ALL))

    kinds: dict[str, Callable[[Reader], dict[str, object]]] = {
        "stories": stories, "clusters": clusters, "pacts": pacts,
    }  # type: ignore[dict-item]  # fmt: skip
    return [
        complaint
        for kind, taken in kinds.items()
        for complaint in _compared(f"{kind}, beside {name}", taken(reader), taken(replay))
    ]


def _compared(what: str, found: dict[str, object], wanted: dict[str, object]) -> list[str]:
    different = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
    if not different:
        return []
    first = min(different)
    return [f"{len(different)} {what}; {first}: {found.get(first)!r:.600} for {wanted.get(first)!r:.600}"]


def _wrong_alerts(reader: Reader, indexed: list[str], told: set[str]) -> Iterable[str]:
    """Yield complaints where an alert is not once in the index, on the page and in its Atom feed."""
    if doubled := [identity for identity, times in Counter(indexed).items() if times > 1]:
        yield f"{len(doubled)} alerts are indexed twice, such as {doubled[0]}"
    if missing := told - set(indexed):
        yield f"{len(missing)} alerts are not indexed, such as {min(missing)}"
    if extra := set(indexed) - told:
        yield f"{len(extra)} alerts were never told, such as {min(extra)}"
    client = TestClient(create(reader), base_url="http://127.0.0.1")
    listed = Counter(_listed(client))
    if listed != Counter(indexed):
        yield f"the page lists {listed.total()} alerts, the index has {len(indexed)}"
    for name in {alert.subscription for alert in reader.alerts(limit=ALL)}:
        feed = etree.fromstring(client.get(f"/alerts/{name}.atom").content)
        entries = [entry.findtext(f"{_ATOM}id") for entry in feed.iter(f"{_ATOM}entry")]
        if not entries or len(entries) != len(set(entries)):
            yield f"the Atom feed of {name} has {len(entries)} entries, {len(set(entries))} of them different"


def _is_silence(alert: Alert) -> bool:
    return alert.subject.kind == "subscription"


def _listed(client: TestClient) -> Iterable[str]:
    """Yield the ids of every alert that the page's API lists, page by page."""
    path: str | None = f"/api/v1/alerts?limit={PAGE}"
    while path:
        answer = client.get(path)
        answer.raise_for_status()
        yield from (alert["id"] for alert in answer.json())
        path = answer.links.get("next", {}).get("url")


def _told(stream: Stream) -> set[str]:
    """Return the ids of the alerts that the match step told; a topic may repeat one."""
    return {alert.id for alert in stream.documents("alerts", Alert)}


def _ids(client: Elasticsearch, index: str) -> list[str]:
    found = helpers.scan(client, index=index, query={"_source": False}, ignore_unavailable=True)
    return [hit["_id"] for hit in found]


def _arrived(store: Path) -> list[str]:
    """Return the ids of the stories of a store in the order of their arrival."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM stories ORDER BY row")]


def _as_fetched(story: Story | None) -> Story:
    """Return a stored story without what the steps made of it."""
    if story is None:
        raise LookupError("a story that is listed cannot be read")
    return replace(
        story, actors=[], countries=[], persons=[], topics=[], planned=[], negated=[], mentions=[], steps=[],
        provisions=[], cluster="", tie="", revision=1, rules="",
    )  # fmt: skip
