"""What `setup` makes and `check` looks for: topics in Kafka, templates in Elasticsearch, Kibana objects."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pactwatch.connections import elasticsearch_client, kafka_security
from pactwatch.settings import Settings
from pactwatch.setup_kafka import TopicOptions, check_topics, create_topics
from stories.errors import PactwatchError, PermanentError

Environ = Mapping[str, str]


class Finding(NamedTuple):
    """How one server was found: what it is, and what is wrong (empty: nothing)."""

    server: str
    fault: str = ""


def topic_options(settings: Settings, environ: Environ) -> TopicOptions:
    """Return where the topics are to be made, and how."""
    kafka = settings.options.kafka
    return TopicOptions(
        kafka.bootstrap,
        prefix=kafka.prefix,
        partitions=kafka.partitions,
        replication=kafka.replication,
        security=kafka_security(kafka, environ),
    )


def set_up(settings: Settings, environ: Environ) -> Iterator[str]:
    """Make what is missing and yield, line by line, what was made. Raises PactwatchError."""
    made = create_topics(topic_options(settings, environ), [alert.name for alert in settings.alerts])
    yield f"Kafka: {len(made)} topics made: {', '.join(made)}" if made else "Kafka: every topic is there."
    options = settings.options
    if not options.elasticsearch.url:
        yield "Elasticsearch: none configured (PACTWATCH_ELASTICSEARCH_URL), nothing to make."
        return
    from sinks.elasticsearch.indices import install
    from sinks.elasticsearch.upgrade import upgrade

    client = elasticsearch_client(options, environ)
    spoken = {feed.language for feed in settings.feeds if feed.language}
    names = install(client, options.elasticsearch.prefix, options.elasticsearch.shards, spoken)
    for line in upgrade(client, options.elasticsearch.prefix):
        yield f"Elasticsearch: {line}"
    client.close()
    yield f"Elasticsearch: templates are up to date: {', '.join(names)}"
    if options.kibana.url:
        from pactwatch.setup_kibana import import_objects

        count = import_objects(options, environ)
        yield f"Kibana: {count} objects imported, the dashboard among them: {options.kibana.url}"


def look_at(settings: Settings, environ: Environ) -> list[Finding]:
    """Return how each configured server was found; Kafka's default address is not taken for configured."""
    found = []
    if settings.options.elasticsearch.url:
        found.append(Finding("Elasticsearch", _fault(lambda: _check_elasticsearch(settings, environ))))
    if settings.options.kafka.bootstrap != type(settings.options.kafka)().bootstrap:
        names = [alert.name for alert in settings.alerts]
        found.append(Finding("Kafka", _fault(lambda: check_topics(topic_options(settings, environ), names))))
    return found


def _check_elasticsearch(settings: Settings, environ: Environ) -> None:
    from sinks.elasticsearch.indices import missing_templates

    client = elasticsearch_client(settings.options, environ)
    try:
        if missing := missing_templates(client, settings.options.elasticsearch.prefix):
            raise PermanentError(
                f"Elasticsearch lacks index templates ({', '.join(missing)}): run pactwatch setup"
            )
    finally:
        client.close()


def _fault(look: Callable[[], None]) -> str:
    try:
        look()
    except PactwatchError as error:
        return str(error)
    return ""
