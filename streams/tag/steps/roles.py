"""Who takes a step and who the parties are: the actors of a sentence, by their place around the verb."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from stories.model import Mention
from streams.tag.sentences import Sentence
from streams.tag.steps.phrases import PactName

_PLACE = re.compile(
    r"\b(?:in|at|near|from|across|throughout|outside|visit(?:s|ing|ed)? to|visits|visiting|arrives in|held in|for)\s+(?:the\s+)?"
    r"(?:capital of\s+|capital\s+)?(?:eastern\s+|western\s+|northern\s+|southern\s+)?$"
)
_BODY_IN = re.compile(
    r"\b(?:voters|people|parliament|lawmakers|legislators|senators|leaders|authorities|mps|deputies|citizens)\s+(?:in|of|from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PLACE_CHAIN = re.compile(r"\b(?:in|at|near)\s+(?:the\s+)?(?:[A-Z][\w–-]+\s*){1,3},\s+$")
_BROKER_AFTER = re.compile(
    r"^[- ](?:brokered|mediated|backed|led|sponsored|proposed|hosted|facilitated|supported|drafted)\b",
    re.IGNORECASE,
)
_BROKER_BEFORE = re.compile(
    r"\b(?:broker|mediat|propos|back|sponsor|host|facilitat|supervis|oversee|overs|witness|oppos|criticiz|criticis|"
    r"guarantee|support|draft|organi[sz]|monitor|auspices|presence|according|attended|replac|defian|pressure|complain)\w*\s+(?:\w+\s+)?(?:by|of|to|from)\s+(?P<rest>[^,;.]{0,40})$",
    re.IGNORECASE,
)
# "Palestinian prisoners", "a NATO member", "Baghdad International Airport": of a state, but not the state
_OF_ANOTHER = re.compile(
    r"^(?:['’]s?)?[- ](?:\w+\s+)?(?:prisoners?|detainees|inmates|students?|famil(?:y|ies)|automakers?|carmakers?|compan(?:y|ies)|"
    r"firms?|conglomerates?|banks?|club|workers|protest\w+|citizens|business\w+|actors?|scientists?|airlines?|newspapers?|"
    r"activists?|refugees|migrants|members?|membership|plan|proposal|initiative)\b|"
    r"^(?:['’]s)?\s+capital\b|^\s+(?:International|Airport|University|Conference|Stock|Football|Club|Games|Cup)\b"
)
_GOOD_OFFICES = re.compile(r"\b(?:envoy|mediator|mission)\b")
_TELLS = re.compile(r"(?:['’]s)?(?:\s[\w-]+){0,4}?\s(?:said|says|added|told)\b")  # ", the EU's envoy said"
_CAPITAL = re.compile(r"\bcapital(?:\s+city)?(?:\s+of)?,?\s+$")
_FINITE = re.compile(r"\b(?:is|are|was|were|has)\b")
_OBLIQUE = re.compile(
    r"\b(?:with|against|to|for|on|about|over|by|into|towards?|from|between)\s+(?:the\s+)?(?:\w+\s+)?$"
)
_COORDINATION = re.compile(r"^[^;.]{0,70}?(?:,|\band\b|&|\bor\b|—|–|-)[^;.]{0,60}$|^\s*$")
_NOT_COORDINATED = re.compile(
    r"\b(?:says?|said|that|announc\w*|after|while|but|which|who|votes?|approv\w+|sign\w*|ratif\w+|with|against|over|of the accession)\b",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"[;:]|,\s+(?:which|whereby|where|who|in a|in an|with which|but|while|as|although|despite|making|becoming|(?:\w+ly )?\w+ing\b)|"
    r"\b(?:whereby|which|that|after|despite|amid|while|because|although|but|since|until|before|where|when|if|unless|"
    r"offering|allowing|ending|giving|and (?=(?:mutually|jointly|then|also)\s)|and (?=(?-i:[a-z]{2,}s)\s(?!of\b))|citing|aimed|following|banning|stopping|regarding|concerning|replacing|over|under)\b|"
    r"\bto\s+(?!the\b|their\b|an?\b|[A-Z])\w+",
)  # fmt: skip
_APPOSITION = re.compile(r",\s+(?:an?|the|its|his)\s+")
_POSSESSIVE = re.compile(
    r"\b(?:the\s+(?:\w+\s+)?country|the nation|its|their|his country|the island|the government)(?:['’]s)?\b",
    re.IGNORECASE,
)


_URGES = re.compile(
    r"\b(?:urg|ask|call|tell|told|press|warn|want|invit|persuad|forc|allow|order)\w*\s+(?:on\s+|for\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


class Actor(NamedTuple):
    """A mention within one sentence: `sentence.text[start:end]` names `code`, perhaps by its capital."""

    start: int
    end: int
    code: str
    by_capital: bool = False


def actors_in(sentence: Sentence, mentions: Iterable[Mention]) -> list[Actor]:
    """Return the actors of `mentions` that begin in `sentence`, in order, by their place in it."""
    return sorted({actor for mention in mentions if (actor := _actor_in(sentence, mention))})


def _actor_in(sentence: Sentence, mention: Mention) -> Actor | None:
    """Return a mention by its place in `sentence`, None where it lies outside or is a currency ("US$")."""
    start, end = mention.start - sentence.start, mention.end - sentence.start
    if mention.end > sentence.end or sentence.text.startswith("$", end):
        return None
    by_capital = mention.rule == "actor.capital" or mention.text == "Washington"
    return Actor(start, end, mention.id, by_capital)


def codes(actors: Iterable[Actor]) -> list[str]:
    """Return the codes of `actors`, each once, sorted."""
    return sorted({actor.code for actor in actors})


def within(actors: Sequence[Actor], start: int, end: int) -> list[Actor]:
    """Return the actors named between two places."""
    return [actor for actor in actors if start <= actor.start and actor.end <= end]


@lru_cache(maxsize=512)  # several verbs of a sentence ask of the same actors
def takes_part(text: str, actor: Actor) -> bool:
    """Return whether an actor acts, rather than being a place, a broker or a bystander."""
    before, after = text[max(0, actor.start - 70) : actor.start], text[actor.end : actor.end + 40]
    if _BROKER_AFTER.match(after) or _is_of_broker(before) or _OF_ANOTHER.match(after):
        return False
    if len(actor.code) != 3 and _TELLS.match(after) and before.endswith((", the ", ", an ", ", ")):
        return False
    if actor.code == "UN" and _GOOD_OFFICES.search(text, actor.start, actor.end + 24):
        return False
    if _CAPITAL.search(before):
        return False
    if _BODY_IN.search(before):
        return True
    if _PLACE_CHAIN.search(before):
        return after.startswith(" and ")  # "after talks in Delhi, India and Norway sign"
    return not _PLACE.search(before) or re.search(r"\btalks for\s+$", before) is not None


def _is_of_broker(before: str) -> bool:
    """Return whether what comes is the broker in "brokered by X", not who acts in "brokered by X is accepted by Y"."""
    match = _BROKER_BEFORE.search(before)
    return match is not None and _FINITE.search(match["rest"]) is None


def region_end(text: str, start: int, actors: Sequence[Actor]) -> int:
    """Return where the clause that runs on from `start` ends."""
    end = len(text)
    if match := _BOUNDARY.search(text, start):
        end = match.start()
    for match in _APPOSITION.finditer(text, start, end):
        if not any(actor.start - 2 <= match.end() <= actor.end for actor in actors):
            return match.start()
    return end


def subject(text: str, actors: Sequence[Actor], start: int, end: int) -> list[Actor]:
    """Return the nearest group of coordinated actors between `start` and `end` that can be a subject."""
    region = [actor for actor in within(actors, start, end) if takes_part(text, actor)]
    direct = [actor for actor in region if not _is_oblique(text[max(0, actor.start - 60) : actor.start])]
    if not direct:
        return []
    group = [direct[-1]]
    for actor in reversed(direct[:-1]):
        between = text[actor.end : group[-1].start]
        if (actor.code == group[-1].code and not re.search(r"[;.]", between)) or (
            _COORDINATION.match(between) and not _NOT_COORDINATED.search(between)
        ):
            group.append(actor)
        else:
            break
    return group


def _is_oblique(before: str) -> bool:
    """Return whether an actor stands behind a preposition, other than that of its own parliament or people."""
    return _OBLIQUE.search(before) is not None and _BODY_IN.search(before) is None


def group_from(text: str, actors: Sequence[Actor], first: Actor, end: int) -> list[Actor]:
    """Return `first` and the actors coordinated with it, none beyond `end`."""
    group = [first]
    for actor in actors:
        if actor.start < first.end or actor.end > end:
            continue
        between = text[group[-1].end : actor.start]
        if (
            not _COORDINATION.match(between)
            or _NOT_COORDINATED.search(between)
            or not takes_part(text, actor)
        ):
            break
        group.append(actor)
    return group


def before_infinitive(text: str, actors: Sequence[Actor], verb_start: int) -> list[Actor]:
    """Return who shall do it in "calls on X and Y to ratify": the actors right before "to" and the verb."""
    match = re.search(r"\s+(?:not\s+)?to\s+(?:not\s+)?(?:\w+ly\s+)?$", text[:verb_start])
    if match is None:
        return []
    near = [actor for actor in actors if actor.end <= match.start() and match.start() - actor.end <= 1]
    return subject_chain(text, actors, near[-1]) if near else []


def urged(text: str, actors: Sequence[Actor], verb_start: int) -> list[Actor]:
    """Return whom someone else wants to do it: "urges X to sign", "calls on X and Y to sign"."""
    asked = before_infinitive(text, actors, verb_start)
    first = min((actor.start for actor in asked), default=0)
    return asked if _URGES.search(text[:first]) else []


def subject_chain(text: str, actors: Sequence[Actor], last: Actor) -> list[Actor]:
    """Return `last` and the actors before it that are coordinated with it."""
    group = [last]
    for actor in reversed([actor for actor in actors if actor.end <= last.start]):
        between = text[actor.end : group[-1].start]
        if not _COORDINATION.match(between) or _NOT_COORDINATED.search(between) or len(between) > 16:
            break
        group.append(actor)
    return group


def agents(text: str, actors: Sequence[Actor], start: int, limit: int) -> list[Actor]:
    """Return the actors of a "by" phrase that begins at or after `start`."""
    match = re.compile(r"\bby\s+").search(text, start, limit)
    if match is None:
        return []
    return [
        actor
        for actor in within(actors, match.end(), region_end(text, match.end(), actors))
        if takes_part(text, actor)
    ]


def partners(text: str, actors: Sequence[Actor], name: PactName) -> list[Actor]:
    """Return the actors that a pact phrase names as its parties: in it, or "between …" or "with …" after it."""
    inside = within(actors, name.start, name.end)
    if name.kind != "accession" and not re.search(r"[–-]", name.name):
        # no party is the Lisbon of a "Treaty of Lisbon", nor the Washington of a "Washington peace agreement",
        # but one is the owner in "the EU's Association Agreement"
        inside = [
            actor
            for actor in inside
            if (not (name.proper or actor.by_capital) or text.startswith(("'s", "’s"), actor.end))
            and not (name.proper and actor.code == "UN")
        ]
    end = region_end(text, name.end, actors)
    match = re.compile(r"^[^,;.]{0,40}?\b(?:between|with|among)\s+").match(text[name.end : end])
    after = within(actors, name.end + match.end(), end) if match else []
    inside = [actor for actor in inside if not _BROKER_AFTER.match(text[actor.end :])]
    return inside + [actor for actor in after if takes_part(text, actor)]


def points_to_owner(text: str) -> bool:
    """Return whether a text says "its" or "the country's" of someone named before."""
    return _POSSESSIVE.search(text) is not None
