"""What a group could not be told it is told later: else its lag would show work that was done long ago."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError

from streams.admit import AdmitOperator
from streams.kafka.consuming import commit
from streams.kafka.options import KafkaOptions
from streams.kafka.stateful import StatefulStep
from streams.topology import Step

AT, OTHER = TopicPartition("stories", 0), TopicPartition("stories", 1)


class Consumer:
    """A consumer whose first commits fail."""

    def __init__(self, failures: int) -> None:
        self.failures, self.committed = failures, {}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.failures:
            self.failures -= 1
            raise CommitFailedError("the coordinator is away")
        self.committed.update(offsets)


def test_an_offset_stays_owed_until_it_is_committed() -> None:
    consumer, owed, places = Consumer(failures=1), {AT: 7, OTHER: 2}, {AT: 3}

    asyncio.run(commit(consumer, "index", owed, places))
    assert (owed, places) == ({AT: 7, OTHER: 2}, {AT: 3})
    asyncio.run(commit(consumer, "index", owed, places))
    assert (owed, places) == ({}, {AT: 7, OTHER: 2})
    assert consumer.committed == {AT: 7, OTHER: 2}


def test_a_stateful_step_tells_its_group_what_it_could_not_tell_before(tmp_path: Path) -> None:
    step = StatefulStep(Step("admit", (), AdmitOperator), KafkaOptions("nowhere:1", tmp_path))
    step.consumer = Consumer(failures=1)
    step.partitions[AT] = SimpleNamespace(name="admit on stories/0", next=7)
    step.owed.add(AT)

    asyncio.run(step._commit_owed())
    assert step.owed == {AT}
    asyncio.run(step._commit_owed())
    assert step.owed == set()
    assert step.consumer.committed == {AT: 7}
