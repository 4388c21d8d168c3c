"""The documents that travel: what a story, a cluster, a pact, an alert and a feed's state are made of.

Field names are the Elasticsearch mapping's, too. Times are timezone-aware UTC; a day is an ISO string,
because a report may know no more than the month. Lists of codes are sorted, so that equal documents are
equal bytes.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

SCHEMA_VERSION = 2  # what this pactwatch reads up to; 2: stories can be withdrawn
# A document says what its reader must know at least (`schema`), not who wrote it: where nothing new is in it,
# older readers take it. Where the wire says nothing it is the first; so this default never changes.
FIRST_SCHEMA = 1


class Document(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=False):
    """Base of everything on the wire: defaults are left out, unknown fields of newer writers are ignored."""

    keeps_order: ClassVar[bool] = False  # or its mappings are sorted, so that equal ones are equal bytes


# ---- words -------------------------------------------------------------------------------------------


class Status(StrEnum):
    """How a text puts what it reports: as fact, as intent, as not the case, or as no news of today."""

    AFFIRMED = "affirmed"
    PLANNED = "planned"
    NEGATED = "negated"
    POSSIBLE = "possible"
    ALLEGED = "alleged"
    QUESTION = "question"
    BACKGROUND = "background"


StepKind = Literal[
    "proposed", "negotiated", "initialled", "signed", "approved", "ratified", "rejected", "acceded",
    "in-force", "suspended", "withdrawn", "terminated",
]  # fmt: skip
StepStatus = Literal["done", "planned", "denied"]
Precision = Literal["day", "week", "month", "year", ""]
PactKind = Literal[
    "defense", "strategic-partnership", "trade", "arms-control", "accession", "peace", "border",
    "cooperation", "other",
]  # fmt: skip
ProvisionName = Literal[
    "mutual_defense", "consultation", "neutrality", "non_aggression", "military_technical_cooperation",
    "joint_exercises", "intelligence_sharing", "bases", "arms_supply", "entry_into_force",
]  # fmt: skip
ProvisionValue = Literal["yes", "no", "unknown"]
Severity = Literal["low", "medium", "high", "critical"]

TOPICS = (
    "treaty-signing", "ratification", "entry-into-force", "treaty-withdrawal", "defense-pact",
    "trade-agreement", "arms-control", "military-exercise", "arms-transfer", "armed-conflict", "ceasefire",
    "negotiation", "sanctions", "diplomatic-relations",
)  # fmt: skip


# ---- a story -----------------------------------------------------------------------------------------


class Feed(Document, kw_only=True):
    """Where a story was read: enough to show it and to filter by it."""

    url: str
    name: str = ""
    country: str = ""
    language: str = ""
    tags: list[str] = []


class Related(Document, kw_only=True):
    """A dated item that a page lists under its article."""

    title: str
    url: str = ""
    published: datetime | None = None


class Edit(Document, kw_only=True):
    """A wording that a feed changed under one id, and when that was seen."""

    when: datetime
    field: Literal["title", "summary"]
    before: str
    after: str


class Mention(Document, kw_only=True):
    """A receipt: which characters of which field gave which tag, by which rule.

    `field[start:end] == text` always holds. `alias` is the name as the gazetteer has it.
    """

    kind: Literal["actor", "person", "topic", "provision"]
    id: str
    field: Literal["title", "summary", "body"]
    start: int
    end: int
    text: str
    rule: str
    status: Status = Status.AFFIRMED
    alias: str = ""


class Evidence(Document, kw_only=True):
    """The sentence behind a fact: `story`'s `field[start:end] == text`."""

    story: str
    field: str
    start: int
    end: int
    text: str


class PactStep(Document, kw_only=True):
    """One reported act in the life of a pact: who did what, when, as one story tells it.

    `date` is YYYY-MM-DD, YYYY-Www, YYYY-MM or YYYY (empty where the text supports none), as `precision`
    says. `parties`, `kind` and `duration_years` are what the sentence and its story tell of the pact itself.
    """

    step: StepKind
    by: list[str] = []
    pact: str = ""
    date: str = ""
    precision: Precision = ""
    status: StepStatus = "done"
    parties: list[str] = []
    kind: PactKind = "other"
    duration_years: int | None = None
    evidence: Evidence


class ProvisionReport(Document, kw_only=True):
    """What one story says a pact promises or does not."""

    name: ProvisionName
    value: ProvisionValue
    parties: list[str] = []
    evidence: Evidence


class Story(Document, kw_only=True):
    """One article, whole: as fetched, then with its tags, then with its cluster.

    `published` is None where the feed gave no usable date (`date_flag` says why: missing, unreadable,
    future, ancient). `@timestamp` is the event time: `published`, else `fetched`, never after `fetched`.
    """

    id: str
    url: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    language: str = ""
    published: datetime | None = None
    first_published: datetime
    fetched: datetime
    timestamp: datetime = msgspec.field(name="@timestamp")
    date_flag: str = ""
    authors: list[str] = []
    feed: Feed
    outlet: str = ""
    related: list[Related] = []
    actors: list[str] = []
    countries: list[str] = []
    persons: list[str] = []
    topics: list[str] = []
    planned: list[str] = []
    negated: list[str] = []
    mentions: list[Mention] = []
    steps: list[PactStep] = []
    provisions: list[ProvisionReport] = []
    cluster: str = ""
    tie: str = ""  # which terms and actors tie it to its cluster
    revision: int = 1
    rules: str = ""
    edits: list[Edit] = []  # oldest first; of many, the first and the latest
    linked_from: str = ""  # the story under which this one was listed as related
    withdrawn: bool = False  # taken out on request: see stories/withdrawal.py
    schema: int = FIRST_SCHEMA


# ---- a cluster ---------------------------------------------------------------------------------------


class StoryLink(Document, kw_only=True):
    """A line of the dated related-article list."""

    id: str
    url: str = ""
    title: str = ""
    outlet: str = ""
    published: datetime


class Cluster(Document, kw_only=True):
    """Stories about one event, newest first; `origins` counts wire copies once."""

    id: str
    title: str  # of the most central story
    summary: str = ""  # how a report under that title opens
    first_seen: datetime
    last_seen: datetime
    size: int
    outlets: list[str] = []
    origins: int = 1
    language: str = ""
    actors: list[str] = []
    countries: list[str] = []
    topics: list[str] = []
    negated: list[str] = []
    planned: list[str] = []
    stories: list[StoryLink] = []
    merged_from: list[str] = []
    merged_into: str = ""
    storyline: str = ""  # the cluster that the long story begins with, itself where it is alone
    follows: str = ""  # the cluster that this one goes on from
    follows_by: str = ""  # the pact, or the terms and actors, that tie it to that one
    state: Literal["live", "closed", "merged"] = "live"
    revision: int = 1
    schema: int = FIRST_SCHEMA


# ---- a pact ------------------------------------------------------------------------------------------


class Provision(Document, kw_only=True):
    """What a pact promises, with the sentence that says so, and the first one that says the opposite."""

    value: ProvisionValue = "unknown"
    evidence: Evidence | None = None
    contrary: Evidence | None = None


class Pact(Document, kw_only=True):
    """A treaty between states and what became of it so far."""

    id: str
    name: str
    kind: PactKind = "other"
    parties: list[str] = []
    duration_years: int | None = None
    steps: list[PactStep] = []
    stage: str = ""
    ratified: list[str] = []
    missing: list[str] = []
    provisions: dict[str, Provision] = {}
    stories: list[StoryLink] = []
    merged_into: str = ""
    first_seen: datetime
    last_seen: datetime
    revision: int = 1
    schema: int = FIRST_SCHEMA


class PactChange(Document, kw_only=True):
    """What is new about a pact: the pact as it stands, and the step that changed it."""

    id: str
    pact: Pact
    step: StepKind
    by: list[str] = []
    date: str = ""
    status: StepStatus = "done"
    evidence: Evidence | None = None
    url: str = ""
    timestamp: datetime = msgspec.field(name="@timestamp")
    schema: int = FIRST_SCHEMA


# ---- an alert ----------------------------------------------------------------------------------------


class Subject(Document, kw_only=True):
    """What an alert is about; a subscription where it is about its own silence."""

    kind: Literal["story", "cluster", "pact", "subscription"]
    id: str


class MatchedClause(Document, kw_only=True):
    """One clause of the query and where the document satisfied it (a span only in text fields)."""

    clause: str
    field: str
    value: str = ""
    start: int | None = None
    end: int | None = None


class Receipt(Document, kw_only=True):
    """Why an alert was sent."""

    query: str
    rules: str = ""
    matched: list[MatchedClause] = []
    stories: list[str] = []
    origins: int = 0


class Alert(Document, kw_only=True):
    """One new fact about one subject for one subscription; told once by `id`.

    One that `withdraws` a story tells nothing: whoever holds alerts back drops those that rest on it.
    """

    id: str
    subscription: str
    subject: Subject
    title: str
    url: str = ""
    when: datetime
    late: bool = False
    severity: Severity = "medium"
    fact: str = ""
    withdraws: str = ""
    receipt: Receipt
    schema: int = FIRST_SCHEMA


class Delivery(Document, kw_only=True):
    """That an alert was handed to a channel, or was not; `channel` is its name, never its address."""

    id: str
    alert: str
    subscription: str
    channel: str
    when: datetime
    tries: int
    error: str = ""
    schema: int = FIRST_SCHEMA


# ---- around the stream -------------------------------------------------------------------------------


class FeedState(Document, kw_only=True):
    """What a poller must remember of a feed: conditional-GET validators, schedule, entries seen, health.

    `seen` has a hash of an entry's content by story id, oldest first. Times are UTC, intervals in seconds.
    """

    keeps_order = True

    url: str
    name: str = ""
    moved_to: str = ""
    etag: str = ""
    last_modified: str = ""
    entries_hash: str = ""
    seen: dict[str, str] = {}
    next_poll: datetime | None = None
    interval_s: float = 0.0
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    failures: int = 0
    error: str = ""  # in words; empty when the last poll was fine
    error_kind: str = ""
    warning: str = ""
    entries: int = 0
    polls: int = 0
    useful_polls: int = 0
    retired: bool = False
    body_hash: str = ""  # of the last document, so that the same bytes need no parsing
    arrivals: list[datetime] = []  # of the newest entries, newest first: what the interval is learned from
    floor_s: float = 0.0  # the publisher's own wish: not more often than this
    skip_hours: list[int] = []  # UTC
    skip_days: list[int] = []  # 0 is Monday
    failing_since: datetime | None = None
    last_full: datetime | None = None  # when a whole document, not a 304, last came
    document_warning: str = ""  # what the last document itself gave cause for
    redirect_to: str = ""  # where permanent redirects point, `redirects` times in a row
    redirects: int = 0
    unconditional: bool = False  # its ETag stays though its entries change: whole documents are asked for
    schema: int = FIRST_SCHEMA


class DeadLetter(Document, kw_only=True):
    """What could not be processed: the bytes, why, and where they came from."""

    id: str
    reason: str
    topic: str
    partition: int = 0
    offset: int = -1
    key: str = ""
    payload: bytes = b""
    trace: str = ""  # of the story it belongs to: the trace id that log lines have, too
    when: datetime
    schema: int = FIRST_SCHEMA
