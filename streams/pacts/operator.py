"""The pacts step: each report refolds the pacts that it may change; what is new is sent on as a change."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from stories import topics
from stories.model import Pact, PactChange, PactStep, ProvisionReport, Story, StoryLink
from stories.withdrawal import pact_without
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless
from streams.pacts import fold, identity
from streams.pacts.grouping import Grouping, touched
from streams.pacts.records import FAMILIES, LINKS, PACTS, REPORTS, SCOPES, Family, Link, Report, Scope, key_of
from streams.pacts.stored import Edited, Stored


class PactOperator(Stateless):
    """Keeps every pact from the stories that report its steps. Nothing is derived beyond what is durable."""

    name = "pacts"
    tables = (REPORTS, SCOPES, LINKS, FAMILIES, PACTS)

    def decide(self, state: State, event: Event) -> Decision:
        """Take one story's report; an edited story replaces what it said before."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"pacts takes stories, not a {type(story).__name__}")
        told = state.get(SCOPES, story.id)
        if told is not None and told.revision >= story.revision:
            return NOTHING
        reports = reports_of(story)
        if told is None and not reports:
            return NOTHING
        own = sorted(set(reports) | set(told.families if told else ()))
        mine = {family: reports.get(family) for family in own}
        before = Stored(state)
        after = Edited(before, story.id, mine)
        changes: list[Change] = [SCOPES.put(story.id, Scope(story.revision, sorted(reports)))]
        for family, report in mine.items():
            changes += _kept(before, after, story.id, family, report)
        grouping = Grouping(after)
        folded = {
            family: fold.fold_family(family, grouping.pacts(family)) for family in touched(own, before, after)
        }
        refolded = _refold(state, story, folded)
        return Decision([*changes, *refolded.changes], refolded.events)


def reports_of(story: Story) -> dict[str, Report]:
    """Return what a tagged story says of pacts, by family."""
    link = StoryLink(
        id=story.id, url=story.url, title=story.title, outlet=story.outlet or story.feed.name,
        published=story.timestamp,
    )  # fmt: skip
    return {
        family: Report(story.id, story.revision, story.timestamp, link, steps, _promised(story, steps))
        for family, steps in identity.families(story.steps).items()
    }


def _promised(story: Story, steps: Sequence[PactStep]) -> list[ProvisionReport]:
    parties = {party for step in steps for party in step.parties}
    return [one for one in story.provisions if one.parties and set(one.parties) <= parties]


def _kept(before: Stored, after: Edited, story: str, family: str, report: Report | None) -> list[Change]:
    """Return what is stored of one story's report: itself, and under which parties its name is found."""
    key = key_of(family, story)
    changes: list[Change] = [REPORTS.put(key, report) if report else REPORTS.delete(key)]
    if identity.is_named(family):
        was, now = before.places(family), after.places(family)
        changes += [LINKS.put(key_of(place, family), Link(family)) for place in sorted(now - was)]
        changes += [LINKS.delete(key_of(place, family)) for place in sorted(was - now)]
    return changes


def _refold(state: State, story: Story, folded: Mapping[str, Sequence[Pact]]) -> Decision:
    """Return what becomes of the pacts of some families: which changed, and which are another one now."""
    before = {family: state.get(FAMILIES, family) or Family([], {}) for family in folded}
    known = {
        pact_id: pact
        for family in before.values()
        for pact_id in family.pacts
        if (pact := state.get(PACTS, pact_id)) is not None
    }
    told = {_place(step) for pact in known.values() for step in pact.steps}
    changes: list[Change] = []
    events: list[Event] = []
    for family, pacts in folded.items():
        for pact in pacts:
            old = known.get(pact.id)
            if old is None or not fold.same(old, pact):
                last = old.revision if old else before[family].gone.get(pact.id, 0)
                revised = msgspec.structs.replace(pact, revision=last + 1)
                changes.append(PACTS.put(pact.id, revised))
                events.append(Event(topics.PACTS.name, pact.id, revised))
                events += [_change(revised, step, story) for step in _new(old, revised, told)]
        now = Family([pact.id for pact in pacts], dict(before[family].gone))
        for pact_id in now.pacts:
            now.gone.pop(pact_id, None)
        for old in (known[pact_id] for pact_id in before[family].pacts if pact_id in known):
            if old.id not in now.pacts:
                now.gone[old.id] = old.revision + 1
                changes.append(PACTS.delete(old.id))
                shown = pact_without(old, story.id) if story.withdrawn else old
                events.append(Event(topics.PACTS.name, old.id, _gone(shown, folded)))
        if now != before[family]:
            changes.append(FAMILIES.put(family, now))
    return Decision(changes, events)


def _gone(old: Pact, folded: Mapping[str, Sequence[Pact]]) -> Pact:
    """Return what readers are told of a pact that is another one now; merged into itself, it is none."""
    places = {_place(step) for step in old.steps}
    shared = {
        pact.id: len(places & {_place(step) for step in pact.steps})
        for pacts in folded.values()
        for pact in pacts
    }
    best = max(shared, key=lambda pact_id: (shared[pact_id], pact_id), default="")
    into = best if best and shared[best] else old.id
    return msgspec.structs.replace(old, merged_into=into, revision=old.revision + 1)


_Place = tuple[tuple[str, tuple[str, ...], str], str]


def _place(step: PactStep) -> _Place:
    """Return a fact with its source: it stays the same when the step moves from one pact to another."""
    return fold.fact(step), step.evidence.story


def _new(old: Pact | None, pact: Pact, told: AbstractSet[_Place]) -> list[PactStep]:
    """Return the facts that nobody was told of: never a retelling, nor what was told of a pact now merged."""
    known = {fold.fact(step) for step in old.steps} if old else set()
    return [step for step in pact.steps if fold.fact(step) not in known and _place(step) not in told]


def _change(pact: Pact, step: PactStep, story: Story) -> Event:
    identity_of = "\x1f".join((pact.id, step.step, ",".join(step.by), step.status))
    change = PactChange(
        id="x-" + hashlib.blake2b(identity_of.encode(), digest_size=8).hexdigest(), pact=pact, step=step.step,
        by=step.by, date=step.date, status=step.status, evidence=step.evidence, url=story.url,
        timestamp=story.timestamp,
    )  # fmt: skip
    return Event(topics.PACT_CHANGES.name, pact.id, change)
