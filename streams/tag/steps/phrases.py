"""Phrases that name a pact: where they stand, what they are called, whether they point back to one named before."""

import re
from typing import NamedTuple

from stories.model import PactKind
from streams.tag.openings import Finder, Starts
from streams.tag.steps.kinds import kind_of

_HEAD = Finder(
    r"(?:treat(?:y|ies)|pacts?|accords?|agreements?|deals?|memorand(?:um|a)(?: of understanding)?|MoUs?|"
    r"protocols?|conventions?|statute|compact|cease-?fires?|truces?|armistices?|free[- ]trade (?:area|zone)|"
    r"customs union|partnership|constitution|joint declaration|cessation of hostilities|charter|"
    r"permanent structured cooperation|security guarantees?|binding guarantees?|membership|accession|"
    r"plan of action|concordat|global compact|roadmap to peace|peace plan)\b",
    re.IGNORECASE,
)
_SHORT_NAMES = Finder(
    r"(?:New START|START(?: (?:I|II|III))?|NAFTA|USMCA|JCPOA|CPTPP|TPP(?:-11)?|TTIP|CETA|RCEP|AUKUS|ACTA|NPT|CTBT|"
    r"INF|Open Skies|AfCFTA|ECFA|TPNW|UNCLOS|CFE|ANZUS|COTA)\b(?! (?:Treaty|Agreement|pact|accord))"
)
FINDERS = (_HEAD, _SHORT_NAMES)
_WORD_BEFORE = re.compile(r".*(?<![\w$€'’.–-])([\w$€'’.–-]+)(\s+|\s*,\s*)$", re.DOTALL)
_STOP = frozenset([
    "a", "an", "the", "this", "that", "these", "those", "its", "their", "his", "her", "our", "any",
    "no", "some", "new-style", "another", "each", "both", "such", "all", "of", "in", "on", "at", "to",
    "for", "from", "with", "by", "as", "into", "over", "under", "about", "against", "between", "after",
    "before", "since", "during", "following", "and", "or", "but", "that", "which", "who", "whose",
    "while", "if", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "will",
    "would", "can", "could", "may", "might", "must", "shall", "should", "do", "does", "did", "not",
    "says", "said", "say", "announces", "announced", "it", "they", "he", "she", "there",
])  # fmt: skip
_DETERMINERS = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "its", "their", "his", "her", "any", "no", "another"]
)
_DEFINITE = frozenset(["the", "this", "that", "these", "those", "its", "their"])
_VERB = re.compile(
    r"(?:sign|ratif|approv|reject|negotiat|conclud|reach|join|suspend|withdr|leav|left|quit|terminat|denounc|scrap|"
    r"annul|accept|propos|announc|finali[sz]|adopt|endors|pass|back|brok|violat|break|initial|ink|agree|enter|"
    r"extend|renew|establish|creat|call|seek|accus|condemn|breach|implement|honou?r|discuss|want|offer|support|"
    r"oppos|revok|abandon|complet|deposit|declar|demand|hail|welcom|honor|demanding|"
    r"keep|make|made|give|gave|ceas|form|regard|concern|includ|follow)(?:e?s|e?d|ied|ies|y|ing|ping|king|ew|awn|e|en|n|t)?$",
    re.IGNORECASE,
)
_PROPER_TAIL = re.compile(
    r"\s+(?:of|on|for|to|against)\s+(?:the\s+)?[A-Z][\w–-]*(?:(?:\s+(?:of|on|for|the|and|in|to|All)\s*)*\s*,?\s*[A-Z][\w–-]+)*"
)
_PLAIN_TAIL = re.compile(
    r"\s+on\s+(?!the\s+sidelines)(?:[a-z-]+\s*){1,4}(?=[,.;]|\s(?:with|and|to|in|by)\b|$)"
)
_MEMBERSHIP_TAIL = re.compile(
    r"\s+(?:protocols?|treat(?:y|ies)|agreement|bids?|process|talks|negotiations)?\s*(?:to|of|in|for|with|into)\s+(?:the\s+)?"
    r"(?:military alliance|alliance|bloc|[A-Z][\w–-]*(?:\s+(?:of|for|and)?\s*[A-Z][\w–-]*)*)"
)
_VAGUE = frozenset([
    "new", "historic", "landmark", "final", "formal", "peace", "trade", "strategic", "bilateral",
    "security", "defence", "defense", "nuclear", "controversial", "proposed", "draft", "latest",
    "recent", "signed", "key", "major", "comprehensive", "original", "whole", "entire", "said", "same",
    "new-found", "truce", "agreement", "pact", "accord", "deal", "treaty",
])  # fmt: skip

# "to deal with", "to pact"; and a government that is called an accord
_NO_NOUN = re.compile(r"\b(?:to|not|can|Government of National)\s+$")
_OF_ONE_STATE = re.compile(
    r"\b(?:Royal Charter|Civil Partnership|(?:Democratic|Republican|National|Party) Convention)"
)
_ACT = re.compile(r"\s+(?:\([\w ]+\) )?Act\b")
_OF_EUROPE = re.compile(r"europe|\bEU\b", re.IGNORECASE)
_OF_STATES = re.compile(r"strategic|trans|economic|regional|comprehensive|security|\d-year|P[a-z]+$")
_CHARTERS = frozenset(["charter", "compact", "statute", "protocol", "protocols", "convention", "conventions"])
_RATIFIED = re.compile(r"\bratif\w+ (?:an?|the|its) $")  # no other protocol is
_TO_JOIN = re.compile(r"accession|membership|trade|border")
_MEMBERSHIPS = frozenset(["membership", "accession"])
_DOCUMENT = re.compile(r"\s+(?:protocol|treat)")


class PactName(NamedTuple):
    """`text[start:end]` names a pact; `name` is it without article.

    `proper`: it has a name of its own. `pointing`: it says no more than "the agreement" and means one told before.
    """

    start: int
    end: int
    name: str
    kind: PactKind
    proper: bool
    pointing: bool
    head: str


def find(text: str, starts: Starts) -> list[PactName]:
    """Return the pact phrases of a sentence in order, none overlapping.

    `starts` says where words begin that have an opening of FINDERS.
    """
    found: list[PactName] = []
    for match in _HEAD.finditer(text, starts):
        if found and match.start() < found[-1].end:
            continue
        phrase = _around(text, match)
        if phrase is None:
            continue
        if found and phrase.start <= found[-1].start:
            found.pop()  # "ceasefire" grows to "ceasefire deal"
        elif found and phrase.start < found[-1].end:
            phrase = phrase._replace(start=found[-1].end)
        found.append(phrase)
    for match in _SHORT_NAMES.finditer(text, starts):
        if not any(match.start() < other.end and other.start < match.end() for other in found):
            found.append(PactName(*match.span(), match[0], kind_of(match[0]), True, False, match[0]))
    return sorted(found)


def _around(text: str, head: re.Match[str]) -> PactName | None:
    """Grow a head noun to its phrase: modifiers to the left, "of …" and "on …" to the right."""
    lower = head[0].lower()
    start, determiner = _left_edge(text, head.start())
    end = _right_edge(text, head, lower)
    if _is_no_pact(text, head, start, end, determiner):
        return None
    left, inner, is_name = text[start : head.start()], text[start:end], head[0][0].isupper()
    modifiers = {word for word in re.findall(r"[\w-]+", left.lower()) if not word[0].isdigit()}
    proper = is_name or (start < head.start() and _has_own_name(left))
    pointing = determiner in _DEFINITE and not is_name and end == head.end() and modifiers <= _VAGUE
    return PactName(start, end, inner.strip(), kind_of(inner), proper, pointing, lower)


def _is_no_pact(text: str, head: re.Match[str], start: int, end: int, determiner: str) -> bool:
    """Return whether a head noun in its phrase means something else: a verb, a law, the members of a club."""
    lower, words = head[0].lower(), text[start : head.end()]
    if _NO_NOUN.search(text[: head.start()]) or _OF_ONE_STATE.search(words) or _ACT.match(text, end):
        return True
    if lower == "constitution":
        return not _OF_EUROPE.search(text[start : end + 20])
    if lower == "partnership":
        return not _OF_STATES.search(words)
    if lower in _CHARTERS:
        is_ratified = _RATIFIED.search(text[:start]) is not None
        return not (head[0][0].isupper() or is_ratified or _TO_JOIN.search(words))
    is_bare = lower in _MEMBERSHIPS and end == head.end() and not _DOCUMENT.match(text, end)
    return is_bare and determiner not in ("its", "their", "the") and not re.search("['’]", words)


def _left_edge(text: str, start: int) -> tuple[int, str]:
    """Return where the modifiers before `start` begin, and the determiner before them, lower case."""
    for _ in range(9):
        match = _WORD_BEFORE.match(text, max(0, start - 40), start)
        if match is None or "," in match[2]:
            return start, ""
        word = match[1]
        lower = word.lower()
        if lower in _DETERMINERS:
            return start, lower
        if lower == "and" and _joins(text, match.start(1), start):
            start = match.start(1)
            continue
        if lower in _STOP or _VERB.match(word) or word.endswith("ly") or not re.search(r"[^\W_]", word):
            return start, ""
        if word.endswith(("'s", "’s", "s'", "s’")):  # "Sweden's accession": the owner belongs to it
            return _owner_edge(text, match.start(1)), "its"
        start = match.start(1)
    return start, ""


def _owner_edge(text: str, start: int) -> int:
    """Return where an owner's name of several words begins ("North Macedonia's")."""
    while (match := _WORD_BEFORE.match(text, max(0, start - 40), start)) and "," not in match[2]:
        if not match[1][0].isupper() or match[1].lower() in _STOP or _VERB.match(match[1]):
            break
        start = match.start(1)
    return start


def _joins(text: str, before: int, after: int) -> bool:
    """Return whether an "and" stands within one name ("Trade and Cooperation Agreement", "security and defence")."""
    left = re.search(r"([\w-]+)\s+$", text[max(0, before - 30) : before])
    right = re.match(r"[\w-]+", text[after:])
    if left is None or right is None or left[1].lower() in _STOP or _VERB.match(left[1]):
        return False
    return left[1][0].isupper() == right[0][0].isupper() and (
        left[1][0].islower() or kind_of(left[1]) != "other"
    )


def _right_edge(text: str, head: re.Match[str], lower: str) -> int:
    if lower in ("membership", "accession"):
        tail = _MEMBERSHIP_TAIL.match(text, head.end()) or re.compile(
            r"\s+(?:protocols?|treat(?:y|ies)|agreement)\b"
        ).match(text, head.end())
        return tail.end() if tail else head.end()
    if head[0][0].isupper():
        tail = _PROPER_TAIL.match(text, head.end())
        return tail.end() if tail else head.end()
    tail = _PLAIN_TAIL.match(text, head.end())
    return tail.end() if tail else head.end()


def _has_own_name(modifiers: str) -> bool:
    """Return whether a capitalised word right before the head names it ("the Prespa accord")."""
    last = re.findall(r"[\w–’'-]+", modifiers)
    return bool(last) and last[-1][0].isupper()
