"""An office without its state stands for the state that the story has just named first."""

import pytest

from pactwatch.settings import load
from streams.tag.operator import build
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)

POINTED = {
    "Brazil signed a defence treaty with Peru. The president left on Friday.": [("The president", "BRA")],
    "Iran's parliament met, and the president waited.": [("the president", "IRN")],
    "Envoys of Chile met. Nothing came of it. The government is silent.": [("The government", "CHL")],
    "The president of Chile spoke.": [],
    "Chile voted. The president's dog barked.": [],
    "The government is silent.": [],
}


@pytest.mark.parametrize("text", POINTED)
def test_the_president(text):
    mentions = TAGGER.tag(story(body=text)).mentions

    assert [(each.text, each.id) for each in mentions if each.rule == "actor.pointed"] == POINTED[text]


def test_the_president_takes_the_step():
    text = "Brazil signed a defence treaty with Peru in March. The president ratified the treaty on Friday."

    steps = TAGGER.tag(story(body=text)).steps

    assert [(step.step, step.by) for step in steps] == [("signed", ["BRA", "PER"]), ("ratified", ["BRA"])]
