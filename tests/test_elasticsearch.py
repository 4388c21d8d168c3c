"""Documents and mappings fit each other, so that a strict index takes whatever the steps decide."""

from datetime import UTC, datetime

import msgspec
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch

from sinks.elasticsearch import indices, languages
from sinks.elasticsearch.client import ElasticsearchOptions, connect, told_apart
from sinks.elasticsearch.sink import LEAST_REQUEST_BYTES, MAX_REQUEST_BYTES, ElasticsearchSink, source
from stories import wire
from stories.errors import PactwatchError, TemporaryError
from stories.fields import CLUSTER, PACT, STORY
from stories.model import (
    Alert,
    Cluster,
    DeadLetter,
    Delivery,
    FeedState,
    Pact,
    PactChange,
    Receipt,
    Story,
    Subject,
)
from tests.stories_made import NOON, story

KINDS = {
    "stories": Story, "clusters": Cluster, "pacts": Pact, "pact-changes": PactChange, "alerts": Alert,
    "feeds": FeedState, "dead-letters": DeadLetter, "deliveries": Delivery,
}  # fmt: skip
TYPES = {"keyword": "keyword", "text": "text", "date": "date"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_document_is_mapped(kind):
    mapped = indices.mapping(kind)["properties"]

    assert {field.encode_name for field in msgspec.structs.fields(KINDS[kind])} - set(mapped) == set()


@pytest.mark.parametrize(("kind", "fields"), [("stories", STORY), ("clusters", CLUSTER), ("pacts", PACT)])
def test_every_field_of_a_query_is_mapped_as_its_type(kind, fields):
    mapped = indices.mapping(kind)["properties"]
    flat = {name: body for name, body in mapped.items() if "properties" not in body}
    flat |= {
        f"{name}.{sub}": body for name in mapped for sub, body in mapped[name].get("properties", {}).items()
    }
    asked_of_changes = {"by", "date", "status"} if kind == "pacts" else set()

    assert set(fields.types) - set(flat) <= asked_of_changes
    for name, kind_of in fields.types.items():
        if name in flat and kind_of in TYPES:
            assert flat[name]["type"] == TYPES[kind_of], name


def test_an_index_is_named_from_the_document_and_never_changes():
    published = datetime(2025, 5, 31, 23, 59, tzinfo=UTC)
    first = msgspec.structs.replace(story("a", title="Title"), first_published=published)
    edited = msgspec.structs.replace(first, revision=3, published=datetime(2025, 6, 2, tzinfo=UTC))

    assert indices.place(first).index_name == indices.place(edited).index_name == "stories-2025.05"
    assert (indices.place(first).version, indices.place(edited).version) == (1, 3)


def test_an_id_that_is_too_long_gets_a_short_one_of_its_own():
    long, longer = story("x" * 600, title="One"), story("x" * 601, title="Two")

    assert len(indices.place(long).id) <= indices.MAX_ID_BYTES
    assert indices.place(long).id != indices.place(longer).id


def test_what_is_indexed_reads_back_as_the_same_document():
    one = story("a", title="Iran ratifies the pact with Russia")

    assert wire.decode(source(one), Story) == one


def test_defaults_that_the_wire_leaves_out_are_indexed():
    alert = Alert(
        id="a", subscription="s", subject=Subject(kind="story", id="1"), title="t", when=NOON,
        receipt=Receipt(query="*:*"),
    )  # fmt: skip

    assert b'"severity"' not in wire.encode(alert)
    assert msgspec.json.decode(source(alert))["severity"] == "medium"


def test_every_template_makes_its_alias():
    for name, body in indices.templates("mine-").items():
        kind = name.removeprefix("mine-pactwatch-")

        assert body["index_patterns"] == [f"mine-{kind}-*"]
        assert body["template"]["aliases"] == {f"mine-{kind}": {}}


def test_no_field_is_written_twice():
    """A whole number where the default is a fraction is written by the wire although it equals the default."""
    state = FeedState(url="https://a.test/feed", floor_s=0, interval_s=60)

    written = source(state).decode()

    assert written.count('"floor_s"') == written.count('"interval_s"') == 1


def test_no_message_repeats_a_password():
    for url in ("http://user:s3cret@127.0.0.1:9", "user:s3cret@host"):
        with pytest.raises(PactwatchError) as fault, told_apart("asking"):
            connect(ElasticsearchOptions(url)).info()

        assert "s3cret" not in str(fault.value)


def test_a_language_is_analysed_beside_the_plain_words():
    fields = indices.mapping("stories")["properties"]

    analysed = languages.properties(["ru", "en"], fields)

    assert list(analysed) == ["title", "summary", "body"]
    for name, field in analysed.items():
        assert field["fields"]["en"] == {"type": "text", "analyzer": "english"}
        assert {**field, "fields": fields[name].get("fields")} == {
            **fields[name],
            "fields": fields[name].get("fields"),
        }
    assert analysed["title"]["fields"]["keyword"] == fields["title"]["fields"]["keyword"]


class Limited(ElasticsearchSink):
    """A sink whose server answers 413 to more than `most` documents, and to one that is `huge`."""

    def __init__(self, most: int, huge: str = "") -> None:
        super().__init__(Elasticsearch("http://127.0.0.1:9"))
        self.most, self.huge, self.taken = most, huge, []

    def _written_at_once(self, documents):
        with self._sized():
            if len(documents) > self.most or any(document.id == self.huge for _, document in documents):
                meta = ApiResponseMeta(413, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "127.0.0.1", 9))
                raise ApiError("too large", meta, None)
            self.taken += [document.id for _, document in documents]
        return []


def test_what_is_too_large_at_once_is_sent_in_parts_and_one_too_large_alone_is_set_aside():
    sink = Limited(most=2, huge="s3")
    documents = [("clustered", story(f"s{number}")) for number in range(7)]

    refused = sink.write(documents)

    assert sink.taken == ["s0", "s1", "s2", "s4", "s5", "s6"]
    assert [(document.id, reason[:3]) for _, document, reason in refused] == [("s3", "413")]


def test_requests_shrink_when_the_server_is_too_slow_to_answer_them():
    class Slow(Limited):
        def _written_at_once(self, documents):
            with self._sized():
                raise ConnectionTimeout("no answer in 30 s")

    sink = Slow(most=9)
    for _ in range(20):
        with pytest.raises(TemporaryError):
            sink.write([("clustered", story("s1"))])

    assert sink.request_bytes == LEAST_REQUEST_BYTES


def test_requests_shrink_under_pressure_and_grow_again():
    sink = Limited(most=2)
    sink.write([("clustered", story(f"s{number}")) for number in range(4)])
    shrunk = sink.request_bytes
    for _ in range(3):
        sink.write([("clustered", story("s1"))])

    assert LEAST_REQUEST_BYTES <= shrunk <= MAX_REQUEST_BYTES
    assert sink.request_bytes == MAX_REQUEST_BYTES
