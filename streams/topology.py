"""The way of a story, written down once: every step, what it reads, how it is made.

`streams/agents.py` runs these steps on Kafka, `pactwatch/embedded.py` in one process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stories import topics
from stories.topics import Topic
from streams.admit import AdmitOperator
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.match.operator import MatchOperator
from streams.match.subscription import Subscription
from streams.notify import NotifyOperator
from streams.operator import Operator
from streams.pacts.operator import PactOperator
from streams.tag.operator import TagOperator

READS: dict[str, tuple[Topic, ...]] = {
    "admit": (topics.STORIES,),
    "tag": (topics.ADMITTED,),
    "cluster": (topics.TAGGED,),
    "pacts": (topics.PACT_REPORTS,),
    "match": (topics.CLUSTERED, topics.CLUSTERS, topics.PACT_CHANGES),
    "notify": (topics.ALERTS,),
}


@dataclass(frozen=True)
class Step:
    """One step: `make` returns a fresh operator for each partition, as each derives an index of its own."""

    name: str
    sources: tuple[Topic, ...]
    make: Callable[[], Operator]
    stateful: bool = True


@dataclass(frozen=True)
class Rules:
    """What the steps are built from; whoever reads the configuration fills it in."""

    tagger: TagOperator
    clustering: ClusterOptions = field(default_factory=ClusterOptions)
    subscriptions: Sequence[Subscription] = ()


def steps(rules: Rules) -> tuple[Step, ...]:
    """Return every step in the order of a story's way."""
    subscriptions = list(rules.subscriptions)
    return (
        Step("admit", READS["admit"], AdmitOperator),
        Step("tag", READS["tag"], lambda: rules.tagger, stateful=False),
        Step("cluster", READS["cluster"], lambda: ClusterOperator(rules.clustering)),
        Step("pacts", READS["pacts"], PactOperator),
        Step("match", READS["match"], lambda: MatchOperator(subscriptions)),
        Step("notify", READS["notify"], lambda: NotifyOperator(subscriptions)),
    )
