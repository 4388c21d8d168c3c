"""Fifteen years of news replayed: what they tell of well-known pacts against public facts, and how fast."""

import gzip
import json
import time
from pathlib import Path

import pytest

from pactwatch.commands.filters import story_of
from pactwatch.pipeline import build
from pactwatch.settings import load
from stories import days
from stories.model import Pact, PactStep, Story
from streams.pacts.chronicle import as_of
from streams.tag.operator import TagOperator
from tests.pact_histories import HISTORIES, WRONG, Fact, History

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tagged(data: Path) -> list[Story]:
    """Every item of the archive, tagged."""
    tag = next(step for step in build(load(None)) if step.name == "tag").make()
    assert isinstance(tag, TagOperator)
    with gzip.open(data / "archive" / "current_events_2010_2024.jsonl.gz", "rt") as lines:
        return [tag.tag(story_of(json.loads(line))) for line in lines]


@pytest.fixture(scope="module")
def replayed(tagged: list[Story]) -> list[Pact]:
    return as_of(tagged)


def candidates(history: History, pacts: list[Pact]) -> list[Pact]:
    """The pacts that a reader would take for this one: of its name, else of its parties."""
    if history.parties and not history.name:
        return [pact for pact in pacts if pact.parties == history.parties.split()]
    return [pact for pact in pacts if pact.name.casefold() == history.name.casefold()
            and (not history.parties or pact.parties == history.parties.split())]  # fmt: skip


def tells(step: PactStep, fact: Fact) -> bool:
    agreed = days.agree(step.date, fact.date) if fact.date else True
    return (step.step, " ".join(step.by), step.status) == (fact.step, fact.by, fact.status) and agreed


def right(history: History, pact: Pact) -> int:
    return sum(any(tells(step, fact) for step in pact.steps) for fact in history.facts)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name or history.parties)
def test_a_known_history_is_told_by_one_pact(history: History, replayed: list[Pact]) -> None:
    if not history.facts:
        pytest.skip("the archive reports no step of it that is read")
    missing = {
        pact.id: [fact for fact in history.facts if not any(tells(step, fact) for step in pact.steps)]
        for pact in candidates(history, replayed)
    }

    assert missing, "there is no such pact"
    assert [] in missing.values(), missing


def test_nothing_else_is_told_as_done(replayed: list[Pact]) -> None:
    """Beside the public facts stand only the mistakes that are known."""
    others = set()
    for history in (history for history in HISTORIES if history.facts):
        told = max(candidates(history, replayed), key=lambda pact: right(history, pact))
        others |= {
            (history.name or history.parties, step.step, " ".join(step.by), step.date)
            for step in told.steps
            if step.status == "done" and not any(tells(step, fact) for fact in history.facts)
        }

    assert others == set(WRONG)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name or history.parties)
def test_what_is_not_read_yet_is_noted_rightly(history: History, replayed: list[Pact]) -> None:
    """A fact that is read by now belongs to `facts`, so that it stays so."""
    for pact in candidates(history, replayed):
        for fact in history.unread:
            assert not any(tells(step, fact) for step in pact.steps), fact


def test_the_pact_step_is_quick(tagged: list[Story]) -> None:
    began = time.perf_counter()
    as_of(tagged)

    assert len(tagged) / (time.perf_counter() - began) > 1000
