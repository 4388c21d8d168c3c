"""Every topic rule's own example fires it, and its counter-example does not; receipts quote the text."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import stories.model
from pactwatch.evaluation.tagging import Score, evaluate
from pactwatch.settings import load
from streams.tag.explain import broken_examples, why_not
from streams.tag.operator import build
from streams.tag.sentences import split
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)


def test_every_rule_fires_on_its_example_and_not_on_its_counter_example():
    assert list(broken_examples(SETTINGS.actors, SETTINGS.topics)) == []


def test_every_rule_has_an_example_and_a_counter_example():
    rules = [rule for topic in SETTINGS.topics for rule in topic.rules]

    assert [rule.id for rule in rules if not rule.example or not rule.counter] == []
    assert len(rules) == len({rule.id for rule in rules})


def test_the_topics_are_the_fourteen():
    assert [topic.id for topic in SETTINGS.topics] == list(stories.model.TOPICS)


def test_what_the_news_denies_stays_a_topic_and_a_denial_by_the_way_does_not():
    news = TAGGER.tag(story(body="Ukraine's parliament rejects the treaty with Russia."))
    by_the_way = TAGGER.tag(
        story(body="The land was promised in a treaty, never ratified by the US Congress.")
    )

    assert (news.topics, news.negated) == (["ratification"], ["ratification"])
    assert (by_the_way.topics, by_the_way.negated) == ([], ["ratification"])


def test_history_is_no_topic():
    assert (
        TAGGER.tag(story(body="The treaty that Peru and Chile signed in 1929 hangs in a museum.")).topics
        == []
    )


def test_denying_a_provision_negates_nothing():
    tagged = TAGGER.tag(
        story(body="The pact of Russia and Iran does not entail a mutual defence obligation.")
    )

    assert tagged.negated == []


@settings(deadline=None)  # what knows a language is loaded when its first text comes
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
    text = (data / "seed" / "000_bfcf9ec921bdf9fd.txt").read_text(encoding="utf-8")
    lines = text.split("\n")
    body = text[text.index("Tehran, May 21") : text.index("Related Articles")]
    labels = json.loads((data / "seed" / "expected.json").read_text(encoding="utf-8"))
    return {"story": story("seed", title=lines[0], summary=lines[2], body=body), "labels": labels}


def test_why_not_names_the_clause():
    given_story = story(body="Two states sign nothing. The governor of Ohio signed the bill into law.")

    failures = why_not(TAGGER, given_story, "treaty-signing")

    clauses = {failure.rule: failure.clause for failure in failures}
    assert " lacks mou, deal, " in clauses["signing.sign"]


def test_why_not_says_how_a_rule_that_fires_is_told_and_puts_it_first():
    denied = story(body="Peru refuses to sign the treaty with Chile.")

    first = why_not(TAGGER, denied, "treaty-signing")[0]

    assert first.clause == "fires: the sentence tells treaty-signing as negated"


def test_why_not_says_that_the_words_are_there_but_not_in_their_places():
    scattered = story(
        body="The treaty binds Peru. In Chile the talks of a treaty on wool went on; Peru will sign."
    )

    clauses = {failure.rule: failure.clause for failure in why_not(TAGGER, scattered, "treaty-signing")}

    assert clauses["signing.sign"].endswith("but not in their places")


def test_evaluation_leaves_optional_labels_out():
    line = {
        "id": 1, "date": "2025-05-21", "text": "Peru and Chile sign a trade agreement.", "topics": ["treaty-signing"],
        "topics_optional": ["trade-agreement"], "negated": ["sanctions"], "actors": ["CHL"],
    }  # fmt: skip

    report = evaluate([line], TAGGER.tag)

    assert report.micro["topics"] == Score(hits=1)
    assert report.micro["negated"] == Score(missed=1)
    assert report.micro["actors"] == Score(hits=1, extra=1)
    assert [wrong.extra for wrong in report.wrong] == [{"actors": ["PER"]}]


def test_the_labelled_items_are_read_as_well_as_promised(data: Path):
    lines = (data / "events" / "gold_dev.jsonl").read_text(encoding="utf-8").splitlines()

    report = evaluate(map(json.loads, lines), TAGGER.tag)

    assert report.micro["topics"].f1 > 0.9
    assert report.micro["negated"].f1 > 0.75
    assert report.micro["actors"].f1 > 0.95
