"""Names resolve to whom a reader would take them for: towns, sports clubs, first names and terms of office told apart."""

from datetime import UTC, datetime

import pytest

from pactwatch.settings import load
from streams.tag.operator import build
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)

NAMED = {
    "Iran's parliament met in Tehran": {"IRN"},
    "Michael Jordan visits a school": set(),
    "Jordan signs a pact with Egypt": {"EGY", "JOR"},
    "Finland joins NATO": {"FIN", "NATO"},
    "The turkey dinner was served on china plates": set(),
    "A guinea pig ran off": set(),
    "Is It Russian Roulette, or Turkish delight?": set(),
    "Real Madrid beat Georgia O'Keeffe's fans": set(),
    "Papua New Guinea votes": {"PNG"},
    "Wildfires near Atlanta, Georgia, force families out": set(),
    "Georgia and Russia talk in Tbilisi": {"GEO", "RUS"},
    "The king of Jordan lands in Amman": {"JOR"},
    "Chad Miller won the race": set(),
    "Troops of Chad cross into Niger": {"NER", "TCD"},
    "Heavy rain in Washington state": set(),
    "Washington warns Moscow": {"RUS", "USA"},
    "TURKEY AND IRAN SIGN GAS DEAL": {"IRN", "TUR"},
    "GIVE IT TO US": set(),
    "Tom Holland stars again": set(),
    "Korea and the Republic of Congo": {"COG", "KOR"},
    "Latin American markets fall": set(),
    "They tell us all": set(),
    "Signatories of the Ottawa Treaty": set(),
}


@pytest.mark.parametrize("text", NAMED)
def test_actors(text):
    assert set(TAGGER.tag(story(title=text)).actors) == NAMED[text]


def test_a_surname_counts_after_the_full_name_only():
    assert TAGGER.tag(story(body="Condoleezza Powell and Rice won.")).persons == []
    assert TAGGER.tag(story(body="Sergei Lavrov spoke. Then Lavrov left.")).actors == ["RUS"]


def test_an_acronym_the_text_defines_is_a_name():
    text = "The International Atomic Energy Agency (AGY) met. AGY inspectors left."
    mentions = TAGGER.tag(story(body=text)).mentions

    assert [mention.text for mention in mentions if mention.rule == "actor.defined"] == ["AGY", "AGY"]


def test_institutions_count_for_their_state():
    mentions = TAGGER.tag(
        story(body="Russia’s legislative body and Iran's foreign ministry agreed.")
    ).mentions

    assert [(mention.id, mention.text) for mention in mentions if mention.kind == "actor"] == [
        ("RUS", "Russia’s legislative body"),
        ("IRN", "Iran's foreign ministry"),
    ]


def test_a_president_counts_while_in_office():
    tagged = TAGGER.tag(story(body="Vladimir Putin and Masoud Pezeshkian met."))

    assert (tagged.actors, tagged.persons) == (["IRN", "RUS"], ["MASOUD-PEZESHKIAN", "VLADIMIR-PUTIN"])


SHARED = {
    "Talks between Congo and the DR Congo began": {"COD", "COG"},
    "Congolese troops left Brazzaville": {"COG"},
    "Congolese rebels seized Goma": {"COD"},
    "The Korean People's Army fired shells": {"PRK"},
    "The two Koreas signed a pact": {"KOR", "PRK"},
    "War on the Korean Peninsula": set(),
    "Guinea-Bissau, Equatorial Guinea and Guinea": {"GIN", "GNB", "GNQ"},
    "Niger and Nigeria": {"NER", "NGA"},
}
PLACES = {
    "Police in Lebanon, Tennessee, arrested a man. Lebanon officials said nothing.": set(),
    "A fire in Paris, Texas, and one in Moscow, Idaho.": set(),
    "The mayor of Peru, Ind., resigned.": set(),
    "A family from London, Ontario, won.": set(),
    "Police of Athens, Georgia, looked on.": set(),
    "Ministers of Lebanon, Georgia and Armenia met.": {"ARM", "GEO", "LBN"},
    "Crowds in Ottawa, Ontario, protested.": {"CAN"},
    "In the United States, Virginia Governor Terry McAuliffe spoke.": {"USA"},
    "The Palestinian Authority (PA) postponed a vote.": {"PSE"},
    "Flights left the Greater Manila Area and University College Dublin.": {"IRL", "PHL"},
    "Storms hit Cuba, Florida and the Bahamas.": {"BHS", "CUB"},
    "London, New York and Paris markets fell.": {"FRA", "GBR"},
    "Analysts at Morgan Stanley praised Joseph Muscat.": set(),
    "Several Beirut port officials are held.": {"LBN"},
    "Last week the senator Leila de Lima met fans of Sparta Prague.": set(),
    "The Jerusalem Post was quoted.": set(),
    "Douglas County sheriffs met Male nurses.": set(),
    "More than twelve US states and Georgia eateries reopened.": {"USA"},
    "The Dakar Rally began.": set(),
}
BODIES = {
    "Azerbaijan's Ministry of Defence says so.": {"AZE"},
    "Britain protested. The Ministry of Defence says so.": {"GBR"},
    "The Russian Security Council met.": {"RUS"},
    "The Security Council of Russia met.": {"RUS"},
    "The Security Council met in New York.": {"UN"},
    "The asteroid passes at 0.0155 AU from us.": set(),
    "CPTPP members met.": {"CPTPP"},
    "Japan ratifies the CPTPP.": {"JPN"},
    "The upper house and the general council voted; the Upper House agreed.": set(),
    "Fans of Angers SCO left the ICC World Cup.": set(),
}


@pytest.mark.parametrize("text", [*SHARED, *PLACES, *BODIES])
def test_names_that_mean_several(text):
    assert set(TAGGER.tag(story(body=text)).actors) == (SHARED | PLACES | BODIES)[text]


TERMS = {
    ("Mark Rutte spoke.", 2011): ["NLD"],
    ("Mark Rutte spoke.", 2025): ["NATO"],
    ("Donald Tusk spoke. Tusk left.", 2016): ["EU"],
    ("Donald Tusk spoke. Tusk left.", 2024): ["POL"],
    ("Barack Obama spoke.", 2014): ["USA"],
    ("Barack Obama spoke.", 2025): [],
    ("Sergei Shoigu and Yoav Gallant spoke.", 2024): ["ISR", "RUS"],
    ("Pakistan said President Zardari left.", 2025): ["PAK"],
    ("President Sharif left.", 2015): [],
    ("Tennis star Daniil Medvedev lost.", 2023): [],
    ("Oscar Pistorius was sentenced.", 2024): [],
}


@pytest.mark.parametrize(("text", "year"), TERMS)
def test_who_holds_an_office_when(text, year):
    given = story(body=text, when=datetime(year, 5, 15, tzinfo=UTC))

    assert TAGGER.tag(given).actors == TERMS[text, year]


HEADLINES = {
    "JORDAN AND CHAD SIGN PACT": {"JOR", "TCD"},
    "GUINEA PIG FOUND IN TURKEY DINNER": set(),
    "Georgia Signs Pact With Turkey": {"GEO", "TUR"},
    "MICHAEL JORDAN BUYS TEAM": set(),
    "Georgia Tech Beats Florida State In Atlanta": set(),
}


@pytest.mark.parametrize("title", HEADLINES)
def test_headlines_in_capitals_and_in_title_case(title):
    assert set(TAGGER.tag(story(title=title)).actors) == HEADLINES[title]
