"""The shipped names cover every state, its institutions and its leaders, and the organisations and groups of the news."""

from collections import Counter

import pytest

from pactwatch.settings import load
from streams.tag.actors import person_id
from streams.tag.ambiguity import in_office
from streams.tag.operator import build
from streams.tag.steps.kinds import JOINABLE
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)
# territories and states of the past: ISO knows them, no newspaper expects a foreign minister of theirs
NOT_SOVEREIGN = frozenset(
    [
        "ABW",
        "AIA",
        "ALA",
        "ASM",
        "ATF",
        "BES",
        "BLM",
        "BMU",
        "BVT",
        "CCK",
        "COK",
        "CUW",
        "CXR",
        "CYM",
        "ESH",
        "FLK",
        "FRO",
        "GGY",
        "GIB",
        "GLP",
        "GRL",
        "GUM",
        "HKG",
        "HMD",
        "IMN",
        "IOT",
        "JEY",
        "MAC",
        "MAF",
        "MNP",
        "MSR",
        "MTQ",
        "MYT",
        "NCL",
        "NFK",
        "NIU",
        "PCN",
        "PRI",
        "PYF",
        "REU",
        "SCG",
        "SGS",
        "SHN",
        "SJM",
        "SPM",
        "SUN",
        "SXM",
        "TCA",
        "TKL",
        "UMI",
        "VGB",
        "VIR",
        "WLF",
        "YUG",
    ]
)
STATES = [rule for rule in SETTINGS.actors if rule.kind == "state" and rule.code not in NOT_SOVEREIGN]
INSTITUTIONS = (
    "parliament", "government", "president", "prime minister", "foreign ministry", "foreign minister",
    "defence ministry", "defense minister", "army", "armed forces", "embassy",
)  # fmt: skip


def test_the_worlds_states_are_there_with_their_capitals():
    assert len(STATES) == 197  # the members of the UN, the Holy See, Palestine, Kosovo and Taiwan
    assert [rule.code for rule in STATES if not rule.names] == []
    assert [rule.code for rule in STATES if not rule.capitals and not rule.context] == ["SYC"]


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_every_state_has_its_institutions(institution):
    missed = []
    for rule in STATES:
        tagged = TAGGER.tag(story(body=f"A spokesman of {rule.names[0]}'s {institution} spoke."))
        if rule.code not in tagged.actors:
            missed.append(rule.code)

    assert missed == []


def test_every_state_has_a_leader_in_office():
    led = {rule.code for rule in SETTINGS.actors if rule.kind == "person" and in_office(rule, "2025-06-01")}

    assert sorted({rule.code for rule in STATES} - led) == []


G20 = [
    "ARG",
    "AUS",
    "BRA",
    "CAN",
    "CHN",
    "FRA",
    "DEU",
    "IND",
    "IDN",
    "ITA",
    "JPN",
    "MEX",
    "RUS",
    "SAU",
    "ZAF",
    "KOR",
    "TUR",
    "GBR",
    "USA",
]


@pytest.mark.parametrize(
    "day", ["2011-06-01", "2014-06-01", "2017-06-01", "2020-06-01", "2023-06-01", "2025-06-01"]
)
@pytest.mark.parametrize("title", ["foreign", "defence"])
def test_the_g20_have_ministers_with_terms(title, day):
    held = {
        rule.code for rule in SETTINGS.actors if rule.title == title and rule.since and in_office(rule, day)
    }
    without_defence_ministers = {"ARG", "BRA", "MEX"}  # seldom in the world's news: left out

    assert len(set(G20) - held - (without_defence_ministers if title == "defence" else set())) <= 5


def test_organisations_and_groups_are_counted():
    codes = Counter(dict.fromkeys(("org", "group"), 0))
    for kind in codes:
        codes[kind] = len({rule.code for rule in SETTINGS.actors if rule.kind == kind})

    assert codes["org"] >= 100
    assert codes["group"] >= 150


SEATS = {
    "The Kremlin denied it.": "RUS", "The State Duma voted.": "RUS", "The FSB arrested two men.": "RUS",
    "The Majlis approved the bill.": "IRN", "Foggy Bottom is silent.": "USA", "The Pentagon agrees.": "USA",
    "The Bundestag debated it.": "DEU", "The Knesset voted.": "ISR", "The Taoiseach spoke.": "IRL",
    "The Dáil voted.": "IRL", "The Sejm passed it.": "POL", "The Verkhovna Rada voted.": "UKR",
    "The Folketing met.": "DNK", "The Riksdag met.": "SWE", "The Storting met.": "NOR", "The Saeima met.": "LVA",
    "The Seimas met.": "LTU", "The Riigikogu met.": "EST", "The Eduskunta met.": "FIN", "The Lok Sabha met.": "IND",
    "The National Diet voted.": "JPN", "The Legislative Yuan voted.": "TWN", "The Élysée Palace agreed.": "FRA",
    "The Quai d'Orsay protested.": "FRA", "Downing Street agreed.": "GBR", "Islamabad protested.": "PAK",
    "The Casa Rosada agreed.": "ARG", "Malacañang agreed.": "PHL", "Zhongnanhai is silent.": "CHN",
    "The Farnesina protested.": "ITA", "The Wolesi Jirga voted.": "AFG", "The Mazhilis voted.": "KAZ",
    "The Supreme People's Assembly met.": "PRK", "The Korean People's Army fired shells.": "PRK",
}  # fmt: skip


@pytest.mark.parametrize("text", SEATS)
def test_seats_and_legislatures(text):
    assert TAGGER.tag(story(body=text)).actors == [SEATS[text]]


def test_entries_that_share_a_full_name_are_one_person():
    entries_by_name: dict[str, set[str]] = {}
    for actor in SETTINGS.actors:
        if actor.kind == "person":
            for name in actor.names:
                if " " in name:
                    entries_by_name.setdefault(name, set()).add(person_id(actor))

    assert {name: ids for name, ids in entries_by_name.items() if len(ids) > 1} == {}


def test_a_person_is_called_by_the_name_listed_first_and_not_by_a_nickname():
    read = TAGGER.tag(
        story(body="Benjamin Netanyahu and Xi Jinping met Viktor Orbán and Ursula von der Leyen.")
    )

    assert read.persons == ["BENJAMIN-NETANYAHU", "URSULA-VON-DER-LEYEN", "VIKTOR-ORBAN", "XI-JINPING"]
    assert read.countries == ["CHN", "HUN", "ISR"]


def test_no_state_is_an_organisation_to_join() -> None:
    states = {rule.code for rule in SETTINGS.actors if rule.kind == "state"}

    assert {rule.code for rule in SETTINGS.actors} - states >= JOINABLE
