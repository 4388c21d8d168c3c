"""How a text puts what it reports: as fact, plan, denial, question or background, by the words around it."""

import re

from stories.model import Status

_CLAUSE = re.compile(
    r"[;:]|,\s+(?:while|which|but|although|though|after|before)\b|\b(?:after|while|although|but)\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|nor|neither|without|cannot|refus\w+|reject\w+|den(?:y|ies|ied|ying)|declin\w+|fail\w*|"
    r"rul\w+ out|cancel\w*|call\w* off|block\w*|veto\w*|ceas\w+|abandon\w*|walk\w* away|scrap\w*|prevent\w*|"
    r"suspend\w*|halt\w*|postpon\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"^\W*(?:\w+\W+){0,5}?(?:(?:is|are|was|were|has been|have been)\s+)?(?:rejected|denied|refused|cancel\w+|"
    r"called off|vetoed|voted down|blocked|collaps\w+|fail\w*|scrapped)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:will|would|shall|to be|plan\w*|expect\w*|intend\w*|propos\w+|prepar\w+|schedul\w+|agree\w* to|"
    r"set to|due to|hop\w+|consider\w*|call\w* (?:for|on)|urg\w+|demand\w*|vow\w*|pledg\w*|want\w*|"
    r"seek\w*|may|might|could|should|must|threat\w*|ask\w* for|toward)\b",
    re.IGNORECASE,
)
_ALLEGED = re.compile(r"\b(?:accus\w+|alleg\w+|blam\w+)\b", re.IGNORECASE)
_DENIED_LATER = re.compile(r"\b(?:den(?:y|ies|ied)|reject\w*|dismiss\w*)\b", re.IGNORECASE)
REACH_CHARS = 90


def status_of(sentence: str, start: int, end: int) -> Status:
    """Return the status of what stands at `sentence[start:end]`."""
    before = _clause_before(sentence, start)
    if _ALLEGED.search(sentence[:start]):
        return Status.NEGATED if _DENIED_LATER.search(sentence[end:]) else Status.ALLEGED
    if _NEGATED.search(before) or _NEGATED_AFTER.match(sentence[end:]):
        return Status.NEGATED
    if _PLANNED.search(before):
        return Status.PLANNED
    if sentence.rstrip().endswith("?"):
        return Status.QUESTION
    return Status.AFFIRMED


def _clause_before(sentence: str, start: int) -> str:
    begin = max((match.end() for match in _CLAUSE.finditer(sentence, 0, start)), default=0)
    return sentence[max(begin, start - REACH_CHARS) : start]
