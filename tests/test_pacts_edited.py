"""A story that is edited takes back what it told of a pact, all of it where nothing is left."""

from datetime import UTC, datetime

import msgspec

from pactwatch.pipeline import build
from pactwatch.settings import load
from stories.model import Pact, Story
from streams.operator import Event, MemoryState, run
from streams.pacts.records import PACTS
from tests.stories_made import story

TOLD = "Norway's parliament ratified the defence pact with Japan on Tuesday."
TAKEN_BACK = "Norway's parliament debated fishing quotas on Tuesday."


def told(state: MemoryState, *versions: Story) -> list[Pact]:
    """Put each version through tag and pacts, and return the pacts that stand then."""
    steps = {step.name: step.make() for step in build(load(None))}
    for version in versions:
        for event in run(steps["tag"], state, Event("admitted", version.id, version)):
            if event.topic == "pact-reports":
                run(steps["pacts"], state, event)
    return [pact for _, pact in state.items(PACTS)]


def test_an_edit_that_leaves_no_step_takes_the_pact_back() -> None:
    first = story("a", title=TOLD, when=datetime(2024, 3, 5, tzinfo=UTC))
    edited = msgspec.structs.replace(first, title=TAKEN_BACK, revision=2)
    state = MemoryState()

    (pact,) = told(state, first)
    assert pact.ratified == ["NOR"]

    assert told(state, edited) == []


def test_a_first_version_without_a_step_is_no_pact_report() -> None:
    tag = next(step for step in build(load(None)) if step.name == "tag").make()
    plain = story("a", title=TAKEN_BACK, when=datetime(2024, 3, 5, tzinfo=UTC))

    events = run(tag, MemoryState(), Event("admitted", plain.id, plain))

    assert [event.topic for event in events] == ["tagged"]
