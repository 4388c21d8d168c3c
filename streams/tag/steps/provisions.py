"""What a story says a pact promises or does not, as alliances are coded: one sentence behind each value."""

import re
from collections.abc import Iterator, Sequence

from stories.model import Evidence, PactStep, ProvisionName, ProvisionReport, ProvisionValue, Story
from streams.tag.openings import Finder, Openings
from streams.tag.sentences import Sentence

_NAMES: tuple[tuple[ProvisionName, str], ...] = (
    ("mutual_defense", r"mutual[- ]defen[cs]e|collective defen[cs]e|(?:full )?defen[cs]e treaty clause|come to (?:each other|the other)\W+s? (?:aid|defen[cs]e)"),
    ("consultation", r"consult\w*|common (?:military )?threats?|joint response"),
    ("neutrality", r"neutral(?:ity)?\b"),
    ("non_aggression", r"non-?aggression|not (?:to )?attack each other|refrain from (?:the use of )?force"),
    ("military_technical_cooperation", r"military[- ]technical co-?operation|defen[cs]e[- ]industr\w+ co-?operation"),
    ("joint_exercises", r"joint (?:military |naval )?(?:exercises?|drills?|manoeuvres|maneuvers)"),
    ("intelligence_sharing", r"(?:intelligence|information)[- ]sharing|shar\w+ (?:of )?intelligence|exchange of intelligence"),
    ("bases", r"(?:military|naval|air) bases?\b|basing rights"),
    ("arms_supply", r"(?:supply|deliver\w*|sale) of (?:arms|weapons)|arms (?:supplies|deliveries)"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for name, words in _NAMES)
_IN_FORCE = r"(?:enter|come|go|take)s?\s+(?:in(?:to)?\s+)?(?:force|effect)"
_CONSENT = r"(?:ratif|instrument|approv|deposit|accept)\w*"
# How a pact comes into force, as the news tells it ahead: "once nine states have ratified it".
_ENTRY_RULE = Finder(
    rf"(?<!has )(?<!have ){_IN_FORCE}\b[^.;]{{0,40}}\b(?:once|after|when|if|upon|until|following|provided)\b[^.;]{{0,80}}\b{_CONSENT}|"
    rf"(?:once|after|when|if|upon|following)\b[^.;]{{0,80}}\b{_CONSENT}[^.;]{{0,60}}\b{_IN_FORCE}\b|"
    r"must\s+(?:\w+\s+)?be\s+(?:ratified|approved)\s+by\b|"
    r"(?:members?|states|parties|countries|parliaments?)\s+must\s+(?:\w+\s+)?(?:ratify|approve)\b",
    re.IGNORECASE,
)
_PROMISE = Finder(
    r"(?:agreement|pact|treaty|accord|deal|clause|partnership|it)\b.*?\b(?:commit|call|provid|oblig|contain|"
    r"includ|entail|emphasi[sz]|stipulat|pledg|bind|hold|require|avoid|stop|envisag|foresee|allow|cover|mean)\w*",
    re.IGNORECASE,
)
_OPENINGS = Openings([_ENTRY_RULE, _PROMISE])
_DENIED = re.compile(
    r"(?:\b(?:not|no|without|never|avoids?|excludes?|lacks?|stops? short of|neither|nor|rather than)\b|n['’]t\b)"
    r"[^.;]{0,70}$",
    re.IGNORECASE,
)


def read(story: Story, sentences: Sequence[Sentence], steps: Sequence[PactStep]) -> list[ProvisionReport]:
    """Return what `story` says of the provisions of the pact it tells most of, each value of each once."""
    if not steps:
        return []
    parties = _parties(steps)
    found: dict[tuple[ProvisionName, ProvisionValue], ProvisionReport] = {}
    for sentence in sentences:
        for name, value in _told(sentence):
            found.setdefault((name, value), _report(name, value, parties, story, sentence))
    return list(found.values())


def _told(sentence: Sentence) -> Iterator[tuple[ProvisionName, ProvisionValue]]:
    """Yield what a sentence says of each provision."""
    text = sentence.text
    starts = _OPENINGS.starts_in(sentence.small)
    if any(_ENTRY_RULE.finditer(text, starts)):
        yield "entry_into_force", "yes"
    if any(_PROMISE.finditer(text, starts)):
        for name, pattern in _PATTERNS:
            if match := pattern.search(text):
                yield name, "no" if _DENIED.search(_clause(text, match.start())) else "yes"


def _report(
    name: ProvisionName, value: ProvisionValue, parties: list[str], story: Story, sentence: Sentence
) -> ProvisionReport:
    evidence = Evidence(
        story=story.id, field=sentence.field, start=sentence.start, end=sentence.end, text=sentence.text
    )
    return ProvisionReport(name=name, value=value, parties=parties, evidence=evidence)


def _clause(text: str, end: int) -> str:
    start = max((text.rfind(mark, 0, end) for mark in (",", ";", " but ", " instead ")), default=0)
    return text[max(start, 0) : end]


def _parties(steps: Sequence[PactStep]) -> list[str]:
    """The pact told most of is the one with most steps; of equals, the first."""
    counted: dict[tuple[str, ...], int] = {}
    for step in steps:
        key = tuple(step.parties)
        counted[key] = counted.get(key, 0) + 1
    most, _ = max(counted.items(), key=lambda pair: pair[1])
    return list(most)
