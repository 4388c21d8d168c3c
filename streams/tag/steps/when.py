"""When a step was taken, as the sentence tells it: a date in its clause, else today for today's news."""

import re
from datetime import date

from stories.model import StepStatus
from streams.tag import dates
from streams.tag.steps import roles
from streams.tag.steps.clauses import Clause
from streams.tag.steps.status import clause_before, is_pending
from streams.tag.steps.targets import Target, follows_pact
from streams.tag.steps.verbs import Verb

_TERM = re.compile(
    r"\b(?:from|until|till|through|starting|beginning|by|effective)\s+(?:on\s+)?$", re.IGNORECASE
)


def date_of(clause: Clause, verb: Verb, target: Target, status: StepStatus, published: date) -> str:
    """Return when the step was or will be taken; of a plan without a date nothing, of today's news today."""
    text = clause.text
    if is_pending(text, verb):
        return ""
    found = dates.find(text, published, planned=status == "planned")
    outside = [when for when in found if not any(n.start <= when.start < n.end for n in clause.names)]
    last = roles.region_end(text, max(verb.end, target.end), [])
    # a withdrawal that takes effect on a day is of that day
    own = {verb.step, "in-force"} if verb.step == "withdrawn" else {verb.step}
    others = [other.start for other in clause.verbs if other.start > verb.start and other.step not in own]
    limit = min([last, *others]) if target.end <= min([last, *others]) else last
    # "a truce from Monday until Friday" says how long it holds, not when it was agreed
    if verb.step != "in-force":
        outside = [when for when in outside if not _TERM.search(text[: when.start])]
    after = [when for when in outside if verb.end <= when.start and when.end <= limit + 1]
    begin = len(text[: verb.start]) - len(clause_before(text, verb.start))
    before = [when for when in outside if begin - 40 <= when.start and when.end <= verb.start]
    if verb.start > 0 and not after and not before:
        before = [when for when in outside if when.end <= verb.start and when.start < 25 and begin == 0]
    if within := [when for when in found if verb.start <= when.start and when.end <= verb.end]:
        return within[0].date  # "approval on Wednesday finalised"
    if status == "denied":
        return published.isoformat()
    if after or before:
        return (after or before[::-1])[0].date
    if status == "planned" or not _is_news(clause, verb):
        return ""
    return published.isoformat()


def _is_news(clause: Clause, verb: Verb) -> bool:
    """Return whether a step without a date is told as today's: in the present, the perfect, or as the lead."""
    before = clause.text[: verb.start]
    if verb.form in ("present", "ing") or verb.shape == "noun":
        return not re.search(
            r"\b(?:since|after|following|in (?:return|exchange) for)\s+(?:\w+\s+){0,6}$", before
        )
    if re.search(r"\b(?:recently|previously|already|earlier|formerly)\s+$", before):
        return False
    if re.search(
        r"\b(?:has|have)\s+(?:been\s+)?(?:\w+ly\s+)?$|\b(?:is|are)\s+(?:\w+ly\s+)?$|\bto\s+(?:\w+ly\s+)?$",
        before,
    ):
        return True
    if verb.form == "base":
        return True
    if re.search(
        r"\b(?:had|was|were)\s+(?:been\s+)?(?:\w+ly\s+)?$|\b(?:which|that|since|after|following|when)\b[^,;]*$",
        before,
    ):
        return clause.is_lead and not re.search(
            r"\b(?:which|that|since|after|following|when|had)\b[^,;]*$", before
        )
    if follows_pact(clause, verb):
        return False
    return clause.is_lead
