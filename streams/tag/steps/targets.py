"""What a pact verb is about: its object, the subject of a passive, "it", or the organisation joined or left."""

import re
from typing import NamedTuple

from stories.model import StepKind
from streams.tag.steps import roles
from streams.tag.steps.clauses import DOCUMENT, UNION, Clause
from streams.tag.steps.kinds import JOINABLE, is_domestic_law
from streams.tag.steps.phrases import PactName
from streams.tag.steps.status import has_legislature, is_revoked
from streams.tag.steps.verbs import Verb

PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be|gets?|got)\s+(?:(?!by\b)[\w-]+ly\s+|not\s+|yet\s+|also\s+|first\s+)*$",
    re.IGNORECASE,
)
_LEGISLATIVE_ONLY = re.compile(r"^(?:endors|adopt|pass|back|accept|vot)", re.IGNORECASE)
_FINAL = re.compile(
    r"\bfinal (?:step|act|hurdle|approval|consent)|complet\w+ (?:the |its )?ratification|finali[sz]",
    re.IGNORECASE,
)
# "nullifies signed agreements": what was signed once
_ADJECTIVE = re.compile(
    r"\b(?:\w+ifies|violates?|breach(?:es)?|the|all|any|of|with|these|those)\s+signed$", re.IGNORECASE
)
_PART_OF_IT = re.compile(
    r"\s+(?:[A-Z]\w+\s+)+(?:Organi[sz]ation|Council|Agency|Fund|Committee|Commission|Programme|Court|Bank)\b"
)
_TROOPS = re.compile(
    r"\b(?:troops|forces|soldiers|ambassadors?|staff|aircraft|units?|helicopters?|support|funding|envoy|team)\b",
    re.IGNORECASE,
)
_CALLED = rf"(?:it|the {DOCUMENT})"
# not "rejected it as" an offer, nor "said it was": what follows the pronoun ends the clause or says when and how
_ITS_OBJECT = re.compile(
    rf"\s+{_CALLED}(?=\s*[,.;]|\s*$|\s+(?:in|on|by|at|last|this|earlier|later|yesterday|today|with|without|after|before|"
    r"and|but|too|unanimously|overwhelmingly|formally|first|for|into)\b)",
    re.IGNORECASE,
)
_ITS_SUBJECT = re.compile(rf"\b{_CALLED}\s+[^,;.]{{0,40}}$", re.IGNORECASE)
_TALKS = re.compile(r"\b(?:talks|negotiations|negotiating)\b")
_TRUCE = re.compile(r"fire|truce|cessation|peace plan")
_LASTING = re.compile(r"area|zone|union|agreement|treaty|ceasefire")
_WISHES = ("call", "demand", "want", "seek", "sought", "urg", "push")
_CLAIMS = re.compile(
    r"\b(?:accusations?|claims?|allegations?|criticism|charges?|reports?|suggestions?|concerns)\b"
)
_ILLUSION = re.compile(r"\s+(?:in on\b|(?:the |an? )?(?:illusion|hope|prospect|chance|version)s? of\b)")
_IN_LAW = re.compile(
    r"\b(?:formally|officially|parliament|duma|senate|decree|law|notif\w+|withdraw\w*)\b", re.IGNORECASE
)
_WHENEVER = re.compile(r"\b(?:once|if|when|until|unless|after|before)\b[^,;.]*$", re.IGNORECASE)
_NEXT_TO = re.compile(r"\bbec(?:a|o)mes?\b[^,;.]*\bto\s+$")
_LEAVING = re.compile(r"\b(?:withdrawal|exit|departure)\s+from\s+(?:the\s+)?$", re.IGNORECASE)
_IT = PactName(0, 0, "it", "other", False, True, "it")
_CONSENT_STEPS: frozenset[StepKind] = frozenset({"ratified", "approved", "rejected", "signed"})


class Target(NamedTuple):
    """What a verb is about: a pact phrase, or an organisation; `start` and `end` are its place."""

    start: int
    end: int
    name: PactName | None
    org: str
    passive: bool


def target_of(clause: Clause, verb: Verb) -> Target | None:
    """Return the pact that `verb` acts on: its object, its subject when passive, or the organisation left or joined."""
    text = clause.text
    if verb.shape == "state":
        return _subject_pact(clause, verb)
    passive = verb.form == "past" and _is_passive(text, verb)
    reduced = verb.form == "past" and follows_pact(clause, verb)
    if verb.shape in ("act", "noun") and (passive or reduced):
        return _subject_pact(clause, verb)
    for name in clause.names:
        if name.start >= verb.end - 1 or name.start < verb.end < name.end:
            gap = text[verb.end : name.start]
            if name.start - verb.end > 60 or re.search(r"[;:]|,\s+(?:which|and|but)|\bto\s+\w+\s", gap):
                break
            if is_domestic_law(gap) or (verb.shape == "member" and len(gap) > 32):
                break
            if re.match(
                r"['’]?s?\s+(?:bill|law|amendment|negotiations?|talks|text|executive order|act)\b",
                text[name.end :],
            ) and verb.step not in ("negotiated", "proposed"):
                break
            if _other_object(verb, gap) or (not gap.strip() and _ADJECTIVE.search(text[: verb.end])):
                break
            return Target(name.start, name.end, name, _org_of(clause, name), False)
    if verb.shape == "member" or verb.step in ("acceded", "withdrawn"):
        return _organisation(clause, verb)
    if verb.shape == "noun":
        return _subject_pact(clause, verb, near=110 if re.match(r"\s+of it\b", text[verb.end :]) else 3)
    return None


def _is_passive(text: str, verb: Verb) -> bool:
    """Return whether a past form is passive: "is accepted by X", "but rejected by Y"."""
    before = text[: verb.start]
    goes_on = re.search(r"\b(?:and|but|or)\s+(?:\w+ly\s+)?$", before) and re.match(
        r"\s+by\b", text[verb.end :]
    )
    return PASSIVE.search(before) is not None or bool(goes_on)


def pronoun_target(clause: Clause, verb: Verb) -> Target | None:
    """Return the pact of an earlier sentence where this one calls it "it", or "the document".

    That is the object ("the Duma ratified it"), the subject of a passive, or that of the clause after.
    """
    if verb.shape != "act" or verb.step not in _CONSENT_STEPS:
        return None
    before, after = clause.text[: verb.start], clause.text[verb.end :]
    if _ITS_OBJECT.match(after):
        # "once both states ratify it", but not "after Mali became the tenth country to ratify it"
        is_condition = verb.form != "past" and _WHENEVER.search(before) and not _NEXT_TO.search(before)
        return None if is_condition else Target(verb.end, verb.end, _IT, "", False)
    if verb.form != "past":
        return None
    is_subject = PASSIVE.search(before) and _ITS_SUBJECT.search(before)
    comes_after = re.search(r"\b(?:once|if|when|until|after)\s+$", before, re.IGNORECASE) and re.search(
        r",\s+it\b", after
    )
    return Target(verb.start, verb.start, _IT, "", True) if is_subject or comes_after else None


def _other_object(verb: Verb, gap: str) -> bool:
    """Return whether the verb's own object stands between it and the pact."""
    is_wish = verb.word.lower().startswith(("want", "seek", "sought", "demand"))
    if (verb.step in ("proposed", "acceded", "withdrawn") and not is_wish) or verb.shape == "noun":
        return len(gap) > 45
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", gap) if word[0].islower()]
    fillers = {
        "the", "a", "an", "its", "their", "his", "text", "of", "on", "to", "in", "into", "for", "with", "from", "by",
        "participation", "membership", "ratification", "accession", "and", "first", "new", "both", "two", "all", "formally",
        "officially", "unanimously", "jointly", "bilateral", "historic", "country's", "country’s", "instrument", "instruments",
        "negotiations", "talks", "over", "about", "implementation", "that", "plan", "plans", "terms", "conditions", "part", "parts",
        "application", "towards", "at", "law", "votes", "vote",
    }  # fmt: skip
    return sum(word not in fillers for word in words) > 2


def follows_pact(clause: Clause, verb: Verb) -> bool:
    """Return whether a participle stands right behind a pact ("the accord signed in Geneva")."""
    text = clause.text
    for name in clause.names:
        if name.end <= verb.start and re.fullmatch(
            r"(?:\s+(?:with|between)\s[^,;.]{1,40},)?(?:[\s,]+(?:\w+ly|that|which|first|recently))*[\s,]*",
            text[name.end : verb.start],
        ):
            return not any(
                later.start - verb.end < 25 and later.start >= verb.end and not later.pointing
                for later in clause.names
            )
    return False


def _subject_pact(clause: Clause, verb: Verb, near: int = 110) -> Target | None:
    before = [name for name in clause.names if name.end <= verb.start and verb.start - name.end <= near]
    if not before:
        if (
            verb.step != "acceded"
            and re.search(r"\bit\s+(?:\w+\s+){0,4}$", clause.text[: verb.start])
            and clause.names
        ):
            return Target(verb.start, verb.start, clause.names[0], "", True)
        return _after_of(clause, verb)
    name = (
        before[0]
        if verb.shape == "state" and not _crosses(clause.text[before[0].end : verb.start])
        else before[-1]
    )
    between = clause.text[name.end : verb.start]
    if verb.shape == "state" and _LEAVING.search(clause.text[: name.start]):
        return None  # what takes effect is the withdrawal
    if verb.shape == "state" and (is_domestic_law(between) or _crosses(between)):
        return None
    if verb.shape == "state" and re.search(
        r"\b(?:talks|negotiations|rules?|measures?|tariffs?|sanctions|embargo|restrictions?)\b", between
    ):
        return None
    return Target(name.start, name.end, name, _org_of(clause, name), True)


def _crosses(between: str) -> bool:
    return re.search(r"[;:]|\b(?:while|although|whereas)\b", between) is not None


def _after_of(clause: Clause, verb: Verb) -> Target | None:
    for name in clause.names:
        if 0 <= name.start - verb.end <= 30 and verb.shape == "noun":
            return Target(name.start, name.end, name, "", False)
    return None


def _organisation(clause: Clause, verb: Verb) -> Target | None:
    """Return the organisation that is joined or left, whose name follows right behind the verb."""
    for actor in clause.actors:
        if actor.code not in JOINABLE or actor.start < verb.end:
            continue
        gap = clause.text[verb.end : actor.start]
        if _PART_OF_IT.match(clause.text, actor.end):
            return None
        if "Council" in clause.text[actor.start : actor.end]:
            return None  # a seat in it is no membership
        if len(gap) > 34 or not re.fullmatch(
            r"\s*(?:to|the|its|membership|in|of|(?:military |defen[cs]e )?alliance|members?|bloc|\s)*", gap
        ):
            return None
        if re.match(
            r"['’]s\b|-(?:sponsored|backed|brokered|led|mediated)|\s+(?:(?:Security|Human Rights|Atlantic) Council|summit|meeting|talks|headquarters|agency|body|mission|parliament|leaders?|peacekeep\w+|force|forces|troops|allies|countries|in\s+\w+ing|\w*parliamentary)\b",
            clause.text[actor.end :],
        ):
            return None
        return Target(actor.start, actor.end, None, actor.code, False)
    if verb.step == "acceded" and re.match(rf"\s+(?:to\s+)?the\s+{UNION}\b", clause.text[verb.end :]):
        orgs = [actor for actor in clause.actors if actor.code in JOINABLE and actor.end <= verb.start]
        if orgs or clause.org_before:
            return Target(verb.end, verb.end, None, orgs[-1].code if orgs else clause.org_before, False)
    return None


def _org_of(clause: Clause, name: PactName) -> str:
    """Return the organisation whose membership a phrase speaks of."""
    if name.kind != "accession":
        return ""
    orgs = [
        actor.code for actor in roles.within(clause.actors, name.start, name.end) if actor.code in JOINABLE
    ]
    if not orgs:
        orgs = [actor.code for actor in clause.actors if actor.code in JOINABLE]
    return orgs[-1] if orgs else clause.org_before


def kind_of_step(clause: Clause, verb: Verb, target: Target) -> StepKind | None:
    """Return the step a verb means for its target, None where the words mean something else there."""
    if is_revoked(clause.text, verb):
        return "withdrawn"
    if _is_another_act(clause.text, verb, target):
        return None
    if _ratifies(clause.text, verb, target):
        return "ratified"
    return verb.step if target.name is not None or verb.step in ("acceded", "withdrawn") else None


def _ratifies(text: str, verb: Verb, target: Target) -> bool:
    """Return whether an approval or a signature is the last consent that a state gives."""
    if verb.step == "approved":
        return (
            _FINAL.search(text) is not None and re.search(r"\bformally\s+$", text[: verb.start]) is not None
        )
    if verb.step == "signed":
        is_last = _FINAL.search(text) is not None and "ratification" in text
        return is_last or re.match(r"\s+into law\b", text[target.end :]) is not None
    return False


def _is_another_act(text: str, verb: Verb, target: Target) -> bool:
    """Return whether no step of a pact is meant: talks are suspended, troops are withdrawn, a truce is called for."""
    word = verb.word.lower()
    head, kind = (target.name.head, target.name.kind) if target.name else ("", "other")
    gap = text[verb.end : target.start]
    match verb.step:
        case "suspended":
            between = text[target.end : verb.start] if target.passive else ""
            # to suspend a withdrawal is to stay
            is_of_act = re.search(r"\b(?:ratification|termination|withdrawal)\b", gap) is not None
            return is_of_act or _TALKS.search(gap + between) is not None
        case "rejected":
            return _TALKS.search(gap) is not None or _CLAIMS.search(gap) is not None
        case "withdrawn":
            is_truce_left = verb.shape == "member" and kind == "peace" and word.startswith(("left", "leav"))
            return _TROOPS.search(verb.word) is not None or (is_truce_left and "ratification" not in gap)
        case "proposed":
            is_guarantee = word.startswith("offer") and "guarantee" in head
            is_mere_wish = _ILLUSION.match(gap) is not None
            return (
                is_guarantee or is_mere_wish or (word.startswith(_WISHES) and _TRUCE.search(head) is not None)
            )
        case "approved":
            is_truce_accepted = word.startswith("accept") and kind == "peace"
            needs_house = _LEGISLATIVE_ONLY.match(word) is not None and not is_truce_accepted
            return needs_house and not has_legislature(text)
        case "in-force":
            return word.startswith(("launch", "implement")) and not _LASTING.search(head)
        case "terminated":
            # most who denounce a pact condemn it, whether it binds them or not
            if word.startswith("denounc"):
                return _IN_LAW.search(text) is None
            is_over = word.startswith(("expir", "collaps", "laps"))
            return verb.shape == "state" and kind != "peace" and not is_over
    return False
