"""Names under which newspapers tell of the same well-known pact: each spelling leads to one name.

Only names that cannot be told to be one by their words are listed: abbreviations, nicknames, translations.
"""

import re

from stories.model import PactStep

_NAMES: tuple[tuple[str, str], ...] = (
    ("Joint Comprehensive Plan of Action", r"\bjcpoa\b|comprehensive plan of action"),
    ("Joint Comprehensive Plan of Action", r"\biran(?:ian|['’]s)? (?:nuclear )?(?:deal|agreement|accord)$"),
    ("New START", r"\bnew start\b"),
    ("INF Treaty", r"\binf\b|intermediate-range nuclear"),
    ("Non-Proliferation Treaty", r"\bnpt\b|\bnon-?proliferation\b(?! talks)"),
    ("Comprehensive Nuclear-Test-Ban Treaty", r"\bctbt\b|nuclear[- ]test[- ]ban"),
    ("Treaty on the Prohibition of Nuclear Weapons", r"\btpnw\b|prohibition of nuclear weapons"),
    ("CFE Treaty", r"\bcfe\b|conventional (?:armed )?forces in europe"),
    ("Treaty on Open Skies", r"\bopen skies\b"),
    ("Arms Trade Treaty", r"\barms trade treaty\b"),
    ("NAFTA", r"\bnafta\b|north americ\w+ free[- ]trade"),
    ("USMCA", r"\busmca\b|united states[–-]mexico[–-]canada"),
    ("CPTPP", r"\bcptpp\b|\btpp-11\b|progressive agreement for trans"),
    ("Trans-Pacific Partnership", r"\btpp\b|trans[- ]pacific partnership"),
    ("TTIP", r"\bttip\b|transatlantic trade and investment"),
    ("CETA", r"\bceta\b|comprehensive economic and trade agreement"),
    ("RCEP", r"\brcep\b|regional comprehensive economic"),
    ("AfCFTA", r"\bafcfta\b|african continental free[- ]trade"),
    ("ECFA", r"\becfa\b|economic cooperation framework agreement"),
    ("ACTA", r"\bacta\b|anti-counterfeiting trade"),
    ("AUKUS", r"\baukus\b"),
    ("Paris Agreement", r"\bparis (?:climate |climate change )?(?:agreement|accords?|deal|treaty|pact)\b"),
    ("Kyoto Protocol", r"\bkyoto protocol\b"),
    ("Rome Statute", r"\brome statute\b"),
    ("Law of the Sea Convention", r"\bunclos\b|law of the sea"),
    ("Brexit withdrawal agreement", r"(?<!post-)\bbrexit\b|^(?:the )?(?:eu |uk )?withdrawal agreement$"),
    ("Chemical Weapons Convention", r"\bchemical weapons convention\b"),
    ("Istanbul Convention", r"\bistanbul convention\b"),
    ("Prespa agreement", r"\bprespa\b"),
    ("Minsk agreements", r"\bminsk (?:i+\b|agreements?|accords?|protocol|ceasefire|deal|process)"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _NAMES)
_BARE_NUCLEAR = re.compile(r"^(?:\d{4} )?nuclear (?:deal|agreement|accord|pact)\b", re.IGNORECASE)


def common_name(step: PactStep) -> str:
    """Return the one name of a well-known pact, empty where a step tells of none."""
    for name, pattern in _PATTERNS:
        if pattern.search(step.pact):
            return name
    if "IRN" in {*step.parties, *step.by} and _BARE_NUCLEAR.search(step.pact):
        return _NAMES[0][0]
    return ""
