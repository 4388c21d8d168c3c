"""What a query would have told in the last days, before it becomes a subscription."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
import yaml

from pactwatch.alerting import backtest
from pactwatch.web.queries import both
from sinks.reader import Place, Reader
from stories.model import Alert, Cluster, Document, PactChange, Severity
from streams.match.subscription import Subscription

DAYS = 30
MOST = 5_000  # documents tried: a query that fires more often than that is none to subscribe to
CHUNK = 500

On = Literal["story", "cluster", "pact"]


class Trial(NamedTuple):
    """What came of it: alerts, newest first; a count for each day; whether there was more than was tried."""

    alerts: list[Alert]
    per_day: list[tuple[str, int]]
    is_cut: bool
    yaml: str


def subscription(name: str, on: On, query: str, severity: Severity, origins: int) -> Subscription:
    """Return the subscription a form describes. Raises ValueError that names the fault."""
    plain = {"name": name, "on": on, "query": query, "severity": severity}
    threshold = {"threshold": {"origins": origins}} if origins and on == "cluster" else {}
    try:
        return msgspec.convert({**plain, **threshold}, Subscription)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def tried(reader: Reader, wanted: Subscription, end: datetime) -> Trial:
    """Return what `wanted` would have told in the DAYS up to `end`. Raises QueryError."""
    start = (end - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    documents = list(_history(reader, wanted, start, end))
    found = backtest(wanted, sorted(documents[:MOST], key=_moment))
    days = [f"{start + timedelta(days=number):%Y-%m-%d}" for number in range(DAYS + 1)]
    per_day = [(day, found.per_day.get(day, 0)) for day in days]
    return Trial(found.alerts[::-1], per_day, len(documents) > MOST, as_yaml(wanted))


def as_yaml(wanted: Subscription) -> str:
    """Return the entry for alerts.yaml; what has its default is left out."""
    entry = {"name": wanted.name, "on": wanted.on, "query": wanted.query, "severity": wanted.severity}
    if wanted.threshold.origins:
        entry["threshold"] = {"origins": wanted.threshold.origins}  # type: ignore[assignment]
    written: str = yaml.safe_dump({"alerts": [entry]}, sort_keys=False, allow_unicode=True, width=100)
    return written.replace("\n  'on':", "\n  on:")  # pactwatch reads YAML 1.2, where on is a word


def _history(reader: Reader, wanted: Subscription, start: datetime, end: datetime) -> Iterator[Document]:
    if wanted.on == "story":
        within = f"@timestamp:[{start:%Y-%m-%dT%H:%M:%S}Z TO {end:%Y-%m-%dT%H:%M:%S}Z]"
        # a query that counts from now is to be read at each story's own time: only the time is asked for
        yield from reader.search(within if wanted.moves else both(wanted.query, within), MOST + 1)
    elif wanted.on == "cluster":
        yield from _clusters(reader, start)
    else:
        for pact in reader.pacts(limit=MOST):
            if pact.last_seen >= start:
                yield from (one for one in reader.pact_changes(pact.id) if start <= one.timestamp <= end)


def _clusters(reader: Reader, start: datetime) -> Iterator[Cluster]:
    after: Place | None = None
    while chunk := reader.clusters("", CHUNK, after=after):
        yield from (cluster for cluster in chunk if cluster.last_seen >= start)
        if chunk[-1].last_seen < start:
            return
        after = Place(int(chunk[-1].last_seen.timestamp() * 1000), chunk[-1].id)


def _moment(document: Document) -> tuple[datetime, str]:
    if isinstance(document, Cluster):
        return document.last_seen, document.id
    assert hasattr(document, "timestamp")
    return document.timestamp, document.id if isinstance(document, PactChange) else ""
