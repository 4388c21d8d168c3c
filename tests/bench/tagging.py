"""How many stories a second the tag step takes, part by part, beside other matchers on the same names.

Dense stories are summaries of events put end to end, each sentence full of names and reports; articles are news as
it is written.
"""

import gc
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from ahocorasick_rs import AhoCorasick

from pactwatch.settings import Settings, load
from stories.model import Feed, Story
from streams.tag.names import Names
from streams.tag.operator import TagOperator, build
from streams.tag.rules import ActorRule
from streams.tag.sentences import split
from tests.bench import corpus

TITLE = "Tagging: stories of 2,000 characters per second, one core"
STORIES, CHARS, ROUNDS = 400, 2000, 3
MORE_NAMES = 10_000, 100_000
STEP, PEER = "the whole tag step", "spaCy PhraseMatcher"
AHOCORASICK_RS, PYAHOCORASICK = "ahocorasick-rs alone", "pyahocorasick alone"
NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)


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
    gc.freeze()  # as `run` does: else what was made for others slows whoever makes objects
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
    stories = [_story(number, text) for number, text in enumerate(corpus.texts(STORIES, CHARS))]
    names = sorted(
        {name for actor in settings.actors for name in (*actor.names, *actor.demonyms, *actor.capitals)}
    )
    bare, others = _bare(names), _others(names)
    rates = _rates({**_parts(operator), **bare, **others}, stories)
    peer = rates.get(PEER, 0.0)
    for label, rate in rates.items():
        yield _row(f"{label}, dense stories", len(names), rate, peer)
    yield from _on_articles(operator, others, len(names))
    yield from _with_more_names(settings, stories, len(names), peer)
    if PYAHOCORASICK in others:
        yield _agreement(bare[AHOCORASICK_RS], others[PYAHOCORASICK], stories, len(names))
    yield from _by_number_of_names(stories, peer)
    yield _row("PETRARCH2, as published: 250 sentences a second", 0, 250 / _sentences_each(stories), peer)


def _on_articles(
    operator: TagOperator, others: Mapping[str, Callable[[Story], object]], names: int
) -> Iterator[dict[str, object]]:
    """Yield the rates of the step and of its peer on articles, those in English and all."""
    articles = [_story(number, text) for number, text in enumerate(corpus.articles(CHARS))]
    if not articles:
        empty = dict.fromkeys(("names", "stories/s", "of PhraseMatcher"), "")
        yield {"what": "articles: skipped, as there are none here (set PACTWATCH_DATA)", **empty}
        return
    english = [story for story in articles if operator.tag(story).language == "en"]
    beside = {label: other for label, other in others.items() if label == PEER}
    for which, read in (("English articles", english), ("articles in all languages", articles)):
        rates = _rates({STEP: operator.tag, **beside}, read * max(1, STORIES // len(read)))
        for label, rate in rates.items():
            yield _row(f"{label}, {len(read)} {which}", names, rate, rates.get(PEER, 0.0))


def _with_more_names(
    settings: Settings, stories: list[Story], names: int, peer: float
) -> Iterator[dict[str, object]]:
    """Yield the rates of the step with the names that ship alone, and with made-up ones to so many in all."""
    operators = {
        str(count): build([*settings.actors, *_made_up(stories, count - names)], settings.topics)
        for count in (names, *MORE_NAMES)
    }
    rates = _rates({count: operator.tag for count, operator in operators.items()}, stories)
    for count, rate in rates.items():
        yield _row(f"{STEP}, dense stories, the names that ship and made-up ones", int(count), rate, peer)


def _by_number_of_names(stories: list[Story], peer: float) -> Iterator[dict[str, object]]:
    """Yield rates with more and more names, over all stories and over one again and again.

    The second needs the same few states of the automaton each time, so what it does not show is waiting for memory.
    """
    sizes = {count: Names(_made_up(stories, count)) for count in (1_000, 10_000, 100_000)}
    many = {str(count): lambda story, names=names: names.find(story.body) for count, names in sizes.items()}
    for among, read in (("all stories", stories), ("one story again and again", stories[:1] * STORIES)):
        for count, rate in _rates(many, read).items():  # type: ignore[arg-type]
            yield _row(f"our automaton with names of the stories' words, {among}", int(count), rate, peer)


def _agreement(
    ours: Callable[[Story], object], theirs: Callable[[Story], object], stories: list[Story], names: int
) -> dict[str, object]:
    """Return on how many stories two automata find the same names at the same places."""
    same = sum(ours(story) == theirs(story) for story in stories)
    what = f"{PYAHOCORASICK} finds the same as {AHOCORASICK_RS} on"
    return {"what": what, "names": names, "stories/s": f"{same} of {len(stories)}", "of PhraseMatcher": ""}


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
        STEP: operator.tag,
        "names resolved": operator.named,
        "names and topics": lambda story: operator.reported(split(story), operator.named(story), 2014),
        "our automaton, boundaries, longest": lambda story: operator.actors.names.find(story.body),
    }


def _bare(names: list[str]) -> dict[str, Callable[[Story], object]]:
    """Return the automaton without actors: overlapping matches, then boundaries, then leftmost and longest."""
    automaton = AhoCorasick(names)

    def found(story: Story) -> list[tuple[int, int]]:
        matches = automaton.find_matches_as_indexes(story.body, overlapping=True)
        return _longest(story.body, ((start, end) for _, start, end in matches))

    return {AHOCORASICK_RS: found}


def _longest(text: str, matches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of `matches` that are whole words, leftmost and longest, none overlapping."""
    around = f" {text} "
    spans = sorted(
        (start, -end)
        for start, end in matches
        if not around[start].isalnum() and not around[end + 1].isalnum()
    )
    kept: list[tuple[int, int]] = []
    for start, negative_end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -negative_end))
    return kept


def _others(names: list[str]) -> dict[str, Callable[[Story], object]]:
    """Return the other matchers that are installed (the extra `bench`)."""
    return {**_pyahocorasick(names), **_flashtext(names), **_spacy(names)}


def _pyahocorasick(names: list[str]) -> dict[str, Callable[[Story], object]]:
    try:
        import ahocorasick
    except ImportError:
        return {}
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, len(name))
    automaton.make_automaton()

    def found(story: Story) -> list[tuple[int, int]]:
        matches = automaton.iter(story.body)
        return _longest(story.body, ((last + 1 - size, last + 1) for last, size in matches))

    return {PYAHOCORASICK: found}


def _flashtext(names: list[str]) -> dict[str, Callable[[Story], object]]:
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        return {}
    keywords = KeywordProcessor(case_sensitive=True)
    keywords.add_keywords_from_list(names)
    return {"flashtext": lambda story: keywords.extract_keywords(story.body)}


def _spacy(names: list[str]) -> dict[str, Callable[[Story], object]]:
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return {}
    blank = spacy.blank("en")
    phrases = PhraseMatcher(blank.vocab)
    phrases.add("NAME", [blank.make_doc(name) for name in names])
    ruled = spacy.blank("en")
    ruler = ruled.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "NAME", "pattern": name} for name in names])  # type: ignore[attr-defined]
    return {
        PEER: lambda story: phrases(blank.make_doc(story.body)),
        "spaCy EntityRuler": lambda story: ruled(story.body),
    }
