"""The real servers with TLS, logins and roles: who has them gets in, nobody else, and no secret is told."""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch

from pactwatch import connections
from pactwatch.settings import ElasticsearchOptions, KafkaOptions, Options
from pactwatch.setup_kafka import TopicOptions, create_topics
from producers.kafka import KafkaPublisher, read_states
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.sink import ElasticsearchSink
from stories.errors import PactwatchError, PermanentError, TemporaryError
from stories.model import FeedState
from stories.withdrawal import withdrawn
from tests.fakes_http import Reply, Request, serving
from tests.servers_elasticsearch import fetch_home, java_home
from tests.servers_kafka import fetch_jars, unavailable
from tests.servers_secure import Certificates, SecureElasticsearch, SecureKafka, certificates
from tests.stories_made import story
from tests.test_secrets import ran

pytestmark = pytest.mark.servers
# kafka-python leaves a socket of TLS open now and then, though its client was closed
kafka_leaves_sockets = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
PASSWORD, WRONG = "marker-right-0f3a", "marker-wrong-0f3a"
USERS = {
    "admin": (PASSWORD, ["all"]), "writer": (PASSWORD, ["create_index", "write"]), "reader": (PASSWORD, ["read"]),
    "keeper": (PASSWORD, ["create_index", "write", "read", "maintenance"]),
}  # fmt: skip


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Have a connection that was left open fail the test that left it, not whichever comes next."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def kafka(files: Certificates) -> Iterator[SecureKafka]:
    try:
        jars = fetch_jars()
    except OSError:
        unavailable("no Kafka with TLS: install java and mvn")
    nodes = SecureKafka(jars, files, "pactwatch", PASSWORD)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()


@pytest.fixture(scope="module")
def elasticsearch_url(files: Certificates) -> Iterator[str]:
    if not java_home():
        unavailable("no Elasticsearch with TLS: install mvn and Java 21")
    fetch_home()
    node = SecureElasticsearch(files, USERS)
    try:
        yield node.start()
    finally:
        node.stop()


def security(kafka: SecureKafka, password: str = PASSWORD, **fields: str) -> dict[str, object]:
    """Return what the options of kafka in pactwatch.yaml lead to."""
    given = {"bootstrap": kafka.bootstrap, "security_protocol": "SASL_SSL", "username": "pactwatch"} | fields
    options = msgspec.convert({"ca_certs": str(kafka.files.authority), **given}, KafkaOptions)
    return connections.kafka_security(options, {"PACTWATCH_KAFKA_PASSWORD": password})


@kafka_leaves_sockets
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_kafka_is_reached_by_password_over_tls(kafka: SecureKafka, mechanism: str) -> None:
    login, prefix = security(kafka, sasl_mechanism=mechanism), f"{mechanism.lower()}-"

    assert len(create_topics(TopicOptions(kafka.bootstrap, prefix, 1, 1, security=login), [])) > 5
    publisher = KafkaPublisher(kafka.bootstrap, prefix, **login)
    publisher.send(FeedState(url="https://a.test/f"), [story("a")])
    publisher.close()

    assert list(read_states(kafka.bootstrap, prefix, **login)) == ["https://a.test/f"]


@kafka_leaves_sockets
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_kafka_refuses_a_wrong_password(kafka: SecureKafka, mechanism: str) -> None:
    login = security(kafka, WRONG, sasl_mechanism=mechanism)

    with pytest.raises(PactwatchError) as refused:
        create_topics(TopicOptions(kafka.bootstrap, "x-", 1, 1, security=login), [])

    assert "marker" not in str(refused.value)


@kafka_leaves_sockets
def test_an_authority_that_is_not_the_brokers_is_not_trusted(kafka: SecureKafka, tmp_path: Path) -> None:
    login = security(kafka, ca_certs=str(certificates(tmp_path).authority))

    with pytest.raises(PactwatchError):
        create_topics(TopicOptions(kafka.bootstrap, "x-", 1, 1, security=login), [])


@kafka_leaves_sockets
def test_a_worker_of_faust_and_aiokafka_gets_in_too(kafka: SecureKafka, tmp_path: Path) -> None:
    environment = {
        "PACTWATCH_KAFKA_BOOTSTRAP": kafka.bootstrap, "PACTWATCH_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "PACTWATCH_KAFKA_USERNAME": "pactwatch", "PACTWATCH_KAFKA_CA_CERTS": str(kafka.files.authority),
        "PACTWATCH_KAFKA_PASSWORD": PASSWORD, "PACTWATCH_KAFKA_PREFIX": "work-",
    }  # fmt: skip
    said = [ran(environment, "setup", timeout_s=120), ran(environment, "check", timeout_s=120)]
    publisher = KafkaPublisher(kafka.bootstrap, "work-", **security(kafka))  # type: ignore[arg-type]
    publisher.send(FeedState(url="https://a.test/f"), [story("a", title="Parliament ratifies a treaty")])
    publisher.close()
    said.append(ran(environment, "work", "--until-idle", "3", "--state", str(tmp_path), timeout_s=120))
    said.append(
        ran(environment | {"PACTWATCH_KAFKA_PASSWORD": WRONG}, "work", "--state", str(tmp_path), timeout_s=15)
    )
    said.append(ran(environment | {"PACTWATCH_KAFKA_PASSWORD": WRONG}, "check", timeout_s=15))

    assert "topics made" in said[0]
    assert "is there, with everything it needs" in said[1]
    assert "admit    1 processed" in said[2]
    assert "marker" not in "".join(said)


# ---- Elasticsearch


def options(url: str, user: str, files: Certificates | None) -> Options:
    given = ElasticsearchOptions(url=url, username=user, ca_certs=str(files.authority) if files else "")
    return Options(elasticsearch=given)


@contextmanager
def client_of(url: str, user: str, files: Certificates) -> Iterator[Elasticsearch]:
    environ = {"PACTWATCH_ELASTICSEARCH_PASSWORD": PASSWORD}
    with connections.elasticsearch_client(options(url, user, files), environ) as client:
        yield client


@contextmanager
def sink_of(url: str, user: str, files: Certificates) -> Iterator[ElasticsearchSink]:
    environ = {"PACTWATCH_ELASTICSEARCH_PASSWORD": PASSWORD}
    sink = connections.elasticsearch_sink(options(url, user, files), environ)
    with closing(sink.client):
        yield sink


def reader_of(url: str, user: str, files: Certificates | None, password: str = PASSWORD) -> "closing[Any]":
    environ = {"PACTWATCH_ELASTICSEARCH_PASSWORD": password}
    return closing(connections.reader(options(url, user, files), Path("x"), environ))


def test_a_role_that_may_only_write_is_enough_for_the_sink(
    elasticsearch_url: str, files: Certificates
) -> None:
    with client_of(elasticsearch_url, "admin", files) as admin:
        install(admin)
        with sink_of(elasticsearch_url, "writer", files) as sink:
            assert sink.write([("clustered", story("a", title="Ratified"))]) == []
            assert sink.write([("clustered", story("a", title="Ratified, twice", revision=2))]) == []
        admin.indices.refresh(index="stories")
    with reader_of(elasticsearch_url, "reader", files) as reading:
        found = reading.search("")

    assert [one.title for one in found] == ["Ratified, twice"]
    with (
        reader_of(elasticsearch_url, "writer", files) as writing,
        pytest.raises(PermanentError, match="does not allow it"),
    ):
        writing.search("")
    with sink_of(elasticsearch_url, "reader", files) as refused, pytest.raises(PactwatchError):
        refused.write([("clustered", story("b"))])


def test_taking_a_story_out_takes_reading_and_refreshing_besides(
    elasticsearch_url: str, files: Certificates
) -> None:
    with client_of(elasticsearch_url, "admin", files) as admin:
        install(admin)
    with sink_of(elasticsearch_url, "keeper", files) as sink:
        sink.write([("clustered", story("going", title="Going", cluster="c1"))])

        assert sink.write([("clustered", withdrawn(story("going", cluster="c1")))]) == []

    with reader_of(elasticsearch_url, "reader", files) as reading:
        assert reading.story("going") is None


def test_a_wrong_password_and_a_strange_authority_are_refused(
    elasticsearch_url: str, files: Certificates, tmp_path: Path
) -> None:
    with (
        reader_of(elasticsearch_url, "reader", files, WRONG) as reading,
        pytest.raises(PermanentError, match="check the API key or the user") as refused,
    ):
        reading.search("")
    for strange in (None, certificates(tmp_path)):
        with (
            reader_of(elasticsearch_url, "reader", strange) as reading,
            pytest.raises(TemporaryError, match="certificate"),
        ):
            reading.search("")

    assert "marker" not in str(refused.value)


def test_an_api_key_is_sent_as_one_and_goes_before_a_password() -> None:
    """Elasticsearch as Maven has it knows no API keys: what is sent is held to its documentation."""
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(
            b'{"count": 0}',
            headers={"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"},
        )

    environ = {"PACTWATCH_ELASTICSEARCH_API_KEY": "bWU6a2V5", "PACTWATCH_ELASTICSEARCH_PASSWORD": PASSWORD}
    with serving() as server:
        for path in ("/stories/_count", "/stories/_search"):
            server.on(path, answer)
        with connections.elasticsearch_client(options(server.url(""), "me", None), environ) as client:
            client.count(index="stories")

    assert [request.headers["authorization"] for request in asked] == ["ApiKey bWU6a2V5"]
