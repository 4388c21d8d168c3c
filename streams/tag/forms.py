"""The forms of an English word: rules name the lemma, and match whatever a newspaper makes of it."""

from functools import cache

_IRREGULAR = {
    "be": "is are was were been being am be",
    "have": "has had having have",
    "do": "does did done doing do",
    "go": "goes went gone going go",
    "come": "comes came coming come",
    "take": "takes took taken taking take",
    "retake": "retakes retook retaken retaking retake",
    "give": "gives gave given giving give",
    "get": "gets got getting get",
    "hold": "holds held holding hold",
    "meet": "meets met meeting meetings meet",
    "fight": "fights fought fighting fight",
    "strike": "strikes struck striking strike",
    "shoot": "shoots shot shooting shoot",
    "sell": "sells sold selling sell",
    "send": "sends sent sending send",
    "begin": "begins began begun beginning begin",
    "break": "breaks broke broken breaking break",
    "leave": "leaves left leaving leave",
    "withdraw": "withdraws withdrew withdrawn withdrawing withdraw",
    "cut": "cuts cutting cut",
    "quit": "quits quitting quit",
    "put": "puts putting put",
    "bring": "brings brought bringing bring",
    "make": "makes made making make",
    "buy": "buys bought buying buy",
    "win": "wins won winning win",
    "freeze": "freezes froze frozen freezing freeze",
    "seek": "seeks sought seeking seek",
    "blow": "blows blew blown blowing blow",
    "overrun": "overruns overran overrunning overrun",
    "drive": "drives drove driven driving drive",
    "lift": "lifts lifted lifting lift",
    "hit": "hits hitting hit",
    "set": "sets setting set",
    "pay": "pays paid paying pay",
    "say": "says said saying say",
    "speak": "speaks spoke spoken speaking speak",
    "embassy": "embassies embassy",
    "treaty": "treaties treaty",
    "man": "men man",
}
# Nouns whose verb is another word, or none of ours: no "according" for an accord, no "stated" for a state.
_NOUNS = frozenset(
    [
        *("accord", "deal", "force", "state", "tank", "mine", "base", "port", "fund", "official", "position"),
        *("convention", "house", "troop", "ally", "pact", "bond", "partner", "leader", "party", "alliance"),
        *("ground", "assembly", "congress", "charter", "arms"),
    ]
)
_DOUBLING = frozenset(
    [
        "ban",
        "ship",
        "step",
        "stop",
        "plan",
        "expel",
        "drop",
        "scrap",
        "trap",
        "rebel",
        "transfer",
        "grab",
        "unban",
        "kidnap",
    ]
)
_VOWELS = frozenset("aeiou")


@cache
def forms(lemma: str) -> tuple[str, ...]:
    """Return every form of `lemma`, itself among them, verb and noun alike. Harmless ones may not exist."""
    if lemma in _IRREGULAR:
        return tuple(_IRREGULAR[lemma].split())
    if lemma in _NOUNS:
        return (lemma, lemma + "s") if lemma[-1] not in "sy" else (lemma, lemma.removesuffix("y") + "ies")
    found = {lemma}
    if lemma.endswith("e"):
        found |= {lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    elif lemma.endswith("y") and len(lemma) > 2 and lemma[-2] not in _VOWELS:
        found |= {lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    elif lemma in _DOUBLING:
        found |= {lemma + "s", lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"}
    elif lemma.endswith(("s", "x", "z", "ch", "sh")):
        found |= {lemma + "es", lemma + "ed", lemma + "ing"}
    else:
        found |= {lemma + "s", lemma + "ed", lemma + "ing"}
    if lemma in ("signal", "cancel", "shell", "initial", "label"):
        found |= {lemma + "led", lemma + "ling"}
    return tuple(sorted(found))
