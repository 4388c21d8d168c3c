"""The pacts step: each report refolds its family of pacts; what is new is sent on as a change."""

import hashlib
from collections.abc import Sequence

import msgspec

from stories import topics
from stories.model import Pact, PactChange, PactStep, ProvisionReport, Story, StoryLink
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless
from streams.pacts import fold, identity
from streams.pacts.records import FAMILIES, PACTS, REPORTS, TOLD, Family, Report, Told, report_key


class PactOperator(Stateless):
    """Keeps every pact from the stories that report its steps. Nothing is derived beyond what is durable."""

    name = "pacts"
    tables = (REPORTS, TOLD, FAMILIES, PACTS)

    def decide(self, state: State, event: Event) -> Decision:
        """Take one story's report; an edited story replaces what it said before."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"pacts takes stories, not a {type(story).__name__}")
        told = state.get(TOLD, story.id)
        if told is not None and told.revision >= story.revision:
            return NOTHING
        reports = reports_of(story)
        if told is None and not reports:
            return NOTHING
        changes: list[Change] = [TOLD.put(story.id, Told(story.revision, sorted(reports)))]
        events: list[Event] = []
        for family in sorted(set(reports) | set(told.families if told else ())):
            family_changes, family_events = _refold(state, story, family, reports.get(family))
            changes += family_changes
            events += family_events
        return Decision(changes, events)


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


def _refold(
    state: State, story: Story, family: str, report: Report | None
) -> tuple[list[Change], list[Event]]:
    """Return what `story` changes in one family: a report put or taken away, the pacts folded anew."""
    reports = {known.story: known for _, known in state.items(REPORTS, report_key(family, ""))}
    key = report_key(family, story.id)
    if report is None:
        reports.pop(story.id, None)
        changes: list[Change] = [REPORTS.delete(key)]
    else:
        reports[story.id] = report
        changes = [REPORTS.put(key, report)]
    pacts = fold.fold_family(family, reports.values())
    before = state.get(FAMILIES, family) or Family([], {})
    events: list[Event] = []
    for pact in pacts:
        known = state.get(PACTS, pact.id)
        if known is not None and fold.same(known, pact):
            continue
        last = known.revision if known else before.gone.get(pact.id, 0)
        revised = msgspec.structs.replace(pact, revision=last + 1)
        changes.append(PACTS.put(pact.id, revised))
        events.append(Event(topics.PACTS.name, pact.id, revised))
        events += [_change(revised, step, story) for step in _new(known, revised)]
    ids = [pact.id for pact in pacts]
    gone = {pact_id: number for pact_id, number in before.gone.items() if pact_id not in ids}
    for pact_id in sorted(set(before.pacts) - set(ids)):
        if (known := state.get(PACTS, pact_id)) is not None:
            gone[pact_id] = known.revision + 1
            changes.append(PACTS.delete(pact_id))
            events.append(Event(topics.PACTS.name, pact_id, _gone(known, ids)))
    changes.append(FAMILIES.put(family, Family(ids, gone)))
    return changes, events


def _gone(known: Pact, ids: Sequence[str]) -> Pact:
    """Return what readers are told of a pact that is another one now, or whose only report was taken back."""
    into = ids[-1] if ids else known.id
    return msgspec.structs.replace(known, merged_into=into, revision=known.revision + 1)


def _new(known: Pact | None, pact: Pact) -> list[PactStep]:
    """Return the facts that `known` did not have: only these are told as changes, never a retelling."""
    told = {fold.fact(step) for step in known.steps} if known else set()
    return [step for step in pact.steps if fold.fact(step) not in told]


def _change(pact: Pact, step: PactStep, story: Story) -> Event:
    identity_of = "\x1f".join((pact.id, step.step, ",".join(step.by), step.status))
    change = PactChange(
        id="x-" + hashlib.blake2b(identity_of.encode(), digest_size=8).hexdigest(), pact=pact, step=step.step,
        by=step.by, date=step.date, status=step.status, evidence=step.evidence, url=story.url,
        timestamp=story.timestamp,
    )  # fmt: skip
    return Event(topics.PACT_CHANGES.name, pact.id, change)
