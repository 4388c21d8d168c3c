"""The pacts step: each report refolds the pacts it tells of, and what is new is sent on as a change."""

import hashlib

from stories import topics
from stories.model import Pact, PactChange, PactStep, Story, StoryLink
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless
from streams.pacts import fold, identity
from streams.pacts.records import PACTS, REPORTS, TOLD, Report, Told, report_key


class PactOperator(Stateless):
    """Keeps every pact from the stories that report its steps. Nothing is derived beyond what is durable."""

    name = "pacts"
    tables = (REPORTS, TOLD, PACTS)

    def decide(self, state: State, event: Event) -> Decision:
        """Take one story's report; an edited story replaces what it said before."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"pacts takes stories, not a {type(story).__name__}")
        told = state.get(TOLD, story.id)
        if told is not None and told.revision >= story.revision:
            return NOTHING
        grouped = identity.group(story.steps)
        changes: list[Change] = [TOLD.put(story.id, Told(story.revision, sorted(grouped)))]
        events: list[Event] = []
        for pact_id in sorted(set(grouped) | set(told.pacts if told else ())):
            self._refold(state, story, pact_id, grouped.get(pact_id, []), changes, events)
        return Decision(changes, events)

    def _refold(
        self, state: State, story: Story, pact_id: str, steps: list[PactStep], changes: list[Change],
        events: list[Event],
    ) -> None:  # fmt: skip
        reports = {report.story: report for _, report in state.items(REPORTS, report_key(pact_id, ""))}
        key = report_key(pact_id, story.id)
        if steps:
            reports[story.id] = _report(story, steps)
            changes.append(REPORTS.put(key, reports[story.id]))
        else:
            reports.pop(story.id, None)
            changes.append(REPORTS.delete(key))
        known = state.get(PACTS, pact_id)
        if not reports:
            return  # the pact stays as it was last told; nothing new is known of it
        pact = fold.fold(pact_id, reports.values(), known.revision + 1 if known else 1)
        changes.append(PACTS.put(pact_id, pact))
        events.append(Event(topics.PACTS.name, pact_id, pact))
        events += [_change(pact, step, story) for step in _new(known, pact)]


def _report(story: Story, steps: list[PactStep]) -> Report:
    parties = {party for step in steps for party in step.parties}
    link = StoryLink(
        id=story.id, url=story.url, title=story.title, outlet=story.outlet or story.feed.name,
        published=story.timestamp,
    )  # fmt: skip
    promised = [one for one in story.provisions if set(one.parties) <= parties]
    return Report(story.id, story.revision, story.timestamp, link, steps, promised)


def _new(known: Pact | None, pact: Pact) -> list[PactStep]:
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
