"""How many stories a second the matcher takes as subscriptions grow, beside a plain loop and Lucene Monitor."""

import random
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from stories.fields import STORY
from stories.model import TOPICS, Feed, Story
from stories.query_match import Subjected, matches
from streams.match.operator import MatchOperator
from streams.match.subscription import Subscription
from streams.operator import Event, MemoryState
from tests.bench import lucene

TITLE = "Matching: stories per second by number of subscriptions"
NOON = datetime(2025, 5, 21, 12, tzinfo=UTC)
ACTORS = [f"A{number:03}" for number in range(250)]
WORDS = [f"word{number}" for number in range(5000)]
STORIES, NAIVE_STORIES = 300, 10


def _stories(chance: random.Random) -> list[Story]:
    return [
        Story(
            id=str(number),
            title=" ".join(_common(chance, WORDS, 10)),
            body=" ".join(_common(chance, WORDS, 250)),
            first_published=NOON,
            fetched=NOON,
            timestamp=NOON,
            feed=Feed(url="https://bench.test/"),
            actors=sorted(set(_common(chance, ACTORS, 3))),
            topics=sorted(set(chance.sample(TOPICS, 2))),
        )
        for number in range(STORIES)
    ]


def _common(chance: random.Random, values: list[str], count: int) -> list[str]:
    """Return `count` values, the first ones often and the last ones rarely, as words and states are."""
    return [values[int(len(values) * chance.random() ** 3)] for _ in range(count)]


def _query(chance: random.Random) -> str:
    one, other = chance.sample(ACTORS, 2)
    topic, word, following = chance.choice(TOPICS), *chance.sample(WORDS, 2)
    return chance.choice([
        f"topics:{topic} AND actors:{one}",
        f"actors:{one} AND actors:{other} AND NOT negated:{topic}",
        f'topics:{topic} AND "{word} {following}"',
        f"actors:({one} OR {other}) AND ({word} OR {following})",
    ])  # fmt: skip


def _rate(count: int, seconds: float) -> float:
    return count / seconds


def run() -> Iterable[Mapping[str, object]]:
    """Yield a row for 100, 1,000 and 10,000 subscriptions."""
    chance = random.Random(7)
    stories = _stories(chance)
    for count in (100, 1_000, 10_000):
        subscriptions = [Subscription(name=f"s{number}", query=_query(chance)) for number in range(count)]
        operator, state = MatchOperator(subscriptions), MemoryState()
        start = time.perf_counter()
        alerts = sum(len(operator.decide(state, Event("clustered", "", story)).events) for story in stories)
        indexed = _rate(len(stories), time.perf_counter() - start)
        trees = [subscription.tree(NOON) for subscription in subscriptions]
        start = time.perf_counter()
        for story in stories[:NAIVE_STORIES]:
            subject = Subjected(story, STORY)
            sum(matches(tree, subject) for tree in trees)
        naive = _rate(NAIVE_STORIES, time.perf_counter() - start)
        peer = lucene.measure(trees, stories)
        assert peer is None or peer.matches == alerts, f"Lucene Monitor matched {peer}, we {alerts}"
        yield {
            "subscriptions": count,
            "stories/s": round(indexed),
            "naive loop stories/s": round(naive, 1),
            "times faster": round(indexed / naive, 1),
            "Lucene Monitor stories/s": round(peer.rate) if peer else "not here",
            "alerts per story": round(alerts / len(stories), 2),
        }
