"""One step on one partition: an operator, and a database where state, offset and outbox change together."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from stories.errors import PermanentError
from stories.topics import Topic
from stories.trace import Trace
from streams.kafka.deciding import decide
from streams.kafka.letters import Message
from streams.operator import Decision, Operator
from streams.state import Outgoing, SqliteState, connect
from streams.ticks import Ticking
from streams.watching import Outcome

CACHE_MB = 4  # a worker has a database for each step and partition; the system's own cache holds the rest


class OffsetError(PermanentError):
    """The log and the stored state do not fit: going on would lose or double events."""


class Partition:
    """Processes batches of messages; nothing here waits for a network.

    `process` makes a batch durable, `unsent` says what must reach its topics, `acknowledged` what has.
    """

    def __init__(
        self, path: Path, topic: Topic, number: int, operator: Operator, *, accept_gaps: bool
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.topic, self.number, self.operator, self.accept_gaps = topic, number, operator, accept_gaps
        self.name = f"{operator.name} on {topic.name}/{number}"
        self.connection = connect(path, CACHE_MB)
        self.state = SqliteState(self.connection)
        self.state.create()
        self.next = self.state.next_offset(topic.name, number)
        self.acked = 0
        operator.restore(self.state)

    def process(
        self, messages: Sequence[Message], is_over: Callable[[], bool] = lambda: False
    ) -> Counter[Outcome]:
        """Make state, offset and events of `messages` durable together; return how they fared.

        Once `is_over` says so, the rest is left for the next process. Raises OffsetError.
        """
        self._check_order(messages)
        outcomes: Counter[Outcome] = Counter()
        after = messages[0].offset
        with self._durable():
            for message in messages:
                decided = decide(self.operator, self.state, self.topic, self.number, message)
                self._keep(decided.decision, decided.trace)
                outcomes[decided.outcome] += 1
                after = message.offset + 1
                if is_over():
                    break
            self.state.set_next_offset(self.topic.name, self.number, after)
        self.next = after
        return outcomes

    def tick(self, now: datetime) -> None:
        """Tell the operator how late it is, if it wants to know, and make durable what follows."""
        if isinstance(self.operator, Ticking):
            with self._durable():
                self._keep(self.operator.tick(self.state, now))

    def unsent(self) -> list[Outgoing]:
        """Return the events that their topics have not acknowledged, in order."""
        return [row for row in self.state.unsent() if row.seq > self.acked]

    def acknowledged(self, up_to_seq: int) -> None:
        """Remember what was sent; the next transaction takes it out of the outbox."""
        self.acked = max(self.acked, up_to_seq)

    def close(self) -> None:
        """Leave an outbox without what was acknowledged, and close the database."""
        if self.acked:
            with self.state.transaction():
                self.state.sent(self.acked)
        self.connection.close()

    @contextmanager
    def _durable(self) -> Iterator[None]:
        """Everything decided inside becomes durable together, or not at all."""
        try:
            with self.state.transaction():
                self._check_owner()
                self.state.sent(self.acked)
                yield
        except BaseException:
            self.operator.restore(self.state)  # what is derived ran ahead of what is durable
            raise

    def _keep(self, decision: Decision, trace: Trace | None = None) -> None:
        self.state.write(decision.changes)
        self.operator.apply(decision.changes)
        self.state.enqueue(decision.events, trace)

    def _check_order(self, messages: Sequence[Message]) -> None:
        expected = self.next
        for message in messages:
            if expected is not None and message.offset < expected:
                raise OffsetError(
                    f"{self.name}: offset {message.offset} came where {expected} was due: the topic is not "
                    "what this state was made from; remove the partition's database to process it anew"
                )
            if expected is not None and message.offset > expected and not self._may_skip:
                raise OffsetError(
                    f"{self.name}: offsets {expected} to {message.offset - 1} are missing: start again; "
                    "where retention has deleted them, allow gaps once (kafka.accept_gaps)"
                )
            expected = message.offset + 1

    @property
    def _may_skip(self) -> bool:
        return self.topic.compacted or self.accept_gaps

    def _check_owner(self) -> None:
        stored = self.state.next_offset(self.topic.name, self.number)
        if stored != self.next:
            raise OffsetError(
                f"{self.name}: another process went on from {self.next} to {stored}: this one lost the "
                "partition without noticing and ends"
            )
