"""Sends stored things the way again: stories to be tagged anew, dead letters whose cause was mended."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pactwatch.connections import elasticsearch_sink, kafka_security
from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import Settings
from producers.kafka import fetched
from stories import topics, wire
from stories.errors import PermanentError
from stories.model import DeadLetter, Story
from stories.topics import topic_named
from stories.trace import Trace, named
from stories.wire import Sending
from stories.withdrawal import withdrawn
from streams.operator import Event

Failed = list[tuple[DeadLetter, str]]


def tag_again(stories: Iterable[Story], settings: Settings, store: Path) -> None:
    """Send stored stories through the steps anew, as revisions. Raises PactwatchError."""
    if settings.options.elasticsearch.url:
        with _publisher(settings) as send:
            send(fetched(story) for story in stories)
        return
    with _embedded(settings, store) as embedded:
        embedded.process(stories)


def withdraw(story: Story, settings: Settings, store: Path) -> None:
    """Take a stored story out everywhere, for good. Raises PactwatchError."""
    gone = withdrawn(story)
    if settings.options.elasticsearch.url:
        with _publisher(settings) as send:
            send([fetched(gone)])
        return
    with _embedded(settings, store) as embedded:
        embedded.withdraw(gone)


def replay(letters: Sequence[DeadLetter], settings: Settings, store: Path) -> Failed:
    """Put `letters` back where they came from; return those that failed again at once, with the reason.

    On Kafka a letter that fails again comes back as a new one, some time later. Raises PactwatchError.
    """
    if settings.options.elasticsearch.url:
        return _replay_on_kafka(letters, settings)
    with _embedded(settings, store) as embedded:
        return list(_replay_embedded(letters, embedded))


def _replay_embedded(letters: Sequence[DeadLetter], embedded: Embedded) -> Iterator[tuple[DeadLetter, str]]:
    for letter in letters:
        try:
            document = wire.decode(letter.payload, topic_named(letter.topic).document)
        except (PermanentError, KeyError) as error:
            yield letter, str(error)
            continue
        again = embedded.process_events([Event(letter.topic, letter.key, document)])
        if again:
            yield letter, again[0].reason
        else:
            embedded.forget(topics.DEAD_LETTERS.name, letter.id)


def _replay_on_kafka(letters: Sequence[DeadLetter], settings: Settings) -> Failed:
    sink = elasticsearch_sink(settings.options, os.environ)
    with _publisher(settings) as send:
        send(_again(letter) for letter in letters)
    for letter in letters:
        sink.forget(letter)
    return []


def _again(letter: DeadLetter) -> Sending:
    """Return the message that a letter was made from: in its trace, as a piece of work of its own."""
    trace = Trace(letter.trace, named(letter.id).span) if letter.trace else named(letter.id)
    return Sending(letter.topic, letter.key, letter.payload, str(trace))


@contextmanager
def _publisher(settings: Settings) -> Iterator[Callable[[Iterable[Sending]], None]]:
    from producers.kafka import KafkaPublisher

    kafka = settings.options.kafka
    publisher = KafkaPublisher(kafka.bootstrap, kafka.prefix, **kafka_security(kafka, os.environ))
    try:
        yield publisher.send_messages
    finally:
        publisher.close()


@contextmanager
def _embedded(settings: Settings, store: Path) -> Iterator[Embedded]:
    embedded = Embedded(store, build(settings))
    try:
        yield embedded
    finally:
        embedded.close()
