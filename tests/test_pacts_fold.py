"""A pact from its reports: contradictions side by side, the scoreboard, what is promised and denied."""

from datetime import date
from typing import Any

import msgspec
import pytest

from pactwatch import pacts_export
from stories.model import Cluster, Evidence, Pact, Provision, ProvisionReport, Story
from streams.pacts.chronicle import as_of
from streams.pacts.obligations import obligations
from tests.stories_made import NOON
from tests.test_pacts_identity import told


def pact(*stories: Story) -> Pact:
    (only,) = as_of(stories)
    return only


def steps(found: Pact) -> list[tuple[str, str, str, str]]:
    return [(step.step, " ".join(step.by), step.date, step.status) for step in found.steps]


SIGNED = told("a", "2020-03-01", "signed", "NOR SDM", kind="defense")


def test_a_retelling_adds_no_fact() -> None:
    again = told("b", "2020-03-04", "signed", "NOR SDM", kind="defense", date="2020-03")

    assert steps(pact(SIGNED, again)) == [("signed", "NOR SDM", "2020-03-01", "done")]


def test_two_dates_of_one_act_stand_side_by_side_and_the_later_report_is_marked() -> None:
    other = told("b", "2020-05-01", "signed", "NOR SDM", kind="defense", date="2020-02-20")

    found = pact(SIGNED, other)

    assert [step.date for step in found.steps] == ["2020-02-20", "2020-03-01"]
    assert [(line.date, line.mark) for line in pacts_export.lines(found)] == [
        ("2020-03-01", "new"), ("2020-02-20", "corrects"),
    ]  # fmt: skip


def test_a_summary_without_a_date_takes_no_dates_away() -> None:
    nor = told("b", "2020-04-01", "ratified", "NOR", parties="NOR SDM", kind="defense")
    sdm = told("c", "2020-05-01", "ratified", "SDM", parties="NOR SDM", kind="defense")
    both = told("d", "2020-09-01", "ratified", "NOR SDM", kind="defense", date="")

    assert steps(pact(SIGNED, nor, sdm, both)) == steps(pact(SIGNED, nor, sdm))


def test_a_denial_is_a_fact_of_its_own() -> None:
    done = told("b", "2020-04-01", "ratified", "NOR", parties="NOR SDM", kind="defense")
    denied = told("c", "2020-04-02", "ratified", "NOR", parties="NOR SDM", kind="defense", status="denied")

    found = pact(SIGNED, done, denied)

    assert steps(found)[1:] == [
        ("ratified", "NOR", "2020-04-01", "done"),
        ("ratified", "NOR", "2020-04-02", "denied"),
    ]
    assert (found.ratified, found.missing, found.stage) == (["NOR"], ["SDM"], "partly ratified")


@pytest.mark.parametrize(
    ("step", "by", "stage", "missing"),
    [
        ("in-force", "NOR SDM", "in-force", []),
        ("ratified", "SDM", "ratified", []),
        ("suspended", "SDM", "suspended", ["SDM"]),
        ("terminated", "NOR SDM", "terminated", []),
        ("withdrawn", "SDM", "withdrawn", []),
    ],
)
def test_the_last_act_is_the_stage(step: str, by: str, stage: str, missing: list[str]) -> None:
    ratified = told("b", "2020-04-01", "ratified", "NOR", parties="NOR SDM", kind="defense")
    last = told("c", "2020-09-01", step, by, parties="NOR SDM", kind="defense")

    found = pact(SIGNED, ratified, last)

    assert (found.stage, found.missing) == (stage, missing)


def test_members_that_still_have_to_approve_an_accession_are_missing() -> None:
    awaited = told(
        "a",
        "2023-03-01",
        "approved",
        "HUN TUR",
        parties="FIN NATO",
        kind="accession",
        status="denied",
        date="",
    )
    hungary = told("b", "2023-03-27", "approved", "HUN", parties="FIN NATO", kind="accession")
    joined = told("c", "2023-04-04", "acceded", "FIN", parties="FIN NATO", kind="accession")

    assert pact(awaited, hungary).missing == ["TUR"]
    assert (pact(awaited, hungary, joined).missing, pact(awaited, hungary, joined).stage) == ([], "acceded")


def promising(story: Story, name: Any, value: Any) -> Story:
    evidence = Evidence(story=story.id, field="body", start=0, end=1, text=f"{name} {value} in {story.id}")
    report = ProvisionReport(name=name, value=value, parties=["NOR", "SDM"], evidence=evidence)
    return msgspec.structs.replace(story, provisions=[report])


def test_a_contrary_word_on_a_promise_stands_beside_the_first() -> None:
    second = told("b", "2020-04-01", "ratified", "NOR", parties="NOR SDM", kind="defense")

    found = pact(promising(SIGNED, "bases", "yes"), promising(second, "bases", "no")).provisions["bases"]

    assert (found.value, found.evidence.text, found.contrary.text) == (
        "yes",
        "bases yes in a",
        "bases no in b",
    )


CLUSTER = Cluster(
    id="c",
    title="War",
    first_seen=NOON,
    last_seen=NOON,
    size=1,
    countries=["NOR", "OST"],
    topics=["armed-conflict"],
)


def standing(pact_id: str, parties: str, **fields: Any) -> Pact:
    fields.setdefault("kind", "defense")
    fields.setdefault("stage", "in-force")
    return Pact(id=pact_id, name=pact_id, parties=parties.split(), first_seen=NOON, last_seen=NOON, **fields)


def test_a_conflict_knows_the_pacts_that_bind_its_states() -> None:
    pacts = [
        standing("ally", "NOR SDM", provisions={"mutual_defense": Provision(value="yes")}),
        standing("foes", "NOR OST", kind="peace"),
        standing("ended", "NOR SDM", stage="terminated"),
        standing("grain", "NOR WES", kind="trade"),
        standing(
            "arms for grain", "NOR WES", kind="trade", provisions={"arms_supply": Provision(value="yes")}
        ),
        standing("far", "SDM WES"),
        standing("joined", "NATO OST", kind="accession", stage="acceded"),
        standing("moved", "NOR OST", merged_into="foes"),
    ]

    found = obligations(CLUSTER, pacts)

    assert [one.pact.id for one in found] == ["foes", "ally", "arms for grain", "joined"]
    assert [one.bound for one in found] == [["NOR", "OST"], ["NOR"], ["NOR"], ["OST"]]
    assert found[1].promises == {"mutual_defense": "yes"}
    assert obligations(msgspec.structs.replace(CLUSTER, topics=["negotiation"]), pacts) == []


def test_an_earlier_day_knows_the_earlier_stage() -> None:
    ratified = told("b", "2020-04-01", "ratified", "NOR", parties="NOR SDM", kind="defense")

    (earlier,) = as_of([SIGNED, ratified], date(2020, 3, 31))

    assert earlier.stage == "signed"
