"""Stories of sport and show business keep their actors, but are not read for topics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwatch.settings import load
from streams.tag.explain import why_not
from streams.tag.operator import build
from streams.tag.sections import unread_section
from tests.stories_made import story

SETTINGS = load(None)
TAGGER = build(SETTINGS.actors, SETTINGS.topics)
TEXT = "Norway and Denmark signed a defence pact in Oslo."


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://outlet.test/sport/football/52000", "sport"),
        ("https://outlet.test/2024/05/01/football/cup-final/index.html", "football"),
        ("https://outlet.test/news/entertainment-arts-52000", "entertainment-arts"),
        ("https://sports.outlet.test/a", "sports"),
        ("https://outlet.test/news/world-europe-52000", ""),
        ("https://outlet.test/politics/football", ""),
        ("https://outlet.test/business/2024/trade-talks", ""),
        ("", ""),
        ("https://[broken/sport/1", ""),
    ],
)
def test_the_section_is_part_of_the_address(url: str, section: str) -> None:
    assert unread_section(url) == section


@given(st.text())
def test_any_address_is_read(url: str) -> None:
    assert unread_section(url) in url.lower()


def test_a_story_of_sport_has_actors_but_no_topics() -> None:
    sport = TAGGER.tag(story(body=TEXT, language="en", url="https://outlet.test/sport/football/1"))
    world = TAGGER.tag(story(body=TEXT, language="en", url="https://outlet.test/world/1"))

    assert sport.actors == world.actors == ["DNK", "NOR"]
    assert (sport.topics, sport.steps) == ([], [])
    assert "defense-pact" in world.topics and world.steps


def test_why_not_names_the_section() -> None:
    sport = story(body=TEXT, language="en", url="https://outlet.test/sport/football/1")

    assert [failure.clause for failure in why_not(TAGGER, sport, "defense-pact")] == [
        "stands under sport, where no topics are looked for"
    ]
