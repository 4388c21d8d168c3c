"""The export for Kibana, held to Kibana's form and to real indices, since no Kibana is at hand to import it."""

import json
import re
from collections import Counter
from itertools import product
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pactwatch.setup_kibana import objects
from scripts.build_kibana import export
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.sink import ElasticsearchSink
from tests.demo_store import documents, fill

pytestmark = pytest.mark.servers
Saved = dict[str, Any]

# the oldest Kibana we promise is 8.9: an object of a newer version would be refused by it
NEWEST = {"index-pattern": (8, 0, 0), "search": (8, 0, 0), "lens": (8, 9, 0), "dashboard": (8, 9, 0)}
NEWEST_CORE = (8, 8, 0)
KNOWN = {  # Kibana refuses a whole import for one attribute that it does not know
    "index-pattern": "title name timeFieldName fieldAttrs fieldFormatMap fields runtimeFieldMap sourceFilters typeMeta",
    "search": "title description columns sort grid hideChart isTextBasedQuery timeRestore kibanaSavedObjectMeta",
    "lens": "title description visualizationType state",
    "dashboard": "title description version timeRestore timeFrom timeTo refreshInterval kibanaSavedObjectMeta "
    "optionsJSON panelsJSON",
}  # fmt: skip
COLUMNS = 48
EMPTY_IN_THE_DEMO = {"pactwatch-incomplete-pacts"}  # its pacts are in force or ratified by all
AGGREGATIONS = {"unique_count": "cardinality", "average": "avg", "sum": "sum", "min": "min", "max": "max"}


def load(exported: bytes) -> list[Saved]:
    return [json.loads(line) for line in exported.splitlines()][:-1]


SAVED = load(objects())


def of(kind: str) -> list[Saved]:
    return [one for one in SAVED if one["type"] == kind]


def named(one: Saved) -> str:
    return f"{one['type']}:{one['id']}"


def source(one: Saved) -> Saved:
    found: Saved = json.loads(one["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return found


def layers(one: Saved) -> dict[str, Saved]:
    found: dict[str, Saved] = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    return found


# ---- form ----------------------------------------------------------------------------------------------


def test_the_file_is_what_its_script_makes() -> None:
    assert objects().decode() == export()


def test_the_last_line_counts_the_objects() -> None:
    summary = json.loads(objects().splitlines()[-1])

    assert summary["exportedCount"] == len(SAVED) == len({named(one) for one in SAVED})
    assert summary["missingRefCount"] == 0


@pytest.mark.parametrize("one", SAVED, ids=named)
def test_an_object_is_no_newer_and_knows_no_more_than_the_oldest_kibana(one: Saved) -> None:
    assert tuple(map(int, one["typeMigrationVersion"].split("."))) <= NEWEST[one["type"]]
    assert tuple(map(int, one["coreMigrationVersion"].split("."))) <= NEWEST_CORE
    assert set(one["attributes"]) <= set(KNOWN[one["type"]].split())


@pytest.mark.parametrize("one", SAVED, ids=named)
def test_what_is_referred_to_is_declared_and_there(one: Saved) -> None:
    declared = {reference["name"] for reference in one["references"]}

    assert len(declared) == len(one["references"])
    assert declared == _used(one)
    assert {(r["type"], r["id"]) for r in one["references"]} <= {(o["type"], o["id"]) for o in SAVED}


def _used(one: Saved) -> set[str]:
    match one["type"]:
        case "search":
            return {source(one)["indexRefName"]}
        case "lens":
            return {f"indexpattern-datasource-layer-{name}" for name in layers(one)}
        case "dashboard":
            panels = json.loads(one["attributes"]["panelsJSON"])
            return {f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels}
    return set()


@pytest.mark.parametrize("one", of("lens"), ids=named)
def test_a_chart_draws_the_columns_it_has(one: Saved) -> None:
    drawn = one["attributes"]["state"]["visualization"]["layers"]

    assert {layer["layerId"] for layer in drawn} == set(layers(one))
    for layer in drawn:
        data = layers(one)[layer["layerId"]]
        shown = {*layer["accessors"], layer["xAccessor"], layer.get("splitAccessor")} - {None}
        assert shown == set(data["columns"]) == set(data["columnOrder"])


def test_panels_lie_on_the_grid_side_by_side() -> None:
    (dashboard,) = of("dashboard")
    taken: Counter[tuple[int, int]] = Counter()
    for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
        grid = panel["gridData"]
        assert grid["x"] + grid["w"] <= COLUMNS
        taken.update(
            product(range(grid["x"], grid["x"] + grid["w"]), range(grid["y"], grid["y"] + grid["h"]))
        )

    assert set(taken.values()) == {1}


def test_every_search_and_chart_of_the_issue_is_on_the_dashboard() -> None:
    (dashboard,) = of("dashboard")
    on_it = {reference["id"] for reference in dashboard["references"]}

    assert on_it >= {f"pactwatch-{name}" for name in (
        "stories-by-topic", "top-actors", "actor-pairs", "newest-alerts", "pacts-by-stage", "feed-failures",
    )}  # fmt: skip


# ---- on a real Elasticsearch ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(client: Elasticsearch, prefix: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The indices behind each data view's id, holding what the demo found."""
    install(client, prefix)
    store = fill(tmp_path_factory.mktemp("desk") / "demo.db")
    assert ElasticsearchSink(client, prefix).write(documents(store)) == []
    client.indices.refresh(index=f"{prefix}*")
    views = [one for one in load(objects(prefix)) if one["type"] == "index-pattern"]
    return {view["id"]: view["attributes"]["title"] for view in views}


def index_of(one: Saved, desk: dict[str, str]) -> str:
    return next(desk[r["id"]] for r in one["references"] if r["type"] == "index-pattern")


def test_each_data_view_finds_its_documents_by_time(client: Elasticsearch, desk: dict[str, str]) -> None:
    for view in of("index-pattern"):
        field = view["attributes"]["timeFieldName"]
        known = client.field_caps(index=desk[view["id"]], fields=field)["fields"]

        assert set(known[field]) == {"date"}, named(view)
        assert client.count(index=desk[view["id"]], query={"exists": {"field": field}})["count"] > 0


def test_no_data_view_reaches_into_anothers_indices(client: Elasticsearch, desk: dict[str, str]) -> None:
    found = [set(client.indices.get(index=title)) for title in desk.values()]

    assert sum(map(len, found)) == len(set().union(*found))


@pytest.mark.parametrize("one", of("search"), ids=named)
def test_a_saved_search_shows_and_sorts_by_what_is_mapped(
    client: Elasticsearch, desk: dict[str, str], one: Saved
) -> None:
    index, attributes = index_of(one, desk), one["attributes"]
    known = client.field_caps(index=index, fields="*")["fields"]

    assert {*attributes["columns"], *_asked(source(one)["query"]["query"])} <= set(known)
    for field, _ in attributes["sort"]:
        assert all(caps["aggregatable"] for caps in known[field].values())
    sort = [{field: order} for field, order in attributes["sort"]]
    query = _as_query_string(source(one)["query"]["query"])
    answer = client.search(index=index, query={"query_string": {"query": query}}, sort=sort)
    assert answer["hits"]["hits"] or one["id"] in EMPTY_IN_THE_DEMO, f"{query} finds nothing"


@pytest.mark.parametrize("one", of("lens"), ids=named)
def test_a_chart_has_something_to_draw(client: Elasticsearch, desk: dict[str, str], one: Saved) -> None:
    index, query = index_of(one, desk), one["attributes"]["state"]["query"]["query"]
    known = client.field_caps(index=index, fields="*")["fields"]

    assert set(_asked(query)) <= set(known)
    for layer in layers(one).values():
        for column in layer["columns"].values():
            if column["sourceField"] != "___records___":
                assert all(caps["aggregatable"] for caps in known[column["sourceField"]].values())
        asked = {"query_string": {"query": _as_query_string(query)}}
        answer = client.search(index=index, size=0, query=asked, aggs=_aggregations(layer))
        buckets = answer["aggregations"][layer["columnOrder"][0]]["buckets"]
        assert buckets
        assert any(bucket["doc_count"] for bucket in buckets)


def _asked(kql: str) -> list[str]:
    return re.findall(r"([@\w.]+)\s*(?::|<=|>=|<|>)", kql)


def _as_query_string(kql: str) -> str:
    """Our searches use no more of KQL than fields, comparisons, and, not: Lucene has the same words."""
    lucene = re.sub(r"\s*(>=|<=|>|<)\s*", r":\1", kql).replace(" : ", ":")
    parts = lucene.split(" and ") if lucene else ["*:*"]
    return " AND ".join(
        f"(*:* NOT {part.removeprefix('not ')})" if part.startswith("not ") else part for part in parts
    )


def _aggregations(layer: Saved) -> Saved:
    """What Lens asks Elasticsearch for a layer: the buckets inside each other, the metrics innermost."""
    columns = layer["columns"]
    metrics = {
        name: {AGGREGATIONS[column["operationType"]]: {"field": column["sourceField"]}}
        for name, column in columns.items()
        if not column["isBucketed"] and column["operationType"] != "count"
    }
    inner: Saved = metrics
    for name in reversed([name for name in layer["columnOrder"] if columns[name]["isBucketed"]]):
        bucket = _bucket(columns[name], metrics)
        inner = {name: {**bucket, **({"aggs": {**metrics, **inner}} if inner else {})}}
    return inner


def _bucket(column: Saved, metrics: Saved) -> Saved:
    field, params = column["sourceField"], column["params"]
    if column["operationType"] == "date_histogram":
        least = 0 if params["includeEmptyRows"] else 1
        return {"date_histogram": {"field": field, "fixed_interval": "1d", "min_doc_count": least}}
    by = params["orderBy"]["columnId"]
    order = {by if by in metrics else "_count": params["orderDirection"]}
    return {"terms": {"field": field, "size": params["size"], "order": order}}


def test_another_prefix_reaches_the_data_views_and_nothing_else() -> None:
    ours, theirs = load(objects()), load(objects("mine-"))

    for before, after in zip(ours, theirs, strict=True):
        if before["type"] == "index-pattern":
            before["attributes"]["title"] = f"mine-{before['attributes']['title']}"
        assert before == after
