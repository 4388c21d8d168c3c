"""The page shows what the store holds, marks tags in place, and lets no feed's text act as markup."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from pactwatch.web import atom
from pactwatch.web.actors import actor
from pactwatch.web.desk import ago, clip, person, plain, story_path, web_address
from pactwatch.web.guard import is_ours
from pactwatch.web.marks import marked
from pactwatch.web.queries import Filters, both, term
from pactwatch.web.wording import changed
from stories.errors import TemporaryError
from stories.fields import STORY as STORY_FIELDS
from stories.model import Edit, Mention, Provision, Story
from stories.query import Term, parse
from tests.web_documents import CLUSTER, DOCUMENTS, FEED, NOON, PACT, STORY, page_over, write


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with page_over(tmp_path / "page.db") as client:
        yield client


PAGES = {
    "/": ["feeds failing", "Utopia pact", "ratified by RUS", "spark"],
    "/?order=growing": ["Growing clusters", "/cluster/c1", "The &lt;b&gt;vote&lt;/b&gt; was 62 to 30."],
    "/?actor=RUS&topic=ratification&within=": ["/cluster/c1", 'value="RUS" selected'],
    "/?actor=CHN": ["No story fits"],
    "/search": ["1 story", "How to ask", "ratified_by:RUS"],
    "/search?q=topics:ratification": ["1 story", "Make it a subscription", "RUS"],
    "/story?id=https%3A%2F%2Fnews.test%2Fa%3Fx%3D1%26y%3D2": [
        "<mark",
        "rule r1",
        'role="tooltip"',
        "Utopia pact",
    ],
    "/cluster/c1": ["newest first", "The &lt;b&gt;vote&lt;/b&gt; was 62 to 30."],
    "/actors": ["/actor/NATO"],
    "/actor/RUS": ["Stories a day", "Utopia pact", "1 together", "/actor/NATO"],
    "/pacts": ["1 of 2 ratified"],
    "/pacts?q=missing:IRN": ["Utopia pact"],
    "/pacts?q=missing:RUS": ["No pact fits"],
    "/pact/p1": ["mutual defense", 'class="state no"', "2025-04", "timeline", "As known on"],
    "/alerts": ["step:ratified", "/alerts/ratifications.atom"],
    "/alerts/ratifications": ["step:ratified", "/alerts/ratifications.csv"],
    "/try": ["Try a query"],
    "/feeds": ["moved: nothing there (404)"],
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_its_facts_and_no_markup_of_a_feed(client: TestClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert " style=" not in response.text
    for fact in PAGES[path]:
        assert fact in response.text


@pytest.mark.parametrize(
    "path", ["/story?id=none", "/cluster/none", "/pact/none", "/actor/none", "/alerts/none"]
)
def test_what_is_not_there_is_said(client: TestClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "There is no" in response.text


@pytest.mark.parametrize("path", ["/search", "/pacts", "/try"])
def test_a_bad_query_is_explained(client: TestClient, path: str) -> None:
    response = client.get(path, params={"q": "topics:(ratification"})

    assert response.status_code == 400
    assert "column" in response.text


@pytest.mark.parametrize("path", ["/nowhere", "/pact/p1?as_of=yesterday", "/search.atom?q=topics:("])
def test_a_fault_is_a_page_in_words(client: TestClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code in (400, 404)
    assert 'role="alert"' in response.text


def test_a_store_that_is_away_is_said_and_asked_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise TemporaryError("Elasticsearch does not answer", 5)

    monkeypatch.setattr(client.app.state.reader, "story", away)  # type: ignore[attr-defined]
    response = client.get("/story?id=a")

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert "does not answer" in response.text


def test_a_pact_is_shown_as_it_was_known(client: TestClient) -> None:
    before, then = client.get("/pact/p1?as_of=2025-05-20").text, client.get("/pact/p1?as_of=2025-05-21").text

    assert "Nothing had been told of it by then" in before
    assert "As known at the end of 2025-05-21" in then
    assert client.get("/pact/p1?day=0").status_code == client.get("/pact/p1?day=-9").status_code == 200


def test_a_story_that_changed_says_so(tmp_path: Path) -> None:
    edited = msgspec.structs.replace(STORY, revision=3)
    with page_over(tmp_path / "page.db", [("clustered", edited)]) as client:
        assert "this is revision 3" in client.get(story_path(STORY.id)).text


def test_an_empty_store_says_what_is_to_come(tmp_path: Path) -> None:
    with page_over(tmp_path / "page.db", []) as client:
        for path in ("/", "/search", "/pacts", "/actors", "/alerts", "/feeds", "/try?q=actors:RUS"):
            assert client.get(path).status_code == 200


HOSTILE = [
    "<script>alert(1)</script>", '"onmouseover="alert(1)', "</title><img src=x onerror=alert(1)>", "\u202etxt.exe",
    "مجلس الشورى", "{{ 7*191 }}", "a" * 10_000, "&lt;b&gt;", "'`\\\x00",
]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_is_text_everywhere(tmp_path: Path, title: str) -> None:
    story = msgspec.structs.replace(
        STORY,
        title=title,
        outlet=title,
        mentions=[],
        feed=msgspec.structs.replace(FEED, name=title),
        url=title,
    )
    documents = [
        (topic, msgspec.structs.replace(one, title=title) if hasattr(one, "title") else one)
        for topic, one in DOCUMENTS
    ]
    pact = msgspec.structs.replace(PACT, name=title)
    with page_over(tmp_path / "page.db", [*documents, ("clustered", story), ("pacts", pact)]) as client:
        write(tmp_path / "page.db", [("clustered", msgspec.structs.replace(story, revision=2))])
        for path in PAGES:
            html = client.get(path).text
            assert "<script>alert" not in html
            assert "<img" not in html
            assert ' "onmouseover' not in html
            assert "1337" not in html
            assert "\u202e" not in html[: html.index("</title>")]
            assert 'href="javascript' not in html


def test_marks_that_overlap_share_one_mark() -> None:
    title = "Iran's parliament"
    whole = Mention(kind="actor", id="IRN", field="title", start=0, end=17, text=title, rule="a")
    part = Mention(kind="actor", id="IRN", field="title", start=0, end=4, text="Iran", rule="b")
    story = Story(
        id="s", title=title, first_published=NOON, fetched=NOON, timestamp=NOON, feed=FEED, mentions=[whole, part]
    )  # fmt: skip

    html = marked(story, "title")

    assert html.count("<mark") == 1
    assert "<span>actor IRN, rule a</span><span>actor IRN, rule b</span>" in html


def test_a_receipt_is_text_whatever_a_rule_is_called() -> None:
    named = Mention(
        kind="actor", id="IRN", field="title", start=3, end=7, text="Iran", rule="<b>r", alias="<i>"
    )
    story = Story(
        id="s", title="<u>Iran<s>", first_published=NOON, fetched=NOON, timestamp=NOON, feed=FEED, mentions=[named]
    )  # fmt: skip

    html = marked(story, "title")

    assert "&lt;b&gt;r" in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html
    assert "<s>" not in html


def test_neither_wording_of_an_edit_is_markup() -> None:
    for before, after in (("<b>old", "new"), ("old", "<b>new"), ("<b>same old", "<b>same new")):
        assert "<b>" not in changed(before, after)


def test_an_atom_feed_holds_no_script_for_a_link_and_no_sign_that_xml_forbids() -> None:
    entry = atom.Entry("story", "k", "a\x00b\x1b", NOON, "/story", source="javascript:alert(1)")
    written = atom.feed("t", "http://127.0.0.1", "/x.atom", "/x", [entry])

    assert b"javascript" not in written
    assert b"<title>ab</title>" in written


def test_states_have_flags_and_groups_their_code() -> None:
    assert actor("RUS") == ("RUS", "Russia", "🇷🇺")
    assert actor("XKX").flag == "🇽🇰"
    assert actor("HAMAS") == ("HAMAS", "HAMAS", "")


def test_words_of_the_page() -> None:
    assert person("VLADIMIR-PUTIN") == "Vladimir Putin"
    assert plain("a\u202eb") == "ab"
    assert clip("word " * 100, 20) == "word word word word…"
    assert web_address("javascript:alert(1)") == ""
    assert ago(NOON).endswith("d ago")
    assert ago(None) == "never"


def test_soon_is_told_like_before() -> None:
    from datetime import UTC, datetime

    assert ago(datetime.now(UTC) + timedelta(hours=3, seconds=5)) == "in 3 h"


@pytest.mark.parametrize("value", ["News", 'He said "no"', "back\\slash", "a AND b", "(", "*", "Ελλάς: 24h"])
def test_a_picked_value_is_asked_for_as_it_is(value: str) -> None:
    assert parse(term("feed.name", value), STORY_FIELDS) == Term(("feed.name",), value, column=11)


def test_queries_are_joined_so_that_each_holds() -> None:
    assert both("", "a") == "a"
    assert both("a OR b", term("topics", "c")) == '(a OR b) AND topics:"c"'
    assert Filters(actor="RUS", within="7d").query == 'actors:"RUS" AND (published:[now-7d TO now])'
    assert Filters(within="1; DROP").query == ""


HOSTS = {
    "127.0.0.1:8765": True, "localhost": True, "[::1]:8765": True, "[::1]": True, "192.168.1.5": True, "desk:80": True,
    "desk.localhost": True, "news.example:443": True, "NEWS.example.": True, "evil.example": False, "": False,
    "127.0.0.1.evil.example": False, "[::1].evil.example": False,
}  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_only_names_that_can_mean_this_machine_are_answered(host: str) -> None:
    assert HOSTS[host] == is_ours(host, {"news.example"})


def test_a_foreign_name_gets_no_page(client: TestClient) -> None:
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 421
    assert "PACTWATCH_PAGE_NAMES" in response.text


def test_the_page_brings_its_fonts(client: TestClient) -> None:
    sheet = client.get("/static/fonts.css").text

    assert "font-src 'self'" in client.get("/").headers["content-security-policy"]
    for path in set(re.findall(r'url\("([^"]+)"', sheet)):
        assert client.get(path).content[:4] == b"wOF2"


def test_a_story_shows_what_was_edited_since(tmp_path: Path) -> None:
    edits = [
        Edit(when=NOON, field="title", before="Talks go on", after="Talks <b>fail</b>"),
        Edit(when=NOON + timedelta(hours=1), field="summary", before="", after="They ended."),
    ]
    story = msgspec.structs.replace(STORY, edits=edits, revision=3)
    with page_over(tmp_path / "page.db", [*DOCUMENTS, ("clustered", story)]) as client:
        html = client.get(story_path(STORY.id)).text

    assert "<del>" in html
    assert "</span>They ended.</ins>" in html
    assert "<b>fail" not in html
    assert html.index("They ended.") < html.index("&lt;b&gt;fail")  # the latest first
    assert "Nothing: as first fetched" not in html


def test_a_conflict_shows_which_pacts_bind_its_states(tmp_path: Path) -> None:
    promised = {"mutual_defense": Provision(value="no"), "consultation": Provision(value="yes")}
    pact = msgspec.structs.replace(
        PACT, name="Utopia pact", kind="defense", stage="ratified", provisions=promised, revision=9
    )
    war = msgspec.structs.replace(CLUSTER, topics=["armed-conflict"], countries=["IRN", "RUS"], revision=9)
    talks = msgspec.structs.replace(war, id="c9", topics=["negotiation"])
    with page_over(tmp_path / "page.db", [("pacts", pact), ("clusters", war), ("clusters", talks)]) as client:
        bound, free = client.get("/cluster/c1").text, client.get("/cluster/c9").text

    assert "Pacts that bind its states" in bound
    assert "between states of this conflict" in bound
    assert "mutual defense: no" in bound
    assert "Pacts that bind its states" not in free


def test_a_cluster_shows_its_long_story_and_other_languages(tmp_path: Path) -> None:
    begun = msgspec.structs.replace(
        CLUSTER,
        id="c0",
        title="How it began",
        storyline="c0",
        last_seen=CLUSTER.last_seen - timedelta(days=9),
    )
    told = msgspec.structs.replace(
        CLUSTER, storyline="c0", follows="c0", follows_by="IRN RUS ratification", language="en", revision=9,
        actors=["IRN", "RUS"], topics=["ratification"],
    )  # fmt: skip
    foreign = msgspec.structs.replace(
        told, id="c5", title="По-русски", language="ru", storyline="c5", follows=""
    )
    with page_over(tmp_path / "page.db", [("clusters", one) for one in (begun, told, foreign)]) as client:
        html, alone = client.get("/cluster/c1").text, client.get("/cluster/c5").text

    assert 'href="/cluster/c0">How it began' in html
    assert "goes on by IRN RUS ratification" in html
    assert 'lang="ru" class="clamped" href="/cluster/c5">По-русски' in html
    assert "The long story" not in alone


def test_a_pact_in_force_is_not_said_to_lack_what_nobody_reported(tmp_path: Path) -> None:
    pact = msgspec.structs.replace(PACT, stage="in-force", ratified=[], missing=[], revision=9)
    with page_over(tmp_path / "page.db", [("pacts", pact)]) as client:
        html = client.get("/pacts").text

    assert "no ratification told" in html
    assert "0 of" not in html
