"""Whether an ambiguous form stands for its actor here: the words around it and the rest of the story decide."""

import re

from streams.tag.rules import ActorRule

# Words that stand in capitals before a name without being a first name.
_BEFORE = re.compile(
    r"""(?:^|[.!?:;,"“‘(\[—–-]\s*|\b(?:the|in|of|to|for|from|with|and|or|by|at|on|as|after|against|between|near|
    into|over|via|while|when|that|says?|said|northern|southern|eastern|western|central|west|east|north|south|
    neighbou?ring|russia|president|minister|king|queen|ambassador|like|both|including|visits?|urges?|tells?|
    accuses?|invades?|than|but|its|within|across|throughout|inside|outside|since|if|where|which|until|before|
    blames?|calls?|asks?|joins?|leaves?|hosts?|defeats?|beats?|backs?|supports?|former|republic)\s+)$""",
    re.VERBOSE | re.IGNORECASE,
)
_NEXT_NAME = re.compile(r"\s+(?!I\b)[A-Z][a-z]+")
_STATE_WORDS = re.compile(
    r"\s+(?:President|Prime|Foreign|King|Queen|Parliament|Defen[cs]e|Ambassador|Army|Government|Border|Police|"
    r"Minister|Supreme|Central|National|Constitutional|Airways|And|But|On|In|At|To|For|With|Is|Was|Has)\b"
)
_US_STATE = {
    "Georgia": re.compile(
        r"\b(?:Atlanta|Savannah|Augusta|Macon|Fulton|Kemp|Raffensperger|Warnock|Ossoff|Abrams|Gov\.|Governor|"
        r"Republicans?|Democrats?|Democratic|county|County|Florida|Alabama|Carolina|Tennessee|Texas|Mississippi|"
        r"hurricane|Hurricane|tornado|death row|lethal injection|U\.S\. state|US state|college|Bulldogs|NASCAR|NFL)\b"
    ),
    "Washington": re.compile(r"\b(?:Seattle|Spokane|Tacoma|Oregon|Idaho|wildfires?|Mount Rainier)\b"),
}
_GEORGIA_PROPER = re.compile(
    r"\b(?:Tbilisi|Batumi|Saakashvili|Abkhaz\w*|Ossetia\w*|Caucasus|Margvelashvili|Zourabichvili|Kobakhidze|"
    r"Russian?|Kremlin|Moscow|Armenian?|Azerbaijani?|NATO|European Union|EU|Ukrainian?|Moldova|Turkey)\b"
)
_TITLE_CASE_WORD = re.compile(r"\b[A-Z][\w'’-]*")
_WORD = re.compile(r"\b[A-Za-z][\w'’-]+")


def is_state(form: str, text: str, start: int, end: int) -> bool:
    """Return whether `form` at `text[start:end]` is the country (or capital), no person, place or thing."""
    head = form.rstrip("ns") if form.startswith("Georgian") else form
    around = text[max(0, start - 300) : end + 300]
    us_state = _US_STATE.get(head)
    if us_state and us_state.search(around) and not (head == "Georgia" and _GEORGIA_PROPER.search(around)):
        return False
    if form.endswith(("n", "ns")) and form != "Washington":
        return True
    before = text[max(0, start - 24) : start]
    is_headline = is_title_case(text[max(0, start - 60) : end + 60])
    if not is_headline and re.search(r"[A-Z][\w.'’-]*\s$", before) and not _BEFORE.search(before):
        return False
    after = text[end : end + 24]
    follows = _NEXT_NAME.match(after)
    if form in ("Washington", "Congress") or is_headline:
        return True
    return not follows or bool(_STATE_WORDS.match(after))


def is_title_case(text: str) -> bool:
    """Return whether nearly all words of `text` begin with a capital, as in a headline."""
    words = _WORD.findall(text)
    return len(words) > 3 and len(_TITLE_CASE_WORD.findall(text)) >= 0.8 * len(words)


def is_no_state(text: str, start: int, end: int) -> bool:
    """Return whether "US" at the place is the pronoun of a line in capitals, or a currency."""
    if text[end : end + 1] == "$":
        return True
    line = text[max(0, start - 40) : end + 40]
    if sum(map(str.islower, line)) > len(line) // 8:
        return False
    after = text[end : end + 2].strip()
    before = text[max(0, start - 12) : start].split()
    return (not after or not after[0].isalnum()) and bool(before) and before[-1] in _PRONOUN_BEFORE


_PRONOUN_BEFORE = frozenset(
    [
        "LET",
        "GIVE",
        "TELL",
        "ABOUT",
        "FOR",
        "HELP",
        "SHOW",
        "JOIN",
        "ALL",
        "OF",
        "KILL",
        "LEAVE",
        "SAVE",
        "HATE",
        "LOVE",
        "TO",
        "MAKE",
    ]
)


def in_office(actor: ActorRule, day: str) -> bool:
    """Return whether `actor` held office on `day` (YYYY-MM-DD); a bound of a month or year holds throughout."""
    if not day:
        return True
    after = not actor.since or day[: len(actor.since)] >= actor.since
    return after and (not actor.until or day[: len(actor.until)] <= actor.until)
