"""Writes sinks/elasticsearch/kibana.ndjson: what Kibana shows of the indices, as an export that any Kibana from 8.9 on imports.

Every object declares the oldest migration version that knows its form, so that a newer Kibana migrates it.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

OUT = Path(__file__).parent.parent / "sinks" / "elasticsearch" / "kibana.ndjson"
CORE_VERSION = "8.8.0"
VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "lens": "8.9.0", "dashboard": "8.9.0"}
COLUMNS = 48  # of Kibana's grid
RECORDS = "___records___"

Saved = dict[str, Any]
TIME_FIELDS = {
    "stories": "@timestamp", "clusters": "last_seen", "pacts": "last_seen", "pact-changes": "@timestamp",
    "alerts": "when", "feeds": "last_poll",
}  # fmt: skip
NAMES = {
    "stories": "Stories", "clusters": "Clusters of stories", "pacts": "Pacts",
    "pact-changes": "What is new about pacts", "alerts": "Alerts", "feeds": "State of the feeds",
}  # fmt: skip


class Reference(NamedTuple):
    """Another saved object, under the name by which this one speaks of it."""

    name: str
    type: str
    id: str


class Panel(NamedTuple):
    """A place on the dashboard, in grid units."""

    type: str
    id: str
    width: int
    height: int


def saved(kind: str, name: str, attributes: Mapping[str, Any], references: Sequence[Reference] = ()) -> Saved:
    """Return one saved object; its id is stable, so that an import replaces the older one."""
    return {
        "attributes": dict(attributes),
        "coreMigrationVersion": CORE_VERSION,
        "id": f"pactwatch-{name}",
        "managed": False,
        "references": [
            {"id": f"pactwatch-{one.id}", "name": one.name, "type": one.type} for one in references
        ],
        "type": kind,
        "typeMigrationVersion": VERSIONS[kind],
    }


def nested(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return JSON inside a string, which is how Kibana stores what it does not index."""
    return json.dumps(value, separators=(",", ":"))


# ---- data views and saved searches ---------------------------------------------------------------------


def data_view(index: str) -> Saved:
    """Return the view of all indices of one kind, those of every month."""
    empty = dict.fromkeys(("fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "typeMeta"), "{}")
    lists = {"fields": "[]", "sourceFilters": "[]"}
    titles = {"title": f"{index}-*", "name": f"pactwatch: {NAMES[index]}"}
    return saved("index-pattern", index, {**titles, "timeFieldName": TIME_FIELDS[index], **empty, **lists})


def search(
    name: str, title: str, index: str, columns: str, query: str = "", sort: str = "", about: str = ""
) -> Saved:
    """Return a saved search: a table of `columns`, narrowed by `query` in KQL, newest first."""
    meta = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"query": query, "language": "kuery"}, "filter": [], "indexRefName": meta}
    attributes = {
        "title": f"pactwatch: {title}",
        "description": about,
        "columns": columns.split(),
        "sort": [[sort or TIME_FIELDS[index], "desc"]],
        "grid": {},
        "hideChart": True,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": nested(source)},
    }
    return saved("search", name, attributes, [Reference(meta, "index-pattern", index)])


SEARCHES = (
    search("latest-stories", "latest stories", "stories", "title outlet language actors topics"),
    search(
        "ratified", "ratifications reported as done", "stories", "title outlet ratified_by pact",
        "topics : ratification and not negated : ratification and not planned : ratification",
    ),
    search(
        "confirmed-clusters", "events that several told independently", "clusters",
        "title size origins actors topics", "origins >= 2 and not merged_into : *",
    ),
    search("incomplete-pacts", "pacts someone still has to ratify", "pacts", "name parties ratified missing",
           "missing : * and not merged_into : *"),
    search("pact-news", "what is new about pacts", "pact-changes", "name step by date status url"),
    search("newest-alerts", "newest alerts", "alerts", "subscription severity title fact late url"),
    search("failing-feeds", "feeds in trouble", "feeds", "name error failures last_success next_poll",
           "failures > 0 and not retired : true"),
)  # fmt: skip


# ---- charts --------------------------------------------------------------------------------------------


def count(label: str) -> Saved:
    """Return the number of documents."""
    return _metric("count", RECORDS, label)


def highest(field: str, label: str) -> Saved:
    """Return the highest value of `field`."""
    return _metric("max", field, label)


def _metric(operation: str, field: str, label: str) -> Saved:
    return {
        "label": label, "customLabel": True, "dataType": "number", "operationType": operation,
        "isBucketed": False, "scale": "ratio", "sourceField": field, "params": {"emptyAsNull": False},
    }  # fmt: skip


def over_time(field: str) -> Saved:
    """Return one bucket per span of time, those without documents included."""
    return {
        "label": field, "dataType": "date", "operationType": "date_histogram", "sourceField": field,
        "isBucketed": True, "scale": "interval",
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }  # fmt: skip


def top(field: str, label: str, size: int) -> Saved:
    """Return the `size` values of `field` with the highest metric."""
    return {
        "label": label, "customLabel": True, "dataType": "string", "operationType": "terms",
        "scale": "ordinal", "sourceField": field, "isBucketed": True,
        "params": {
            "size": size, "orderBy": {"type": "column", "columnId": "metric"}, "orderDirection": "desc",
            "otherBucket": False, "missingBucket": False, "parentFormat": {"id": "terms"},
            "include": [], "exclude": [], "includeIsRegex": False, "excludeIsRegex": False,
        },
    }  # fmt: skip


def chart(
    name: str, title: str, index: str, metric: Saved, axis: Saved, split: Saved | None = None,
    query: str = "", about: str = "",
) -> Saved:  # fmt: skip
    """Return a bar chart of `metric` along `axis`: upright over time, lying for names."""
    columns = {"axis": axis, "metric": metric} | ({"split": split} if split else {})
    order = (
        ["split", "axis", "metric"] if split and axis["dataType"] == "date" else ["axis", "split", "metric"]
    )
    upright = "bar" if axis["dataType"] == "date" else "bar_horizontal"
    series = f"{upright}_stacked" if split else upright
    layer = {
        "layerId": "layer", "layerType": "data", "seriesType": series, "accessors": ["metric"],
        "xAccessor": "axis", "position": "top", "showGridlines": False,
    } | ({"splitAccessor": "split"} if split else {})  # fmt: skip
    data = {
        "columns": columns, "columnOrder": [one for one in order if one in columns],
        "incompleteColumns": {}, "sampling": 1,
    }  # fmt: skip
    state = {
        "visualization": {**_look(bool(split), series), "layers": [layer]},
        "query": {"query": query, "language": "kuery"},
        "filters": [],
        "datasourceStates": {"formBased": {"layers": {"layer": data}}},
        "internalReferences": [],
        "adHocDataViews": {},
    }
    attributes = {
        "title": f"pactwatch: {title}", "description": about, "visualizationType": "lnsXY", "state": state,
    }  # fmt: skip
    return saved(
        "lens", name, attributes, [Reference("indexpattern-datasource-layer-layer", "index-pattern", index)]
    )


def _look(has_legend: bool, series: str) -> Saved:
    visible = {"x": True, "yLeft": True, "yRight": True}
    return {
        "legend": {"isVisible": has_legend, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "preferredSeriesType": series,
        "axisTitlesVisibilitySettings": visible | {"x": False},
        "tickLabelsVisibilitySettings": visible,
        "gridlinesVisibilitySettings": visible,
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
    }


LIVE = "not merged_into : *"
CHARTS = (
    chart("stories-by-topic", "stories over time by topic", "stories", count("Stories"),
          over_time("@timestamp"), top("topics", "Topic", 8)),
    chart("top-actors", "top actors", "stories", count("Stories"), top("actors", "Actor", 15)),
    chart("actor-pairs", "actors and with whom they appear", "stories", count("Stories"),
          top("actors", "Actor", 12), top("actors", "Together with", 8),
          about="An actor's own colour is all of its stories; the others are those it shares."),
    chart("alerts-by-subscription", "alerts over time", "alerts", count("Alerts"), over_time("when"),
          top("subscription", "Subscription", 8)),
    chart("pacts-by-stage", "pacts by stage", "pacts", count("Pacts"), top("stage", "Stage", 12),
          top("kind", "Kind", 9), query=LIVE),
    chart("pact-steps", "pact steps as they were reported", "pact-changes", count("Steps"),
          over_time("@timestamp"), top("step", "Step", 12)),
    chart("feed-failures", "feed health: failed polls in a row", "feeds", highest("failures", "Failed polls"),
          top("name", "Feed", 20), query="not retired : true"),
    chart("feed-entries", "feeds by entries in their last document", "feeds", highest("entries", "Entries"),
          top("name", "Feed", 20), query="not retired : true"),
)  # fmt: skip


# ---- the dashboard -------------------------------------------------------------------------------------

ROWS = (
    (Panel("lens", "stories-by-topic", 48, 14),),
    (Panel("lens", "top-actors", 20, 16), Panel("lens", "actor-pairs", 28, 16)),
    (Panel("search", "newest-alerts", 32, 16), Panel("lens", "alerts-by-subscription", 16, 16)),
    (Panel("lens", "pacts-by-stage", 16, 15), Panel("search", "incomplete-pacts", 32, 15)),
    (Panel("lens", "pact-steps", 16, 15), Panel("search", "pact-news", 32, 15)),
    (Panel("search", "confirmed-clusters", 48, 16),),
    (Panel("lens", "feed-failures", 16, 15), Panel("lens", "feed-entries", 16, 15),
     Panel("search", "failing-feeds", 16, 15)),
    (Panel("search", "latest-stories", 48, 18),),
)  # fmt: skip


def dashboard() -> Saved:
    """Return the dashboard: the panels of ROWS below each other."""
    panels: list[Saved] = []
    references: list[Reference] = []
    top_y = 0
    for row in ROWS:
        left = 0
        for panel in row:
            key = f"p{len(panels) + 1}"
            place = {"x": left, "y": top_y, "w": panel.width, "h": panel.height, "i": key}
            panels.append({
                "type": panel.type, "gridData": place, "panelIndex": key,
                "embeddableConfig": {"enhancements": {}}, "panelRefName": f"panel_{key}",
            })  # fmt: skip
            references.append(Reference(f"{key}:panel_{key}", panel.type, panel.id))
            left += panel.width
        top_y += max(panel.height for panel in row)
    return saved("dashboard", "desk", _dashboard_attributes(panels), references)


def _dashboard_attributes(panels: list[Saved]) -> Saved:
    source = {"query": {"query": "", "language": "kuery"}, "filter": []}
    options = {
        "useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": False,
        "hidePanelTitles": False,
    }  # fmt: skip
    return {
        "title": "pactwatch: the analyst's desk",
        "description": "Stories, actors, alerts, pacts and feeds. Times are shown in the browser's zone.",
        "version": 1,
        "timeRestore": True,
        "timeFrom": "now-30d",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "kibanaSavedObjectMeta": {"searchSourceJSON": nested(source)},
        "optionsJSON": nested(options),
        "panelsJSON": nested(panels),
    }


def export() -> str:
    """Return every object on a line of its own, those that are referred to first, and Kibana's summary."""
    objects = [*map(data_view, TIME_FIELDS), *SEARCHES, *CHARTS, dashboard()]
    summary = {
        "excludedObjects": [], "excludedObjectsCount": 0, "exportedCount": len(objects),
        "missingRefCount": 0, "missingReferences": [],
    }  # fmt: skip
    return "".join(nested(line) + "\n" for line in (*objects, summary))


def main() -> None:
    """Write the export, or say with --check that the file is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file differs")
    if parser.parse_args().check:
        if OUT.read_text("utf-8") != export():
            raise SystemExit(f"{OUT} is out of date: run scripts/build_kibana.py")
        return
    OUT.write_text(export(), "utf-8")


if __name__ == "__main__":
    main()
