"""Whether a sentence reports a step as done, as intended, as refused, or only in passing."""

import re

from stories.model import StepStatus
from streams.tag.steps.verbs import Verb

_CLAUSE_START = re.compile(
    r"[;:]|,\s+(?:while|which|whereas|but|although|though|and (?=(?-i:[a-z]+s)\b)|as |after|before|saying|once|with)|"
    r"\b(?:after|while|although|though|because|saying|says|said|that|whereas|but|amid|despite|as)\b",
    re.IGNORECASE,
)
_ADVERBS = (
    r"(?:(?:\w+ly|also|soon|again|now|first|finally|yet|not|never|have|either|then|still|so|fully)\s+)*"
)
_REFUSED = re.compile(
    r"(?:\b(?:not|never|cannot|no longer|neither|nor|unable to|yet to|ceas(?:e|es|ed|ing)|without|(?:refus|declin)\w*(?: to)?|"
    r"fail(?:s|ed|ing)? to|rul\w+ out|stop(?:s|ped)?|forgo\w*|opt\w* out of|block\w*|prevent\w*(?: \w+)? from)|n['’]t)"
    rf"\s+(?:\w+\s+){{0,3}}?$|\b(?:refus|declin|fail)\w*\s+(?:\w+\s+){{0,2}}?to\s+{_ADVERBS}$",
    re.IGNORECASE,
)
_POSTPONED = re.compile(
    r"\b(?:defer\w*|postpon\w*|delay\w*|cancel\w*|call\w* off|suspend\w*|halt\w*|block\w*|break\w* off|pause\w*|freez\w*|reject\w*|refus\w*|rul\w+ out|withdr\w+ from|end(?:s|ed)?)\b[^,.;]{0,25}$",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"\b(?:postpon|defer|delay|cancel|suspend|halt|reject)\w*\s+(?:\w+\s+)?$", re.IGNORECASE
)
_VOTED = re.compile(
    r"\b(?:vot(?:e|es|ed|ing)|(?:first|last|latest|\d+(?:st|nd|rd|th)|second|third|only)\b[^,.;]{0,60}?|managed|manages|move[sd]?)\s*(?:[\d–-]+(?:\s+to\s+\d+)?\s*|[^,.;]{0,25}?)\s*to\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_ENACTED = re.compile(
    r"\b(?:sign|approv|pass|adopt|enact)\w*\s[^,.;]{0,40}\b(?:bill|law|decree|legislation|motion)\b[^,.;]{0,40}$",
    re.IGNORECASE,
)
_INTENDED = re.compile(
    rf"\b(?:will|would|shall|should|may|might|could|must|can|to|ready for|about|going|['’]ll)\s+{_ADVERBS}(?:be\s+|have\s+)?{_ADVERBS}$",
    re.IGNORECASE,
)
_ALMOST = re.compile(
    r"\b(?:close to|near(?:s|ing|er)?(?: to)?|on the (?:verge|brink) of|ready to|willing to)\s+(?:\w+ly\s+)?$|"
    r"\bto\s+\w+(?:\s+\w+){0,2}\s+and\s+$",  # "to move forward and join"
    re.IGNORECASE,
)
_INTENT_NEAR = re.compile(
    r"\b(?:consider\w*|intention|intends?|plan(?:s|ned|ning)?(?: for| on)?|hop\w+|propos\w+|once|unless|until|if|before|ahead of|pending|await\w*|"
    r"pursu\w+|seek\w*|urg\w+|calls? (?:on|for)|threat\w*|support\w* for|towards?|pav\w+ the way|pledg\w*|vow\w*|"
    r"invit\w+|hasten|appl(?:y|ies|ied)|bids?|directing|ordering|expected|schedul\w+|favou?rs?|back\w*|want\w*|request\w*|clear\w* the way|"
    r"prepar\w*|begin\w* the process|process of|possible|eventual|future|prospect\w*)\b[^,.;]{0,40}$",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:whether|deci(?:de|sion) on|debat\w+|question of|rumou?rs?|poll)\b[^;]{0,80}$|"
    r"\b(?:anniversary|commemorat\w*)\b[^,;]{0,80}$",
    re.IGNORECASE,
)
_ACCOMPLISHED = re.compile(
    r"\b(?:complet|finali[sz]|notif|formali[sz]|announc|confirm|seal|deposit|follow|since|after|declar|upon|begin|began)\w*\b[^,.;]{0,60}$",
    re.IGNORECASE,
)
_REVERSED = re.compile(r"\b(?:revok|withdraw|rescind|reverse|cancel)\w*\b[^,.;]{0,25}$", re.IGNORECASE)
_SUPPOSED = re.compile(
    r"\b(?:rather than|instead of|in (?:the )?(?:event|case)(?: that| of)?|predat\w+)\b[^,.;]{0,60}$",
    re.IGNORECASE,
)
_SUPPOSING = re.compile(
    r"[^,;.]{0,60}\b(?:would|could|might|(?:proved?|proven|remain(?:s|ed)?|is|was) (?:elusive|difficult|hard|impossible|unlikely))\b"
)
_NOT_UNTIL = re.compile(r"\b(?:until|unless|once|before)\s[^,;.]{0,40}\b(?:is|are|can be)\s+$", re.IGNORECASE)
# "enters into force 60 days after the deposit", "when it expires in February": still to come
_TO_COME = re.compile(
    r"[^,.;]{0,50}?\b(?:(?:days|weeks|months) (?:after|from|following)|once|as soon as|when|after [^.;]{0,40}\b(?:is|are|has|have)\b)"
)
_TOOK_EFFECT = re.compile(
    r"[^,.;]{0,60}?\b(?:took effect|takes effect|(?:came|comes|entered|enters) into (?:force|effect))\b"
)
_WHEN_IT = re.compile(r"\bwhen\s+(?:it|they|the\s+\w+)\s+$", re.IGNORECASE)
_TURNED_OUT = re.compile(r"\b(?:appears?|seems?|managed?s?)\s+to\s+$")
_ONE_VOTE = re.compile(r"\b(?:an?|the|its)\s+(?:\w+\s+)?$")
_BEFOREHAND = re.compile(r"\b(?:before|until|unless|once)\s+(?:\w+\s+){0,4}$")
_HAVING = re.compile(r"\bhaving\s+(?:[\w’'-]+\s+){1,4}$")
_CONDITIONAL = re.compile(
    r"\b(?:once|unless|until|if|before|consider\w*|intention of|plans? (?:for|on)|agree\w* on)\s+(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
_WISHED = re.compile(r"\b(?:directing|urg\w+|consider\w*|towards?|allow\w*|of|for|from)\s+(?:\w+ )?$")
_LEGISLATURE = re.compile(
    r"\b(?:parliament\w*|senate|senators?|house|congress|assembly|duma|council|voters?|referendum|lawmakers|mps|deputies|bundestag|"
    r"knesset|diet|commons|lords|chamber|cabinet|government|committee|legislat\w+|court|seimas|riksdag|sejm|majlis|electorate|rada|commission)\b",
    re.IGNORECASE,
)


def clause_before(text: str, end: int) -> str:
    """Return what stands before `end` in the same clause."""
    start = max((match.end() for match in _CLAUSE_START.finditer(text, 0, end)), default=0)
    return text[start:end]


def has_legislature(text: str) -> bool:
    """Return whether a text names a body that can consent to a treaty."""
    return _LEGISLATURE.search(text) is not None


def fails(text: str, verb: Verb) -> bool:
    """Return whether a vote was held and lost ("fails to ratify"): that is a rejection, not a refusal to act."""
    before = clause_before(text, verb.start)
    return re.search(
        r"\bfail(?:s|ed|ing)? to\s+(?:\w+ly\s+)?$", before, re.IGNORECASE
    ) is not None and has_legislature(before)


def is_revoked(text: str, verb: Verb) -> bool:
    """Return whether the noun names what is taken back ("revoke its ratification")."""
    return verb.shape == "noun" and _REVERSED.search(clause_before(text, verb.start)) is not None


def is_pending(text: str, verb: Verb) -> bool:
    """Return whether a step is still to be taken ("have yet to approve"): not the case, and of no date."""
    return re.search(r"\byet to\s+(?:\w+\s+)?$", text[: verb.start], re.IGNORECASE) is not None


def status_of(text: str, verb: Verb) -> StepStatus | None:
    """Return how the sentence puts the step, None where it only mentions it."""
    before = clause_before(text, verb.start)
    if _is_open(text, before, verb):
        return None
    if _TURNED_OUT.search(before):
        return "done"
    if verb.shape == "noun" or (verb.word.lower().startswith("vote ") and _ONE_VOTE.search(before)):
        return _status_of_noun(text, before, verb)
    if _is_in_passing(text, before, verb):
        return None
    return _status_of_verb(text, before, verb)


def _is_open(text: str, before: str, verb: Verb) -> bool:
    """Return whether the sentence asks whether, or supposes that, the step is taken."""
    if _UNDECIDED.search(text[: verb.start]) or text.endswith("?"):
        return True
    if verb.form == "ing" and _SUPPOSING.match(text, verb.end):
        return True  # "reaching a deal would be hard"
    if _NOT_UNTIL.search(text[: verb.start]):
        return True  # "no summit until a deal is reached"
    is_condition = re.search(r"\b(?:if|unless)\b", text[: verb.start], re.IGNORECASE)
    return is_condition is not None and _REFUSED.search(before) is not None


def _is_in_passing(text: str, before: str, verb: Verb) -> bool:
    """Return whether the step is a condition of something else, another way than the one taken, or a name."""
    if verb.shape == "state" and _BEFOREHAND.search(text[: verb.start]):
        return True
    is_name = verb.shape == "member" and verb.word[0].isupper() and verb.start > 0
    return is_name or _SUPPOSED.search(before) is not None


def _status_of_verb(text: str, before: str, verb: Verb) -> StepStatus | None:
    is_refused = _REFUSED.search(before) is not None
    if verb.form == "base" and _HAVING.search(before):
        return "planned"  # "having the country join": not so yet
    if verb.step == "proposed" and not is_refused:
        return "done"  # to want, to plan and to work towards a pact is to propose it
    if is_refused or (verb.form == "ing" and _PUT_OFF.search(before)):
        return "denied"
    if verb.step == "negotiated" and _is_talks(verb):
        return "denied" if _POSTPONED.search(before) else "done"
    if verb.form != "past" and _ALMOST.search(before):
        return "planned"
    if _VOTED.search(before):
        return "planned" if re.search(r"\b(?:remaining|left)\b", before) else "done"
    if verb.form in ("base", "past") and _INTENDED.search(before):
        return "done" if _ENACTED.search(before) else "planned"
    if _CONDITIONAL.search(text[: verb.start]) or _is_to_come(text, before, verb):
        return "planned"
    return _status_of_participle(before, verb) if verb.form == "ing" else "done"


def _is_to_come(text: str, before: str, verb: Verb) -> bool:
    """Return whether a pact is said to do in the present what it is yet to do."""
    if verb.shape != "state" or verb.form == "past":
        return False
    is_due = verb.step == "in-force" and _TO_COME.match(text, verb.end) is not None
    return is_due or _WHEN_IT.search(before) is not None


def _status_of_participle(before: str, verb: Verb) -> StepStatus | None:
    if verb.step == "acceded" and re.search(r"\bfor\s+$", before):
        return None  # "a protocol for joining"
    if verb.step in ("acceded", "withdrawn") and not re.search(r"\b(?:is|are)\s+(?:\w+ly\s+)?$", before):
        return "planned"  # "approves the country joining": wished for, not yet so
    return None if _WISHED.search(before) else "done"


def _is_talks(verb: Verb) -> bool:
    return verb.word.lower().startswith(("negotiations", "negotiation ", "talks", "discussions"))


def _status_of_noun(text: str, before: str, verb: Verb) -> StepStatus | None:
    if _REFUSED.search(before) or (_POSTPONED.search(before) and verb.step != "acceded"):
        return "denied"
    if _INTENT_NEAR.search(before):
        return "planned"
    if text[: verb.start].count("(") > text[: verb.start].count(")"):
        return None
    after = text[verb.end : verb.end + 80]
    if re.match(r"\s+(?:bids?|talks|negotiations|process|plans?)\b", after):
        return None
    if re.match(r"[^,.;]{0,40}\b(?:referendum|campaign|bill)\b", after, re.IGNORECASE):
        return None
    if verb.step == "approved":
        return None
    if verb.step == "acceded":
        return "planned" if re.search(r"\b(?:would|will|could)\b", after) else None
    if verb.step == "withdrawn" and _TOOK_EFFECT.match(after):
        return "done"
    return "done" if _ACCOMPLISHED.search(text[max(0, verb.start - 90) : verb.start]) else None
