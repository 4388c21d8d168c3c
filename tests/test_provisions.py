"""What a pact promises and what it does not, each with its sentence."""

import pytest

from stories.model import Evidence, PactStep
from streams.tag import sentences
from streams.tag.steps import provisions
from tests.stories_made import story

SIGNED = PactStep(
    step="signed", by=["NOR", "SDM"], parties=["NOR", "SDM"],
    evidence=Evidence(story="a", field="body", start=0, end=1, text="N"),
)  # fmt: skip


def read(text: str, steps: list[PactStep] | None = None) -> dict[str, str]:
    told = story(body=text)
    found = provisions.read(told, sentences.split(told), [SIGNED] if steps is None else steps)
    return {one.name: one.value for one in found}


def test_a_denied_clause_is_no() -> None:
    assert read("The pact does not contain a mutual defence clause.") == {"mutual_defense": "no"}


def test_one_sentence_may_deny_one_and_promise_another() -> None:
    text = "While the treaty contains no mutual defense duty, it calls for joint military exercises."

    assert read(text) == {"mutual_defense": "no", "joint_exercises": "yes"}


def test_promises_by_their_words() -> None:
    text = "The agreement provides for intelligence sharing, naval bases and the supply of weapons."

    assert read(text) == {"intelligence_sharing": "yes", "bases": "yes", "arms_supply": "yes"}


def test_without_a_pact_there_is_nothing_to_promise() -> None:
    assert read("The pact includes joint exercises.", steps=[]) == {}


@pytest.mark.parametrize(
    "text",
    [
        "The treaty will enter into force once nine states have ratified it.",
        "It takes effect 30 days after the exchange of instruments of ratification.",
        "After both parliaments ratify it, the pact will come into force.",
        "The agreement must now be ratified by both parliaments.",
        "All members must now ratify the agreement.",
    ],
)
def test_how_a_pact_comes_into_force(text: str) -> None:
    assert read(text) == {"entry_into_force": "yes"}


@pytest.mark.parametrize(
    "text", ["The pact came into force in May.", "The treaty takes effect today, after years of delay."]
)
def test_that_a_pact_came_into_force_is_no_rule(text: str) -> None:
    assert read(text) == {}
