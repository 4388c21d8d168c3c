"""The configuration: what DIR holds, over what ships in the wheel, under what the environment sets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from pactwatch import own_rules, yaml_lines
from pactwatch.logs import LogFormat
from producers.source import FeedSource
from stories.errors import ConfigError
from streams.cluster.operator import ClusterOptions
from streams.match.subscription import Subscription
from streams.tag.rules import ActorRule, TopicRule

T = TypeVar("T")
R = TypeVar("R", "ActorsFile", "TopicsFile")
DEFAULTS = "pactwatch.defaults"


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the configuration: unknown keys are errors."""


class PageOptions(Strict, frozen=True):
    """Where the page listens."""

    host: str = "127.0.0.1"
    port: int = 8765


class PollingOptions(Strict, frozen=True):
    """How the poller introduces itself."""

    contact: str = ""


class KafkaOptions(Strict, frozen=True):
    """Where Kafka is, how to log in (the password comes from the environment), how its topics are made."""

    bootstrap: str = "127.0.0.1:9092"
    prefix: str = ""
    partitions: int = 8
    replication: int = 1
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str = ""
    ca_certs: str = ""


class ElasticsearchOptions(Strict, frozen=True):
    """Where Elasticsearch is; an empty url means that the embedded store is used.

    Its password or API key come from the environment only.
    """

    url: str = ""
    prefix: str = ""
    username: str = ""
    ca_certs: str = ""
    shards: int = 1


class KibanaOptions(Strict, frozen=True):
    """Where `setup` imports the dashboard; an empty url means nowhere."""

    url: str = ""


class RetentionOptions(Strict, frozen=True):
    """For how many days stories are kept; 0 keeps them for ever."""

    days: int = 0


class LogOptions(Strict, frozen=True):
    """How log lines look."""

    format: LogFormat = LogFormat.AUTO


class Options(Strict, frozen=True):
    """Every option of pactwatch.yaml."""

    page: PageOptions = PageOptions()
    polling: PollingOptions = PollingOptions()
    clustering: ClusterOptions = ClusterOptions()
    kafka: KafkaOptions = KafkaOptions()
    elasticsearch: ElasticsearchOptions = ElasticsearchOptions()
    kibana: KibanaOptions = KibanaOptions()
    retention: RetentionOptions = RetentionOptions()
    log: LogOptions = LogOptions()


class FeedsFile(Strict, frozen=True):
    """feeds.yaml."""

    feeds: list[FeedSource]


class ActorsFile(Strict, frozen=True):
    """actors.yaml; one's own stand beside the shipped ones unless `replace` leaves those out."""

    actors: list[ActorRule]
    replace: bool = False


class TopicsFile(Strict, frozen=True):
    """topics.yaml; one's own stand beside the shipped ones unless `replace` leaves those out."""

    topics: list[TopicRule]
    replace: bool = False


class AlertsFile(Strict, frozen=True):
    """alerts.yaml."""

    alerts: list[Subscription]


@dataclass(frozen=True)
class Settings:
    """All that a person configured, read and checked."""

    options: Options
    feeds: list[FeedSource]
    actors: list[ActorRule]
    topics: list[TopicRule]
    alerts: list[Subscription]

    @property
    def subscribed(self) -> list[str]:
        """Return the names of the subscriptions."""
        return [alert.name for alert in self.alerts]


def load(directory: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `directory` over the defaults. Raises the first fault as ConfigError."""
    if directory is not None and not directory.is_dir():
        raise ConfigError("there is no such folder: make it, or leave --config out", str(directory))
    actors = [file.actors for file in _layers(directory, "actors.yaml", ActorsFile)]
    topics = [file.topics for file in _layers(directory, "topics.yaml", TopicsFile)]
    return Settings(
        options=options(directory, environ),
        feeds=_read(directory, "feeds.yaml", FeedsFile).feeds,
        actors=reduce(own_rules.beside, actors),
        topics=reduce(own_rules.topics, topics),
        alerts=_read(directory, "alerts.yaml", AlertsFile).alerts,
    )


def faults(directory: Path | None = None, environ: Mapping[str, str] | None = None) -> list[ConfigError]:
    """Return the first fault of every file, so that one `check` shows them all."""
    found: list[ConfigError] = []
    kinds: dict[str, type[Any]] = {
        "feeds.yaml": FeedsFile, "actors.yaml": ActorsFile, "topics.yaml": TopicsFile,
        "alerts.yaml": AlertsFile,
    }  # fmt: skip
    for name, kind in kinds.items():
        try:
            _read(directory, name, kind)
        except ConfigError as error:
            found.append(error)
    try:
        options(directory, environ)
    except ConfigError as error:
        found.append(error)
    return found


def _layers(directory: Path | None, name: str, kind: type[R]) -> list[R]:
    """Return the files that count: the shipped one and one's own after it, alone where that says so."""
    if directory is None or not (directory / name).is_file():
        return [_read(None, name, kind)]
    own = _read(directory, name, kind)
    return [own] if own.replace else [_read(None, name, kind), own]


def _read(directory: Path | None, name: str, kind: type[T]) -> T:
    if directory is not None and (directory / name).is_file():
        return yaml_lines.read(directory / name, kind)
    with as_file(files(DEFAULTS) / name) as path:
        return yaml_lines.read(path, kind)


def options(directory: Path | None = None, environ: Mapping[str, str] | None = None) -> Options:
    """Return pactwatch.yaml with what the environment sets: PACTWATCH_KAFKA_BOOTSTRAP is kafka.bootstrap.

    Raises ConfigError.
    """
    environ = os.environ if environ is None else environ
    plain = msgspec.to_builtins(_read(directory, "pactwatch.yaml", Options))
    for section, values in plain.items():
        for name in values:
            variable = f"PACTWATCH_{section}_{name}".upper()
            if variable in environ:
                values[name] = environ[variable]
    try:
        return msgspec.convert(plain, Options, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"a PACTWATCH_… variable does not fit: {error}", "environment") from error
