"""How it stands, for a person or a program: what is stored, what waits, what fails, what to do about it."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pactwatch.connections import kafka_security
from pactwatch.settings import Settings
from producers import health
from sinks.reader import Counts, Reader
from stories.errors import TemporaryError

RECENT = 1_000  # deliveries looked at
ALERTS_WAIT = "deliver"


@dataclass(frozen=True)
class Status:
    """`waiting` counts, by step, the events that are still to come; `troubles` are for a person to see to."""

    counts: Counts
    feeds: Mapping[str, int]
    deliveries: Mapping[str, int]
    waiting: Mapping[str, int]
    troubles: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON types; `feeds.ok` has those that are silent in it."""
        told: dict[str, Any] = self.counts._asdict()
        feeds = {"ok": told.pop("feeds_ok"), "failing": told.pop("feeds_failing")}
        feeds["silent"] = self.feeds["silent"]
        return told | {
            "feeds": feeds, "deliveries": dict(self.deliveries), "waiting": dict(self.waiting),
            "troubles": self.troubles,
        }  # fmt: skip


def look(reader: Reader, settings: Settings, store: Path, environ: Mapping[str, str]) -> Status:
    """Return how the embedded pactwatch stands, or, where an Elasticsearch is configured, the scaled-out one.

    Raises PactwatchError where the store cannot be read. Kafka out of reach is one of the troubles.
    """
    counts = reader.counts()
    feeds = health.counted(reader.feeds(), datetime.now(UTC))
    recent = reader.deliveries("", RECENT)
    failed = sum(bool(delivery.error) for delivery in recent)
    deliveries = {"delivered": len(recent) - failed, "failed": failed}
    waiting: Mapping[str, int] = {}
    troubles = list(_troubles(counts, failed))
    if settings.options.elasticsearch.url:
        try:
            waiting = _behind(settings, environ)
        except TemporaryError as error:
            troubles.append(str(error))
    else:
        waiting = {ALERTS_WAIT: _undelivered(store)}
    return Status(counts, feeds, deliveries, waiting, troubles)


def _troubles(counts: Counts, failed: int) -> Iterable[str]:
    if counts.dead_letters:
        number = counts.dead_letters
        letters = "1 dead letter waits" if number == 1 else f"{number} dead letters wait"
        yield f"{letters}: `pactwatch dead-letters list` says why; mend the cause, then `replay`"
    if failed:
        yield f"{failed} alerts reached no channel lately: `pactwatch alerts deliveries` says why"
    if counts.feeds_failing:
        yield f"{counts.feeds_failing} feeds fail: `pactwatch feeds list` says why"


def _undelivered(store: Path) -> int:
    """Return how many alerts wait for their channels."""
    with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def _behind(settings: Settings, environ: Mapping[str, str]) -> dict[str, int]:
    from pactwatch.status_kafka import behind

    kafka = settings.options.kafka
    channels = [alert.name for alert in settings.alerts if alert.channels]
    return behind(kafka.bootstrap, kafka.prefix, channels, kafka_security(kafka, environ))
