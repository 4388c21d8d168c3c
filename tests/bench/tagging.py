"""How many stories a second the tag step takes, part by part, beside other matchers on the same names."""

import gzip
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pactwatch.settings import load
from stories.model import Feed, Story
from streams.tag.names import Names
from streams.tag.operator import TagOperator, build
from streams.tag.rules import ActorRule
from streams.tag.sentences import split

TITLE = "Tagging: stories of 2,000 characters per second, one core"
ARCHIVE = "archive/current_events_2010_2024.jsonl.gz"
STORIES, SLOW_STORIES, CHARS = 400, 60, 2000
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


def _rate(action: Callable[[Story], object], stories: list[Story]) -> float:
    action(stories[0])
    started = time.perf_counter()
    for story in stories:
        action(story)
    return len(stories) / (time.perf_counter() - started)


def run() -> Iterable[Mapping[str, object]]:
    """Yield one row per part of the step, per other matcher, and per number of names."""
    settings = load(None)
    operator = build(settings.actors, settings.topics)
    stories = [_story(number, text) for number, text in enumerate(_texts())]
    names = sorted(
        {name for actor in settings.actors for name in (*actor.names, *actor.demonyms, *actor.capitals)}
    )
    actions = {**_parts(operator), **_others(names)}
    for label, action in actions.items():
        few = stories[:SLOW_STORIES] if "spaCy" in label else stories
        yield {"what": label, "names": len(names), "stories/s": round(_rate(action, few))}
    for count in (1_000, 10_000, 100_000):
        many = Names(
            [ActorRule(id=str(n), kind="org", code="X", names=[f"Zq{n} Union"]) for n in range(count)]
        )
        rate = _rate(lambda story, many=many: many.find(story.body), stories)  # type: ignore[misc]
        yield {"what": "our automaton with made-up names", "names": count, "stories/s": round(rate)}


def _parts(operator: TagOperator) -> dict[str, Callable[[Story], object]]:
    return {
        "the whole tag step": operator.tag,
        "names resolved": operator.named,
        "names and topics": lambda story: operator.reported(split(story), operator.named(story), 2014),
        "our automaton, boundaries, longest": lambda story: operator.actors.names.find(story.body),
    }


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
