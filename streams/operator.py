"""What a step is: a deterministic function of its state and one event, ignorant of who runs it.

    decide(state, event) -> Decision(changes, events)       no side effects, may raise
    apply(changes)                                          keeps derived, in-memory indexes in line

The interpreter writes the changes and the events in one transaction, then calls `apply`. After a rollback, on
assignment and at start it calls `restore`, which rebuilds what is derived from what is durable.
An event seen before must change nothing and emit nothing: its events wait in the outbox or have been sent.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from stories.model import Document

R = TypeVar("R", bound=msgspec.Struct)


class Table(Generic[R]):
    """A named, keyed, durable set of records of one kind, private to one step."""

    def __init__(self, name: str, record: type[R]) -> None:
        self.name, self.record = name, record
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(record)

    def encode(self, record: R) -> bytes:
        """Return the bytes that `decode` reads back."""
        return self._encoder.encode(record)

    def decode(self, payload: bytes) -> R:
        """Return the record in `payload`. Raises msgspec.DecodeError."""
        record: R = self._decoder.decode(payload)
        return record

    def put(self, key: str, record: R) -> "Change":
        """Return the change that stores `record` under `key`."""
        return Change(self, key, record)

    def delete(self, key: str) -> "Change":
        """Return the change that removes `key`."""
        return Change(self, key, None)


class Change(NamedTuple):
    """One record to be stored, or removed where `record` is None."""

    table: Table[Any]
    key: str
    record: msgspec.Struct | None


class Event(NamedTuple):
    """A document on a topic, by the topic's name."""

    topic: str
    key: str
    document: Document


class Decision(NamedTuple):
    """What one event leads to."""

    changes: Sequence[Change] = ()
    events: Sequence[Event] = ()


NOTHING = Decision()


class State(Protocol):
    """What a step may read: its own records, the uncommitted ones of this batch included."""

    def get(self, table: Table[R], key: str) -> R | None:
        """Return the record under `key`, or None."""
        ...

    def items(self, table: Table[R], prefix: str = "") -> Iterator[tuple[str, R]]:
        """Yield (key, record) in order of key, of the keys that begin with `prefix`."""
        ...

    def keys(self, table: Table[R], prefix: str) -> list[str]:
        """Return in order the keys that begin with `prefix`; no record is decoded."""
        ...


class Operator(Protocol):
    """A step. `tables` lists what it keeps; a stateless step has none."""

    @property
    def name(self) -> str:
        """Return the step's name."""
        ...

    @property
    def tables(self) -> tuple[Table[Any], ...]:
        """Return the tables the step keeps."""
        ...

    def restore(self, state: State) -> None:
        """Rebuild every derived index from `state`."""
        ...

    def decide(self, state: State, event: Event) -> Decision:
        """Return what `event` changes and emits."""
        ...

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring derived indexes in line with `changes`, which are durable now."""
        ...


class Stateless:
    """A step that keeps nothing has nothing to restore or apply."""

    tables: tuple[Table[Any], ...] = ()

    def restore(self, state: State) -> None:
        """Nothing is derived."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Nothing is kept."""


class MemoryState:
    """State in a dictionary: for the filters (`pactwatch cluster FILE`) and for tests."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, msgspec.Struct]] = {}
        self.sorted: dict[str, list[str]] = {}  # the keys by table

    def get(self, table: Table[R], key: str) -> R | None:
        """Return the record under `key`, or None."""
        records: dict[str, Any] = self.records.get(table.name, {})
        record: R | None = records.get(key)
        return record

    def items(self, table: Table[R], prefix: str = "") -> Iterator[tuple[str, R]]:
        """Yield (key, record) in order of key, of the keys that begin with `prefix`."""
        records: dict[str, Any] = self.records.get(table.name, {})
        yield from [(key, records[key]) for key in self.keys(table, prefix)]

    def keys(self, table: Table[R], prefix: str) -> list[str]:
        """Return in order the keys that begin with `prefix`."""
        keys = self.sorted.get(table.name, [])
        begin = end = bisect_left(keys, prefix)
        while end < len(keys) and keys[end].startswith(prefix):
            end += 1
        return keys[begin:end]

    def write(self, changes: Iterable[Change]) -> None:
        """Store or remove what `changes` say."""
        for table, key, record in changes:
            records = self.records.setdefault(table.name, {})
            keys = self.sorted.setdefault(table.name, [])
            if record is not None:
                if key not in records:
                    insort(keys, key)
                records[key] = record
            elif key in records:
                del records[key], keys[bisect_left(keys, key)]


def run(operator: Operator, state: MemoryState, event: Event) -> Sequence[Event]:
    """Put `event` through `operator`, keep its changes in `state`, and return what it emits."""
    decision = operator.decide(state, event)
    state.write(decision.changes)
    operator.apply(decision.changes)
    return decision.events
