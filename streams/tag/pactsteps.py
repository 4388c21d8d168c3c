"""Sentences to pact steps: who signed, ratified, rejected, joined or left which pact, when, and how surely."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from stories.model import Evidence, Mention, PactKind, PactStep, StepKind, StepStatus, Story
from streams.tag import dates, pactnames, pactparties, pactstatus, pactverbs
from streams.tag.pactkinds import JOINABLE, duration_years, is_domestic_law, kind_of, sounds_domestic
from streams.tag.pactnames import PactName
from streams.tag.pactparties import Actor
from streams.tag.pactverbs import Verb
from streams.tag.sentences import Sentence

# Steps that every party takes together; all others are taken one by one.
_SHARED: frozenset[StepKind] = frozenset({"signed", "initialled", "in-force", "negotiated", "terminated"})
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be|gets?|got)\s+(?:(?!by\b)[\w-]+ly\s+|not\s+|yet\s+|also\s+|first\s+)*$",
    re.IGNORECASE,
)
_LEGISLATIVE_ONLY = re.compile(r"^(?:endors|adopt|pass|back|accept|vot)", re.IGNORECASE)
_FINAL = re.compile(
    r"\bfinal (?:step|act|hurdle|approval|consent)|complet\w+ (?:the |its )?ratification|finali[sz]",
    re.IGNORECASE,
)
_WEAK_HEADS = (
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
_REST = re.compile(
    r"^\s*(?:a|an|the|its|their)?\s*(?:\w+\s+){0,2}?(?:participation in|membership (?:in|of)|ratification of)?",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """A pact as the story has spoken of it so far."""

    name: str
    kind: PactKind
    parties: tuple[str, ...]
    duration_years: int | None
    proper: bool


class Clause(NamedTuple):
    """One sentence with everything found in it, and what was told before it."""

    sentence: Sentence
    text: str
    actors: list[Actor]
    names: list[PactName]
    verbs: list[Verb]
    is_lead: bool


def read(story: Story, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[PactStep]:
    """Return the pact steps that `story` reports, in the order of its text, each told once.

    `mentions` are the actors of the story with exact spans; `sentences` are those of streams.tag.sentences.
    """
    published = (story.published or story.timestamp).date()
    told: list[Told] = []
    steps: list[PactStep] = []
    last_subject: list[str] = []
    for clause in clauses(sentences, mentions):
        if clause.verbs:
            for step in _steps_of(story, clause, published, told, last_subject):
                steps.append(step)
                told.append(_told(step, clause))
        told.extend(_introduced(clause))
        main = [actor.code for actor in clause.actors if pactparties.takes_part(clause.text, actor)]
        last_subject = main[:1] or last_subject
    return _once(steps)


def clauses(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[Clause]:
    """Return each sentence with its actors, pact phrases and pact verbs; verbs only where a pact may be meant."""
    found: list[Clause] = []
    fields: set[str] = set()
    for sentence in sentences:
        names = pactnames.find(sentence.text)
        actors = pactparties.actors_in(sentence, mentions)
        may_report = names or any(actor.code in JOINABLE for actor in actors)
        verbs = pactverbs.find(sentence.text) if may_report else []
        found.append(Clause(sentence, sentence.text, actors, names, verbs, sentence.field not in fields))
        fields.add(sentence.field)
    return found


# ---- one verb ----------------------------------------------------------------------------------------


class _Target(NamedTuple):
    """What a verb is about: a pact phrase, or an organisation; `start` and `end` are its place."""

    start: int
    end: int
    name: PactName | None
    org: str
    passive: bool


def _steps_of(
    story: Story, clause: Clause, published: date, told: Sequence[Told], last_subject: Sequence[str]
) -> list[PactStep]:
    found: list[PactStep] = []
    for verb in clause.verbs:
        target = _target(clause, verb)
        if target is None:
            continue
        status = pactstatus.status_of(clause.text, verb)
        if status is None:
            continue
        step = _kind_of_step(clause, verb, target, status)
        if step is None:
            continue
        if pactstatus.fails(clause.text, verb) and step in ("ratified", "approved"):
            step, status = "rejected", "done"
        by = _takers(clause, verb, target, step, last_subject)
        pact = _pact_of(clause, target, by, told, step)
        if not _is_between_states(clause, target, step, by, pact):
            continue
        written = _date_of(clause, verb, target, status, published)
        found.append(
            PactStep(
                step=step, by=sorted(set(by)), pact=pact.name, date=written, precision=dates.precision_of(written),
                status=status, parties=sorted(set(pact.parties)), kind=pact.kind,
                duration_years=pact.duration_years, evidence=_evidence(story, clause.sentence),
            )
        )  # fmt: skip
    return found


def _target(clause: Clause, verb: Verb) -> _Target | None:
    """Return the pact that `verb` acts on: its object, its subject when passive, or the organisation left or joined."""
    text = clause.text
    if verb.shape == "state":
        return _subject_pact(clause, verb)
    passive = verb.form == "past" and _PASSIVE.search(text[: verb.start]) is not None
    reduced = verb.form == "past" and _follows_pact(clause, verb)
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
                r"['’]?s?\s+(?:bill|law|amendment|negotiations?|talks|text)\b", text[name.end :]
            ) and verb.step not in ("negotiated", "proposed"):
                break
            if _other_object(clause, verb, name, gap):
                break
            return _Target(name.start, name.end, name, _org_of(clause, name), False)
    if verb.shape == "member" or verb.step in ("acceded", "withdrawn"):
        return _organisation(clause, verb)
    if verb.shape == "noun":
        return _subject_pact(clause, verb, near=3)
    return None


def _other_object(clause: Clause, verb: Verb, name: PactName, gap: str) -> bool:
    """Return whether the verb's own object stands between it and the pact."""
    if verb.step in ("proposed", "acceded", "withdrawn") or verb.shape == "noun":
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


def _follows_pact(clause: Clause, verb: Verb) -> bool:
    """Return whether a participle stands right behind a pact ("the accord signed in Geneva")."""
    text = clause.text
    for name in clause.names:
        if name.end <= verb.start and re.fullmatch(
            r"(?:[\s,]+(?:\w+ly|that|which|first|recently))*[\s,]*", text[name.end : verb.start]
        ):
            return not any(
                later.start - verb.end < 25 and later.start >= verb.end and not later.pointing
                for later in clause.names
            )
    return False


def _subject_pact(clause: Clause, verb: Verb, near: int = 110) -> _Target | None:
    before = [name for name in clause.names if name.end <= verb.start and verb.start - name.end <= near]
    if not before:
        if (
            verb.step != "acceded"
            and re.search(r"\bit\s+(?:\w+\s+){0,4}$", clause.text[: verb.start])
            and clause.names
        ):
            return _Target(verb.start, verb.start, clause.names[0], "", True)
        return _after_of(clause, verb)
    name = (
        before[0]
        if verb.shape == "state" and not _crosses(clause.text[before[0].end : verb.start])
        else before[-1]
    )
    between = clause.text[name.end : verb.start]
    if verb.shape == "state" and (is_domestic_law(between) or _crosses(between)):
        return None
    if verb.shape == "state" and re.search(
        r"\b(?:talks|negotiations|rules?|measures?|tariffs?|sanctions|embargo|restrictions?)\b", between
    ):
        return None
    return _Target(name.start, name.end, name, _org_of(clause, name), True)


def _crosses(between: str) -> bool:
    return re.search(r"[;:]|\b(?:while|although|whereas)\b", between) is not None


def _after_of(clause: Clause, verb: Verb) -> _Target | None:
    for name in clause.names:
        if 0 <= name.start - verb.end <= 30 and verb.shape == "noun":
            return _Target(name.start, name.end, name, "", False)
    return None


def _organisation(clause: Clause, verb: Verb) -> _Target | None:
    """Return the organisation that is joined or left, whose name follows right behind the verb."""
    for actor in clause.actors:
        if actor.code not in JOINABLE or actor.start < verb.end:
            continue
        gap = clause.text[verb.end : actor.start]
        if len(gap) > 34 or not re.fullmatch(
            r"\s*(?:to|the|its|membership|in|of|(?:military |defen[cs]e )?alliance|members?|bloc|\s)*", gap
        ):
            return None
        if re.match(
            r"['’]s\b|\s+(?:summit|meeting|talks|headquarters|mission|parliament|leaders?|force|forces|troops|allies|countries|in\s+(?:condemn|call|urg)\w*)",
            clause.text[actor.end :],
        ):
            return None
        return _Target(actor.start, actor.end, None, actor.code, False)
    if verb.step == "acceded" and re.match(
        r"\s+(?:to\s+)?the\s+(?:military\s+)?(?:alliance|bloc|union)\b", clause.text[verb.end :]
    ):
        orgs = [actor for actor in clause.actors if actor.code in JOINABLE and actor.end <= verb.start]
        if orgs:
            return _Target(verb.end, verb.end, None, orgs[-1].code, False)
    return None


def _org_of(clause: Clause, name: PactName) -> str:
    """Return the organisation whose membership a phrase speaks of."""
    if name.kind != "accession":
        return ""
    orgs = [
        actor.code
        for actor in pactparties.within(clause.actors, name.start, name.end)
        if actor.code in JOINABLE
    ]
    if not orgs:
        orgs = [actor.code for actor in clause.actors if actor.code in JOINABLE]
    return orgs[-1] if orgs else ""


def _kind_of_step(clause: Clause, verb: Verb, target: _Target, status: StepStatus) -> StepKind | None:
    """Return the step a verb means for its target, None where the words mean something else there."""
    step, text, name = verb.step, clause.text, target.name
    word = verb.word.lower()
    gap = text[verb.end : target.start] if target.start >= verb.end else ""
    if pactstatus.is_revoked(text, verb):
        return "withdrawn"
    if (step == "suspended" and re.search(r"\b(?:talks|negotiations)\b", gap)) or (
        step == "suspended" and "ratification" in gap
    ):
        return None
    if step == "approved" and _LEGISLATIVE_ONLY.match(word) and not pactstatus.has_legislature(text):
        return None
    if step == "approved" and re.search(r"\bformally\s+$", text[: verb.start]) and _FINAL.search(text):
        return "ratified"
    if step == "signed" and _FINAL.search(text) and re.search(r"ratification", text):
        return "ratified"
    if step == "withdrawn" and "ratification" in gap:
        return "withdrawn"
    if name is None:
        return step if step in ("acceded", "withdrawn") else None
    if (
        step == "in-force"
        and word.startswith(("launch", "implement"))
        and not re.search(r"area|zone|union|agreement|treaty|ceasefire", name.head)
    ):
        return None
    if step == "terminated" and verb.shape == "state" and name.kind != "peace":
        return step if word.startswith(("expir", "collaps", "laps")) else None
    if step == "acceded" and name.kind == "accession" and verb.shape == "member":
        return step
    is_truce = re.search(r"fire|truce|cessation|peace plan", name.head) is not None
    if (
        step == "proposed"
        and word.startswith(("call", "demand", "want", "seek", "sought", "urg", "push"))
        and is_truce
    ):
        return None
    if (
        step == "withdrawn"
        and verb.shape == "member"
        and name.kind == "peace"
        and word.startswith(("left", "leav"))
    ):
        return None
    return step


# ---- who, when, which --------------------------------------------------------------------------------


def _takers(
    clause: Clause, verb: Verb, target: _Target, step: StepKind, last_subject: Sequence[str]
) -> list[str]:
    text = clause.text
    free = _outside(clause, target)
    if step in _SHARED:
        found = _shared_takers(clause, verb, target, free)
    elif target.passive:
        limit = pactparties.region_end(text, verb.end, clause.actors)
        found = pactparties.codes(pactparties.agents(text, free, verb.end, limit))
        if not found and re.match(r"\s*(?:\w+ )?by\b", text[verb.end :]):
            found = [actor.code for actor in clause.actors if actor.end <= verb.start][-1:]
    else:
        found = _lone_takers(clause, verb, target, step, free)
    if (
        not found
        and not target.passive
        and (pactparties.points_to_owner(text) or re.search(r"\b(?:it|they|he|she)\b", text, re.IGNORECASE))
    ):
        found = list(last_subject)
    return found


def _outside(clause: Clause, target: _Target) -> list[Actor]:
    """Return the actors that are not part of the name of some pact; those of an accession's owner stay."""
    spans = [(name.start, name.end) for name in clause.names]
    return [
        actor
        for actor in clause.actors
        if not any(start <= actor.start and actor.end <= end for start, end in spans)
        and not (target.name is None and actor.start == target.start)
    ]


def _shared_takers(clause: Clause, verb: Verb, target: _Target, free: list[Actor]) -> list[str]:
    text = clause.text
    end = pactparties.region_end(text, max(verb.end, target.end), clause.actors)
    if target.passive:
        stated = pactparties.partners(text, clause.actors, target.name) if target.name else []
        after = [a for a in pactparties.within(free, verb.end, end) if pactparties.takes_part(text, a)]
        agents = [] if verb.step in ("in-force", "terminated") else after
        joined = [a for a in after if re.search(r"\b(?:between|for|with)\b[^.;]*$", text[verb.end : a.start])]
        return pactparties.codes([*stated, *(agents or joined)])
    start = _clause_start(text, verb.start, free)
    before = [a for a in pactparties.within(free, start, verb.start) if pactparties.takes_part(text, a)]
    after = [a for a in pactparties.within(free, verb.end, end) if pactparties.takes_part(text, a)]
    inside = pactparties.partners(text, clause.actors, target.name) if target.name else []
    return pactparties.codes([*before, *after, *inside])


def _clause_start(text: str, end: int, actors: Sequence[Actor]) -> int:
    """Return where the clause begins whose verb is at `end`, further back if it names no one."""
    start = end - len(pactstatus.clause_before(text, end))
    return start if pactparties.within(actors, start, end) else 0


def _lone_takers(clause: Clause, verb: Verb, target: _Target, step: StepKind, free: list[Actor]) -> list[str]:
    text = clause.text
    if step == "acceded" and verb.shape == "noun":
        return _owner(clause, verb, target)
    if verb.shape == "noun" or verb.word.lower().startswith(("negotiation", "talks")):
        after = pactparties.agents(text, free, verb.end, len(text))
        if after:
            return pactparties.codes(after)
    start = _clause_start(text, verb.start, free)
    # "withdraws the United States from": who is withdrawn stands within the verb's own words
    found = pactparties.subject(text, free, verb.start, verb.end) if step == "withdrawn" else []
    found = (
        found
        or pactparties.subject(text, free, start, verb.start)
        or pactparties.subject(text, free, 0, verb.start)
    )
    if step == "acceded":
        found = [actor for actor in found if actor.code != target.org]
    if not found and step == "withdrawn":
        found = list(pactparties.within(free, verb.start, target.start))[-1:]
    return pactparties.codes(found)


def _owner(clause: Clause, verb: Verb, target: _Target) -> list[str]:
    """Return whose accession a noun speaks of: the owner right before it, else whom the sentence is about."""
    before = [actor for actor in clause.actors if actor.end <= verb.start and actor.code != target.org]
    if before and verb.start - before[-1].end <= 4:
        return [before[-1].code]
    states = [actor.code for actor in before if actor.code not in JOINABLE]
    return states[:1]


def _pact_of(
    clause: Clause, target: _Target, by: Sequence[str], told: Sequence[Told], step: StepKind
) -> Told:
    """Return the pact that a target names, filled up from what the story has told of it before."""
    name = target.name
    if name is None:
        return Told(target.org, "accession", tuple(sorted({*by, target.org})), None, True)
    partners = pactparties.codes(pactparties.partners(clause.text, clause.actors, name))
    parties = set(partners) | ({target.org} if target.org else set())
    if step in _SHARED or (partners and name.kind != "accession"):
        parties |= set(by)
    if (name.pointing or target.start == target.end) and (earlier := _meant(name, set(by) | parties, told)):
        return earlier
    words = clause.text[max(0, name.start - 12) : name.end]
    fuller = next(
        (other for other in reversed(told) if other.name == name.name and len(other.parties) > 1), None
    )
    if fuller and not partners:
        parties |= set(fuller.parties)
    return Told(name.name, name.kind, tuple(sorted(parties)), duration_years(words), name.proper)


def _meant(name: PactName, by: set[str], told: Sequence[Told]) -> Told | None:
    """Return the pact told before that "the agreement" means: one of the takers', of no other kind, the latest."""
    fitting = [
        pact for pact in told
        if (name.kind in ("other", "cooperation") or pact.kind == name.kind or name.kind == "strategic-partnership" == pact.kind)
        and (not by or not pact.parties or by & set(pact.parties))
    ]  # fmt: skip
    whole = [pact for pact in fitting if len(pact.parties) > 1]
    return (whole or fitting or [None])[-1]  # type: ignore[list-item]


def _is_between_states(
    clause: Clause, target: _Target, step: StepKind, by: Sequence[str], pact: Told
) -> bool:
    """Return whether this is a pact of states at all: the same words serve firms, parties and unions."""
    codes = {*by, *pact.parties}
    if target.name is None:
        return bool(by)
    if re.search(r"\bunilateral", clause.text, re.IGNORECASE) and pact.kind == "peace":
        return False
    if sounds_domestic(clause.text) and len(codes) < 2 and not target.name.proper:
        return False
    if (
        step in ("signed", "negotiated", "initialled", "proposed")
        and not target.name.proper
        and not target.name.pointing
    ):
        strong = target.name.head not in _WEAK_HEADS or step == "proposed"
        return len(codes) >= 2 or (
            bool(codes) and strong and "fire" not in target.name.head and "truce" not in target.name.head
        )
    if target.name.head in _WEAK_HEADS and not target.name.proper and pact.kind in ("other", "cooperation"):
        return len({actor.code for actor in clause.actors} | codes) >= 2
    return bool(codes) or step in ("in-force",)


def _date_of(clause: Clause, verb: Verb, target: _Target, status: StepStatus, published: date) -> str:
    """Return when the step was or will be taken; of a plan without a date nothing, of today's news today."""
    text = clause.text
    if pactstatus.is_pending(text, verb):
        return ""
    found = dates.find(text, published, planned=status == "planned")
    outside = [when for when in found if not any(n.start <= when.start < n.end for n in clause.names)]
    last = pactparties.region_end(text, max(verb.end, target.end), [])
    others = [other.start for other in clause.verbs if other.start > verb.start and other.step != verb.step]
    limit = min([last, *others]) if target.end <= min([last, *others]) else last
    after = [when for when in outside if verb.end <= when.start and when.end <= limit + 1]
    begin = len(text[: verb.start]) - len(pactstatus.clause_before(text, verb.start))
    before = [when for when in outside if begin - 40 <= when.start and when.end <= verb.start]
    if verb.start > 0 and not after and not before:
        before = [when for when in outside if when.end <= verb.start and when.start < 25 and begin == 0]
    if status == "denied":
        return published.isoformat()
    if after or before:
        return (after or before[::-1])[0].date
    if status == "planned" or not _is_news(clause, verb, target):
        return ""
    return published.isoformat()


def _is_news(clause: Clause, verb: Verb, target: _Target) -> bool:
    """Return whether a step without a date is told as today's: in the present, the perfect, or as the lead."""
    before = clause.text[: verb.start]
    if verb.form in ("present", "ing") or verb.shape == "noun":
        return not re.search(r"\b(?:since|after|following)\s+(?:\w+\s+){0,6}$", before)
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
    if _follows_pact(clause, verb):
        return False
    return clause.is_lead


def _evidence(story: Story, sentence: Sentence) -> Evidence:
    return Evidence(
        story=story.id, field=sentence.field, start=sentence.start, end=sentence.end, text=sentence.text
    )


def _told(step: PactStep, clause: Clause) -> Told:
    return Told(step.pact, step.kind, tuple(step.parties), step.duration_years, False)


def _introduced(clause: Clause) -> list[Told]:
    """Return the pacts that a sentence speaks of without a step, so that a later one may point to them."""
    found: list[Told] = []
    for name in clause.names:
        if not name.pointing:
            words = clause.text[max(0, name.start - 12) : name.end]
            parties = pactparties.codes(pactparties.partners(clause.text, clause.actors, name))
            if len(parties) > 1:
                found.append(Told(name.name, name.kind, tuple(parties), duration_years(words), name.proper))
    return found


def _once(steps: Sequence[PactStep]) -> list[PactStep]:
    """Drop what one story tells twice, and the approval that turns out to be the final consent."""
    kept: list[PactStep] = []
    ratified = {
        code for step in steps if step.step == "ratified" and step.status == "done" for code in step.by
    }
    seen: dict[tuple[str, tuple[str, ...], str, str], int] = {}
    for step in steps:
        if (
            step.step == "approved"
            and step.status == "done"
            and step.by
            and set(step.by) <= ratified
            and step.kind != "accession"
        ):
            continue
        key = (
            step.step,
            tuple(step.by),
            step.status,
            step.pact.lower() if step.step not in ("signed",) else "",
        )
        if key in seen and (not step.date or dates.agree(kept[seen[key]].date, step.date)):
            if len(step.date) > len(kept[seen[key]].date):
                kept[seen[key]] = step
            continue
        seen[key] = len(kept)
        kept.append(step)
    return kept


__all__ = ["Told", "clauses", "kind_of", "read"]
