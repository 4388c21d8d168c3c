"""Who takes the step of a verb: its subject, its agents, or all the parties together."""

import re
from collections.abc import Sequence

from stories.model import StepKind
from streams.tag.steps import roles
from streams.tag.steps.clauses import Clause
from streams.tag.steps.kinds import JOINABLE
from streams.tag.steps.roles import Actor
from streams.tag.steps.status import clause_before
from streams.tag.steps.targets import Target
from streams.tag.steps.verbs import Verb

# Steps that every party takes together; all others are taken one by one.
SHARED: frozenset[StepKind] = frozenset({"signed", "initialled", "in-force", "negotiated", "terminated"})
WEAK_HEADS = (
    "agreement",
    "agreements",
    "deal",
    "deals",
    "accord",
    "accords",
    "pact",
    "pacts",
    "partnership",
    "compact",
)
_THE_TWO = re.compile(
    r"\b(?:the|both|their)\s+(?:two\s+)?(?:countries|nations|states|sides|leaders|governments|parliaments|legislatures|neighbou?rs)\b[^,;.]{0,30}$",
    re.IGNORECASE,
)
_PRONOUN = r"\b(?:it|its|they|their|the (?:country|nation|kingdom|republic)(?:['’]s)?)(?![\w'’])"
_REFERS_TO_MAIN = re.compile(rf"{_PRONOUN}(?:\s+[\w’'-]+){{0,5}}\s*$", re.IGNORECASE)


def takers_of(
    clause: Clause, verb: Verb, target: Target, step: StepKind, earlier: Sequence[Clause]
) -> list[str]:
    """Return the codes of who takes the step; `earlier` are the sentences before, for who is only pointed to."""
    text = clause.text
    free = _outside(clause, target)
    if step in SHARED:
        found = _shared_takers(clause, verb, target, free)
    elif target.passive:
        limit = roles.region_end(text, verb.end, clause.actors)
        found = roles.codes(roles.agents(text, free, verb.end, limit))
        others = roles.within(clause.actors, verb.end, limit)  # "by all EU members" is not by "the country"
        if not found and not others and re.match(r"\s*(?:\w+ )?by\b", text[verb.end :]):
            before = [actor.code for actor in clause.actors if actor.end <= verb.start]
            found = [code for code in before if len(code) == 3][-1:] or before[-1:]
    else:
        found = _lone_takers(clause, verb, target, step, free)
    if not found and _THE_TWO.search(text[: verb.start]):
        found = _pair_before(earlier)
    if (
        not found
        and not target.passive
        and (roles.points_to_owner(text) or re.search(r"\b(?:it|they|he|she)\b", text, re.IGNORECASE))
    ):
        found = _subject_before(earlier)
    return found


def _subject_before(earlier: Sequence[Clause]) -> list[str]:
    """Return of whom the last sentence speaks that speaks of someone."""
    for clause in reversed(earlier):
        for actor in clause.actors:
            if roles.takes_part(clause.text, actor):
                return [actor.code]
    return []


def _pair_before(earlier: Sequence[Clause]) -> list[str]:
    """Return the two states of the last sentence that names any, if they are just two."""
    for clause in reversed(earlier):
        if states := sorted({actor.code for actor in clause.actors if len(actor.code) == 3}):
            return states if len(states) == 2 else []
    return []


def _outside(clause: Clause, target: Target) -> list[Actor]:
    """Return the actors that are not part of the name of some pact; those of an accession's owner stay."""
    spans = [(name.start, name.end) for name in clause.names]
    return [
        actor
        for actor in clause.actors
        if not any(start <= actor.start and actor.end <= end for start, end in spans)
        and not (target.name is None and actor.start == target.start)
    ]


def _shared_takers(clause: Clause, verb: Verb, target: Target, free: list[Actor]) -> list[str]:
    text = clause.text
    end = roles.region_end(text, max(verb.end, target.end), clause.actors)
    if target.passive:
        stated = roles.partners(text, clause.actors, target.name) if target.name else []
        after = [a for a in roles.within(free, verb.end, end) if roles.takes_part(text, a)]
        agents = [] if verb.step in ("in-force", "terminated") else after
        joined = [
            a
            for a in after
            if re.search(r"^[^,]{0,20}\b(?:between|for|with)\b[^.;]*$", text[verb.end : a.start])
        ]
        found = roles.codes([*stated, *(agents or joined)])
        if len(found) == 1 and target.name and re.match(r"\s+(?:\w+ed\s+)?with\b", text[target.end :]):
            found = sorted({*found, *_main_subject(text, free, found)})
        return found
    start = _clause_start(text, verb.start, free)
    before = [a for a in roles.within(free, start, verb.start) if roles.takes_part(text, a)]
    if verb.form == "ing" and (doers := [a for a in free if 0 <= verb.start - a.end <= 1]):
        before = roles.subject_chain(text, free, doers[-1])  # "in return for the Russians signing"
    before = roles.urged(text, free, verb.start) or before
    after = [a for a in roles.within(free, verb.end, end) if roles.takes_part(text, a)]
    inside = roles.partners(text, clause.actors, target.name) if target.name else []
    found = roles.codes([*before, *after, *inside])
    if (
        len(found) == 1
        and before
        and target.name
        and not target.name.proper
        and target.name.head in WEAK_HEADS
    ):
        later = [
            a
            for a in free
            if a.start >= end
            and a.code not in found
            and (len(a.code) == 3 or text[: a.start].endswith(" with "))
        ]
        if re.match(
            r"\s+(?:in which|under which|whereby|that|to\s(?!ask|urge|demand|call|condemn|seek))",
            text[target.end :],
        ):
            found = sorted({*found, *roles.codes(later[:1])})
    return found


def _main_subject(text: str, free: Sequence[Actor], known: Sequence[str]) -> list[str]:
    """Return who the sentence is about besides `known`."""
    main = [a.code for a in free if a.code not in known and roles.takes_part(text, a)]
    return main[:1]


def _clause_start(text: str, end: int, actors: Sequence[Actor]) -> int:
    """Return where the clause begins whose verb is at `end`, further back if it names no one."""
    start = end - len(clause_before(text, end))
    return start if roles.within(actors, start, end) else 0


def _lone_takers(clause: Clause, verb: Verb, target: Target, step: StepKind, free: list[Actor]) -> list[str]:
    text = clause.text
    if verb.form == "ing" and (doers := [a for a in free if 0 <= verb.start - a.end <= 1]):
        return roles.codes(roles.subject_chain(text, free, doers[-1]))
    if step == "acceded" and verb.shape == "noun":
        return _owner(clause, verb, target)
    if verb.shape == "noun" or verb.word.lower().startswith(("negotiation", "talks")):
        after = roles.agents(text, free, verb.end, len(text))
        if after:
            return roles.codes(after)
    if _REFERS_TO_MAIN.search(text[: verb.start]):
        main = [actor for actor in free if actor.end <= verb.start and roles.takes_part(text, actor)]
        if main and not roles.within(free, _last_pronoun(text, verb.start), verb.start):
            return roles.codes(roles.group_from(text, free, main[0], verb.start))
    start = _clause_start(text, verb.start, free)
    if infinitive := roles.before_infinitive(text, free, verb.start):
        return roles.codes(infinitive)
    # "withdraws the United States from": who is withdrawn stands within the verb's own words
    found = roles.subject(text, free, verb.start, verb.end) if step == "withdrawn" else []
    found = found or roles.subject(text, free, start, verb.start) or roles.subject(text, free, 0, verb.start)
    if step == "acceded":
        found = [actor for actor in found if actor.code != target.org]
    if not found and step == "withdrawn":
        found = list(roles.within(free, verb.start, target.start))[-1:]
    return roles.codes(found)


def _last_pronoun(text: str, end: int) -> int:
    return max(match.start() for match in re.finditer(_PRONOUN, text[:end], re.IGNORECASE))


def _owner(clause: Clause, verb: Verb, target: Target) -> list[str]:
    """Return whose accession a noun speaks of: the owner right before it, else whom the sentence is about."""
    before = [actor for actor in clause.actors if actor.end <= verb.start and actor.code != target.org]
    if before and verb.start - before[-1].end <= 4:
        return [before[-1].code]
    states = [actor.code for actor in before if actor.code not in JOINABLE]
    return states[:1]
