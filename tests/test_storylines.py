"""Long stories: a ratification finds the signing, a war is told in chapters, other languages when read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pactwatch.pipeline import tagger
from pactwatch.settings import load
from sinks import beside
from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from stories.model import Cluster, Story
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.cluster.records import CHAPTERS
from streams.cluster.storylines import KEPT_DAYS
from streams.operator import Event, MemoryState, run
from streams.state import connect
from streams.tag.operator import TagOperator
from tests.stories_made import NOON, story

JANUARY = datetime(2025, 1, 17, 12, tzinfo=UTC)
MAY = datetime(2025, 5, 21, 12, tzinfo=UTC)
SIGNED = "Iran and Russia sign a comprehensive strategic partnership treaty in Moscow"
RATIFIED = "Iran's parliament ratifies the strategic partnership treaty with Russia"


@cache
def tags() -> TagOperator:
    """Return what tags by the bundled rules."""
    return tagger(load(None))


class Telling:
    """Tagged stories through the cluster step; `clusters` are the last documents."""

    def __init__(self, **options: float) -> None:
        self.operator, self.state = ClusterOperator(ClusterOptions(**options)), MemoryState()
        self.clusters: dict[str, Cluster] = {}
        self.stories: dict[str, Story] = {}

    def tell(self, name: str, title: str, when: datetime, **fields: Any) -> Cluster:
        """Return the cluster in which the story is now."""
        tagged = tags().tag(story(name, title=title, when=when, **fields))
        for event in run(self.operator, self.state, Event("tagged", "", tagged)):
            if isinstance(event.document, Cluster):
                self.clusters[event.document.id] = event.document
            elif isinstance(event.document, Story):
                self.stories[event.document.id] = event.document
        return self.clusters[self.stories[name].cluster]

    @contextmanager
    def stored(self, folder: Path) -> Iterator[SqliteReader]:
        """Yield what reads the documents told so far."""
        connection = connect(folder / "store.db")
        sink = SqliteSink(connection)
        sink.create()
        sink.write([("clusters", cluster) for cluster in self.clusters.values()])
        sink.write([("clustered", one) for one in self.stories.values()])
        reader = SqliteReader(folder / "store.db")
        yield reader
        reader.close()
        connection.close()


def test_a_ratification_in_may_goes_on_from_the_signing_in_january(tmp_path: Path) -> None:
    telling = Telling()
    signing = telling.tell("signed", SIGNED, JANUARY)
    telling.tell("storm", "Storm floods coastal towns in Portugal", MAY - timedelta(days=30))

    ratification = telling.tell("ratified", RATIFIED, MAY)

    assert ratification.id != signing.id
    assert (ratification.follows, ratification.storyline) == (signing.id, signing.id)
    assert ratification.follows_by == "pact IRN/RUS"
    with telling.stored(tmp_path) as reader:
        for identity in ("signed", "https://news.test/ratified", signing.id):
            cluster = beside.cluster_of(reader, identity)
            assert cluster is not None
            assert [one.id for one in beside.storyline(reader, cluster)] == [ratification.id, signing.id]


def test_a_cluster_is_closed_by_the_very_story_that_goes_on_from_it() -> None:
    telling = Telling(window_days=2)
    signing = telling.tell("signed", SIGNED, NOON)

    ratification = telling.tell("ratified", RATIFIED, NOON + timedelta(days=3))

    assert ratification.follows == signing.id
    assert telling.clusters[signing.id].state == "closed"


def test_another_pact_of_the_same_parties_is_another_story() -> None:
    telling = Telling()
    telling.tell("signed", "Iran and Russia sign a free trade agreement in Moscow", JANUARY)

    ratification = telling.tell("ratified", "Iran's parliament ratifies the defense pact with Russia", MAY)

    assert (ratification.follows, ratification.storyline) == ("", ratification.id)


def test_a_war_is_told_in_chapters(tmp_path: Path) -> None:
    telling, ids = Telling(), list[str]()
    for week in range(4):
        for hour in range(3):
            when = NOON + timedelta(days=7 * week, hours=hour)
            title = f"Israeli army shells Rafah as Hamas fighters fire rockets, report {week}{hour} says"
            last = telling.tell(f"{week}-{hour}", title, when)
        ids.append(last.id)

    assert len(set(ids)) == 4
    assert [telling.clusters[one].follows for one in ids] == ["", *ids[:-1]]
    assert {telling.clusters[one].storyline for one in ids} == {ids[0]}
    with telling.stored(tmp_path) as reader:
        assert [one.id for one in beside.storyline(reader, last)] == ids[::-1]


def test_talks_with_others_are_another_story() -> None:
    telling = Telling()
    for day, other in ((0, "Iran"), (8, "Vietnam")):
        for hour in range(2):
            title = f"United States and {other} hold negotiations in Geneva, envoys say in round {hour}"
            last = telling.tell(f"{other}-{hour}", title, NOON + timedelta(days=day, hours=hour))

    assert last.size == 2
    assert last.follows == ""


def test_talks_of_one_state_with_two_others_on_one_day_are_two_clusters() -> None:
    telling = Telling()
    iran = telling.tell("iran", "Iran and the United States begin nuclear talks in Rome", NOON)

    vietnam = telling.tell("vietnam", "Vietnam and the United States begin trade talks in Hanoi", NOON)

    assert vietnam.id != iran.id


def test_chapters_are_forgotten_in_time() -> None:
    telling = Telling()
    telling.tell("signed", SIGNED, JANUARY)
    telling.tell("later", "Storm floods coastal towns", JANUARY + timedelta(days=KEPT_DAYS + 1))

    assert dict(telling.state.items(CHAPTERS)) == {}
    assert telling.operator.storylines.chapters == telling.operator.storylines.places == {}


def test_the_event_is_found_in_another_language(tmp_path: Path) -> None:
    telling = Telling()
    english = telling.tell("en", SIGNED, NOON, language="en")
    telling.tell("other", "Storm floods coastal towns in Portugal", NOON, language="en")
    german = telling.tell(
        "de", "Iran und Russland unterzeichnen in Moskau ein Abkommen", NOON + timedelta(hours=3),
        summary="Die Präsidenten haben am Freitag den Vertrag über eine strategische Partnerschaft unterzeichnet.",
    )  # fmt: skip
    telling.tell(
        "late", "Iran und Russland unterzeichnen in Moskau ein Abkommen", NOON + timedelta(days=9),
        summary="Die Präsidenten haben am Freitag den Vertrag über eine strategische Partnerschaft unterzeichnet.",
    )  # fmt: skip

    with telling.stored(tmp_path) as reader:
        found = beside.elsewhere(reader, english)
        back = beside.elsewhere(reader, german)

    assert german.language == "de"
    assert [one.cluster.id for one in found] == [german.id]
    assert [one.cluster.id for one in back] == [english.id]
    assert found[0].tie.startswith("IRN, RUS")
