"""From options, and the secrets in the environment, to connections: Kafka, Elasticsearch, embedded store."""

import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactwatch.settings import KafkaOptions, Options
from sinks.channels import Channels
from sinks.reader import Reader
from sinks.sqlite.reader import SqliteReader
from stories.errors import ConfigError
from streams.match.subscription import Subscription

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pactwatch.metrics import Metrics
    from sinks.elasticsearch.sink import ElasticsearchSink


def kafka_security(kafka: KafkaOptions, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what kafka-python and aiokafka need to log in. Raises ConfigError for a missing secret."""
    if kafka.security_protocol == "PLAINTEXT":
        return {}
    given: dict[str, Any] = {"security_protocol": kafka.security_protocol}
    if kafka.security_protocol.endswith("SSL"):
        given["ssl_context"] = _ssl_context(kafka.ca_certs)
    if kafka.security_protocol.startswith("SASL"):
        given |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.username,
            "sasl_plain_password": _secret("PACTWATCH_KAFKA_PASSWORD", environ),
        }
    return given


def elasticsearch_client(options: Options, environ: Mapping[str, str]) -> "Elasticsearch":
    """Return a client of the configured Elasticsearch. Raises ConfigError where none is configured."""
    from sinks.elasticsearch.client import ElasticsearchOptions, connect

    given = options.elasticsearch
    if not given.url:
        raise ConfigError(
            "no Elasticsearch is configured: set PACTWATCH_ELASTICSEARCH_URL", key="elasticsearch.url"
        )
    api_key = environ.get("PACTWATCH_ELASTICSEARCH_API_KEY", "")
    password = "" if api_key or not given.username else _secret("PACTWATCH_ELASTICSEARCH_PASSWORD", environ)
    return connect(
        ElasticsearchOptions(
            given.url, given.prefix, api_key=api_key, username=given.username, password=password,
            ca_certs=given.ca_certs,
        )
    )  # fmt: skip


def elasticsearch_sink(options: Options, environ: Mapping[str, str]) -> "ElasticsearchSink":
    """Return the sink of the index role."""
    from sinks.elasticsearch.sink import ElasticsearchSink

    return ElasticsearchSink(elasticsearch_client(options, environ), options.elasticsearch.prefix)


def channels_of(
    alerts: Iterable[Subscription], environ: Mapping[str, str], metrics: "Metrics | None" = None
) -> Channels:
    """Return the channels of every subscription, secrets from the environment; `metrics` counts for them."""
    addresses = {alert.name: alert.channels for alert in alerts}
    if metrics is None:
        return Channels(addresses, environ)
    channels = Channels(addresses, environ, told=metrics.delivered)
    metrics.expect_channels(channels.kinds)
    return channels


def reader(options: Options, store: Path, environ: Mapping[str, str]) -> Reader:
    """Return what is read: Elasticsearch where it is configured, else the embedded store."""
    if not options.elasticsearch.url:
        return SqliteReader(store)
    from sinks.elasticsearch.reader import ElasticsearchReader

    return ElasticsearchReader(elasticsearch_client(options, environ), options.elasticsearch.prefix)


def _ssl_context(ca_certs: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_certs or None)
    except OSError as error:
        raise ConfigError(
            f"the certificates in {ca_certs} cannot be read: {error}", key="ca_certs"
        ) from error


def _secret(variable: str, environ: Mapping[str, str]) -> str:
    if variable not in environ:
        raise ConfigError(f"a user is configured, but {variable} is not set", "environment")
    return environ[variable]
