"""Every topic rule's own example fires it, and its counter-example does not; receipts quote the text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stories.model
from pactwatch.settings import load
from stories.model import Status
from streams.tag.operator import build
from streams.tag.sentences import Sentence, split
from streams.tag.status import status_of
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)
RULES = [(rule.id, rule.example, rule.counter) for topic in SETTINGS.topics for rule in topic.rules]


def fired(text):
    return {mention.rule for mention in TAGGER.topics.tag_sentence(Sentence("body", 0, len(text), text))}


@pytest.mark.parametrize(("rule", "example", "counter"), RULES)
def test_a_rule_fires_on_its_example_only(rule, example, counter):
    assert rule in fired(example)
    assert rule not in fired(counter)


def test_the_topics_are_the_fourteen():
    assert [topic.id for topic in SETTINGS.topics] == list(stories.model.TOPICS)


STATUSES = {
    "Parliament rejects the treaty": ("treaty", Status.NEGATED),
    "The senate is expected to ratify the accord": ("ratify", Status.PLANNED),
    "Turkey's parliament ratifies the deal": ("ratifies", Status.AFFIRMED),
    "The talks were called off": ("talks", Status.NEGATED),
}


@pytest.mark.parametrize("sentence", STATUSES)
def test_status(sentence):
    word, status = STATUSES[sentence]
    start = sentence.index(word)

    assert status_of(sentence, start, start + len(word)) is status


NAMED = {
    "Iran's parliament met in Tehran": {"IRN"},
    "Michael Jordan visits a school": set(),
    "Jordan signs a pact with Egypt": {"EGY", "JOR"},
    "Finland joins NATO": {"FIN", "NATO"},
}


@pytest.mark.parametrize("text", NAMED)
def test_actors(text):
    assert set(TAGGER.tag(story(title=text)).actors) == NAMED[text]


def test_a_president_counts_while_in_office():
    tagged = TAGGER.tag(story(body="Vladimir Putin and Masoud Pezeshkian met."))

    assert (tagged.actors, tagged.persons) == (["IRN", "RUS"], ["MASOUD-PEZESHKIAN", "VLADIMIR-PUTIN"])


@given(st.text(max_size=200), st.text(max_size=200))
def test_receipts_quote_the_text_and_tagging_twice_is_the_same(title, body):
    given_story = story(title=title, body=body)

    tagged = TAGGER.tag(given_story)

    assert TAGGER.tag(given_story) == tagged
    for mention in tagged.mentions:
        assert getattr(given_story, mention.field)[mention.start : mention.end] == mention.text
    for sentence in split(given_story):
        assert getattr(given_story, sentence.field)[sentence.start : sentence.end] == sentence.text


def test_the_seed_has_its_tags(data: Path):
    expected = stories_of_seed(data)
    tagged = TAGGER.tag(expected["story"])
    wanted = expected["labels"]["story"]

    for field in ("actors", "countries", "persons", "topics", "planned", "negated"):
        assert set(wanted[f"{field}_at_least"]) <= set(getattr(tagged, field)), field
    assert not set(wanted["topics_not"]) & set(tagged.topics)
    assert not set(wanted["negated_not"]) & set(tagged.negated)


def stories_of_seed(data: Path):
    import json

    text = (data / "seed" / "000_bfcf9ec921bdf9fd.txt").read_text(encoding="utf-8")
    lines = text.split("\n")
    body = text[text.index("Tehran, May 21") : text.index("Related Articles")]
    labels = json.loads((data / "seed" / "expected.json").read_text(encoding="utf-8"))
    return {"story": story("seed", title=lines[0], summary=lines[2], body=body), "labels": labels}
