"""The fields a query may name, per kind of document, and what a document holds in each of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from stories.model import Cluster, Document, Pact, PactChange, PactStep, Story

FieldType = Literal["keyword", "text", "date", "number"]
Value = str | int | float | datetime
Values = Mapping[str, list[Value]]

STEP_KINDS = (
    "proposed", "negotiated", "initialled", "signed", "approved", "ratified", "rejected", "acceded",
    "in-force", "suspended", "withdrawn", "terminated",
)  # fmt: skip


class FieldSet(NamedTuple):
    """The fields of one kind of document; `default` are searched where a query names none."""

    kind: str
    types: Mapping[str, FieldType]
    default: tuple[str, ...]


def _fields(kind: str, default: str, **types: str) -> FieldSet:
    named = {name: type_ for type_, names in types.items() for name in names.split()}
    return FieldSet(kind, named, tuple(default.split()))  # type: ignore[arg-type]


# nested steps cannot be correlated in a query string, so who did what has a field of its own
_STEPS = "step step_status pact " + " ".join(f"{step.replace('-', '_')}_by" for step in STEP_KINDS)

STORY = _fields(
    "story",
    "title summary body",
    text="title summary body",
    keyword="id url language date_flag authors feed.url feed.name feed.country feed.language feed.tags "
    "outlet actors countries persons topics planned negated cluster rules linked_from " + _STEPS,
    date="published first_published fetched @timestamp",
    number="revision",
)
CLUSTER = _fields(
    "cluster",
    "title",
    text="title summary",
    keyword="id outlets language actors countries topics negated planned state merged_from merged_into "
    "storyline follows",
    date="first_seen last_seen @timestamp",
    number="size origins revision",
)
PACT = _fields(
    "pact",
    "name",
    text="name",
    keyword="id kind parties stage ratified missing provisions_yes provisions_no by date status actors "
    + _STEPS.replace("pact ", ""),
    date="first_seen last_seen @timestamp",
    number="duration_years revision",
)
BY_KIND = {fields.kind: fields for fields in (STORY, CLUSTER, PACT)}


def values(document: Document) -> Values:
    """Return what `document` holds in each field of its kind; empty fields are left out."""
    flatten = _FLATTEN.get(type(document))
    if flatten is None:
        raise TypeError(f"no fields are known for a {type(document).__name__}")
    return {name: found for name, found in flatten(document).items() if found}


def _taker(names: str, prefix: str = "") -> Callable[[Document], dict[str, list[Any]]]:
    """Return what takes the attributes called `names` from a document, as lists under `prefix` and name."""
    attributes = attrgetter(*names.split())
    keys = [prefix + name for name in names.split()]

    def take(document: Document) -> dict[str, list[Any]]:
        return {
            key: value if isinstance(value, list) else [] if value is None or value == "" else [value]
            for key, value in zip(keys, attributes(document), strict=True)
        }

    return take


_STORY_OWN = _taker(
    "id url title summary body language date_flag authors outlet actors countries persons topics planned "
    "negated cluster rules linked_from published first_published fetched revision"
)
_STORY_FEED = _taker("url name country language tags", prefix="feed.")
_CLUSTER_OWN = _taker(
    "id title summary outlets language actors countries topics negated planned state merged_from merged_into "
    "first_seen last_seen size origins revision"
)
_PACT_OWN = _taker("id name kind parties stage ratified missing first_seen last_seen duration_years revision")


def _steps(steps: list[PactStep]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {
        "step": sorted({step.step for step in steps if step.status == "done"}),
        "step_status": sorted({step.status for step in steps}),
        "pact": sorted({step.pact for step in steps if step.pact}),
    }
    for step in steps:
        if step.status == "done":
            found.setdefault(f"{step.step.replace('-', '_')}_by", []).extend(step.by)
    return found


def _story(story: Story) -> dict[str, list[Any]]:
    found = _STORY_OWN(story) | _STORY_FEED(story.feed) | _steps(story.steps)
    return found | {"@timestamp": [story.timestamp]}


def _cluster(cluster: Cluster) -> dict[str, list[Any]]:
    return _CLUSTER_OWN(cluster) | {"@timestamp": [cluster.last_seen]}


def _pact(pact: Pact) -> dict[str, list[Any]]:
    found = _PACT_OWN(pact)
    steps = _steps(pact.steps)
    steps.pop("pact")
    for value in ("yes", "no"):
        found[f"provisions_{value}"] = sorted(
            name for name, provision in pact.provisions.items() if provision.value == value
        )
    return found | steps | {"actors": pact.parties, "@timestamp": [pact.last_seen]}


def _pact_change(change: PactChange) -> dict[str, list[Any]]:
    """What is new goes before what stands: `step:ratified` asks for a ratification just reported."""
    found = _pact(change.pact)
    by_field = f"{change.step.replace('-', '_')}_by"
    for step in STEP_KINDS:
        found.pop(f"{step.replace('-', '_')}_by", None)
    return found | {
        "step": [change.step], "by": change.by, "date": [change.date] if change.date else [],
        "status": [change.status], "step_status": [change.status], by_field: change.by,
        "@timestamp": [change.timestamp],
    }  # fmt: skip


_FLATTEN: Mapping[type[Document], Callable[[Any], dict[str, list[Any]]]] = {
    Story: _story, Cluster: _cluster, Pact: _pact, PactChange: _pact_change,
}  # fmt: skip
