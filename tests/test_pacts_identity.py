"""Which reports are of one pact: by name, parties, kind and time, and whatever order they come in."""

import sys
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.model import Evidence, Pact, PactChange, PactStep, Story
from streams.operator import Event, MemoryState, run
from streams.pacts.chronicle import as_of
from streams.pacts.operator import PactOperator
from streams.pacts.records import PACTS
from tests.stories_made import story


def told(name: str, day: str, step: str, by: str = "", pact: str = "pact", **fields: Any) -> Story:
    """A story with one step; `by` and `parties` are codes with spaces between."""
    parties = fields.pop("parties", by).split()
    when = datetime.fromisoformat(day).replace(tzinfo=UTC, hour=12)
    one = PactStep(
        step=step, by=sorted(by.split()), pact=pact, date=fields.pop("date", day), parties=sorted(parties),
        evidence=Evidence(story=name, field="body", start=0, end=1, text=name), **fields,
    )  # fmt: skip
    return story(name, when=when, steps=[one], language="en")


def groups(*stories: Story) -> list[str]:
    """The stories of each pact, as letters, in order of time."""
    return sorted("".join(sorted(link.id for link in pact.stories)) for pact in as_of(stories))


def test_a_vague_retelling_joins_the_strategic_partnership_of_the_same_states() -> None:
    assert groups(
        told("a", "2025-01-17", "signed", "IRN RUS", "strategic partnership treaty", kind="strategic-partnership"),
        told("b", "2025-05-21", "ratified", "IRN", "long pact", parties="IRN RUS", kind="other"),
    ) == ["ab"]  # fmt: skip


def test_what_is_told_by_parties_joins_what_is_told_by_name() -> None:
    assert groups(
        told("a", "2010-04-08", "signed", "RUS USA", "arms reduction treaty", kind="arms-control"),
        told("b", "2010-12-22", "ratified", "USA", "New START treaty", parties="RUS USA", kind="arms-control"),
        told("c", "2023-02-21", "suspended", "RUS", "New START", parties="", kind="arms-control"),
        told("d", "2013-09-16", "negotiated", "RUS USA", "deal on chemical weapons"),
    ) == ["abc", "d"]  # fmt: skip


def test_a_pact_called_by_its_parties_alone_is_the_one_that_they_have() -> None:
    assert groups(
        told("a", "2024-07-08", "signed", "JPN PHL", "Reciprocal Access Agreement", kind="defense"),
        told("b", "2024-08-20", "in-force", "JPN PHL", "Japan-Philippines pact"),
    ) == ["ab"]  # fmt: skip


def test_spellings_of_one_name_are_one_pact() -> None:
    assert groups(
        told("a", "2018-05-08", "withdrawn", "USA", "JCPOA", parties=""),
        told("b", "2018-05-09", "withdrawn", "USA", "Joint Comprehensive Plan of Action", parties=""),
        told("c", "2018-06-09", "withdrawn", "USA", "Iran nuclear deal", parties="IRN USA", kind="arms-control"),
    ) == ["abc"]  # fmt: skip


def test_two_pacts_of_the_same_states_stay_two() -> None:
    assert groups(
        told("a", "2014-11-17", "signed", "AUS CHN", kind="trade"),
        told("b", "2014-11-18", "signed", "AUS CHN", kind="defense"),
        told("c", "2021-03-01", "signed", "AUS CHN", kind="trade"),
        told("d", "2014-12-20", "ratified", "AUS", parties="AUS CHN", kind="trade"),
    ) == ["ad", "b", "c"]


def test_a_year_in_the_name_tells_which_agreement_is_meant() -> None:
    assert groups(
        told("a", "2010-04-08", "signed", "RUS USA", "arms treaty", kind="arms-control"),
        told("b", "2010-10-05", "suspended", "RUS", "2000 arms agreement", parties="RUS USA", kind="arms-control"),
    ) == ["a", "b"]  # fmt: skip


def test_a_truce_after_the_end_of_a_truce_is_another_one() -> None:
    assert groups(
        told("a", "2014-08-05", "in-force", "HAMAS ISR", "truce", kind="peace"),
        told("b", "2014-08-08", "terminated", "HAMAS ISR", "truce", kind="peace"),
        told("c", "2014-08-10", "in-force", "HAMAS ISR", "truce", kind="peace"),
    ) == ["ab", "c"]


def test_a_joint_accession_is_one_of_each_state() -> None:
    assert groups(
        told("a", "2022-07-05", "signed", "FIN NATO SWE", "accession protocols", kind="accession"),
        told("b", "2023-04-04", "acceded", "FIN", "NATO", parties="FIN NATO", kind="accession"),
        told("c", "2024-03-07", "acceded", "SWE", "NATO", parties="NATO SWE", kind="accession"),
    ) == ["ab", "ac"]


PARTIES = st.sampled_from(["RUS USA", "IRN RUS", "RUS", ""])
STEPS = st.tuples(
    st.dates(datetime(2015, 1, 1).date(), datetime(2018, 1, 1).date()),
    st.sampled_from(["signed", "ratified", "in-force", "terminated", "negotiated"]),
    PARTIES,
    st.sampled_from(["pact", "New START", "Geneva Convention", "JCPOA", "2016 deal"]),
    st.sampled_from(["other", "trade", "arms-control", "peace"]),
    st.sampled_from(["done", "planned", "denied"]),
)


def stories_of(steps: list[Any]) -> list[Story]:
    return [
        told(f"s{n}", day.isoformat(), step, parties, pact, kind=kind, status=status)
        for n, (day, step, parties, pact, kind, status) in enumerate(steps)
    ]


def fed(stories: list[Story]) -> tuple[MemoryState, list[PactChange]]:
    operator, state, changes = PactOperator(), MemoryState(), []
    for one in stories:
        events = run(operator, state, Event("pact-reports", one.id, one))
        changes += [event.document for event in events if isinstance(event.document, PactChange)]
    return state, changes


def as_they_stand(state: MemoryState) -> dict[str, Pact]:
    return {key: msgspec.structs.replace(pact, revision=1) for key, pact in state.items(PACTS)}


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=9), st.randoms(use_true_random=False))
def test_the_end_state_knows_no_order(steps: list[Any], random: Any) -> None:
    stories = stories_of(steps)
    shuffled = random.sample(stories, len(stories))

    ended = as_they_stand(fed(stories)[0])

    assert as_they_stand(fed(shuffled)[0]) == ended
    assert {pact.id: pact for pact in as_of(shuffled)} == ended


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=7), st.data())
def test_an_edited_story_leaves_nothing_behind(steps: list[Any], data: Any) -> None:
    stories = stories_of(steps)
    number = data.draw(st.integers(0, len(stories) - 1))
    edited = msgspec.structs.replace(stories[number], steps=[], revision=2)

    state, _ = fed([*stories, edited])

    assert as_they_stand(state) == as_they_stand(fed(stories[:number] + stories[number + 1 :])[0])


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=8))
def test_a_fact_of_a_story_is_told_once(steps: list[Any]) -> None:
    _, changes = fed(stories_of(steps))

    facts = [(one.evidence.story, one.step, tuple(one.by), one.status) for one in changes if one.evidence]
    assert len(facts) == len(set(facts))


def work_for_one_more(reports: int) -> int:
    """How many instructions it takes to take in a report of a pact that has so many."""
    operator, state = PactOperator(), MemoryState()
    for number in range(reports):
        one = told(f"s{number:03}", "2025-05-21", "ratified", "IRN", "defence treaty", parties="IRN RUS")
        run(operator, state, Event("pact-reports", one.id, one))
    instructions = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal instructions
        frame.f_trace_opcodes = True
        instructions += event == "opcode"
        return count

    last = told("t", "2025-05-22", "ratified", "IRN", "defence treaty", parties="IRN RUS")
    before = sys.gettrace()
    sys.settrace(count)
    run(operator, state, Event("pact-reports", last.id, last))
    sys.settrace(before)
    return instructions


def test_a_report_more_costs_in_proportion_to_those_that_there_are() -> None:
    assert work_for_one_more(200) < 2.5 * work_for_one_more(100)
