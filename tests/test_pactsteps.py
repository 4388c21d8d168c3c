"""Pact steps from sentences: which step, by whom, when, and whether it was taken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwatch.settings import load
from stories.model import Mention, PactStep
from streams.tag import sentences
from streams.tag.operator import build
from streams.tag.steps import reading
from tests.stories_made import story

CODES = {
    "Norland": "NOR", "Norlandic": "NOR", "Sudmark": "SDM", "Sudmarkian": "SDM", "Ostland": "OST", "Westria": "WES",
    "NATO": "NATO", "European Union": "EU",
}  # fmt: skip
NAMES = re.compile("|".join(sorted(map(re.escape, CODES), key=len, reverse=True)))


def read(text: str) -> list[PactStep]:
    """The steps of a text published on Wednesday 21 May 2025, with the invented states above."""
    told = story(body=text)
    mentions = [
        Mention(kind="actor", id=CODES[m[0]], field="body", start=m.start(), end=m.end(), text=m[0], rule="t")
        for m in NAMES.finditer(text)
    ]
    return reading.read(told, sentences.split(told), mentions)


def told(text: str) -> list[tuple[str, str, str, str]]:
    return [(step.step, "/".join(step.by), step.date, step.status) for step in read(text)]


SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)
TODAY = "2025-05-21"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norland and Sudmark sign a defence pact in Ostland.", ("signed", "NOR/SDM", TODAY, "done")),
        ("A trade agreement was signed on Monday by Norland and Sudmark.", ("signed", "NOR/SDM", "2025-05-19", "done")),
        ("The parliament of Norland ratifies a border treaty with Sudmark.", ("ratified", "NOR", TODAY, "done")),
        ("The border treaty with Sudmark was ratified by Norland in April.", ("ratified", "NOR", "2025-04", "done")),
        ("Norland's senate votes 60 to 20 to ratify the Harbour Treaty.", ("ratified", "NOR", TODAY, "done")),
        ("Norland's parliament approves a trade deal with Sudmark.", ("approved", "NOR", TODAY, "done")),
        ("Voters in Norland reject the Harbour Treaty.", ("rejected", "NOR", TODAY, "done")),
        ("The Norlandic senate fails to ratify the Harbour Treaty.", ("rejected", "NOR", TODAY, "done")),
        ("Norland refuses to sign the Harbour Treaty.", ("signed", "NOR", TODAY, "denied")),
        ("Norland's parliament is expected to ratify the Harbour Treaty.", ("ratified", "NOR", "", "planned")),
        ("Norland and Sudmark will sign a peace treaty on Friday.", ("signed", "NOR/SDM", "2025-05-23", "planned")),
        ("A free trade agreement between Norland and Sudmark takes effect.", ("in-force", "NOR/SDM", TODAY, "done")),
        ("The truce between Norland and Sudmark collapses.", ("terminated", "NOR/SDM", TODAY, "done")),
        ("Norland withdraws from the Harbour Treaty.", ("withdrawn", "NOR", TODAY, "done")),
        ("Norland's parliament denounces the Harbour Treaty.", ("terminated", "NOR", TODAY, "done")),
        ("Norland's senate concurs in the ratification of an access pact with Sudmark.", ("ratified", "NOR", TODAY, "done")),
        ("Norland and Sudmark signed a 100-year partnership.", ("signed", "NOR/SDM", TODAY, "done")),
        ("The Harbour Treaty enters into force for Norland 60 days after the deposit.", ("in-force", "", "", "planned")),
        ("Norland has not signed the trade deal with Sudmark, the European Union's envoy said.", ("signed", "NOR/SDM", TODAY, "denied")),
        ("Norland's withdrawal from the Harbour Treaty took effect on Monday.", ("withdrawn", "NOR", "2025-05-19", "done")),
        ("Norland's president signed a law ratifying a protocol with Sudmark.", ("ratified", "NOR", TODAY, "done")),
        ("Norland and Sudmark agree to an Ostland plan for a ceasefire.", ("negotiated", "NOR/SDM", TODAY, "done")),
        ("Norland threatens to withdraw from the Harbour Treaty.", ("withdrawn", "NOR", "", "planned")),
        ("Norland suspends its participation in the Harbour Treaty.", ("suspended", "NOR", TODAY, "done")),
        ("Norland joins NATO.", ("acceded", "NOR", TODAY, "done")),
        ("Sudmark invites Norland to join NATO.", ("acceded", "NOR", "", "planned")),
        ("Norland proposes a peace treaty to Sudmark.", ("proposed", "NOR", TODAY, "done")),
        ("Norland suspends talks on a trade agreement with Sudmark.", ("negotiated", "NOR/SDM", TODAY, "denied")),
        ("Following talks in Ostland, Norland and Sudmark sign a defence pact.", ("signed", "NOR/SDM", TODAY, "done")),
        ("Norland signs a trade deal with Sudmark in defiance of Ostland.", ("signed", "NOR/SDM", TODAY, "done")),
        ("Lawmakers from Norland ratify the Harbour Treaty.", ("ratified", "NOR", TODAY, "done")),
        ("Norland's parliament delays a vote on the Harbour Treaty.", ("approved", "NOR", TODAY, "denied")),
        ("Norland tells Sudmark that the country is withdrawing from the Harbour Treaty.", ("withdrawn", "NOR", TODAY, "done")),
        ("Leaders of Norland and Sudmark meet. The two countries sign a defence pact.", ("signed", "NOR/SDM", TODAY, "done")),
        ("A record 175 states sign the Harbour climate agreement.", ("signed", "", TODAY, "done")),
        ("Norland's army accepts a five-day truce with Sudmark.", ("approved", "NOR", TODAY, "done")),
        ("Norland has recently signed a trade agreement with Sudmark.", ("signed", "NOR/SDM", "", "done")),
        ("Ostland opposes Norland joining NATO.", ("acceded", "NOR", "", "planned")),
        ("Norland postpones signing a military treaty with Sudmark.", ("signed", "NOR/SDM", TODAY, "denied")),
        ("Norland rejoins the Harbour Treaty.", ("acceded", "NOR", TODAY, "done")),
        ("Norland deposits its instrument of ratification for the Harbour Treaty.", ("ratified", "NOR", TODAY, "done")),
    ],
)  # fmt: skip
def test_one_sentence_one_step(text: str, expected: tuple[str, str, str, str]) -> None:
    assert [expected] == told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The legislature of Norland votes to ratify an amendment of the constitution.",
        "Norland signs an agreement with a drug company for two million vaccine doses.",
        "Three parties in Norland sign an agreement to form a government.",
        "Norland declares a unilateral ceasefire that will take effect tomorrow.",
        "Norland withdraws its troops from Ostland.",
        "A new law on smoking comes into force in Norland.",
        "Norlandic prisoners end a strike after reaching an agreement with Sudmark.",
        "Norland prefers fighting rather than negotiating a ceasefire with Sudmark.",
        "The office moves to Norland after Sudmark's Vote Leave campaign.",
        "Norland joins the UN Security Council.",
        "Reaching a trade deal with Norland would be hard, says Sudmark's minister.",
        "Can Norland strike a trade deal with Sudmark?",
        "Norland does not want the consequences of not making a deal.",
        "A move by Norland violates signed agreements.",
        "For Norland and Sudmark signing a trade deal has proved elusive.",
        "Norland will not meet Sudmark until a trade deal is finalised.",
        "Norland suspends the termination of its border treaty with Sudmark.",
        "Norland denounces the pact between Ostland and Sudmark.",
        "Norland rejects Sudmark's accusations over the border treaty.",
        "Norland offers the illusion of a peace deal with Sudmark.",
        "A veteran from Norland spoke against the leader of Sudmark at the National Convention.",
        "Norland's president meets the deal-makers of Sudmark.",
    ],
)
def test_what_is_no_step_of_a_pact(text: str) -> None:
    assert told(text) == []


def test_a_pact_expires_when_its_time_comes() -> None:
    text = "Norland will not extend the arms treaty with Sudmark when it expires in February."

    assert ("terminated", "NOR/SDM", "2026-02", "planned") in told(text)


def test_the_city_of_a_pact_is_no_party() -> None:
    made = story(body="Norway ratified the Washington peace agreement with Sweden on Monday.", language="en")

    assert [step.parties for step in TAGGER.tag(made).steps] == [["NOR", "SWE"]]


def test_who_ratifies_an_agreement_with_two_others_is_its_third_party() -> None:
    parties = {
        text: tuple(step.parties)
        for text in (
            "Norland has ratified an agreement with Sudmark and Ostland on submarines.",
            "Norland's senate approves the European Union's trade agreement with Sudmark.",
        )
        for step in read(text)
    }

    assert list(parties.values()) == [("NOR", "OST", "SDM"), ("EU", "SDM")]


def test_a_headline_is_told_once_more_by_its_text() -> None:
    made = story(
        title="Norway's parliament ratifies border deal with Sweden", language="en",
        body="Norway's parliament ratified an agreement with Sweden on Monday. Both parliaments must ratify it.",
    )  # fmt: skip

    steps = TAGGER.tag(made).steps

    assert [(step.step, "/".join(step.by), step.status, step.kind) for step in steps] == [
        ("ratified", "NOR", "done", "border"),
        ("ratified", "NOR/SWE", "planned", "other"),
    ]


def test_any_member_ratifies_an_accession() -> None:
    text = "Norland's parliament approves Sudmark's membership of NATO. Ostland has not ratified it."

    assert read(text)[1].parties == read(text)[0].parties == ["NATO", "SDM"]


def test_a_signature_follows_the_party() -> None:
    text = "Norland's parliament ratified an access agreement with Sudmark, signed in April."

    assert told(text) == [("ratified", "NOR", TODAY, "done"), ("signed", "NOR/SDM", "2025-04", "done")]


def test_a_later_sentence_means_the_pact_told_before() -> None:
    text = (
        "Norland and Sudmark signed a 10-year strategic partnership on January 17. "
        "Norland's parliament ratified the agreement in April, and Sudmark's approval on Wednesday finalised the accord."
    )

    steps = read(text)

    assert [(step.step, "/".join(step.by), step.date) for step in steps] == [
        ("signed", "NOR/SDM", "2025-01-17"),
        ("ratified", "NOR", "2025-04"),
        ("ratified", "SDM", TODAY),
    ]
    assert {("NOR", "SDM")} == {tuple(step.parties) for step in steps}
    assert {("strategic-partnership", 10)} == {(step.kind, step.duration_years) for step in steps}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Norland's parliament ratified it in April.", ("ratified", "NOR", "2025-04", "done")),
        ("Sudmark has yet to ratify it.", ("ratified", "SDM", "", "denied")),
        (
            "Ostland's ally Sudmark rejected the document on Monday.",
            ("rejected", "SDM", "2025-05-19", "done"),
        ),
        ("The document was ratified by Norland in April.", ("ratified", "NOR", "2025-04", "done")),
    ],
)
def test_a_pact_told_before_is_called_it(sentence: str, expected: tuple[str, str, str, str]) -> None:
    assert told(f"Norland and Sudmark signed a defence pact in January. {sentence}")[1:] == [expected]


@pytest.mark.parametrize(
    "sentence",
    ["It will apply after both parliaments ratify it.", "Norland's parliament rejected it as a rumour."],
)
def test_it_may_be_no_pact_or_not_yet(sentence: str) -> None:
    assert len(told(f"Norland and Sudmark signed a defence pact in January. {sentence}")) == 1


def test_one_accepts_what_the_other_rejects() -> None:
    text = "A ceasefire deal brokered by Ostland is accepted by Norland but rejected by Sudmark."

    assert told(text) == [("approved", "NOR", TODAY, "done"), ("rejected", "SDM", TODAY, "done")]


def test_an_approval_that_was_the_final_consent_is_told_once() -> None:
    text = "Sudmark's parliament approved a defence pact with Norland. Sudmark's approval on Wednesday sealed the pact."

    assert told(text) == [("ratified", "SDM", TODAY, "done")]


def test_every_step_cites_its_sentence() -> None:
    text = "Rain fell. Norland and Sudmark sign a defence pact."

    evidence = read(text)[0].evidence

    assert text[evidence.start : evidence.end] == evidence.text == "Norland and Sudmark sign a defence pact."


WORDS = st.lists(
    st.sampled_from(
        [*CODES, "signs", "ratified", "treaty", "the", "a", "it", "to", "withdraw from", "not", "will", "pact", "of", ",",
         ".", "accession", "by", "with", "and", "ceasefire", "talks on", "on Monday", "was", "its", "agreement"]
    ),
    max_size=25,
)  # fmt: skip


@given(WORDS)
def test_any_words_give_steps_that_hold_together(words: list[str]) -> None:
    for step in read(" ".join(words)):
        assert step.by == sorted(set(step.by)) and step.parties == sorted(set(step.parties))
        assert (step.date == "") == (step.precision == "")
