"""What waits for time to pass goes out when it has, without another alert to bring it along."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pactwatch.embedded import Embedded
from stories import topics, wire
from stories.topics import ALERTS
from streams.kafka.partition import Partition
from streams.match.operator import MatchOperator
from streams.match.subscription import Mute, Subscription
from streams.notify import NotifyOperator
from streams.operator import Event, MemoryState, run
from streams.topology import Step
from tests.stories_made import story

QUIET = Subscription(name="quiet", query="topics:ratification", mute=Mute(quiet="22:00-06:00"))
NIGHT = datetime(2025, 5, 21, 23, tzinfo=UTC)
STEPS = (
    Step("match", (topics.CLUSTERED,), lambda: MatchOperator([QUIET])),
    Step("notify", (ALERTS,), lambda: NotifyOperator([QUIET])),
)


def test_an_alert_of_the_night_goes_out_in_the_morning(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path / "a.db", STEPS)
    embedded.process_events([Event("clustered", "a", story("a", when=NIGHT, topics=["ratification"]))])
    assert embedded.undelivered() == []
    embedded.tick(NIGHT + timedelta(hours=6, minutes=59))
    assert embedded.undelivered() == []

    embedded.tick(NIGHT + timedelta(hours=7))

    assert [alert.subscription for _, alert in embedded.undelivered()] == ["quiet"]
    embedded.tick(NIGHT + timedelta(hours=8))
    assert len(embedded.undelivered()) == 1
    embedded.close()


def test_a_partition_keeps_what_a_tick_lets_go(tmp_path: Path) -> None:
    [told] = run(
        MatchOperator([QUIET]),
        MemoryState(),
        Event("clustered", "a", story("a", when=NIGHT, topics=["ratification"])),
    )
    partition = Partition(tmp_path / "p.db", ALERTS, 0, NotifyOperator([QUIET]), accept_gaps=False)
    partition.process([Message(0, b"quiet", wire.encode(told.document))])
    assert partition.unsent() == []

    partition.tick(NIGHT + timedelta(hours=7))

    assert [row.topic for row in partition.unsent()] == ["alerts.quiet"]
    partition.close()


class Message:
    """A message as a client hands it on."""

    timestamp = 0
    headers = ()

    def __init__(self, offset: int, key: bytes, value: bytes) -> None:
        self.offset, self.key, self.value = offset, key, value
