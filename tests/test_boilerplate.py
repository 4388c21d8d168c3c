"""Boilerplate never becomes a tag, and what stands beside it is read at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwatch.pipeline import tagger
from pactwatch.settings import load
from streams.tag.boilerplate import blanked
from tests.stories_made import story

TAGGER = tagger(load(None, {}))
NEWS = "Finland's parliament met on Tuesday."


@pytest.mark.parametrize(
    "line",
    [
        "Related: Russia and Belarus sign a defence treaty",
        "Related stories: Russia and Belarus sign a defence treaty",
        "Read more: Japan ratifies the trade agreement with Australia",
        "ALSO READ: China and Russia hold naval drills",
        "See also | China and Russia hold naval drills",
        "Photo: Ukrainian soldiers shell Russian positions near Bakhmut",
        "File photo: Ukrainian soldiers shell Russian positions",
        "Sign up to our newsletter on the treaties that Russia and China sign",
        "Subscribe to our channel for news of the ceasefire between Israel and Hamas",
        "You may also like: China and Russia hold naval drills",
        "Watch: Israel and Hamas sign a ceasefire",
        "(Reporting by Ann Doe in Moscow and Bo Roe in Minsk; Editing by Max Moe)",
        "Reporting by Ann Doe in Kyiv; additional reporting by Bo Roe in Beirut",
        "Ann Doe in Baghdad and Bo Roe in Seoul contributed to this report",
        "The post Iran and Russia sign a defence pact appeared first on The Outlet",
        "Comments: Iran ratified the treaty with Russia!",
    ],
)
def test_boilerplate_is_no_tag_wherever_it_stands(line: str) -> None:
    for text in (f"{NEWS}\n{line}\n{NEWS}", f"{NEWS} {line}. {NEWS}", f"{NEWS} {line}"):
        tagged = TAGGER.tag(story("a", title="The day in brief", body=text))

        assert (tagged.actors, tagged.topics, tagged.negated, tagged.steps) == (["FIN"], [], [], [])
        assert tagged.body == text


@pytest.mark.parametrize(
    "text",
    [
        "Russia and Belarus signed a related treaty: it covers defence.",
        "The photo shows Russia and Belarus signing a treaty.",
        "Russia and Belarus sign up to a defence treaty with China.",
        "Reporting by the Outlet shows that Russia and Belarus signed a treaty.",
        "Russia and Belarus contributed troops to a report on their drills.",
        "A treaty signed by Russia and Belarus appeared in print.",
        "Read more into it if you like: Russia and Belarus signed a treaty.",
    ],
)
def test_news_that_only_sounds_like_it_is_read(text: str) -> None:
    assert {"RUS", "BLR"} <= set(TAGGER.tag(story("a", title="", body=text)).actors)


@given(st.text(), st.text())
def test_nothing_moves(summary: str, body: str) -> None:
    read = blanked(made := story("a", title="Photo: a", summary=summary, body=body))

    assert (len(read.summary), len(read.body), read.title) == (len(made.summary), len(made.body), made.title)


@pytest.mark.parametrize(
    "piece", ["Written by A; written by B; ", "Reporting by A and ", "The post ", "x contributed "]
)
def test_credits_without_an_end_are_read_in_step_with_their_length(piece: str) -> None:
    read = blanked(story("a", body=piece * (200_000 // len(piece))))

    assert len(read.body) > 190_000  # minutes, were each start to look at all that follows
