"""The cluster step: each story joins the live cluster it is most like or begins one; like ones merge."""

import hashlib
import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from stories import topics
from stories.model import Story
from streams.cluster import documents
from streams.cluster.index import Candidate, Entry, LiveIndex
from streams.cluster.origins import signature
from streams.cluster.records import CLOCK, LIVE, MEMBERS, SEEN, Clock, Live, Member, Seen, member_key
from streams.cluster.terms import weigh
from streams.operator import NOTHING, Change, Decision, Event, State

EXPIRED_PER_EVENT = 8  # closing is spread out, so that no single story pays for a quiet week


class ClusterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How like a story must be to join, how like two clusters must be to merge, and how long they live."""

    join: float = 0.14
    merge: float = 0.25
    window_days: float = 5.0
    decay_days: float = 6.0


class ClusterOperator:
    """Stories in, stories with their cluster and clusters out. Words are compared within a language."""

    name = "cluster"
    tables = (SEEN, MEMBERS, LIVE, CLOCK)

    def __init__(self, options: ClusterOptions | None = None) -> None:
        self.options = options or ClusterOptions()
        self.languages: dict[str, LiveIndex] = {}
        self.ages: dict[str, Live] = {}
        self.queues: dict[str, list[tuple[datetime, str]]] = {}  # by language: the longest silent first
        self.counted: dict[str, tuple[str, list[str]]] = {}  # by member: its language and terms

    @property
    def compared(self) -> int:
        """Return how many clusters were compared with stories so far: the bound on what a story costs."""
        return sum(index.compared for index in self.languages.values())

    def restore(self, state: State) -> None:
        """Rebuild the index from terms to live clusters."""
        self.languages.clear()
        self.ages.clear()
        self.queues.clear()
        self.counted.clear()
        for key, member in state.items(MEMBERS):
            self._count(key, member)
        for _, live in state.items(LIVE):
            self._put(live)

    def decide(self, state: State, event: Event) -> Decision:
        """Place a story, or send an edited one out again with its cluster."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"cluster takes stories, not a {type(story).__name__}")
        seen = state.get(SEEN, story.id)
        if seen is None:
            return self._place(state, story)
        if seen.admitted >= story.revision:
            return NOTHING
        return self._edit(state, story, seen)

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring the index in line with what is durable now."""
        for table, key, record in changes:
            if table is LIVE and isinstance(record, Live):
                self._put(record)
            elif table is LIVE:
                language = self.ages.pop(key).cluster.language
                self._index(language).drop(key)
            elif table is MEMBERS:
                self._count(key, record)

    # ---- a new story

    def _place(self, state: State, story: Story) -> Decision:
        weights = weigh(story)
        index = self._index(story.language)
        candidates = index.nearest(
            weights, story.timestamp, story.published is not None, self.options.decay_days * 86400.0
        )
        near = [candidate for candidate in candidates if candidate.similarity >= self.options.join]
        fresh = documents.Placed(story, weights, signature(story))
        if near:
            live = self._live(state, near[0].cluster)
            joined = documents.join(live, fresh)
            tie = documents.tie(index, live.weights, weights)
        else:
            joined, tie = documents.begin(fresh, _new_id(story)), ""
        placed = msgspec.structs.replace(story, cluster=joined.cluster.id, tie=tie)
        changes: list[Change] = [
            SEEN.put(story.id, Seen(story.revision, story.revision, joined.cluster.id)),
            MEMBERS.put(member_key(joined.cluster.id, story.id), Member(placed, list(weights))),
            LIVE.put(joined.cluster.id, joined),
        ]
        events = [_clustered(placed), _cluster(joined)]
        self._merge(state, near, joined, changes, events)
        self._expire(state, story, changes, events)
        return Decision(changes, events)

    def _merge(
        self, state: State, near: list[Candidate], joined: Live, changes: list[Change], events: list[Event]
    ) -> None:
        """A story between two clusters asks whether they have become one; the older keeps its id."""
        index = self._index(joined.cluster.language)
        if len(near) < 2 or index.alike(near[0].cluster, near[1].cluster) < self.options.merge:
            return
        other = self._live(state, near[1].cluster)
        kept, gone = documents.older_first(joined, other)
        merged = documents.merge(kept, gone)
        closed = documents.merged_away(gone, kept.cluster.id)
        changes += [LIVE.put(kept.cluster.id, merged), LIVE.delete(gone.cluster.id)]
        for key, member, seen in _members(state, gone.cluster.id, changes):
            moved = msgspec.structs.replace(member.story, cluster=kept.cluster.id, revision=seen.emitted + 1)
            changes += [
                MEMBERS.delete(key),
                MEMBERS.put(member_key(kept.cluster.id, moved.id), Member(moved, member.terms)),
                SEEN.put(moved.id, Seen(seen.admitted, moved.revision, kept.cluster.id)),
            ]
            events.append(_clustered(moved))
        events += [Event(topics.CLUSTERS.name, closed.id, closed), _cluster(merged)]

    # ---- an edited story, and time

    def _edit(self, state: State, story: Story, seen: Seen) -> Decision:
        """An edit stays where the story is: followers of its cluster would lose it otherwise."""
        emitted = max(story.revision, seen.emitted + 1)
        key = member_key(seen.cluster, story.id)
        member = state.get(MEMBERS, key)
        tie = member.story.tie if member else ""
        edited = msgspec.structs.replace(story, cluster=seen.cluster, revision=emitted, tie=tie)
        changes: list[Change] = [SEEN.put(story.id, Seen(story.revision, emitted, seen.cluster))]
        events = [_clustered(edited)]
        live = state.get(LIVE, seen.cluster)
        if member is not None and live is not None:
            relinked = documents.relink(live, edited)
            changes += [MEMBERS.put(key, Member(edited, member.terms)), LIVE.put(seen.cluster, relinked)]
            events.append(_cluster(relinked))
        return Decision(changes, events)

    def _expire(self, state: State, story: Story, changes: list[Change], events: list[Event]) -> None:
        """Close clusters whose window has passed, by the clock of their own language's stories."""
        clock = state.get(CLOCK, story.language)
        if clock is not None and clock.latest >= story.timestamp:
            return
        changes.append(CLOCK.put(story.language, Clock(story.timestamp)))
        bound = story.timestamp - timedelta(days=self.options.window_days)
        touched = {change.key for change in changes if change.table is LIVE}
        for cluster_id in self._oldest(story.language, bound, touched):
            closed = documents.closed(self.ages[cluster_id])
            changes.append(LIVE.delete(cluster_id))
            changes += [MEMBERS.delete(key) for key, _ in state.items(MEMBERS, member_key(cluster_id, ""))]
            events.append(Event(topics.CLUSTERS.name, cluster_id, closed))

    def _oldest(self, language: str, bound: datetime, touched: set[str]) -> list[str]:
        """Return a few clusters last seen before `bound`; entries that a newer story outdated are dropped."""
        queue = self.queues.setdefault(language, [])
        found: list[str] = []
        while queue and queue[0][0] < bound and len(found) < EXPIRED_PER_EVENT:
            last_seen, cluster_id = heapq.heappop(queue)
            live = self.ages.get(cluster_id)
            if live and live.cluster.last_seen == last_seen and cluster_id not in touched:
                found.append(cluster_id)
        return found

    # ---- the derived index

    def _index(self, language: str) -> LiveIndex:
        """Return the index of a language, empty at first."""
        return self.languages.setdefault(language, LiveIndex())

    def _put(self, live: Live) -> None:
        known = self.ages.get(live.cluster.id)
        self.ages[live.cluster.id] = live
        if known is None or known.cluster.last_seen != live.cluster.last_seen:
            queue = self.queues.setdefault(live.cluster.language, [])
            heapq.heappush(queue, (live.cluster.last_seen, live.cluster.id))
        entry = Entry(live.weights, live.cluster.last_seen, live.timed)
        self._index(live.cluster.language).put(live.cluster.id, entry)

    def _count(self, key: str, record: msgspec.Struct | None) -> None:
        old = self.counted.pop(key, None)
        if old is not None:
            self._index(old[0]).count(old[1], -1)
        if isinstance(record, Member):
            self.counted[key] = (record.story.language, record.terms)
            self._index(record.story.language).count(record.terms, 1)

    def _live(self, state: State, cluster_id: str) -> Live:
        live = state.get(LIVE, cluster_id)
        if live is None:
            raise LookupError(f"cluster {cluster_id} is in the index but not in the state")
        return live


def _members(state: State, cluster_id: str, changes: list[Change]) -> list[tuple[str, Member, Seen]]:
    """Return a cluster's members, the one that these very changes place among them."""
    prefix = member_key(cluster_id, "")
    members = dict(state.items(MEMBERS, prefix))
    seen: dict[str, Seen] = {}
    for change in changes:
        if isinstance(change.record, Member) and change.key.startswith(prefix):
            members[change.key] = change.record
        elif isinstance(change.record, Seen):
            seen[change.key] = change.record
    return [
        (key, member, seen.get(member.story.id) or state.get(SEEN, member.story.id) or Seen(1, 1, cluster_id))
        for key, member in members.items()
    ]


def _new_id(story: Story) -> str:
    return "c-" + hashlib.blake2b(story.id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _clustered(story: Story) -> Event:
    return Event(topics.CLUSTERED.name, story.id, story)


def _cluster(live: Live) -> Event:
    return Event(topics.CLUSTERS.name, live.cluster.id, live.cluster)
