"""The article that this project starts from, through tag and pacts, against what a careful reader takes from it."""

import json
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
from tests.stories_made import story

PUBLISHED = datetime(2025, 5, 21, tzinfo=UTC)
KINDS = {"free-trade": "trade"}  # the labels' word: the model's (decision 0032)


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


def as_labelled(pact: Pact, labels: dict[str, Any]) -> dict[str, Any]:
    """What `labels` say of a pact, as `pact` has it."""
    steps = [
        {"step": step.step, "by": step.by, "date": step.date, "precision": step.precision}
        for step in pact.steps
    ]
    said = {
        "parties": pact.parties, "kind": pact.kind, "duration_years": pact.duration_years, "steps": steps,
        "provisions": {name: provision.value for name, provision in pact.provisions.items()},
        "ratified": pact.ratified, "missing": pact.missing,
    }  # fmt: skip
    return {name: value for name, value in said.items() if name in labels}


def plain(labels: dict[str, Any]) -> dict[str, Any]:
    """The labels of one pact without their notes."""
    steps = [{name: value for name, value in step.items() if name != "note"} for step in labels["steps"]]
    told = {name: value for name, value in labels.items() if name != "note"}
    told |= {"steps": steps, "kind": KINDS.get(labels["kind"], labels["kind"])}
    if "provisions" in labels:
        told["provisions"] = {name: said["value"] for name, said in labels["provisions"].items()}
    return told


@pytest.mark.parametrize("read", [article, page])
def test_the_seed_gives_exactly_its_pacts(data: Path, read: Any) -> None:
    told = read((data / "seed" / "000_bfcf9ec921bdf9fd.txt").read_text(encoding="utf-8"))
    labelled = json.loads((data / "seed" / "expected.json").read_text(encoding="utf-8"))["pacts"]

    by_parties = {tuple(pact.parties): pact for pact in pacts_of(told)}

    assert {tuple(labels["parties"]) for labels in labelled} == set(by_parties)
    for labels in labelled:
        assert as_labelled(by_parties[tuple(labels["parties"])], labels) == plain(labels)


def test_every_fact_of_the_seed_quotes_its_sentence(data: Path) -> None:
    told = article((data / "seed" / "000_bfcf9ec921bdf9fd.txt").read_text(encoding="utf-8"))

    for pact in pacts_of(told):
        proofs = [step.evidence for step in pact.steps]
        proofs += [provision.evidence for provision in pact.provisions.values() if provision.evidence]
        for proof in proofs:
            assert getattr(told, proof.field)[proof.start : proof.end] == proof.text
