"""The words that report a step in a pact's life: verbs and their nouns, with the shape of their clause."""

import re
from typing import Literal, NamedTuple

from stories.model import StepKind
from streams.tag.openings import Finder, Openings
from streams.tag.sentences import Sentence

# act: someone does it to a pact · state: a pact does it · noun: "ratification of" · member: joins or leaves
Shape = Literal["act", "state", "noun", "member"]
Form = Literal["base", "present", "past", "ing"]


class Verb(NamedTuple):
    """`text[start:end]` is the verb (with its particles); `form` is that of its first word."""

    start: int
    end: int
    step: StepKind
    shape: Shape
    form: Form
    word: str


_VERBS: tuple[tuple[StepKind, Shape, str], ...] = (
    ("initialled", "act", r"initial(?:s|ed|led|ing|ling)?(?=\s+(?:an?|the|their|its)\b)"),
    ("signed", "act", r"(?:co-)?sign(?:s|ed|ing)?(?!\s+(?:of|up|off|language))|ink(?:s|ed|ing)?|(?:put|puts) (?:their|his|her) signatures? (?:to|on)"),
    ("signed", "act", r"conclud(?:e|es|ed|ing)(?!\s+(?:talks|negotiations|that|with))"),
    ("signed", "noun", r"(?:signing|signature)(?=\s+(?:of|ceremony))"),
    ("ratified", "act", r"ratif(?:y|ies|ied|ying)"),
    ("ratified", "act", r"(?:giv(?:e|es|ing)|gave|given|grant(?:s|ed)?) (?:its |their |his |her )?final (?:approval|consent|assent) (?:to|for|of)"),
    ("ratified", "act", r"complet(?:e|es|ed|ing) (?:the |its )?ratification (?:process )?of"),
    ("ratified", "act", r"(?:(?:parliamentary|final) )?approval(?: \w+){0,4}? (?:finali[sz]|complet|seal)(?:e|es|ed|s)"),
    ("ratified", "act", r"(?:deposit(?:s|ed|ing)?|submit(?:s|ted)?|hand(?:s|ed)? over) (?:its |the |their )?(?:\w+ )?instruments? of (?:ratification|accession|acceptance)(?: (?:of|for|to))?"),
    ("ratified", "act", r"deposit(?:s|ed|ing)?(?=.{0,60}ratification instrument)"),
    ("ratified", "act", r"concur(?:s|red|ring)? (?:in|with) (?:the |its )?ratification of"),
    ("ratified", "noun", r"ratification(?!\s+instrument)"),
    ("approved", "act", r"approv(?:e|es|ed|ing)|endors(?:e|es|ed|ing)|adopt(?:s|ed|ing)?|pass(?:es|ed|ing)?|back(?:s|ed|ing)?|accept(?:s|ed|ing)?"),
    ("approved", "act", r"(?:giv(?:e|es|ing)|gave|given|grant(?:s|ed)?) (?:its |their |initial |preliminary |provisional )*(?:approval|consent|assent|backing|green light) (?:to|for|of)"),
    ("approved", "act", r"vot(?:e|es|ed|ing)(?: [\d–-]+(?: to \d+)?| overwhelmingly| unanimously)? (?:in favou?r of|for|on)"),
    ("approved", "noun", r"(?:meaningful )?vote(?=\s+(?:on|over))"),
    ("rejected", "act", r"reject(?:s|ed|ing)?|vot(?:e|es|ed|ing)(?: [\d–-]+(?: to \d+)?| overwhelmingly| unanimously)? (?:down|against)|turn(?:s|ed)? down|defeat(?:s|ed)?(?: of \S+)?(?: (?:on|over))?|veto(?:es|ed)"),
    ("acceded", "member", r"(?:re)?join(?:s|ed|ing)?|acced(?:e|es|ed|ing) to|(?:is|are|was|were|be|been|being) admitted (?:in)?to"),
    ("acceded", "member", r"becom(?:e|es|ing)(?: an?| the)?(?: \S+)?(?: full| official| formal)? members?(?: state)? of|became(?: an?| the)?(?: \S+)?(?: full| official)? members?(?: state)? of"),
    ("acceded", "noun", r"accession(?=\s+(?:to|into)|,| would| will|\.)"),
    ("in-force", "state", r"(?:com(?:e|es|ing)|came|enter(?:s|ed|ing)?|go(?:es|ing)?|went) in(?:to)? (?:force|effect|operation)|tak(?:e|es|ing) effect|took effect|becom(?:e|es|ing) effective|became effective|kick(?:s|ed) in"),
    ("in-force", "state", r"(?:(?<=\bis )|(?<=\bare ))(?:now |officially )?in (?:effect|force)"),
    ("in-force", "noun", r"(?:entry|coming) into force"),
    ("in-force", "act", r"launch(?:es|ed|ing)?|implement(?:s|ed|ing)?|(?:bring|put)s? into (?:force|effect)"),
    ("suspended", "act", r"suspend(?:s|ed|ing)?|fr(?:eeze|eezes|oze|ozen|eezing)|halt(?:s|ed|ing)?"),
    ("withdrawn", "member", r"withdr(?:aw|aws|ew|awn|awing)\b(?:[^,.;]{0,45}?) from|pull(?:s|ed|ing)?(?: [^,.;]{0,30}?)? out of|step(?:s|ped)? (?:out of|away from)|back(?:s|ed)? out of"),
    ("withdrawn", "member", r"leav(?:e|es|ing)|left|quit(?:s|ting)?|exit(?:s|ed|ing)?|abandon(?:s|ed|ing)?|renounc(?:e|es|ed|ing)|revok(?:e|es|ed|ing)"),
    ("withdrawn", "noun", r"(?:withdrawal|exit|departure|pullout) from"),
    ("terminated", "act", r"terminat(?:e|es|ed|ing)|denounc(?:e|es|ed|ing)|scrap(?:s|ped|ping)?|annul(?:s|led|ling)?|abrogat(?:e|es|ed|ing)|(?:tear|tears|tore|rip|rips|ripped) up|nullif(?:y|ies|ied)|cancel(?:s|led|ed)?|end(?:s|ed)?(?=\s+(?:the|a|its|their)\b)|declar(?:e|es|ed|ing)(?= .{3,60} (?:void|dead|over)\b)"),
    ("terminated", "state", r"collaps(?:e|es|ed|ing)|expir(?:e|es|ed|ing)|(?:break|breaks|broke|broken) down|laps(?:e|es|ed)|(?:fall|falls|fell) apart|end(?:s|ed)?(?=\s*(?:[.,]|after|with|on|at|as|when)\b)"),
    ("negotiated", "act", r"negotiat(?:e|es|ed|ing)|finali[sz](?:e|es|ed|ing)|discuss(?:es|ed|ing)?|(?:reach|strik)(?:e|es|ed|ing)?|struck|hammer(?:s|ed) out|clinch(?:es|ed)?|agre(?:e|es|ed|eing) (?:to|on|upon)(?=\s+(?:an?|the|new)\b)"),
    ("negotiated", "act", r"(?:negotiations?|talks|discussions) (?:for|on|over|about|towards?|regarding)"),
    ("proposed", "act", r"propos(?:es?|ing)|proposed(?=\s+(?:an?|the|by)\b)|call(?:s|ed|ing)? for|offer(?:s|ed|ing)?|seek(?:s|ing)?|sought|(?<!other )(?<!the )(?<!its )(?<!their )demand(?:s|ed|ing)?|want(?:s|ed)?|push(?:es|ed|ing)? for|urg(?:e|es|ed|ing)"),
    ("proposed", "act", r"(?:work(?:ing)?(?: towards?)?|efforts?|plans?|aim(?:s|ed|ing)?)(?:[^,.;]{0,40}?)\b(?:form|creat|establish|set)(?:ing|e)?(?: up)?"),
)  # fmt: skip
FINDERS = tuple(Finder(rf"(?:{words})(?![\w-])", re.IGNORECASE) for _, _, words in _VERBS)
_OPENINGS = Openings(FINDERS)
_NUMBERS = {finder: number for number, finder in enumerate(FINDERS)}
_PAST = re.compile(
    r"(?:ed|ew|awn|oze|ozen|took|came|went|left|gave|given|became|tore|fell|broke|broken|struck|sought)\b",
    re.IGNORECASE,
)


def verbs_of(sentence: Sentence) -> list[Verb]:
    """Return the pact verbs of a sentence in order; where two overlap the longer one stays."""
    starts = _OPENINGS.starts_in(sentence.small)
    possible = sorted(map(_NUMBERS.__getitem__, starts))
    found = [
        Verb(match.start(), match.end(), *_VERBS[number][:2], _form(match[0]), match[0])
        for number in possible
        for match in FINDERS[number].finditer(sentence.text, starts)
    ]
    found.sort(key=lambda verb: (verb.start - verb.end, verb.start))
    kept: list[Verb] = []
    for verb in found:
        if not any(verb.start < other.end and other.start < verb.end for other in kept):
            kept.append(verb)
    return sorted(kept)


def _form(words: str) -> Form:
    first = words.split(" ", 1)[0].lower()
    if first.endswith("ing"):
        return "ing"
    if _PAST.search(first):
        return "past"
    return "present" if first.endswith("s") and not first.endswith("ss") else "base"
