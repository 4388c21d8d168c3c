"""Queries that all three readers of the language must answer alike: written by hand, and made at random."""

import random

BY_HAND = [
    "*:*",
    "ceasefire",
    "CEASEFIRE",
    "title:ceasefire",
    "summary:ceasefire AND NOT title:ceasefire",
    '"prime minister"',
    'title:"prime minister"',
    '"Prime Minister of Israel"',
    "iran's",
    '"Iran\'s parliament"',
    "U.S.",
    '"U.S. President"',
    "COVID-19",
    '"COVID-19 pandemic"',
    "2022",
    "10,000",
    "3.5",
    "50%",
    "F-16",
    "état",
    "Türkiye",
    "Zaporizhzhia OR Kherson",
    "ukrain*",
    "title:ukrain*",
    "sanction?",
    "nat?",
    "Swed* AND Finl*",
    "treaty AND (ratif* OR sign*)",
    "NOT ukraine",
    "NOT (ukraine OR russia)",
    "(NOT ukraine) AND (NOT russia)",
    "ukraine AND NOT (russia OR belarus)",
    "ukraine AND NOT russia AND NOT nato",
    "actors:RUS",
    "actors:(RUS OR UKR)",
    "actors:(RUS AND UKR)",
    "actors:(RUS AND NOT UKR)",
    "countries:I*",
    "countries:[A TO F]",
    "countries:{IRN TO ISR}",
    "topics:ratification",
    "topics:ratification AND NOT negated:ratification",
    "topics:(armed-conflict OR ceasefire) AND actors:ISR",
    "topics:*",
    "NOT topics:*",
    "negated:*",
    "planned:negotiation",
    "step:ratified",
    "step:signed AND actors:NATO",
    "ratified_by:*",
    "step_status:denied",
    "published:2022-07-05",
    "published:[2022-07-01 TO 2022-07-03]",
    "published:{2022-07-01 TO 2022-07-03}",
    "published:[2022-07-01 TO 2022-07-03}",
    "published:>2022-07-10",
    "published:<=2022-06-25",
    "published:[2022-07-01||+3d TO *]",
    "published:[now-7d TO now]",
    "@timestamp:[2022-06 TO 2022-07]",
    "feed.name:outlet3.test",
    "feed.url:https*",
    'feed.url:"https://outlet3.test/feed"',
    "id:*",
    "revision:1",
    "revision:>1",
    "body:*",
    "language:en AND title:president",
    "(((ceasefire)))",
    "cease\\-fire",
    "kill*",
]
WORDS = [
    "ukraine",
    "russia",
    "iran",
    "president",
    "minister",
    "killed",
    "attack",
    "treaty",
    "nato",
    "sanctions",
    "ceasefire",
    "israel",
    "police",
    "court",
    "election",
    "covid",
    "military",
    "missile",
    "agreement",
    "parliament",
    "the",
    "of",
    "in",
    "united-states",
    "nobody",
    "xyzzy",
]
CODES = [
    "RUS",
    "UKR",
    "USA",
    "IRN",
    "ISR",
    "CHN",
    "TUR",
    "NATO",
    "EU",
    "GBR",
    "FRA",
    "SWE",
    "FIN",
    "ATLANTIS",
]
TOPICS = [
    "ratification",
    "treaty-signing",
    "armed-conflict",
    "ceasefire",
    "sanctions",
    "negotiation",
    "military-exercise",
    "arms-transfer",
    "diplomatic-relations",
    "trade-agreement",
]


def at_random(count: int, seed: int = 2022) -> list[str]:
    """Return `count` queries over words, codes, topics, dates, wildcards and every operator."""
    chance = random.Random(seed)
    return [_query(chance, 3) for _ in range(count)]


def _query(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.3:
        return _leaf(chance)
    operator = chance.choice([" AND ", " OR ", "NOT"])
    if operator == "NOT":
        return f"NOT ({_query(chance, depth - 1)})"
    parts = [_query(chance, depth - 1) for _ in range(chance.randint(2, 3))]
    return operator.join(f"({part})" for part in parts)


def _leaf(chance: random.Random) -> str:
    word, other = chance.choice(WORDS), chance.choice(WORDS)
    day = chance.randint(20, 30)
    return chance.choice(
        [
            word,
            f'"{word} {other}"',
            f"title:{word}",
            f"{word[:3]}*",
            f"summary:{word[:2]}?{word[3:]}",
            f"actors:{chance.choice(CODES)}",
            f"countries:{chance.choice(CODES)[0]}*",
            f"topics:{chance.choice(TOPICS)}",
            f"negated:{chance.choice(TOPICS)}",
            f"published:[2022-06-{day} TO 2022-07-{day - 15:02}]",
            f"published:>=2022-06-{day}",
            f"countries:[{chance.choice(CODES)} TO *]",
        ]
    )
