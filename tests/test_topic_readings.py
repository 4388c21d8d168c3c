"""What a topic is and what only sounds like one: sentences of both kinds."""

import pytest

from pactwatch.settings import load
from streams.tag.operator import build
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)

TOLD = {
    "defense-pact": [
        "The United States names Kenya a major non-NATO ally.",
    ],
    "arms-control": [
        "Russia and the United States extend New START by five years.",
    ],
    "treaty-withdrawal": [
        "The Gambia is to withdraw from the Commonwealth.",
    ],
    "trade-agreement": [
        "Samoa becomes the newest member of the World Trade Organization.",
    ],
    "treaty-signing": [
        "Peace deal signed by Chad and Sudan.",
        "Peru and Chile reach an agreement on fishing after a week of talks.",
    ],
    "ratification": [
        "The withdrawal agreement of Britain and the European Union is given royal assent.",
        "Fiji decides to join the convention on cluster bombs.",
    ],
    "military-exercise": ["North Korea says it ends its nuclear tests and will shut down the test site."],
    "arms-transfer": [
        "The senate of the United States votes for a plan that equips rebels in Syria.",
        "Italy is to build two frigates for Egypt.",
        "Oman says that Iran smuggles weapons to militias.",
        "Chad accuses Sudan of delivering three helicopters to the rebels.",
        "Russia arms Syria with new missiles.",
    ],
    "armed-conflict": [
        "Mali says that it has retaken a city from rebels.",
        "Troops of Somalia expel militants from their last post in the capital.",
        "Two grenades are thrown into the consulate of Oman in Karachi.",
        "An attack on a mosque in Niger kills nine people.",
        "Oman says that Yemen has declared war on it.",
        "Six people are killed in an attack on a village in northern Nigeria.",
        "A wave of attacks across Iraq leaves thirty dead.",
        "Two explosions kill nine people at a market in Somalia.",
        "A blast targeting a governor wounds four people in Yemen.",
        "A suicide bomber at the supreme court of Kenya kills seven people.",
        "Rebels claim control of a town in eastern Chad.",
        "Gunmen fire at a convoy of the United Nations in Mali.",
        "A teacher is kidnapped by gunmen in Niger.",
        "Al-Shabaab threatens to attack Kenya.",
        "The army of Sudan steps up its offensive in Darfur.",
        "Jordan's air force carries out airstrikes against drug gangs in Syria.",
        "Fighters of ISIL raid a base of Iran's Revolutionary Guard Corps in Syria.",
    ],
    "negotiation": [
        "Oman and Yemen hold peace talks as fighting goes on.",
        "Ministers of Fiji agree on a formula for ties on a high-level visit to Samoa.",
        "The Arab League calls an emergency meeting in Cairo.",
        "Peru's president makes a brief trip to Chile to discuss the border.",
        "A meeting between Peru's and Chile's ministers ends without a result.",
        "Peru and Chile will hold their first consultations on defence.",
        "The presidents of Peru and Chile will meet on the sidelines of the assembly.",
    ],
    "sanctions": [
        "Two banks of Iran were sanctioned over their loans.",
        "Canada has sanctioned nine officials of Myanmar.",
        "Norway unfreezes the assets of a Libyan bank.",
    ],
    "diplomatic-relations": [
        "Turkey bans the Danish ambassador from returning to Ankara.",
        "Peru expels a diplomat of Chile over the killing of a writer who was shot in Lima.",
        "Peru freezes all contacts with Chile.",
        "Norway recognises the council as the legitimate representative of Libya.",
        "Denmark reopens its embassy in Somalia, thirty years after it closed.",
    ],
}
NOT_TOLD = {
    "ceasefire": [
        "China and the United States agree on a ceasefire in their trade dispute.",
    ],
    "treaty-signing": [
        "Prisoners in Israel end their hunger strike after reaching an agreement with the guards of Gaza.",
        "Peru and Chile agree to resume talks on a peace agreement.",
        "Peru goes on with its talks with Chile in order to reach an agreement.",
        "Iraq signs a gas deal with an American oil company.",
        "The president of the United States signs a bipartisan deal on the budget, as Canada did.",
    ],
    "ratification": [
        "Lawmakers debate a referendum on Britain's membership of the European Union.",
        "The deputy foreign minister of Chile voices support for a deal on fishing.",
        "Six parties of Belgium make a deal that has yet to be approved by a party convention.",
        "Voters in Britain ponder whether to remain in the European Union as the referendum on membership nears.",
    ],
    "treaty-withdrawal": [
        "Germany withdraws a platoon from the NATO mission in Mali.",
        "Chile rejoins the whaling convention.",
        "The pound falls against the dollar as Britain waits for Brexit talks with France to begin.",
        "A court lets the European Commission suspend funds from the European Union to Poland.",
        "The ruling party of Hungary withdraws from a bloc in the European Parliament.",
        "The party of North Korea cancels its largest political convention.",
        "Auditors reckon the cost of leaving the European Union.",
        "The Greens end their agreement with the Labour Party of Australia.",
        "A court in Norway hears that a rule overrides an article of the Brexit agreement.",
    ],
    "military-exercise": [
        "Air defences of Ukraine destroy nine missiles launched by Russia.",
        "A university in Kenya holds a security drill.",
    ],
    "arms-transfer": [
        "Australia sends a jet to evacuate its tourists from Egypt.",
        "France allows Ukraine to strike targets in Russia with the rockets that were sent.",
        "Kenya looks into the purchase of houses in Spain through shell companies.",
        "Russia warns Norway against giving Ukraine approval to use rockets.",
        "Ukraine fires American-supplied missiles at a depot in Russia.",
        "A siren is sent by mistake to phones in South Korea after a rocket rose in North Korea.",
        "Turkey sends tanks to its border with Syria.",
        "Italy sends a frigate to the Gulf of Oman.",
        "Indonesia sends four jets to Australia to participate in war games.",
        "Poland allows Ukraine to use its missiles against targets in Russia.",
        "India sends soldiers back to Myanmar by helicopter.",
        "France sends military aid to Fiji after a cyclone.",
        "Oman sends troops and tanks to a base in Kuwait.",
        "A trader from Iran is convicted of selling missiles to Chad.",
    ],
    "armed-conflict": [
        "Trade unions in Israel call a nationwide strike at the airport.",
        "A minister of Chile declares war on waste.",
        "Three people are hurt in a knife attack on a train in Germany.",
        "Nine people die in explosions at a fireworks factory in Mexico.",
        "The opposition of Romania begins a parliamentary offensive against the president.",
        "A man is killed in a gun battle between drug gangs in Brazil.",
        "Soldiers in Chad seize the state television and close the borders.",
    ],
    "negotiation": [
        "Nepal bans films of India for a dialogue about a goddess.",
        "Delegates in Zimbabwe meet for a new constitution.",
        "The governor of Quito calls her advisers to an emergency meeting, as did the mayor of Lima in Peru.",
        "Kenya and Uganda ban ivory trade and processing.",
        "A minister from Fiji makes a visit to the northern border.",
        "A bank of Canada is in talks to buy a bank of Chile.",
        "The president of Peru calls an emergency cabinet meeting.",
        "Police in Scotland clear a street of those hurt at the summit protests.",
        "A lawyer from Egypt meets a client in Dubai.",
    ],
    "sanctions": [
        "A sanctioned tycoon from Russia falls ill in Turkey.",
        "Australia halts exports of cattle to Indonesia after reports of cruelty in abattoirs.",
        "The football union of Africa lifts its sanctions on Togo.",
        "An anti-corruption office in Ukraine freezes the assets of a tycoon.",
        "The parliament of Russia votes for a list of blacklisted websites.",
        "Austria unfreezes aid to schools in Jordan.",
        "A judge in Israel rules against the heirs, sanctioning them for the delay.",
        "Japan suspends imports of chicken from Brazil over avian influenza.",
    ],
    "defense-pact": ["Spain invokes an article of its constitution against a strike in Portugal's bank."],
    "arms-control": [
        "A bishop in Germany resigns and wishes his church a new start.",
        "The army of Uganda ends its disarmament campaign among herders.",
    ],
    "entry-into-force": ["The minister says that her resignation will take effect after the trade deal."],
    "diplomatic-relations": [
        "Families in Algeria hail the recognition that France tortured prisoners.",
        "The United Nations recognises the new official name of Turkey.",
        "A poet from Peru, a recognised expert on Chile, dies.",
        "A diplomat is named as the new United Nations envoy for Syria.",
    ],
}


def pairs(sentences: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(topic, sentence) for topic, given in sentences.items() for sentence in given]


@pytest.mark.parametrize(("topic", "sentence"), pairs(TOLD))
def test_a_sentence_tells(topic, sentence):
    assert topic in TAGGER.tag(story(body=sentence)).topics


@pytest.mark.parametrize(("topic", "sentence"), pairs(NOT_TOLD))
def test_a_sentence_does_not_tell(topic, sentence):
    assert topic not in TAGGER.tag(story(body=sentence)).topics
