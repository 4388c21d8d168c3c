"""One document of every kind for tests of the page, and the page over them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from pactwatch.web.app import create
from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from stories.model import (
    Alert,
    Cluster,
    Document,
    Evidence,
    Feed,
    FeedState,
    MatchedClause,
    Mention,
    Pact,
    PactChange,
    PactStep,
    Provision,
    Receipt,
    Story,
    StoryLink,
    Subject,
)  # fmt: skip
from streams.state import connect

NOON = datetime(2025, 5, 21, 12, tzinfo=UTC)
TITLE = "Utopia's senate ratifies <script>alert(1)</script> the pact"
FEED = Feed(url="https://news.test/feed", name="News")
STORY_ID = "https://news.test/a?x=1&y=2"
SENTENCE = Evidence(story=STORY_ID, field="title", start=0, end=len(TITLE), text=TITLE)
STEP = PactStep(
    step="ratified", by=["RUS"], pact="Utopia pact", date="2025-04", precision="month", parties=["IRN", "RUS"],
    evidence=SENTENCE,
)  # fmt: skip
STORY = Story(
    id=STORY_ID, url="https://news.test/a", title=TITLE, summary="The vote was 62 to 30.", published=NOON,
    first_published=NOON, fetched=NOON, timestamp=NOON, feed=FEED, actors=["RUS", "NATO"], topics=["ratification"],
    negated=["ratification"], cluster="c1", steps=[STEP],
    mentions=[
        Mention(kind="topic", id="ratification", field="title", start=16, end=24, text="ratifies", rule="r1"),
    ],
)  # fmt: skip
LINK = StoryLink(id=STORY.id, url=STORY.url, title=TITLE, outlet="News", published=NOON)
CLUSTER = Cluster(
    id="c1", title=TITLE, first_seen=NOON, last_seen=NOON, size=2, outlets=["News"], stories=[LINK],
    actors=["RUS"], summary="The <b>vote</b> was 62 to 30.",
)  # fmt: skip
PACT = Pact(
    id="p1", name="Utopia pact", parties=["IRN", "RUS"], ratified=["RUS"], missing=["IRN"], stage="signed",
    steps=[STEP], provisions={"mutual_defense": Provision(value="no", evidence=SENTENCE)}, stories=[LINK],
    first_seen=NOON - timedelta(days=2), last_seen=NOON,
)  # fmt: skip
CHANGE = PactChange(
    id="ch1", pact=PACT, step="ratified", by=["RUS"], date="2025-04", evidence=SENTENCE, timestamp=NOON
)
ALERT = Alert(
    id="a1", subscription="ratifications", subject=Subject(kind="pact", id="p1"), title=TITLE, when=NOON,
    fact="ratified by RUS",
    receipt=Receipt(
        query="step:ratified", matched=[MatchedClause(clause="step:ratified", field="step")], stories=[STORY_ID]
    ),
)  # fmt: skip
BAD_FEED = FeedState(url="https://news.test/feed", name="News", error="moved: nothing there (404)")
DOCUMENTS: list[tuple[str, Document]] = [
    ("clustered", STORY), ("clusters", CLUSTER), ("pacts", PACT), ("pact-changes", CHANGE), ("alerts", ALERT),
    ("feeds", BAD_FEED),
]  # fmt: skip


def write(path: Path, documents: Sequence[tuple[str, Document]]) -> None:
    """Put `documents` into the store at `path`, which is made where it is missing."""
    connection = connect(path)
    sink = SqliteSink(connection)
    sink.create()
    connection.execute("BEGIN")
    sink.write(documents)
    connection.commit()
    connection.close()


@contextmanager
def page_over(path: Path, documents: Sequence[tuple[str, Document]] = DOCUMENTS) -> Iterator[TestClient]:
    """Yield a client of the page over a new store that holds `documents`."""
    write(path, documents)
    reader = SqliteReader(path)
    yield TestClient(create(reader, subscriptions=["never-fired"]), base_url="http://127.0.0.1:8765")
    reader.close()
