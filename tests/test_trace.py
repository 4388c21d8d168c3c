"""One trace from a story to all it leads to: in headers, through the outbox, in dead letters; always the same."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.kafka import KafkaPublisher
from stories import trace, wire
from stories.model import DeadLetter, FeedState
from stories.topics import ADMITTED, STORIES
from streams.admit import AdmitOperator
from streams.kafka.deciding import decide
from streams.kafka.partition import Partition
from streams.operator import MemoryState
from streams.state import SqliteState, connect
from streams.watching import DEAD_LETTER, ENDED, PASSED
from tests.stories_made import story

ONE = story("a", url="https://a.test/1")
BEGUN = trace.started(ONE)


class Message:
    """A message as a client hands it on."""

    def __init__(self, value: bytes, headers: list[tuple[str, bytes]], offset: int = 0) -> None:
        self.value, self.headers, self.offset = value, headers, offset
        self.key, self.timestamp = b"a.test", 0


def arriving(offset: int = 0) -> Message:
    return Message(wire.encode(ONE), trace.headers(str(BEGUN)), offset)


@given(st.from_regex(r"[0-9a-f]{32}", fullmatch=True), st.from_regex(r"[0-9a-f]{16}", fullmatch=True))
def test_a_header_is_read_as_it_was_written(identity: str, span: str) -> None:
    read = trace.parse(str(trace.Trace(identity, span)))
    assert read == (trace.Trace(identity, span) if int(identity, 16) and int(span, 16) else None)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_what_is_no_traceparent_is_none(text: str) -> None:
    read = trace.parse(text)
    assert read is None or len(read.id) == 32


@pytest.mark.parametrize(
    "header",
    [
        "", "00", f"ff-{BEGUN.id}-{BEGUN.span}-01", f"00-{'0' * 32}-{BEGUN.span}-01",
        f"00-{BEGUN.id}-{'0' * 16}-01", f"00-{BEGUN.id.upper()}-{BEGUN.span}-01", f"{BEGUN}\n",
    ],
)  # fmt: skip
def test_what_the_standard_calls_invalid_is_none(header: str) -> None:
    assert trace.parse(header) is None
    assert trace.found([("traceparent", header.encode())]) is None


def test_a_newer_version_is_read_as_far_as_it_is_known() -> None:
    assert trace.parse(f"01-{BEGUN.id}-{BEGUN.span}-01-more") == BEGUN


def test_the_publisher_begins_the_trace_and_leaves_the_document_as_it_is() -> None:
    sent = []

    class Producer:
        def send(self, topic: str, **given: object) -> "Producer":
            sent.append((topic, given))
            return self

        def flush(self, timeout: float) -> None: ...
        def get(self, timeout: float) -> None: ...

    KafkaPublisher("", producer=Producer()).send(FeedState(url="https://a.test/feed"), [ONE])

    (topic, given), (_, state) = sent
    assert (topic, given["value"]) == (STORIES.name, wire.encode(ONE))
    assert trace.found(given["headers"]) == BEGUN
    assert state["headers"] == []


def test_events_that_a_killed_process_left_in_the_outbox_keep_their_trace(tmp_path: Path) -> None:
    partition = Partition(tmp_path / "p.db", STORIES, 0, AdmitOperator(), accept_gaps=False)
    assert partition.process([arriving()]) == {PASSED: 1}
    first = [row.sending for row in partition.unsent()]
    partition.connection.close()  # killed: nothing was acknowledged

    again = Partition(tmp_path / "p.db", STORIES, 0, AdmitOperator(), accept_gaps=False)
    assert [row.sending for row in again.unsent()] == first
    assert [trace.parse(one.trace) for one in first] == [BEGUN.after("admit")]
    assert again.process([arriving(1)]) == {ENDED: 1}
    again.close()


def test_a_fresh_disk_sends_the_same_bytes_under_the_same_headers(tmp_path: Path) -> None:
    sent = []
    for name in ("one", "two"):
        partition = Partition(tmp_path / f"{name}.db", STORIES, 0, AdmitOperator(), accept_gaps=False)
        partition.process([arriving()])
        sent.append([row.sending for row in partition.unsent()])
        partition.close()

    assert sent[0] == sent[1]


def test_a_lost_header_finds_its_trace_again() -> None:
    with_it, without = (
        decide(AdmitOperator(), MemoryState(), STORIES, 0, Message(wire.encode(ONE), headers))
        for headers in (trace.headers(str(BEGUN)), [])
    )
    assert with_it.trace == without.trace == BEGUN.after("admit")


def test_a_dead_letter_names_the_trace_of_its_message() -> None:
    poison = decide(AdmitOperator(), MemoryState(), ADMITTED, 3, Message(b"\xff", trace.headers(str(BEGUN))))
    [event] = poison.decision.events

    assert poison.outcome == DEAD_LETTER
    assert isinstance(event.document, DeadLetter)
    assert event.document.trace == BEGUN.id == poison.trace.id
    bare = decide(AdmitOperator(), MemoryState(), ADMITTED, 3, Message(b"\xff", []))
    assert bare.decision.events[0].document.trace == trace.named("admitted:3:0").id


def test_an_outbox_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    connection = connect(tmp_path / "old.db")
    state = SqliteState(connection)
    state.create()
    connection.executescript(
        "DROP TABLE outbox; CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, "
        "key TEXT NOT NULL, payload BLOB NOT NULL); INSERT INTO outbox VALUES (7, 'admitted', 'k', x'00'); "
        "UPDATE facts SET value = '2' WHERE name = 'state_version'"
    )

    state.create()

    assert [(row.seq, row.sending) for row in state.unsent()] == [(7, wire.Sending("admitted", "k", b"\0"))]
    with pytest.raises(sqlite3.OperationalError, match="duplicate column"):
        connection.execute("ALTER TABLE outbox ADD COLUMN trace TEXT")
    connection.close()
