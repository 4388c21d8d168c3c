"""Lists as Atom feeds (RFC 4287)."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from lxml import etree

from pactwatch.alerting import why
from pactwatch.web.actors import actor
from pactwatch.web.desk import story_path, subject_path, web_address
from sinks.reader import Facet
from stories.model import Alert, Cluster, FeedState, Pact, Story

NAMESPACE = "http://www.w3.org/2005/Atom"
OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pactwatch.invalid/")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(NamedTuple):
    """One line of a list; `path` leads to its page here, `source` to where it was published."""

    kind: str
    key: str
    title: str
    updated: datetime
    path: str
    summary: str = ""
    source: str = ""
    categories: Sequence[str] = ()


def feed(title: str, base: str, path: str, page: str, entries: Sequence[Entry]) -> bytes:
    """Return `entries` as a feed found at `base` + `path`, beside the `page` for people."""
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    _add(root, "id", _urn("feed", path))
    _add(root, "title", title)
    _add(root, "updated", _moment(max((entry.updated for entry in entries), default=EPOCH)))
    _add(root, "link", rel="self", type="application/atom+xml", href=base + path)
    _add(root, "link", rel="alternate", type="text/html", href=base + page)
    _add(_add(root, "author"), "name", "pactwatch")
    _add(root, "generator", "pactwatch")
    for entry in entries:
        _entry(root, base, entry)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: etree._Element, base: str, entry: Entry) -> None:
    made = _add(root, "entry")
    _add(made, "id", _urn(entry.kind, entry.key))
    _add(made, "title", entry.title or "(no title)")
    _add(made, "updated", _moment(entry.updated))
    _add(made, "link", rel="alternate", type="text/html", href=base + entry.path)
    if web_address(entry.source):
        _add(made, "link", rel="via", href=entry.source)
    for category in entry.categories:
        _add(made, "category", term=category)
    _add(made, "summary", entry.summary or entry.title)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text:
        made.text = _NO_XML.sub("", text)
    for key, value in attributes.items():
        made.set(key, _NO_XML.sub("", value))
    return made


def _urn(kind: str, key: str) -> str:
    """An entry's id stays the same whatever host and port the page has today."""
    return uuid.uuid5(OURS, f"{kind} {key}").urn


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# ---- documents as entries ------------------------------------------------------------------------------


def of_story(story: Story) -> Entry:
    """Return a story as an entry."""
    return Entry(
        "story", story.id, story.title, story.timestamp, story_path(story.id), story.summary, story.url,
        [*story.topics, *story.actors],
    )  # fmt: skip


def of_cluster(cluster: Cluster) -> Entry:
    """Return a cluster as an entry."""
    told = f"{cluster.size} stories of {cluster.origins} independent origins: {', '.join(cluster.outlets)}"
    told = f"{cluster.summary}\n{told}" if cluster.summary else told
    return Entry(
        "cluster", cluster.id, cluster.title, cluster.last_seen, f"/cluster/{cluster.id}", told,
        categories=[*cluster.topics, *cluster.actors],
    )  # fmt: skip


def of_pact(pact: Pact) -> Entry:
    """Return a pact as an entry."""
    missing = f"; missing: {', '.join(pact.missing)}" if pact.missing else ""
    told = f"{pact.kind} of {', '.join(pact.parties)}; stage: {pact.stage}{missing}"
    return Entry(
        "pact", pact.id, pact.name, pact.last_seen, f"/pact/{pact.id}", told, categories=pact.parties
    )


def of_alert(alert: Alert) -> Entry:
    """Return an alert as an entry, with its receipt."""
    title = f"{alert.title}: {alert.fact}" if alert.fact else alert.title
    return Entry(
        "alert", alert.id, title, alert.when, subject_path(alert.subject), "\n".join(why(alert)), alert.url,
        [alert.subscription, alert.severity],
    )  # fmt: skip


def of_actor(facet: Facet) -> Entry:
    """Return an actor as an entry, as of the newest story that names it."""
    one = actor(facet.value)
    told = f"named by {facet.stories} of the newest stories"
    return Entry("actor", one.code, one.name, facet.newest, f"/actor/{quote(one.code, safe='')}", told)


def of_feed(state: FeedState) -> Entry:
    """Return a feed's health as an entry."""
    told = state.error or state.warning or "fine"
    return Entry(
        "source", state.url, f"{state.name or state.url}: {told}", state.last_poll or EPOCH, "/feeds",
        f"last new entry: {state.last_new or 'never'}", state.url,
    )  # fmt: skip
