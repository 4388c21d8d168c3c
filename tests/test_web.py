"""The page shows what the store holds, marks tags in place, and lets no feed's text act as markup."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from pactwatch.web.actors import actor
from pactwatch.web.app import create
from pactwatch.web.marks import marked
from sinks.sqlite import SqliteReader, SqliteSink
from stories.model import (
    Alert,
    Cluster,
    Evidence,
    Feed,
    FeedState,
    MatchedClause,
    Mention,
    Pact,
    PactStep,
    Provision,
    Receipt,
    Story,
    StoryLink,
    Subject,
)
from streams.state import connect

NOON = datetime(2025, 5, 21, 12, tzinfo=UTC)
TITLE = "Utopia's senate ratifies <script>alert(1)</script> the pact"

STORY = Story(
    id="https://news.test/a?x=1&y=2",
    url="https://news.test/a",
    title=TITLE,
    summary="The vote was 62 to 30.",
    published=NOON,
    first_published=NOON,
    fetched=NOON,
    timestamp=NOON,
    feed=Feed(url="https://news.test/feed", name="News"),
    actors=["RUS", "NATO"],
    topics=["ratification"],
    negated=["ratification"],
    cluster="c1",
    mentions=[
        Mention(kind="topic", id="ratification", field="title", start=16, end=24, text="ratifies", rule="r1"),
    ],
)
LINK = StoryLink(id=STORY.id, url=STORY.url, title=TITLE, outlet="News", published=NOON)
SENTENCE = Evidence(story=STORY.id, field="title", start=0, end=len(TITLE), text=TITLE)
DOCUMENTS = [
    ("clustered", STORY),
    (
        "clusters",
        Cluster(
            id="c1", title=TITLE, first_seen=NOON, last_seen=NOON, size=1, stories=[LINK], actors=["RUS"]
        ),
    ),
    (
        "pacts",
        Pact(
            id="p1",
            name="Utopia pact",
            parties=["IRN", "RUS"],
            ratified=["RUS"],
            missing=["IRN"],
            stage="signed",
            steps=[
                PactStep(step="ratified", by=["RUS"], date="2025-04", precision="month", evidence=SENTENCE)
            ],
            provisions={"mutual_defense": Provision(value="no", evidence=SENTENCE)},
            stories=[LINK],
            first_seen=NOON,
            last_seen=NOON,
        ),
    ),
    (
        "alerts",
        Alert(
            id="a1",
            subscription="ratifications",
            subject=Subject(kind="pact", id="p1"),
            title=TITLE,
            when=NOON,
            fact="ratified by RUS",
            receipt=Receipt(
                query="step:ratified", matched=[MatchedClause(clause="step:ratified", field="step")]
            ),
        ),
    ),
    ("feeds", FeedState(url="https://news.test/feed", name="News", error="moved: nothing there (404)")),
]


@pytest.fixture
def client(tmp_path):
    connection = connect(tmp_path / "page.db")
    sink = SqliteSink(connection)
    sink.create()
    sink.write(DOCUMENTS)
    reader = SqliteReader(tmp_path / "page.db")
    yield TestClient(create(reader))
    reader.close()
    connection.close()


PAGES = {
    "/": ["1 failing", "Utopia pact", "ratified by RUS"],
    "/search?q=topics:ratification": ["1 story"],
    "/story?id=https%3A%2F%2Fnews.test%2Fa%3Fx%3D1%26y%3D2": ["<mark", "rule r1"],
    "/cluster/c1": ["newest first"],
    "/pacts": ["1 of 2 ratified"],
    "/pact/p1": ["mutual defense", 'class="no"', "2025-04"],
    "/alerts": ["step:ratified"],
    "/feeds": ["moved: nothing there (404)"],
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_its_facts_and_no_markup_of_a_feed(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for fact in PAGES[path]:
        assert fact in response.text


@pytest.mark.parametrize("path", ["/story?id=none", "/cluster/none", "/pact/none"])
def test_what_is_not_there_is_said(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "There is no" in response.text


def test_a_bad_query_is_explained(client):
    response = client.get("/search", params={"q": "topics:(ratification"})

    assert response.status_code == 400
    assert "column" in response.text


@pytest.mark.parametrize("path", ["stories", "clusters", "pacts", "alerts"])
def test_each_list_is_json_too(client, path):
    assert len(client.get(f"/api/v1/{path}").json()) == 1


def test_marks_that_overlap_share_one_mark():
    title = "Iran's parliament"
    whole = Mention(kind="actor", id="IRN", field="title", start=0, end=17, text=title, rule="a")
    part = Mention(kind="actor", id="IRN", field="title", start=0, end=4, text="Iran", rule="b")
    story = Story(
        id="s", title=title, first_published=NOON, fetched=NOON, timestamp=NOON,
        feed=STORY.feed, mentions=[whole, part],
    )  # fmt: skip

    html = marked(story, "title")

    assert html.count("<mark") == 1
    assert "rule a; actor IRN, rule b" in html


def test_states_have_flags_and_groups_their_code():
    assert actor("RUS") == ("RUS", "Russia", "🇷🇺")
    assert actor("XKX").flag == "🇽🇰"
    assert actor("HAMAS") == ("HAMAS", "HAMAS", "")
