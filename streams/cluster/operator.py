"""The cluster step: each story joins the live cluster it is most like or begins one; like ones merge."""

import hashlib
import heapq
import math
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from stories import topics
from stories.model import Story
from stories.topics import cluster_key
from streams.cluster import documents
from streams.cluster.index import Candidate, Entry, LiveIndex, Profile, Span, Vector, main_terms
from streams.cluster.leads import reports_of, summed_up
from streams.cluster.origins import signature
from streams.cluster.records import (
    CHAPTERS,
    CLOCK,
    LIVE,
    MEMBERS,
    SEEN,
    Chapter,
    Clock,
    Live,
    Member,
    Seen,
    member_key,
)
from streams.cluster.storylines import KEPT_DAYS, Storylines, chapter, follow, main_actors, same_parties
from streams.cluster.terms import compared_as, read, weigh
from streams.operator import NOTHING, Change, Decision, Event, State

# closing is spread out, so that no single story pays for a quiet week; yet it keeps up where time moves
# seldom, as on dates without hours or behind one hasty feed: so many, or this part of the live clusters
EXPIRED_PER_EVENT, EXPIRED_PART = 8, 8
ASKED = 4  # clusters like enough to a story that are asked for evidence
NEIGHBOURS = 3  # clusters near a story, or another cluster, that are asked whether they are one
SIZE_CAUTION = 0.1  # joining two large clusters wrongly costs more: per factor e of the smaller one's size
CLEAR_JOIN, CLEAR_LEAD = 0.8, 1.4  # of `join`, and over the second best, where only one cluster comes near
CLEAR_SIZE = 3  # fewer stories say too little of what a cluster is about
DAY_S = 86_400.0
OTHER_COUNTERPARTS = 0.5  # likeness is halved between talks of one state with two others


class ClusterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How like a story must be to join, how like two clusters must be to merge, and how long they live."""

    join: float = 0.17
    merge: float = 0.20
    window_days: float = 5.0
    decay_days: float = 4.0


class ClusterOperator:
    """Stories in, stories with their cluster and clusters out. Words are compared within a language."""

    name = "cluster"
    tables = (SEEN, MEMBERS, LIVE, CHAPTERS, CLOCK)

    def __init__(self, options: ClusterOptions | None = None) -> None:
        self.options = options or ClusterOptions()
        self.languages: dict[str, LiveIndex] = {}
        self.storylines = Storylines()
        self.ages: dict[str, Live] = {}  # as they are kept, decoded once
        self.states: dict[str, list[str]] = {}  # that many stories of a cluster name, once it was asked for
        self.queues: dict[str, list[tuple[datetime, str]]] = {}  # by language: the longest silent first
        self.counted: dict[str, tuple[str, list[str]]] = {}  # by member: its language and terms

    @property
    def compared(self) -> int:
        """Return how many clusters were compared with stories so far: the bound on what a story costs."""
        return sum(index.compared for index in self.languages.values())

    def restore(self, state: State) -> None:
        """Rebuild the index from terms to live clusters."""
        self.languages.clear()
        self.storylines = Storylines()
        self.ages.clear()
        self.states.clear()
        self.queues.clear()
        self.counted.clear()
        for key, member in state.items(MEMBERS):
            self._count(key, member)
        for _, live in state.items(LIVE):
            self._put(live)
        for key, told in state.items(CHAPTERS):
            self.storylines.put(key, told)

    def decide(self, state: State, event: Event) -> Decision:
        """Place a story, or send an edited one out again with its cluster."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"cluster takes stories, not a {type(story).__name__}")
        seen = state.get(SEEN, story.id)
        if seen is None:
            return Decision(events=[_clustered(story)]) if story.withdrawn else self._place(state, story)
        if seen.admitted >= story.revision:
            return NOTHING
        return self._withdraw(state, story, seen) if story.withdrawn else self._edit(state, story, seen)

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring the index in line with what is durable now."""
        for table, key, record in changes:
            if table is LIVE and isinstance(record, Live):
                self._put(record)
            elif table is LIVE:
                language = self.ages.pop(key).cluster.language
                self.states.pop(key, None)
                self._index(language).drop(key)
            elif table is MEMBERS:
                self._count(key, record)
            elif table is CHAPTERS and isinstance(record, Chapter):
                self.storylines.put(key, record)
            elif table is CHAPTERS:
                self.storylines.drop(key)

    # ---- a new story

    def _place(self, state: State, story: Story) -> Decision:
        words = read(story)
        language = compared_as(story, words)
        index = self._index(language)
        weights = weigh(story, words, language)
        vector = index.vector(weights)
        fresh = documents.Placed(story, language, weights, vector, signature(words))
        near = self._near(index, vector, story)
        if not near:
            begun = documents.begin(fresh, _new_id(story))
            return self._placed(state, fresh, begun, "", [])
        before = self.ages[near[0].cluster]
        joined = documents.join(before, fresh, index)
        tie = documents.tie(vector, before.weights)
        others = self._grown_together(index, joined, [candidate.cluster for candidate in near[1:NEIGHBOURS]])
        if not others:
            return self._placed(state, fresh, joined, tie, [])
        parts = documents.older_first([joined, *(self.ages[other] for other in others)])
        merged = parts[0]
        for part in parts[1:]:
            merged = documents.merge(merged, part, index)
        gone = [before if part is joined else part for part in parts[1:]]
        return self._placed(state, fresh, merged, tie, gone)

    def _near(self, index: LiveIndex, vector: Vector, story: Story) -> list[Candidate]:
        """Return the clusters a story is like enough to join, the most similar first."""
        when = story.timestamp
        span = Span(when, when, when.timestamp(), story.published is not None)
        near = []
        for candidate in index.nearest(vector):
            if candidate.similarity < self.options.join * CLEAR_JOIN / CLEAR_LEAD:
                break  # too far off to matter even as the second best
            similarity = candidate.similarity * self._nearness(span, index.entries[candidate.cluster].span)
            similarity *= self._counterparts(story, candidate.cluster)
            near.append(Candidate(candidate.cluster, similarity))
        near.sort(key=lambda one: (-one.similarity, one.cluster))
        enough = [one for one in near if one.similarity >= self.options.join] or self._clear(index, near)
        sure = (one for one in enough[:ASKED] if _is_sure(index, vector.shares, one.cluster))
        return list(islice(sure, NEIGHBOURS))  # no more are asked

    def _counterparts(self, story: Story, cluster: str) -> float:
        """Return less than 1 where the states of a story and of a cluster have but one in common.

        Talks of one state with two others share every word but the other's name.
        """
        if len(story.countries) < 2:
            return 1.0
        states = self.states.get(cluster)
        if states is None:
            live = self.ages[cluster]
            parties = main_actors(live.weights, live.cluster.size)
            states = self.states[cluster] = [one for one in parties if one in live.cluster.countries]
        return 1.0 if same_parties(story.countries, states) else OTHER_COUNTERPARTS

    def _clear(self, index: LiveIndex, near: list[Candidate]) -> list[Candidate]:
        """Return the best cluster if it falls a little short of `join` but leaves every other far behind."""
        if not near or index.entries[near[0].cluster].size < CLEAR_SIZE:
            return []
        best, second = [*(one.similarity for one in near), 0.0, 0.0][:2]
        clear = best >= self.options.join * CLEAR_JOIN and best >= CLEAR_LEAD * second
        return near[:1] if clear else []

    def _nearness(self, one: Span, other: Span) -> float:
        """Return 1 for what happens at one time, less the longer it lies apart, 0 outside the window."""
        if one.gap_s(other) > self.options.window_days * DAY_S:
            return 0.0
        return math.exp(-((one.distance_s(other) / (self.options.decay_days * DAY_S)) ** 2))

    def _grown_together(self, index: LiveIndex, joined: Live, neighbours: list[str]) -> list[str]:
        """Return the clusters that `joined` has become one with.

        Asked of the next best clusters of the story that joined, and of the cluster's own neighbours each
        time it has grown by half.
        """
        size = joined.cluster.size
        if not neighbours and not documents.looks_around(size):
            return []
        if documents.looks_around(size):
            vector = index.vector(joined.weights)
            around = index.nearest(vector, without=joined.cluster.id)[: NEIGHBOURS - 1]
            neighbours += [candidate.cluster for candidate in around if candidate.cluster not in neighbours]
        known, span, found = Profile(joined.weights, joined.norm), documents.span(joined), []
        for neighbour in neighbours:
            entry = index.entries[neighbour]
            similarity = index.alike(known, neighbour) * self._nearness(span, entry.span)
            needed = self.options.merge * (1.0 + SIZE_CAUTION * math.log(min(size, entry.size)))
            if similarity >= needed and _is_sure(index, main_terms(joined.weights, size), neighbour):
                found.append(neighbour)
        return found

    def _placed(
        self, state: State, fresh: documents.Placed, live: Live, tie: str, gone: list[Live]
    ) -> Decision:
        """Return the story in its cluster `live`, into which the stories of `gone` move."""
        story, into = fresh.story, live.cluster.id
        if gone or documents.looks_around(live.cluster.size):  # then its title was chosen anew
            homes = [into, *(one.cluster.id for one in gone)]
            live = summed_up(live, reports_of(state, live.cluster, homes, story))
        live, told = self._chaptered(live, fresh, gone)
        placed = msgspec.structs.replace(story, cluster=into, tie=tie)
        changes: list[Change] = [
            SEEN.put(story.id, Seen(story.revision, story.revision, into)),
            MEMBERS.put(member_key(into, story.id), Member(placed, fresh.language, list(fresh.weights))),
            LIVE.put(into, live),
            *told,
        ]
        events = [_clustered(placed)]
        for one in gone:
            self._move(state, one, into, changes, events)
        events.append(_cluster(live))
        self._expire(state, fresh, changes, events)
        return Decision(changes, events)

    def _chaptered(self, live: Live, fresh: documents.Placed, gone: list[Live]) -> tuple[Live, list[Change]]:
        """Return `live` in its storyline, and what is to be remembered of it.

        Asked when it has grown by half, and when its newest story tells of a pact.
        """
        cluster, storylines = live.cluster, self.storylines
        changes = [CHAPTERS.delete(one.cluster.id) for one in gone if one.cluster.id in storylines.chapters]
        if not (gone or documents.looks_around(cluster.size) or (live.pacts and fresh.story.steps)):
            return live, changes
        index, known = self._index(fresh.language), storylines.chapters.get(cluster.id)
        own = chapter(live, index, known)
        if not cluster.follows and not own.followed:
            without = {cluster.id, *(one.cluster.id for one in gone)}
            older = storylines.predecessor(own, without, index)
            if older is not None:
                live = msgspec.structs.replace(live, cluster=follow(cluster, older))
                own = msgspec.structs.replace(own, storyline=older.chapter.storyline)
                followed = msgspec.structs.replace(older.chapter, followed=True)
                changes.append(CHAPTERS.put(older.cluster, followed))
        return live, [*changes, CHAPTERS.put(cluster.id, own)]

    def _move(self, state: State, gone: Live, into: str, changes: list[Change], events: list[Event]) -> None:
        closed = documents.merged_away(gone, into)
        changes.append(LIVE.delete(closed.id))
        for key, member in state.items(MEMBERS, member_key(closed.id, "")):
            seen = state.get(SEEN, member.story.id)
            if seen is None:
                raise LookupError(f"story {member.story.id} is in cluster {closed.id} but was never seen")
            moved = msgspec.structs.replace(member.story, cluster=into, revision=seen.emitted + 1)
            changes += [
                MEMBERS.delete(key),
                MEMBERS.put(member_key(into, moved.id), Member(moved, member.language, member.terms)),
                SEEN.put(moved.id, Seen(seen.admitted, moved.revision, into)),
            ]
            events.append(_clustered(moved))
        events.append(Event(topics.CLUSTERS.name, cluster_key(closed), closed))

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
            relinked = summed_up(relinked, reports_of(state, relinked.cluster, [seen.cluster], edited))
            changes += [
                MEMBERS.put(key, Member(edited, member.language, member.terms)),
                LIVE.put(seen.cluster, relinked),
            ]
            events.append(_cluster(relinked))
        return Decision(changes, events)

    def _withdraw(self, state: State, story: Story, seen: Seen) -> Decision:
        """Take a story out of its cluster, with the words that no other story of it has."""
        emitted = max(story.revision, seen.emitted + 1)
        gone = msgspec.structs.replace(story, cluster=seen.cluster, revision=emitted)
        changes: list[Change] = [SEEN.put(story.id, Seen(story.revision, emitted, seen.cluster))]
        live = state.get(LIVE, seen.cluster)
        members = {
            member.story.id: member for _, member in state.items(MEMBERS, member_key(seen.cluster, ""))
        }
        own = members.pop(story.id, None)
        known = self.storylines.chapters.get(seen.cluster)
        if live is None or own is None:  # which of a closed chapter's words were this story's is not known
            changes += [CHAPTERS.delete(seen.cluster)] * (known is not None)
            return Decision(changes, [_clustered(gone)])
        changes.append(MEMBERS.delete(member_key(seen.cluster, story.id)))
        index = self._index(live.cluster.language)
        words = set(own.terms).difference(*(member.terms for member in members.values()))
        left = documents.without(live, story.id, words, index)
        left = summed_up(left, (member.story for member in members.values()))
        remains = left.cluster.size > 0
        changes.append(LIVE.put(seen.cluster, left) if remains else LIVE.delete(seen.cluster))
        if known is not None:
            told = chapter(left, index, known)
            changes.append(CHAPTERS.put(seen.cluster, told) if remains else CHAPTERS.delete(seen.cluster))
        return Decision(changes, [_clustered(gone), _cluster(left)])

    def _expire(
        self, state: State, fresh: documents.Placed, changes: list[Change], events: list[Event]
    ) -> None:
        """Close clusters whose window has passed, by the clock of their own language's stories."""
        story, language = fresh.story, fresh.language
        clock = state.get(CLOCK, language)
        if clock is not None and clock.latest >= story.timestamp:
            return
        changes.append(CLOCK.put(language, Clock(story.timestamp)))
        bound = story.timestamp - timedelta(days=self.options.window_days)
        touched = {change.key for change in changes if change.table is LIVE}
        for cluster_id in self._oldest(language, bound, touched):
            closed = documents.closed(self.ages[cluster_id])
            changes.append(LIVE.delete(cluster_id))
            changes += map(MEMBERS.delete, state.keys(MEMBERS, member_key(cluster_id, "")))
            events.append(Event(topics.CLUSTERS.name, cluster_key(closed), closed))
        remembered = story.timestamp - timedelta(days=KEPT_DAYS)
        forgotten = self.storylines.before(remembered, language, EXPIRED_PER_EVENT)
        told = {change.key for change in changes if change.table is CHAPTERS}
        changes += [CHAPTERS.delete(cluster_id) for cluster_id in forgotten if cluster_id not in told]

    def _oldest(self, language: str, bound: datetime, touched: set[str]) -> list[str]:
        """Return a few clusters last seen before `bound`; entries that a newer story outdated are dropped."""
        queue = self.queues.setdefault(language, [])
        found: list[str] = []
        most = max(EXPIRED_PER_EVENT, len(self._index(language).entries) // EXPIRED_PART)
        while queue and queue[0][0] < bound and len(found) < most:
            last_seen, cluster_id = heapq.heappop(queue)
            live = self.ages.get(cluster_id)
            if live and live.cluster.last_seen == last_seen and cluster_id not in touched:
                found.append(cluster_id)
        for cluster_id in found:  # not closed until the decision is durable
            heapq.heappush(queue, (self.ages[cluster_id].cluster.last_seen, cluster_id))
        return found

    # ---- the derived index

    def _index(self, language: str) -> LiveIndex:
        """Return the index that compares stories of a language, empty at first."""
        return self.languages.setdefault(language, LiveIndex())

    def _put(self, live: Live) -> None:
        known = self.ages.get(live.cluster.id)
        self.ages[live.cluster.id] = live
        self.states.pop(live.cluster.id, None)
        if known is None or known.cluster.last_seen != live.cluster.last_seen:
            queue = self.queues.setdefault(live.cluster.language, [])
            heapq.heappush(queue, (live.cluster.last_seen, live.cluster.id))
        entry = Entry(live.weights, live.norm, live.cluster.size, documents.span(live))
        self._index(live.cluster.language).put(live.cluster.id, entry)

    def _count(self, key: str, record: msgspec.Struct | None) -> None:
        old = self.counted.pop(key, None)
        if old is not None:
            self._index(old[0]).count(old[1], -1)
        if isinstance(record, Member):
            self.counted[key] = (record.language, record.terms)
            self._index(record.language).count(record.terms, 1)


def _is_sure(index: LiveIndex, terms: Collection[str], cluster: str) -> bool:
    """Return whether a story, or a cluster of these main terms, tells of the very event of another.

    Where nothing has a date there is no window either, and not events are told apart but topics.
    """
    return not index.timed or index.is_evident(terms, cluster)


def _new_id(story: Story) -> str:
    return "c-" + hashlib.blake2b(story.id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _clustered(story: Story) -> Event:
    return Event(topics.CLUSTERED.name, story.id, story)


def _cluster(live: Live) -> Event:
    return Event(topics.CLUSTERS.name, cluster_key(live.cluster), live.cluster)
