"""What a story says a pact promises or does not, as alliances are coded: one sentence behind each value."""

import re
from collections.abc import Sequence

from stories.model import Evidence, Mention, PactStep, ProvisionName, ProvisionReport, Story
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
_PROMISE = re.compile(
    r"\b(?:agreement|pact|treaty|accord|deal|clause|partnership|it)\b.*?\b(?:commit|call|provid|oblig|contain|"
    r"includ|entail|emphasi[sz]|stipulat|pledg|bind|hold|require|avoid|stop|envisag|foresee|allow|cover|mean)\w*",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|no|without|never|avoids?|excludes?|lacks?|stops? short of|neither|nor|rather than)\b|n['’]t\b)"
    r"[^.;]{0,70}$",
    re.IGNORECASE,
)


def read(
    story: Story, sentences: Sequence[Sentence], mentions: Sequence[Mention], steps: Sequence[PactStep]
) -> list[ProvisionReport]:
    """Return what `story` says of the provisions of the pact it tells most of: the first value of each stands."""
    if not steps:
        return []
    parties = _parties(steps)
    found: dict[ProvisionName, ProvisionReport] = {}
    for sentence in sentences:
        if not _PROMISE.search(sentence.text):
            continue
        for name, pattern in _PATTERNS:
            match = pattern.search(sentence.text)
            if match is None or name in found:
                continue
            denied = _DENIED.search(_clause(sentence.text, match.start())) is not None
            evidence = Evidence(
                story=story.id,
                field=sentence.field,
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
            )
            found[name] = ProvisionReport(
                name=name, value="no" if denied else "yes", parties=parties, evidence=evidence
            )
    return list(found.values())


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
