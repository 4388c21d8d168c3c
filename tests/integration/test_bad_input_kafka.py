"""Messages on a real Kafka that are no feed states, or of a wrong time: no reason for a poller not to go on."""

import logging
import time

import pytest
from kafka import KafkaProducer

from pactwatch.setup_kafka import TopicOptions, create_topics
from producers.kafka import read_states
from stories import wire
from stories.model import FeedState

pytestmark = pytest.mark.servers


def test_what_is_no_state_of_a_feed_is_told_and_left_out(
    bootstrap: str, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    create_topics(TopicOptions(bootstrap, prefix=prefix, partitions=3, replication=1), [])
    good = [FeedState(url=f"https://{n}.test/f", etag=f'"{n}"') for n in range(20)]
    messages = [(state.url.encode(), wire.encode(state)) for state in good]
    bad = [b"", b"\xff no JSON", b'{"url": 7}', b"[" * 100_000, b'{"url": "https://x.test/f", "schema": 999}']
    messages += [(b"https://1.test/f", payload) for payload in bad]
    messages += [(b"https://2.test/f", None), (b"https://never.test/f", None)]
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    sent = [producer.send(f"{prefix}feeds", key=key, value=value) for key, value in messages]
    for future in sent:
        future.get(timeout=30)
    producer.close()

    with caplog.at_level(logging.WARNING, logger="producers.kafka"):
        states = read_states(bootstrap, prefix)

    assert states == {state.url: state for state in good if state.url != "https://2.test/f"}
    assert caplog.text.count("is no state of a feed, left out") == len(bad)
    assert f"{prefix}feeds/" in caplog.text


def test_a_machine_whose_clock_is_a_year_ahead_can_send(bootstrap: str, prefix: str) -> None:
    made = create_topics(TopicOptions(bootstrap, prefix=f"{prefix}ahead-", partitions=1, replication=1), [])
    a_year_on_ms = int((time.time() + 365 * 86_400) * 1000)
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    sent = [producer.send(topic, b"{}", b"key", timestamp_ms=a_year_on_ms) for topic in made]
    noted_ms = [future.get(timeout=30).timestamp for future in sent]
    producer.close()

    assert max(noted_ms) < a_year_on_ms
