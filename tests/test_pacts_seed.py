"""The article that this project starts from, through tag and pacts, against what a careful reader takes from it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pactwatch.pipeline import build
from pactwatch.settings import load
from stories.model import Pact, Story
from streams.operator import Event, MemoryState, run
from streams.pacts.operator import PactOperator
from streams.pacts.records import PACTS
from streams.tag.operator import TagOperator
from tests.seed import as_labelled, labels_of, plain, text_of
from tests.stories_made import story

PUBLISHED = datetime(2025, 5, 21, tzinfo=UTC)


def article(text: str) -> Story:
    """The article as an extractor leaves it: headline, standfirst, body."""
    lines = text.split("\n")
    body = text[text.index("Tehran, May 21") : text.index("Related Articles")]
    return story("seed", title=lines[0], summary=lines[2], body=body, when=PUBLISHED)


def page(text: str) -> Story:
    """The page as a careless reader copies it: everything is body, boilerplate and related items too."""
    return story("seed", body=text, when=PUBLISHED)


def pacts_of(told: Story) -> list[Pact]:
    tag = next(step for step in build(load(None)) if step.name == "tag").make()
    assert isinstance(tag, TagOperator)
    state = MemoryState()
    run(PactOperator(), state, Event("pact-reports", told.id, tag.tag(told)))
    return [pact for _, pact in state.items(PACTS)]


@pytest.mark.parametrize("read", [article, page])
def test_the_seed_gives_exactly_its_pacts(data: Path, read: Any) -> None:
    told = read(text_of(data))
    labelled = labels_of(data)["pacts"]

    by_parties = {tuple(pact.parties): pact for pact in pacts_of(told)}

    assert {tuple(labels["parties"]) for labels in labelled} == set(by_parties)
    for labels in labelled:
        assert as_labelled(by_parties[tuple(labels["parties"])], labels) == plain(labels)


def test_every_fact_of_the_seed_quotes_its_sentence(data: Path) -> None:
    told = article(text_of(data))

    for pact in pacts_of(told):
        proofs = [step.evidence for step in pact.steps]
        proofs += [provision.evidence for provision in pact.provisions.values() if provision.evidence]
        for proof in proofs:
            assert getattr(told, proof.field)[proof.start : proof.end] == proof.text
