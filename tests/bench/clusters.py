"""Clustering, by seconds of processor time, beside river's TextClust and a plain scan of centroids, and its cost as live clusters grow."""

import gc
import json
import math
import os
import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec

from pactwatch.evaluation.clusters import Labelled, assign, bcubed
from pactwatch.evaluation.plain import nearest_centroids
from stories.model import Cluster, Feed, Story
from streams.cluster import documents
from streams.cluster.index import LiveIndex
from streams.cluster.operator import ClusterOperator
from streams.cluster.origins import signature
from streams.cluster.records import LIVE, MEMBERS, SEEN, Member, Seen, member_key
from streams.cluster.terms import read, weigh
from streams.operator import Change, Event, MemoryState
from tests.bench import corpus

TITLE = "Clustering, one core: headlines (news_t, shuffled), full stories, cost by number of live clusters"
HEADLINES = "clusters/news_t.jsonl"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RIVER_RADIUS, PLAIN_JOIN = 0.8, 0.12  # each at its best F1 on this very stream, to one digit
SLOW_STORIES = 4000  # the slow peers get the first stories only; F1 is compared on the same ones
FULL_STORIES, CHARS = 3000, 2000
LIVE_COUNTS = (1_000, 10_000, 100_000)
PROBES, PROBE_CHARS, ROUNDS = 400, 250, 3
HELD = 10_000  # live clusters that memory is measured on

Row = Mapping[str, object]
Assigner = Callable[[Sequence[Story]], list[str]]


def run() -> Iterator[Row]:
    """Yield a row per method on one stream, one for full stories, one per number of live clusters, one for memory."""
    labelled = _headlines()
    ours = _timed("pactwatch", labelled, _ours)
    few = labelled[:SLOW_STORIES]
    peers = [
        _timed(name, few, method) for name, method in (("river TextClust", _river), ("plain scan", _plain))
    ]
    yield {**ours, "beside": f"{len(labelled):,} stories"}
    short = _timed(f"pactwatch, {len(few):,} stories", few, _ours)
    for row in (short, *peers):
        times = float(str(short["stories/s"])) / float(str(row["stories/s"]))
        yield {**row, "beside": f"{times:.1f} times as slow"}
    full = [Labelled(story, "") for story in corpus.stories(FULL_STORIES, CHARS)]
    ours = _timed(f"pactwatch, stories of {CHARS:,} characters", full, _ours)
    yield {**ours, "BCubed F1": "", "beside": ""}
    yield from _growth()
    yield _memory()


def _headlines() -> list[Labelled]:
    path = Path(os.environ.get("PACTWATCH_DATA", "../shared/data")) / HEADLINES
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(1).shuffle(lines)
    return [Labelled(_undated(line["id"], line["title"]), line["cluster"]) for line in lines]


def _undated(name: str, title: str) -> Story:
    feed = Feed(url="https://bench.test/", language="en")
    return Story(id=name, title=title, language="en", first_published=EPOCH, fetched=EPOCH, timestamp=EPOCH,
                 feed=feed)  # fmt: skip


def _timed(name: str, labelled: Sequence[Labelled], method: Assigner) -> dict[str, object]:
    """Return the best of some rounds: stems are known from the second on, as in a process that has run a while."""
    stories = [one.story for one in labelled]
    seconds = math.inf
    for _ in range(ROUNDS):
        start = time.process_time()
        given = method(stories)
        seconds = min(seconds, time.process_time() - start)
    score = bcubed([one.cluster for one in labelled], given)
    return {
        "what": name, "stories/s": round(len(stories) / seconds), "BCubed F1": round(score.f1, 3),
        "clusters": len(set(given)),
    }  # fmt: skip


def _ours(stories: Sequence[Story]) -> list[str]:
    placed = assign(ClusterOperator(), stories)
    return [placed[story.id] for story in stories]


def _river(stories: Sequence[Story]) -> list[str]:
    from river.cluster import TextClust

    model: Any = TextClust(
        radius=RIVER_RADIUS, real_time_fading=False, fading_factor=1e-9, tgap=10**9, auto_merge=False
    )
    given = []
    for story in stories:
        terms = Counter(weigh(story, read(story), "en").keys())
        model.learn_one(terms)
        given.append(str(model.predict_one(terms, type="micro")))
    return given


def _plain(stories: Sequence[Story]) -> list[str]:
    return nearest_centroids(stories, PLAIN_JOIN)


def _growth() -> Iterator[Row]:
    """Yield what placing a story costs while so many clusters are live, each of another item of news.

    A story joins a cluster more often the more there are, which costs more than beginning one: so the cost is
    given of stories whose event is live at each count, too.
    """
    operator, state, first = ClusterOperator(), MemoryState(), dict[str, float]()
    items = corpus.each_item(PROBE_CHARS)
    known, fresh = list(islice(items, PROBES)), list(islice(items, PROBES))
    filling = enumerate(chain((msgspec.structs.replace(one, id=f"live {one.id}") for one in known), items))
    for count in LIVE_COUNTS:
        for number, story in islice(filling, count - len(operator.ages)):
            changes = _begun(operator, story, number)
            state.write(changes)
            operator.apply(changes)
        gc.collect()
        for what, probes in (("one more story of a live event", known), ("one story as it comes", fresh)):
            cost = min(_cost(operator, state, probes) for _ in range(ROUNDS))
            times = cost / first.setdefault(what, cost)
            yield {
                "what": f"{what}, among {len(operator.ages):,} live clusters", "stories/s": round(1 / cost),
                "BCubed F1": "", "clusters": len(operator.ages),
                "beside": f"{times:.2f} times the first; {_joining(operator, state, probes)} of {PROBES} join",
            }  # fmt: skip


def _joining(operator: ClusterOperator, state: MemoryState, probes: Sequence[Story]) -> int:
    """Return how many of `probes` would join a cluster that is live."""
    decisions = (operator.decide(state, Event("tagged", "", story)) for story in probes)
    clusters = ((event.document for event in decision.events) for decision in decisions)
    return sum(any(isinstance(one, Cluster) and one.size > 1 for one in of_one) for of_one in clusters)


def _memory() -> Row:
    """Return what an operator holds of each live cluster; what it keeps durable is not in it."""
    operator = ClusterOperator()
    tracemalloc.start()
    for number, story in enumerate(corpus.each_story(HELD, PROBE_CHARS, minutes=0.0)):
        operator.apply(_begun(operator, story, number))
    gc.collect()
    kilobytes = tracemalloc.get_traced_memory()[0] / HELD / 1024
    tracemalloc.stop()
    return {
        "what": "memory of a live cluster", "stories/s": "", "BCubed F1": "", "clusters": HELD,
        "beside": f"{kilobytes:.1f} KB",
    }  # fmt: skip


def _begun(operator: ClusterOperator, story: Story, number: int) -> list[Change]:
    """Return the changes that make `story` a live cluster of its own, whatever it is like."""
    words, cluster = read(story), f"c-{number}"
    weights = weigh(story, words, "en")
    vector = operator.languages.setdefault("en", LiveIndex()).vector(weights)
    live = documents.begin(documents.Placed(story, "en", weights, vector, signature(words)), cluster)
    return [
        SEEN.put(story.id, Seen(story.revision, story.revision, cluster)),
        MEMBERS.put(member_key(cluster, story.id), Member(story, "en", list(weights))),
        LIVE.put(cluster, live),
    ]


def _cost(operator: ClusterOperator, state: MemoryState, probes: Sequence[Story]) -> float:
    """Return the seconds that deciding on a story takes; nothing is applied, so that all meet the same."""
    start = time.process_time()
    for story in probes:
        operator.decide(state, Event("tagged", "", story))
    return (time.process_time() - start) / len(probes)
