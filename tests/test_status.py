"""How sentences put what they report: each status in several wordings, and what looks like one and is none."""

import pytest

from pactwatch.settings import load
from stories.model import Status
from streams.tag.operator import build
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)

AFFIRMED = {
    "Chad did not deny that it had signed a secret treaty with Sudan.": "treaty-signing",
    "Peru's president visits Chile to propose a plan for a road which is rejected by Bolivia.": "negotiation",
    "A court in Kenya overturns the decision last October to withdraw from the Rome Statute.": "treaty-withdrawal",
    "Peru reports that the army of Chile has not complied with the truce.": "ceasefire",
    "Kenya did not renew the sanctions waiver that let Sudan sell oil.": "sanctions",
    "Chile cancels talks with Peru in protest against naval exercises of Bolivia.": "military-exercise",
    "At the close of its summit in Mecca, the African Union says it will not accept another border.": "negotiation",
    "Chile refuses to renew its friendship treaty with Peru.": "treaty-withdrawal",
    "Turkey's parliament ratifies the deal after refusing for a year.": "ratification",
    "Peru signs a treaty with Chile despite protests against it.": "treaty-signing",
    "Not only Peru but Chile too signed the treaty in Lima.": "treaty-signing",
    "Mali no longer abides by its peace accord with France.": "treaty-withdrawal",
    "Peru's talks with Chile will not be affected by the strike.": "negotiation",
    "Peru and Chile resume talks that had stalled.": "negotiation",
    "The rebels' attack on an army base in Mali failed.": "armed-conflict",
    "A ceasefire between Sudan and Chad collapses after a day.": "ceasefire",
    "Rebels shell an army base in Mali; no one is hurt.": "armed-conflict",
    "Turkey lifts its veto of Finland's accession to NATO.": "defense-pact",
    "The ceasefire between Sudan and Chad, which had refused it, does not cover Darfur.": "ceasefire",
}
NEGATED = {
    "Austria vetoed a new round of European Union sanctions on Serbia.": "sanctions",
    "Norway rules out Swedish support for Finland's bid to join NATO.": "defense-pact",
    "Mali's president regrets the rejection of the peace accord by parliament.": "ratification",
    "The senate of Chile rejects a bill that would impose sanctions on Peru.": "sanctions",
    "Kenya vetoes a resolution threatening sanctions against Sudan.": "sanctions",
    "Chile suspends all arms exports to Peru.": "arms-transfer",
    "China will oppose any trade deal between Japan and Taiwan.": "trade-agreement",
    "Turkey will vote against the admittance of Finland into NATO.": "defense-pact",
    "Chile suspends preparations for signing the treaty with Peru.": "treaty-signing",
    "Sudan says it will not negotiate with rebels, a day after Chad agreed on a framework for talks.": "negotiation",
    "Ukraine's parliament rejects the treaty with Russia.": "ratification",
    "Chile's parliament refuses to ratify the treaty with Peru.": "ratification",
    "Peru's senate failed to ratify the treaty with Chile.": "ratification",
    "Bolivia denies that it sold missiles to Peru.": "arms-transfer",
    "Sudan shipped weapons to Chad, a claim that Khartoum denies.": "arms-transfer",
    "France rules out sending tanks to Chad.": "arms-transfer",
    "The talks between Iran and Oman were called off.": "negotiation",
    "Egypt refuses to hold talks with Ethiopia.": "negotiation",
    "Egypt will no longer attend talks with Ethiopia.": "negotiation",
    "Talks between Egypt and Ethiopia collapsed on Monday.": "negotiation",
    "Chad dismisses calls from Sudan for an early truce.": "ceasefire",
    "A truce in Yemen is accepted by Oman but rejected by the Houthis.": "ceasefire",
    "Japan postpones its naval drill with India.": "military-exercise",
    "Norway has never recognised the state of Abkhazia.": "diplomatic-relations",
    "Gambia reverses its withdrawal from the International Criminal Court.": "treaty-withdrawal",
}
PLANNED = {
    "Peru threatens to suspend talks with Chile.": "negotiation",
    "Russia demands that NATO never admit Moldova.": "defense-pact",
    "Norway rejects Russia's demand that Finland be barred from joining NATO.": "defense-pact",
    "Kenya does not say whether its president will attend the summit in Uganda.": "negotiation",
    "The senate of France is expected to ratify the accord.": "ratification",
    "Peru will sign a treaty with Chile in May.": "treaty-signing",
    "The treaty of Peru and Chile will be signed in May.": "treaty-signing",
    "Japan plans to hold a naval drill with India.": "military-exercise",
    "Burundi threatens to leave the International Criminal Court.": "treaty-withdrawal",
    "The United Nations calls for a truce in Yemen.": "ceasefire",
}
POSSIBLE = {
    "Peru may sign a treaty with Chile.": "treaty-signing",
    "Kenya could impose sanctions on Sudan.": "sanctions",
    "Japan warns of a crisis if talks with China do not resume.": "negotiation",
}
QUESTION = {
    "Will Peru sign a treaty with Chile?": "treaty-signing",
    "Has Japan imposed sanctions on Fiji?": "sanctions",
}
BACKGROUND = {
    "A report tells how Ireland voted on the treaty, which it eventually ratified.": "ratification",
    "A premier goes to Kyiv for the first time since the start of the Russian invasion of Ukraine.": "armed-conflict",
    "Troops of Chad march to the border under the accord signed with Sudan on Monday.": "treaty-signing",
    "A soldier who shot nine rebels in Mali on March 3, 1997, leaves prison.": "armed-conflict",
    "Peru opens a hall in Chile, a first since signing the treaty.": "treaty-signing",
    "The treaty that Peru and Chile signed in 1929 hangs in a museum.": "treaty-signing",
    "Spain and Portugal mark forty years since they signed the treaty.": "treaty-signing",
    "Peru restores the hall where it broke off relations with Chile in 1987.": "diplomatic-relations",
    "Peru keeps to the treaty with Chile, signed last May.": "treaty-signing",
    "The rebels of Mali guard a road as the peace deal signed in February asks.": "treaty-signing",
    "Oman sends a minister to Israel, the first since the two restored relations.": "diplomatic-relations",
    "Peru, which had signed the treaty, builds a road to Chile.": "treaty-signing",
    "Fishers of Japan set sail after its withdrawal from the whaling convention.": "treaty-withdrawal",
    "Iran buys wheat because of the withdrawal of the United States from the accord.": "treaty-withdrawal",
    "Nine states (withdrawal of Chile from the pact is under way) meet in Peru.": "treaty-withdrawal",
    "Police of Spain clear the hall that was damaged during the 2009 summit of Spain and France.": "negotiation",
    "Chile fines a firm two years after the country left the pact.": "treaty-withdrawal",
}
ALLEGED = {
    "Kenya accuses Sudan of shipping weapons to Chad.": "arms-transfer",
    "Sudan allegedly sold missiles to Chad.": "arms-transfer",
}
BY_STATUS = {
    Status.AFFIRMED: AFFIRMED,
    Status.NEGATED: NEGATED,
    Status.PLANNED: PLANNED,
    Status.POSSIBLE: POSSIBLE,
    Status.QUESTION: QUESTION,
    Status.BACKGROUND: BACKGROUND,
    Status.ALLEGED: ALLEGED,
}


@pytest.mark.parametrize(
    ("status", "sentence", "topic"),
    [(status, sentence, topic) for status, given in BY_STATUS.items() for sentence, topic in given.items()],
)
def test_a_sentence_puts_its_topic_as(status, sentence, topic):
    tagged = TAGGER.tag(story(body=sentence))

    assert status in {mention.status for mention in tagged.mentions if mention.id == topic}
    assert (topic in tagged.negated) == (status is Status.NEGATED)


PROVISION_DENIED = [
    "The pact of Russia and Iran does not entail a mutual defence obligation.",
    "The partnership treaty of Russia and Iran avoids a full mutual defence clause.",
    "Iran's pact with Russia contains no mutual defence clause.",
    "The treaty between Peru and Chile does not cover fishing.",
]


@pytest.mark.parametrize("sentence", PROVISION_DENIED)
def test_denying_a_provision_denies_no_pact(sentence):
    assert TAGGER.tag(story(body=sentence)).negated == []


def test_consent_refused_denies_the_consent_and_not_the_pact():
    tagged = TAGGER.tag(
        story(body="Italy's government will not ratify the free trade agreement with Canada.")
    )

    assert (tagged.negated, "trade-agreement" in tagged.topics) == (["ratification"], True)


def test_one_sentence_may_hold_the_same_topic_in_two_ways():
    tagged = TAGGER.tag(story(body="Mali's rebels declare a truce, but the army rejects the truce."))

    assert {mention.status for mention in tagged.mentions if mention.id == "ceasefire"} == {
        Status.AFFIRMED,
        Status.NEGATED,
    }


def test_actors_may_stand_in_the_sentence_before():
    tagged = TAGGER.tag(story(body="Envoys of Peru and Chile met. They held peace talks for an hour."))

    assert "negotiation" in tagged.topics
