"""How many stories a second the tag step takes, part by part, beside other matchers on the same names."""

import gzip
import json
import os
import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from pactwatch.settings import load
from stories.model import Feed, Story
from streams.tag.names import Names
from streams.tag.operator import TagOperator, build
from streams.tag.rules import ActorRule
from streams.tag.sentences import split

TITLE = "Tagging: stories of 2,000 characters per second, one core"
ARCHIVE = "archive/current_events_2010_2024.jsonl.gz"
STORIES, CHARS, ROUNDS = 400, 2000, 3
NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)


def _texts() -> list[str]:
    """Return stories as dense as news gets: summaries of the archive put end to end, or a stand-in."""
    path = Path(os.environ.get("PACTWATCH_DATA", "../shared/data")) / ARCHIVE
    if not path.exists():
        return ["The parliament of Iran ratified a treaty with Russia after talks in Moscow. " * 27] * STORIES
    texts, current = [], ""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            current += json.loads(line)["text"] + " "
            if len(current) >= CHARS:
                texts.append(current[:CHARS])
                current = ""
            if len(texts) == STORIES:
                break
    return texts


def _story(number: int, text: str) -> Story:
    return Story(
        id=str(number), body=text, language="en", first_published=NOON, fetched=NOON, timestamp=NOON,
        feed=Feed(url="https://bench.test/", language="en"),
    )  # fmt: skip


def _rates(actions: Mapping[str, Callable[[Story], object]], stories: list[Story]) -> dict[str, float]:
    """Return stories per second of processor time, of each the best of rounds in which all take turns.

    So what else the machine does slows none more than another, and what is made once is not measured.
    """
    best = dict.fromkeys(actions, 0.0)
    for action in actions.values():
        for story in stories[:50]:
            action(story)
    for _ in range(ROUNDS):
        for label, action in actions.items():
            started = time.process_time()
            for story in stories:
                action(story)
            best[label] = max(best[label], len(stories) / (time.process_time() - started))
    return best


def run() -> Iterable[Mapping[str, object]]:
    """Yield one row per part of the step, per other matcher, and per number of names."""
    settings = load(None)
    operator = build(settings.actors, settings.topics)
    stories = [_story(number, text) for number, text in enumerate(_texts())]
    names = sorted(
        {name for actor in settings.actors for name in (*actor.names, *actor.demonyms, *actor.capitals)}
    )
    rates = _rates({**_parts(operator), **_bare(names), **_others(names)}, stories)
    peer = rates.get("spaCy PhraseMatcher", 0.0)
    for label, rate in rates.items():
        yield _row(label, len(names), rate, peer)
    sizes = {count: Names(_made_up(stories, count)) for count in (1_000, 10_000, 100_000)}
    many = {str(count): lambda story, names=names: names.find(story.body) for count, names in sizes.items()}
    for count, rate in _rates(many, stories).items():  # type: ignore[arg-type]
        yield _row("our automaton with names made of the stories' words", int(count), rate, peer)
    yield _row("PETRARCH2, as published: 250 sentences a second", 0, 250 / _sentences_each(stories), peer)


def _row(what: str, names: int, rate: float, peer: float) -> dict[str, object]:
    ratio = f"{rate / peer:.2f}" if peer else ""
    return {"what": what, "names": names, "stories/s": round(rate), "of PhraseMatcher": ratio}


def _sentences_each(stories: list[Story]) -> float:
    return sum(len(split(story)) for story in stories) / len(stories)


def _made_up(stories: list[Story], count: int) -> list[ActorRule]:
    """Return actors whose names begin as words of the stories do and end in a number: near misses everywhere."""
    words = sorted({word for story in stories for word in story.body.split() if word[0].isupper()})
    random.Random(0).shuffle(words)  # else few names would all begin with A, which are skipped at once
    names = (f"{words[n % len(words)]} {n}" for n in range(count))
    return [ActorRule(id=str(n), kind="org", code="X", names=[name]) for n, name in enumerate(names)]


def _parts(operator: TagOperator) -> dict[str, Callable[[Story], object]]:
    return {
        "the whole tag step": operator.tag,
        "names resolved": operator.named,
        "names and topics": lambda story: operator.reported(split(story), operator.named(story), 2014),
        "our automaton, boundaries, longest": lambda story: operator.actors.names.find(story.body),
    }


def _bare(names: list[str]) -> dict[str, Callable[[Story], object]]:
    """Return the automaton without actors: overlapping matches, then boundaries, then leftmost and longest."""
    automaton = AhoCorasick(names)

    def found(story: Story) -> list[tuple[int, int]]:
        text = f" {story.body} "
        spans = sorted(
            (start, -end)
            for _, start, end in automaton.find_matches_as_indexes(text[1:-1], overlapping=True)
            if not text[start].isalnum() and not text[end + 1].isalnum()
        )
        kept: list[tuple[int, int]] = []
        for start, negative_end in spans:
            if not kept or start >= kept[-1][1]:
                kept.append((start, -negative_end))
        return kept

    return {"ahocorasick-rs alone, boundaries, longest": found}


def _others(names: list[str]) -> dict[str, Callable[[Story], object]]:
    """Return the other matchers that are installed (the extra `bench`)."""
    found: dict[str, Callable[[Story], object]] = {}
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        pass
    else:
        keywords = KeywordProcessor(case_sensitive=True)
        keywords.add_keywords_from_list(names)
        found["flashtext"] = lambda story: keywords.extract_keywords(story.body)
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return found
    blank = spacy.blank("en")
    phrases = PhraseMatcher(blank.vocab)
    phrases.add("NAME", [blank.make_doc(name) for name in names])
    found["spaCy PhraseMatcher"] = lambda story: phrases(blank.make_doc(story.body))
    ruled = spacy.blank("en")
    ruler = ruled.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "NAME", "pattern": name} for name in names])  # type: ignore[attr-defined]
    found["spaCy EntityRuler"] = lambda story: ruled(story.body)
    return found
